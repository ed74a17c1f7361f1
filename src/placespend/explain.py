"""How a figure came about: every cell behind it with its footprint, basis, exact share, assumption and source."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from placespend.apportion import CELL_KEYS
from placespend.cofog import services
from placespend.errors import UnknownNameError, WrongTypeError, list_values
from placespend.footprints import name_of
from placespend.lines import about_source
from placespend.shares import build_shares
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from fractions import Fraction

    from placespend.bases import Bases
    from placespend.loaded import Loaded
    from placespend.place import Place

GIVEN = "basis given with the line"
NOT_ASSESSED = "not assessed"


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


def describe_sources(cells: pd.DataFrame, shared: pd.Series, bases: Bases) -> tuple[str, ...]:
    """Name the publications that cells come from, then those of the measures that shared them.

    Parameters
    ----------
    cells : pandas.DataFrame
    shared : pandas.Series of bool
        Which of the cells were apportioned.
    bases : Bases

    Returns
    -------
    tuple of str
    """
    lines = [describe_source(source) for source in cells["source_id"].unique()]
    parts = [part for name in cells.loc[shared, "basis"].unique() for part, _ in bases.basis(name).parts]
    return tuple(dict.fromkeys([*lines, *(f"{part.source} ({part.licence})" for part in parts)]))


def describe_measure_years(cells: pd.DataFrame, shared: pd.Series, loaded: Loaded) -> list[str]:
    """Say of which years the measures are that shared the money.

    Parameters
    ----------
    cells : pandas.DataFrame
    shared : pandas.Series of bool
        Which of the cells were apportioned.
    loaded : Loaded
        Whose cells they are.

    Returns
    -------
    list of str
        A sentence; none where nothing was apportioned. Another where a user's measure does not say its year.
    """
    used = [loaded.bases.basis(name) for name in cells.loc[shared, "basis"].unique()]
    years = sorted({year for found in used for year in found.years})
    undated = dict.fromkeys(part.label for found in used for part, _ in found.parts if part.year is None)
    notes = [f"It is not said of which year these measures are: {', '.join(undated)}."] if undated else []
    if years:
        *others, last = map(str, years)
        span = f"{', '.join(others)}{' and ' * bool(others)}{last}"
        notes.insert(0, f"Money of {loaded.financial_year} is shared by measures of {span}.")
    return notes


def name_lines(cells: pd.DataFrame, loaded: Loaded) -> pd.Series:
    """List the lines that were summed into each cell, five by their id and the rest by their count.

    Parameters
    ----------
    cells : pandas.DataFrame
        With :data:`placespend.apportion.CELL_KEYS`.
    loaded : Loaded
        Whose lines they are the sums of.

    Returns
    -------
    pandas.Series of str
        On the index of the cells.
    """
    lines = loaded.lines
    paid = lines[lines["amount_pence"].notna() & lines["service_code"].isin(cells["service_code"])]
    keyed = paid.assign(basis=loaded.bases.choose(paid)).groupby(CELL_KEYS, dropna=False)["line_id"]
    ids = keyed.agg(lambda found: list_values(list(found))).to_dict()
    named = [ids[key] for key in cells[CELL_KEYS].itertuples(index=False, name=None)]
    return pd.Series(named, index=cells.index, dtype="str")


def explain_cells(cells: pd.DataFrame, place: Place, loaded: Loaded) -> pd.DataFrame:
    """Tell how the amount of each cell at a place came about.

    Parameters
    ----------
    cells : pandas.DataFrame
        Cells of a pot with their ``line_ids``; those of awaited lines have no amounts.
    place : Place
    loaded : Loaded
        Whose cells they are.

    Returns
    -------
    pandas.DataFrame
        The columns that :meth:`placespend.pot.Pot.explain` lists.
    """
    bases, reasons = loaded.bases, loaded.reasons_by_basis
    pairs = list(zip(cells["footprint_code"], cells["basis"], strict=True))
    share_of = {pair: _share(*pair, place, bases) for pair in dict.fromkeys(pairs)}
    shares = [share_of[pair] for pair in pairs]
    used = _map_once(cells["basis"], bases.basis)
    # Another basis than the one that would be taken says why; its quality is told where the ladder knows it.
    usual = bases.choose(cells.assign(basis=""))
    of_service = list(zip(cells["service_code"], cells["basis"], strict=True))
    rung_of = {pair: bases.rung(*pair) or {} for pair in dict.fromkeys(of_service)}
    rungs = [rung_of[pair] for pair in of_service]
    assumptions = [
        reasons.get((service, name), rung["assumption"] if rung and is_usual else GIVEN)
        for rung, service, name, is_usual in zip(
            rungs, cells["service_code"], cells["basis"], cells["basis"] == usual, strict=True
        )
    ]
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
            "footprint": _map_once(cells["footprint_code"], name_of),
            "cell_pence": cells["cell_pence"].astype("Int64"),
            "basis": cells["basis"],
            "basis_label": _map_once(used, lambda found: found.label),
            "measure_years": _map_once(used, lambda found: ", ".join(map(str, found.years)) or "not said"),
            "observed_levels": _map_once(used, lambda found: _join(part.observed_level for part, _ in found.parts)),
            "share": pd.array([None if share is None else float(share) for share in shares], dtype="Float64"),
            "share_exact": [None if share is None else f"{share.numerator}/{share.denominator}" for share in shares],
            "amount_pence": cells["amount_pence"].astype("Int64"),
            "grade": cells["grade"],
            "quality": pd.Series([rung.get("quality", NOT_ASSESSED) for rung in rungs], cells.index, dtype="str"),
            "assumption": pd.Series(assumptions, cells.index, dtype="str"),
            "measure_source": _map_once(used, lambda found: _join(part.source for part, _ in found.parts)),
            "source": _map_once(cells["source_id"], describe_source),
            "lines": cells["lines"],
            "line_ids": cells["line_ids"],
        }
    ).reset_index(drop=True)


def _map_once(column: pd.Series, tell: Callable[[Any], Any]) -> pd.Series:
    """Tell of each value of a column, of one that stands many times only once: to name a place takes long."""
    return column.map(cache(tell))


def _share(footprint_code: str, basis_name: str, place: Place, bases: Bases) -> Fraction | None:
    shares = build_shares(footprint_code, bases.basis(basis_name))
    return shares.of(place) if shares is not None else None


def _join(texts: object) -> str:
    return "; ".join(dict.fromkeys(texts))  # type: ignore[call-overload]
