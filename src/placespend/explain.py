"""How a figure came about: every cell behind it with its footprint, basis, exact share, assumption and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.apportion import CELL_KEYS
from placespend.bases import basis, basis_of_service, choose_bases, services
from placespend.errors import UnknownNameError, WrongTypeError, list_values
from placespend.footprints import name_of
from placespend.lines import about_source
from placespend.shares import build_shares
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from fractions import Fraction

    from placespend.place import Place

GIVEN = "basis given with the line"


def describe_source(source_id: str) -> str:
    """Name a source as it is printed.

    Parameters
    ----------
    source_id : str

    Returns
    -------
    str
        Publisher, title, date and licence where it is declared; otherwise that it is the user's own.
    """
    row = about_source(source_id)
    if row is None:
        return f"{source_id} (your own lines)"
    return f"{row['publisher']}, {row['title']}, {row['published']} ({row['licence']})"


def find_services(text: str, among: Collection[str]) -> list[str]:
    """Find services by code, or by any part of their name, label or division.

    Parameters
    ----------
    text : str
    among : collection of str
        The service codes to search.

    Returns
    -------
    list of str
        Codes in the order of ``spend_lines/services.csv``.

    Raises
    ------
    UnknownNameError
        If none is called so.
    WrongTypeError
        If it is no text.
    """
    if not isinstance(text, str):
        message = f"A service is named by a text, not {type(text).__name__}."
        raise WrongTypeError(message, hint="give its code or part of its name")
    here = services()[services().index.isin(list(among))]
    wanted = printable(text).strip().casefold()
    exact = (here.index.str.casefold() == wanted) | (here["service_name"].str.casefold() == wanted)
    if exact.any():
        return list(here.index[exact])
    found = pd.Series(data=False, index=here.index)
    for column in ("service_name", "label", "division_name"):
        found |= here[column].str.casefold().str.contains(wanted, regex=False)
    if wanted and found.any():
        return list(here.index[found])
    message = f"No service in this pot is called '{text}'."
    names = [*here["label"], *here["division_name"].unique(), *here.index]
    raise UnknownNameError(message, hint=did_you_mean(text, names, otherwise="see: placespend lines services"))


def describe_sources(cells: pd.DataFrame, shared: pd.Series) -> tuple[str, ...]:
    """Name the publications that cells come from, then those of the measures that shared them.

    Parameters
    ----------
    cells : pandas.DataFrame
    shared : pandas.Series of bool
        Which of the cells were apportioned.

    Returns
    -------
    tuple of str
    """
    lines = [describe_source(source) for source in cells["source_id"].unique()]
    parts = [part for name in cells.loc[shared, "basis"].unique() for part, _ in basis(name).parts]
    return tuple(dict.fromkeys([*lines, *(f"{part.source} ({part.licence})" for part in parts)]))


def describe_measure_years(cells: pd.DataFrame, shared: pd.Series, financial_year: str) -> list[str]:
    """Say of which years the measures are that shared the money.

    Parameters
    ----------
    cells : pandas.DataFrame
    shared : pandas.Series of bool
        Which of the cells were apportioned.
    financial_year : str

    Returns
    -------
    list of str
        One sentence; none where nothing was apportioned.
    """
    years = sorted({year for name in cells.loc[shared, "basis"].unique() for year in basis(name).years})
    if not years:
        return []
    *others, last = map(str, years)
    return [f"Money of {financial_year} is shared by measures of {', '.join(others)}{' and ' * bool(others)}{last}."]


def name_lines(cells: pd.DataFrame, lines: pd.DataFrame) -> pd.Series:
    """List the lines that were summed into each cell, five by their id and the rest by their count.

    Parameters
    ----------
    cells : pandas.DataFrame
        With :data:`placespend.apportion.CELL_KEYS`.
    lines : pandas.DataFrame
        The lines that they are the sums of.

    Returns
    -------
    pandas.Series of str
        On the index of the cells.
    """
    paid = lines[lines["amount_pence"].notna() & lines["service_code"].isin(cells["service_code"])]
    keyed = paid.assign(basis=choose_bases(paid)).groupby(CELL_KEYS, dropna=False)["line_id"]
    ids = keyed.agg(lambda found: list_values(list(found))).to_dict()
    named = [ids[key] for key in cells[CELL_KEYS].itertuples(index=False, name=None)]
    return pd.Series(named, index=cells.index, dtype="str")


def explain_cells(cells: pd.DataFrame, place: Place, reasons: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    """Tell how the amount of each cell at a place came about.

    Parameters
    ----------
    cells : pandas.DataFrame
        Cells of a pot with their ``line_ids``; those of awaited lines have no amounts.
    place : Place
    reasons : mapping of (str, str) to str
        For each service that a recipe shares by something else than its own basis, and that basis, why.

    Returns
    -------
    pandas.DataFrame
        The columns that :meth:`placespend.pot.Pot.explain` lists.
    """
    chosen = basis_of_service().loc[cells["service_code"]].set_index(cells.index)
    by_service = cells["basis"] == chosen["basis"]
    pairs = list(zip(cells["footprint_code"], cells["basis"], strict=True))
    share_of = {pair: _share(*pair, place) for pair in dict.fromkeys(pairs)}
    shares = [share_of[pair] for pair in pairs]
    used = cells["basis"].map(basis)
    others = [reasons.get(pair, GIVEN) for pair in zip(cells["service_code"], cells["basis"], strict=True)]
    given = pd.Series(others, index=cells.index, dtype="str")
    kept = [
        "service_code",
        "service",
        "body",
        "sector",
        "economic",
        "amount_kind",
        "status",
        "treatment",
        "footprint_code",
    ]
    return pd.DataFrame(
        {
            **{name: cells[name] for name in kept},
            "footprint": cells["footprint_code"].map(name_of),
            "cell_pence": cells["cell_pence"].astype("Int64"),
            "basis": cells["basis"],
            "basis_label": used.map(lambda found: found.label),
            "measure_years": used.map(lambda found: ", ".join(map(str, found.years))),
            "observed_levels": used.map(lambda found: _join(part.observed_level for part, _ in found.parts)),
            "share": pd.array([None if share is None else float(share) for share in shares], dtype="Float64"),
            "share_exact": [None if share is None else f"{share.numerator}/{share.denominator}" for share in shares],
            "amount_pence": cells["amount_pence"].astype("Int64"),
            "grade": cells["grade"],
            "quality": chosen["quality"].where(by_service, "not assessed"),
            "assumption": chosen["assumption"].where(by_service, given),
            "measure_source": used.map(lambda found: _join(part.source for part, _ in found.parts)),
            "source": cells["source_id"].map(describe_source),
            "lines": cells["lines"],
            "line_ids": cells["line_ids"],
        }
    ).reset_index(drop=True)


def _share(footprint_code: str, basis_name: str, place: Place) -> Fraction | None:
    shares = build_shares(footprint_code, basis_name)
    return shares.of(place) if shares is not None else None


def _join(texts: object) -> str:
    return "; ".join(dict.fromkeys(texts))  # type: ignore[call-overload]
