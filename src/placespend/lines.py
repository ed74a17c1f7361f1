"""The canonical line table: reading it, checking it, and the lines that are shipped.

A *line* is one item of spending by one body for one service in one financial year. A file of lines is read whole or
not at all: every fault in it is told at once, with its row as a spreadsheet numbers it. A line that is
*awaited* has no amount and stays visible as such; a line that was *refused* carries the estimate of whoever
made the file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend.checks import check_columns, check_duplicates, check_rows, check_types, join_faults
from placespend.cofog import services
from placespend.csv_text import read_text_table
from placespend.errors import FAILURE_COLUMNS, DataFileError, LinesError, UnknownNameError, list_values
from placespend.money import parse_pounds, plain_gbp
from placespend.shipped import read_once, shipped_file
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placespend.bases import Bases

SHIPPED_LINES = "cra_2011-12.csv"

CANONICAL_COLUMNS = [
    "line_id",
    "source_id",
    "body",
    "sector",
    "service_code",
    "service_name",
    "financial_year",
    "economic",
    "amount_pence",
    "amount_kind",
    "status",
    "footprint_code",
    "basis",
    "recipient_body",
    "payment_to_people",
    "description",
    "treatment",
    "file",
    "row",
]
"""The canonical line table: a lines file with its amount in pence, its services named, and where each row stood.

