"""What to obtain so that the range of a pot gets narrower.

Three things can be had. Of what local bodies spend on services that the Revenue Outturn reports, their outturn: it
settles what the authorities have, though not who within them. Of any service whose ladder names a better measure than
those loaded, that measure. And of measures that are modelled within the areas they were published for, the real counts
by small area.

What outturn and measures take away sums to the spread of all services, for each cell's part of it is counted once. What
small-area counts take away is told beside it: a better measure would take it away too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from placespend.cofog import services
from placespend.lines import about_source
from placespend.responsibilities import service_groups

if TYPE_CHECKING:
    from placespend.bases import Bases
    from placespend.loaded import Loaded

MEASURE, OUTTURN, SMALL_AREA_COUNTS, NOTHING = "measure", "outturn", "small-area counts", "nothing known"
COLUMNS = ["obtain", "kind", "source", "how", "services", "spread_pence"]

OUTTURN_SOURCE = "DCLG, Revenue Outturn"
HOW_OUTTURN = 'a [[source]] with format = "revenue-outturn" in a recipe'
ABBREVIATIONS = {"dwp": "DWP", "hmrc": "HMRC"}
RECORDED = ("split", "part", "scaled")


def narrow(moved: pd.DataFrame, of_model: pd.DataFrame, loaded: Loaded) -> pd.DataFrame:
    """List what to obtain, by how much it would narrow the range.

    Parameters
    ----------
    moved : pandas.DataFrame
        Cells that move: ``service_code``, ``basis``, ``sector``, ``economic``, ``source_id``, ``treatment``,
        ``spread_pence`` (high less low, as the extremes of its unit have it) and ``between_pence`` (of that, what the
        amounts of whole authorities would settle).
    of_model : pandas.DataFrame
        ``service_code``, ``basis``, ``spread_pence``: how far the amount differs with and without a model of small
        areas.
    loaded : Loaded

    Returns
    -------
    pandas.DataFrame
        ``obtain``, ``kind`` (measure, outturn, small-area counts, nothing known), ``source``, ``how`` (the option that
        loads it), ``services`` (labels), ``spread_pence``, the most first and what nothing is known to narrow last.
        All but the small-area counts sum to the spread of all services.
    """
    is_local = _is_local(moved)
    group = moved["service_code"].map(service_groups()["label"])
    by_outturn = moved[is_local].assign(
        spread_pence=moved.loc[is_local, "between_pence"],
        obtain=[f"revenue outturn of {label} of every body that provides it here" for label in group[is_local]],
        kind=OUTTURN,
        source=OUTTURN_SOURCE,
        how=HOW_OUTTURN,
    )
    left = moved["spread_pence"] - moved["between_pence"].where(is_local, 0)
    wanted = _better_by_service(loaded.bases)
    told = pd.DataFrame([wanted[code] for code in moved["service_code"]], columns=COLUMNS[:4], index=moved.index)
    by_measure = pd.concat([moved.assign(spread_pence=left), told.astype("str")], axis=1)
    some = of_model[of_model["spread_pence"] > 0]
    counted = [_counts(str(basis), loaded.bases) for basis in some["basis"]]
    by_count = pd.concat([some, pd.DataFrame(counted, columns=COLUMNS[:4], index=some.index).astype("str")], axis=1)
    return _together(pd.concat([by_outturn, by_measure, by_count], ignore_index=True))


def _is_local(moved: pd.DataFrame) -> pd.Series:
    """Tell which cells are of local bodies' current spending, unrecorded, that the outturn reports."""
    official = {
        source: (about := about_source(source)) is not None and about["record"] == "official allocation"
        for source in moved["source_id"].unique()
    }
    kind = (moved["sector"] == "LG") & (moved["economic"] == "current") & ~moved["treatment"].isin(RECORDED)
    grouped = moved["service_code"].isin(service_groups().index)
    return kind & grouped & moved["source_id"].map(official).astype("bool")


def _better_by_service(bases: Bases) -> dict[str, tuple[str, str, str, str]]:
    """Name the best measure of each service's ladder that is not loaded."""
    ladders = bases.ladders
    # What counts a part of England only is still to be had for the rest.
    lacking = ~ladders["loaded"] | ladders["basis"].isin(bases.partial)
    best = ladders[(ladders["use"] == "best") & lacking].drop_duplicates("ladder")
    sources = best.groupby("basis")["source"].agg(lambda found: "; ".join(dict.fromkeys(found)))
    what = best.drop_duplicates("basis").set_index("basis")["assumption"]
    of_basis = {
        str(name): (
            f"{_in_words(str(name))} ({what[name][0].lower()}{what[name][1:]})",
            MEASURE,
            str(sources[name]),
            f"--measure FILE, named {name}",
        )
        for name in what.index
    }
    of_ladder = dict(zip(best["ladder"], best["basis"], strict=True))
    nothing = ("no better measure is named for these", NOTHING, "", "")
    found = services()["ladder"].map(of_ladder)
    return {str(code): of_basis.get(name, nothing) for code, name in found.items()}


def _in_words(name: str) -> str:
    """Write the name of a measure that is not loaded, of which no label is known."""
    return " ".join(ABBREVIATIONS.get(word, word) for word in name.split("_"))


def _counts(basis: str, bases: Bases) -> tuple[str, str, str, str]:
    """Name the real counts behind a modelled measure."""
    modelled = [part for part, _ in bases.basis(basis).parts if bases.plain_of(part.name) is not None]
    names, labels = ([getattr(part, field) for part in modelled] for field in ("name", "label"))
    sources = dict.fromkeys(part.source for part in modelled)
    how = f"--measure FILE, named {' and '.join(names)}"
    return (f"{' and '.join(labels)} by small area", SMALL_AREA_COUNTS, "; ".join(sources), how)


def _together(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum what is obtained together, the most first."""
    rows = rows.assign(services=rows["service_code"].map(services()["label"]))
    keys = COLUMNS[:4]
    # The services that it moves most come first.
    by_service = rows.groupby([*keys, "services"], sort=False)["spread_pence"].sum().reset_index()
    by_service = by_service.sort_values("spread_pence", ascending=False, kind="stable")
    found = (
        by_service.groupby(keys, sort=False)
        .agg(services=("services", "; ".join), spread_pence=("spread_pence", "sum"))
        .reset_index()
    )
    found = found[found["spread_pence"] != 0].astype({"spread_pence": "int64"})
    order = found.assign(last=found["kind"] == NOTHING).sort_values(
        ["last", "spread_pence"], ascending=[True, False], kind="stable"
    )
    return order[COLUMNS].reset_index(drop=True)
