"""Where the shipped data lie: beside the sources in a checkout, inside the package in a wheel."""

from __future__ import annotations

import hashlib
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING

from placespend.errors import DataFileError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pandas as pd

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parents[1]

NOTICE = (
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right 2011-2025. "
    "Contains Royal Mail data © Royal Mail copyright and database right 2025."
)
"""What the licences of the shipped data ask to stand on every output."""


def shipped_file(folder: str, name: str) -> Path:
    """Find a file of the shipped data.

    Parameters
    ----------
    folder : {"boundaries", "spend_lines"}
    name : str

    Returns
    -------
    pathlib.Path

    Raises
    ------
    DataFileError
        If the installation is incomplete.
    """
    for root in (PACKAGE, CHECKOUT):
        path = root / folder / name
        if path.exists():
            return path
    message = f"{folder}/{name} is missing from this installation of placespend."
    raise DataFileError(message, hint="install it again")


def read_once(read: Callable[[], pd.DataFrame]) -> Callable[[], pd.DataFrame]:
    """Read a shipped table once, and give each caller a copy that it may change without harm to the next.

    Parameters
    ----------
    read : callable
        Reads the table.

    Returns
    -------
    callable
        The same, cached. Copies are lazy: pandas copies what a caller changes, and only then.
    """
    kept = cache(read)

    @wraps(read)
    def copy() -> pd.DataFrame:
        return kept().copy(deep=False)

    return copy


FIGURES_COME_FROM = {
    "boundaries": (
        "small_areas.parquet",
        "measures.csv",
        "neighbourhood_kinds.parquet",
        "kind_rates.csv",
        "published_measures.csv",
        "upper_tier_measures.csv",
        "groupings.csv",
        "grouping_members.csv",
        "postcodes.parquet",
        "neighbourhood_members.csv",
    ),
    "spend_lines": (
        "services.csv",
        "ladders.csv",
        "blends.csv",
        "payments_to_people.csv",
        "service_groups.csv",
        "responsibilities.csv",
        "local_bodies.csv",
    ),
}
"""The shipped files that every figure depends on, beside the lines."""


@cache
def digests_of_shipped() -> tuple[tuple[str, str], ...]:
    """Give the SHA-256 of every shipped file that figures depend on.

    Returns
    -------
    tuple of (str, str)
        Folder and name, and digest.
    """
    return tuple(
        (f"{folder}/{name}", hashlib.sha256(shipped_file(folder, name).read_bytes()).hexdigest())
        for folder, names in FIGURES_COME_FROM.items()
        for name in names
    )


def digest_of_all(inputs: Sequence[tuple[str, str]]) -> str:
    """Put the digests of several files into one.

    Parameters
    ----------
    inputs : sequence of (str, str)

    Returns
    -------
    str
        SHA-256, hexadecimal.
    """
    return hashlib.sha256("\n".join(f"{name} {digest}" for name, digest in inputs).encode()).hexdigest()