``treatment`` tells what was done to a line's amount since it was read: nothing (blank), or one of
:data:`placespend.schema.TREATMENTS`.
"""


@read_once
def sources() -> pd.DataFrame:
    """List the publications that lines come from.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``source_id``: ``publication`` (shared by all its years and editions), ``title``, ``publisher``,
        ``published``, ``licence``, ``url``, ``record`` (official allocation, or body's own record).
    """
    return pd.read_csv(
        shipped_file("spend_lines", "sources.csv"), dtype="str", index_col="source_id", keep_default_na=False
    )


@cache
def about_source(source_id: str) -> dict[str, str] | None:
    """Tell what is known of a source: its own row, else that of the publication it is an edition of.

    Parameters
    ----------
    source_id : str
        As "hmt-cra-2014".

    Returns
    -------
    dict of str to str or None
        The columns of :func:`sources`; None for a source that is nobody's publication here.
    """
    table, source_id = sources(), source_id.casefold()
    if source_id in table.index:
        return {str(key): str(value) for key, value in table.loc[source_id].items()}
    publication = next((name for name in table["publication"].unique() if source_id.startswith(f"{name}-")), None)
    if publication is None:
        return None
    edition = source_id.removeprefix(f"{publication}-")
    return {**{str(key): str(value) for key, value in table.loc[publication].items()}, "published": edition}


@cache
def payments_to_people() -> frozenset[str]:
    """List the service, sector and economic whose lines are payments to people, as benefits and pensions are.

    Returns
    -------
    frozenset of str
        As "10.6|LG|current".
    """
    table = pd.read_csv(shipped_file("spend_lines", "payments_to_people.csv"), dtype="str")
    return frozenset(table["service_code"] + "|" + table["sector"] + "|" + table["economic"])


def _canonical(raw: pd.DataFrame) -> pd.DataFrame:
    """Give checked text its types, and fill in what services and sectors imply."""
    filled = raw.reindex(columns=[*CANONICAL_COLUMNS, "amount_gbp"], fill_value="")
    declared = (filled["service_code"] + "|" + filled["sector"] + "|" + filled["economic"]).isin(payments_to_people())
    said = filled["payment_to_people"]
    names = services()["service_name"]
    table = filled.assign(
        service_name=filled["service_code"].map(names),
        amount_pence=parse_pounds(filled["amount_gbp"]),
        payment_to_people=np.where(said == "", declared, said == "true"),
    )
    return table[CANONICAL_COLUMNS]


def check_lines(*paths: str | Path, unknown_footprints: str = "error", bases: Bases | None = None) -> pd.DataFrame:
    """Check files of lines and list everything that is wrong with them.

    Parameters
    ----------
    *paths : str or pathlib.Path
        CSV files in UTF-8.
    unknown_footprints : {"error", "unallocated"}
        Whether a footprint that is no place is a fault.
    bases : Bases, optional
        What a line may say that it is shared by; what is shipped where left out.

    Returns
    -------
    pandas.DataFrame
        ``file``, ``row``, ``column``, ``value``, ``problem``, ``hint``; empty where all is well.

    Raises
    ------
    DataFileError
        If a file cannot be read at all.
    """
    return _read_all(paths, unknown_footprints, bases)[1]


def read_lines(*paths: str | Path, unknown_footprints: str = "error", bases: Bases | None = None) -> pd.DataFrame:
    """Read files of lines into one canonical table, all of them or none.

    Parameters
    ----------
    *paths : str or pathlib.Path
        CSV files in UTF-8 with the columns of :func:`placespend.schema.line_schema`.
    unknown_footprints : {"error", "unallocated"}
        "unallocated" keeps lines whose footprint is no place, as money that cannot be placed.
    bases : Bases, optional
        What a line may say that it is shared by; what is shipped where left out.

    Returns
    -------
    pandas.DataFrame
        One row per line with the columns of the file, ``amount_pence`` (Int64, missing where awaited) in place of
        ``amount_gbp``, ``service_name``, and the ``file`` and ``row`` it came from.

    Raises
    ------
    LinesError
        If anything is wrong; it holds all the failures of all the files.
    DataFileError
        If a file cannot be read at all.
    """
    raw, failures = _read_all(paths, unknown_footprints, bases)
    if not failures.empty:
        raise LinesError(failures)
    return _canonical(raw)


def prepare_table(
    table: pd.DataFrame, *, unknown_footprints: str = "error", bases: Bases | None = None
) -> pd.DataFrame:
    """Check a table of lines that was read, and perhaps changed since, as files are checked.

    Parameters
    ----------
    table : pandas.DataFrame
        With :data:`CANONICAL_COLUMNS`, of any type that holds their values.
    unknown_footprints : {"error", "unallocated"}
    bases : Bases, optional
        As for :func:`read_lines`.

    Returns
    -------
    pandas.DataFrame
        The canonical columns with their types, numbered anew.

    Raises
    ------
    UnknownNameError
        If it lacks a column.
    LinesError
        If anything is wrong with it.
    """
    missing = [column for column in CANONICAL_COLUMNS if column not in table]
    if missing == ["treatment"]:
        table, missing = table.assign(treatment=""), []
    if missing:
        message = f"The table of lines lacks {list_values(missing)}."
        raise UnknownNameError(message, hint="read your file with placespend.read_lines, which also checks it")
    if not table.columns.is_unique:
        message = f"The table of lines has {list_values(list(table.columns[table.columns.duplicated()]))} twice."
        raise UnknownNameError(message, hint="keep one of them")
    plain = table[CANONICAL_COLUMNS].reset_index(drop=True).astype("object")
    # Rows that were added by hand have no file, and stand where they stand in the table.
    numbered = pd.to_numeric(plain["row"], errors="coerce").notna().all()
    plain["file"] = plain["file"].where(plain["file"].notna(), "your table").astype("str")
    plain["row"] = plain["row"].astype("int64") if numbered else np.arange(1, len(plain) + 1)
    faults = check_types(plain)
    if not faults.empty:
        raise LinesError(faults)
    texts = plain.drop(columns=["row", "amount_pence", "payment_to_people", "service_name"]).astype("str")
    amounts = ["" if pd.isna(pence) else plain_gbp(int(pence)) for pence in plain["amount_pence"]]
    said = ["true" if value in {True, "true"} else "false" for value in plain["payment_to_people"]]
    raw = texts.assign(
        row=plain["row"], amount_gbp=pd.Series(amounts, dtype="str"), payment_to_people=pd.Series(said, dtype="str")
    )
    faults = join_faults([check_rows(raw, unknown_footprints=unknown_footprints, bases=bases), check_duplicates(raw)])
    if not faults.empty:
        raise LinesError(faults)
    return _canonical(raw)


def _read_all(
    paths: Sequence[str | Path], unknown_footprints: str, bases: Bases | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read files as text, with all the faults of all of them."""
    if not paths:
        message = "No file of lines was given."
        raise DataFileError(message)
    # A name that is no UTF-8 is shown as far as it can be.
    names = [printable(Path(path).name) for path in paths]
    tables, faults = [], []
    for path, name in zip(map(Path, paths), names, strict=True):
        # Files of one name in several folders are told apart by their whole path.
        file = name if names.count(name) == 1 else printable(str(path))
        raw, broken = read_text_table(path)
        raw = raw.assign(file=file)
        faults.append(pd.DataFrame(broken, columns=FAILURE_COLUMNS).assign(file=file))
        if not (raw.empty and broken):
            faults.append(check_columns(raw, file))
        if not raw.empty:
            faults.append(check_rows(raw, unknown_footprints=unknown_footprints, bases=bases))
        tables.append(raw)
    joined = pd.concat(tables, ignore_index=True).fillna("")
    return joined, join_faults([*faults, check_duplicates(joined)])


def lines_template() -> str:
    """Give a file of lines with every column and three example lines, whose amounts are made up.

    Returns
    -------
    str
        CSV.
    """
    return shipped_file("spend_lines", "template.csv").read_text(encoding="utf-8")


@cache
def _read_shipped(file: str) -> pd.DataFrame:
    raw, _ = read_text_table(shipped_file("spend_lines", file))
    return _canonical(raw)


def read_shipped(file: str) -> pd.DataFrame:
    """Read a file of lines that comes with placespend.

    Parameters
    ----------
    file : str
        Its name in ``spend_lines``.

    Returns
    -------
    pandas.DataFrame
        In the columns of :func:`read_lines`.

    Notes
    -----
    Not checked again at each reading: a test does that.
    """
    return _read_shipped(file).copy(deep=False)


def shipped_lines() -> pd.DataFrame:
    """Read the official allocation that comes with placespend: England's identifiable spending of 2011-12.

    Returns
    -------
    pandas.DataFrame
        2,813 lines in the columns of :func:`read_lines`.

    Notes
    -----
    Source: HM Treasury, Country and Regional Analysis, November 2014 database, Open Government Licence.
    """
    return read_shipped(SHIPPED_LINES)
