"""What troubled families cost, modelled from the pots of places.

Of the yearly cost of all troubled families in England it was published what protecting their children and crime and
justice cost; the rest is what is left. Each of these three groups is shared by spending: a place has the part of the
cost that it has of England's spending on the services of the group, which ``spend_lines/family_costs.csv`` declares,
current and capital as they are in the pot.

The cost is shared as money is everywhere here. The cost of a group is first split over the cells of its services, in
proportion to their pence and by largest remainder; the parts are then cells of their own, with the body, footprint and
basis of those they come from, and a ledger shares them out. So places that tile England sum to the published cost to
the penny, districts to their county, and what falls on each body to the cost of the place. A cell of income has a
negative part, which lowers the cost of its body, as it lowers what the body spends.

What this cannot tell: it knows nothing of the families of a place. The part of spending on the services of one group
that goes to families is the same everywhere, by construction. A place that spends more on them, for whatever reason,
has the higher cost; one that is thought to have few families has the higher cost for each.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from placespend.apportion import build_ledger
from placespend.errors import OverlappingPlacesError, RecipeError, list_values
from placespend.families.published import published_families
from placespend.footprints import footprint_areas
from placespend.gazetteer import places_of_level
from placespend.geography import ENGLAND, count_of
from placespend.loaded import Loaded, load
from placespend.money import split_in_proportion
from placespend.pot import pot_of
from placespend.several import places_asked
from placespend.shipped import read_once, shipped_file
from placespend.wanted import recipe_wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from placespend.place import Place
    from placespend.pot import Pot

NO_GROUP = "none"
"""The group of services that are no part of what families cost."""

WHOLE_COST = "annual_cost_total"
"""The published measure that all groups sum to."""

WAYS_OUT = (
    "leave --lines out, or put your lines within the shipped ones: [[relation]] use = 'observed within' in a recipe"
)
"""How to get the spending of all England into the lines."""

_PENCE = 100


@read_once
def family_cost_services() -> pd.DataFrame:
    """List which services make which group of what families cost.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``service_code``, every service once: ``group`` ("none" for services that are no part of it),
        ``label``, ``measure`` (the published one that gives the group's cost; blank for the group that has what is
        left), ``quality`` (red, amber, green), ``assumption``, ``source``.
    """
    path = shipped_file("spend_lines", "family_costs.csv")
    return pd.read_csv(path, dtype="str", keep_default_na=False, index_col="service_code")


@read_once
def national_costs() -> pd.DataFrame:
    """Give what troubled families cost in England in a year, by group of services.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``group``: ``label``, ``cost_pence`` (int64; as published, and what is left of the whole for the
        group that none was published of), ``source_url``.
    """
    table = family_cost_services()
    groups = table[table["group"] != NO_GROUP].drop_duplicates("group").set_index("group")[["label", "measure"]]
    figures = published_families()
    figures = figures[figures["code"] == ENGLAND].drop_duplicates("measure").set_index("measure")
    known = groups["measure"] != ""
    costs = {group: int(figures["value"][measure]) for group, measure in groups["measure"][known].items()}
    left = int(figures["value"][WHOLE_COST]) - sum(costs.values())
    return groups.assign(
        cost_pence=[costs.get(group, left) * _PENCE for group in groups.index],
        source_url=[figures["source_url"][measure or WHOLE_COST] for measure in groups["measure"]],
    ).drop(columns="measure")


def family_cells(loaded: Loaded) -> pd.DataFrame:
    """Split what families cost over the cells of the services that it is spent on.

    Parameters
    ----------
    loaded : Loaded
        Lines that hold the spending of all England on the services of each group.

    Returns
    -------
    pandas.DataFrame
        Cells as :func:`placespend.apportion.build_cells` gives them, on the same index, with ``group``,
        ``spending_pence`` (of the cell) and ``amount_pence`` (of the families' cost). The amounts of a group sum to its
        cost exactly. Cells that cannot be placed in England are left out.

    Raises
    ------
    RecipeError
        If no line on the services of a group reaches some part of England, so that its families would cost nothing, or
        they do not sum to spending.

    Notes
    -----
    Lines that reach all of England but leave some bodies out, such as departments' without councils', are taken for all
    of its spending; that cannot be told from the lines. What is found is kept with the lines.
    """
    kept = loaded.kept
    if ("family cells",) not in kept:
        kept["family cells",] = _split_over_cells(loaded)
    found: pd.DataFrame = kept["family cells",]
    # One copy for each, lest what one changes is another's.
    return found.copy()


def _split_over_cells(loaded: Loaded) -> pd.DataFrame:
    groups = loaded.cells["service_code"].map(family_cost_services()["group"]).fillna(NO_GROUP)
    cells = loaded.cells.assign(group=groups)[groups != NO_GROUP]
    unplaced = build_ledger(cells, places_of_level("england"), loaded.bases).reasons
    cells = cells[~cells.index.isin(unplaced.index)]
    _check_covers_england(cells)
    cells = cells.rename(columns={"amount_pence": "spending_pence"})
    parts = pd.Series(0, index=cells.index, dtype="int64")
    for group, cost in national_costs()["cost_pence"].items():
        spending = cells["spending_pence"][cells["group"] == group]
        parts[spending.index] = np.array(split_in_proportion(int(cost), spending.tolist()), dtype=np.int64)
    return cells.assign(amount_pence=parts)


def modelled_costs(places: Sequence[Place], *, loaded: Loaded | None = None, **options: Any) -> pd.DataFrame:
    """Model what troubled families cost in places, by group of services.

    Parameters
    ----------
    places : sequence of Place
        They may overlap; each is then shared out by itself.
    loaded : Loaded, optional
        Lines gathered before.
    **options
        As for :func:`placespend.pots_by_level.pots`: ``recipe``, ``lines``, ``with_shipped``, ``year``, ``measures``,
        ``lookups``, ``overrides``, ``unknown_footprints``; the shipped lines where left out.

    Returns
    -------
    pandas.DataFrame
        For each place and group: ``code``, ``name``, ``group``, ``label``, ``spending_pence`` (of the place, on the
        services of the group), ``england_pence`` (of England, on the same) and ``cost_pence`` (int64). Over places that
        tile England the costs sum to :func:`national_costs` exactly.

    Raises
    ------
    RecipeError
        If the lines do not hold the spending of all England.
    WrongTypeError
        If they are no places, or several have one code.

    Examples
    --------
    >>> from placespend.gazetteer import find_place
    >>> modelled_costs([find_place("England")])["cost_pence"].tolist()
    [350000000000, 250000000000, 300000000000]
    """
    loaded = loaded or load_for_families(**options)
    places = places_asked(list(places), loaded.year_end)
    cells = family_cells(loaded)
    labels = _labels()
    costs = _sums_by_place(cells, places, loaded)
    spending = _sums_by_place(cells.assign(amount_pence=cells["spending_pence"]), places, loaded)
    whole = cells.groupby("group")["spending_pence"].sum().to_dict()
    rows = [
        (place.code, place.name, group, label, spending.get(key, 0), whole[group], costs.get(key, 0))
        for place in places
        for group, label in labels.items()
        for key in [(place.code, group)]
    ]
    columns = ["code", "name", "group", "label", "spending_pence", "england_pence", "cost_pence"]
    return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[4:], "int64"))


def cost_by_body(
    place: str | Place, *, level: str | None = None, as_at: str | None = None, **options: Any
) -> pd.DataFrame:
    """Tell what part of each body's spending in a pot goes to troubled families, as modelled.

    Parameters
    ----------
    place : str or Place
    level, as_at
        As for :func:`placespend.pot.single_pot`.
    **options
        As for :func:`modelled_costs`, with ``loaded``.

    Returns
    -------
    pandas.DataFrame
        For each body of the pot: ``body``, ``pot_pence`` (all that it spends there), ``services_pence`` (of that, on
        services of which a part goes to families), ``families_pence`` (Int64; they sum to the modelled cost of the
        place exactly), ``percent_of_services`` and ``percent_of_pot`` (Float64, one decimal; missing where the body's
        income is above its spending), by what goes to families, falling. Bodies whose lines are all awaited have no
        amounts.

    Raises
    ------
    RecipeError
        If the lines do not hold the spending of all England.
    PlaceNotFoundError, AmbiguousPlaceError, OutsideEnglandError
        If the place is not one place of England.

    Notes
    -----
    Of the spending on one group of services the same part goes to families everywhere. So ``percent_of_services``
    tells which services a body spends on, and is no finding about the place.
    """
    loaded = options.pop("loaded", None) or load_for_families(**options)
    return cost_in_pot(pot_of(place, loaded, level=level, as_at=as_at))


def cost_in_pot(pot: Pot) -> pd.DataFrame:
    """Tell what part of each body's spending in a pot that was built before goes to troubled families, as modelled.

    Parameters
    ----------
    pot : Pot

    Returns
    -------
    pandas.DataFrame
        As :func:`cost_by_body` gives it.

    Raises
    ------
    RecipeError
        If the lines do not hold the spending of all England.
    """
    loaded = pot.loaded
    cells = family_cells(loaded)
    there = build_ledger(cells, [pot.place], loaded.bases).pence_at(pot.place.code)
    families = there.groupby(cells["body"]).sum()
    shared = pot.cells[pot.cells.index.isin(cells.index)]
    services = shared.groupby("body")["amount_pence"].sum()
    table = pot.by("body").rename(columns={"amount_pence": "pot_pence"})[["body", "pot_pence"]]
    silent = table["pot_pence"].isna()
    for column, sums in (("services_pence", services), ("families_pence", families)):
        table[column] = table["body"].map(sums).fillna(0).astype("Int64").mask(silent)
    for column, whole in (("percent_of_services", "services_pence"), ("percent_of_pot", "pot_pence")):
        shares = [_percent(part, of) for part, of in zip(table["families_pence"], table[whole], strict=True)]
        table[column] = pd.array(shares, dtype="Float64")
    return table.sort_values("families_pence", ascending=False, kind="stable", ignore_index=True)


def load_for_families(**options: Any) -> Loaded:
    """Gather the lines that the cost of families is shared by.

    Parameters
    ----------
    **options
        As for :func:`modelled_costs`.

    Returns
    -------
    Loaded
    """
    return load(recipe_wanted(options.pop("recipe", None), **options))


def _check_covers_england(cells: pd.DataFrame) -> None:
    """Refuse lines that leave out places or groups: the cost of all families would fall on the others."""
    for group, label in _labels().items():
        here = cells[cells["group"] == group]
        reached = np.zeros(len(count_of("residents")), dtype=bool)
        for code in here["footprint_code"].unique():
            areas = footprint_areas(code)
            if areas is not None:
                reached[areas] = True
        without = [] if reached.all() else _authorities_with(~reached)
        if not without and here["amount_pence"].sum() > 0:
            continue
        told = (
            f"hold none on {label.lower()} in {list_values(without)}"
            if without
            else f"come to no spending on {label.lower()}"
        )
        message = f"The cost of families is shared by England's spending, and the lines {told}."
        raise RecipeError(message, hint=WAYS_OUT)


def _authorities_with(areas: NDArray[np.bool_]) -> list[str]:
    """Name the upper-tier authorities that hold some of these small areas."""
    return [place.name for place in places_of_level("upper_tier") if areas[place.small_areas].any()]


def _labels() -> dict[str, str]:
    """Give the groups and what they are called."""
    return {str(group): str(label) for group, label in national_costs()["label"].items()}


def _sum_entries(entries: pd.DataFrame, groups: pd.Series) -> dict[tuple[str, str], int]:
    """Sum what places have, by group; lines are only loaded if all of them together stay within 64 bits."""
    known = entries[entries["cell"].isin(groups.index)]
    known = known.assign(group=known["cell"].map(groups))
    sums = known.groupby(["place_code", "group"], observed=True)["amount_pence"].sum().reset_index()
    columns = [sums[column].tolist() for column in ("place_code", "group", "amount_pence")]
    return {(code, group): pence for code, group, pence in zip(*columns, strict=True)}


def _sums_by_place(cells: pd.DataFrame, places: Sequence[Place], loaded: Loaded) -> dict[tuple[str, str], int]:
    """Share cells out over places that may overlap, and sum them by place and group."""
    try:
        tables = [build_ledger(cells, places, loaded.bases).entries]
    except OverlappingPlacesError:
        tables = [build_ledger(cells, [place], loaded.bases).entries for place in places]
    codes = {place.code for place in places}
    entries = pd.concat([table.astype({"place_code": "str"}) for table in tables], ignore_index=True)
    return _sum_entries(entries[entries["place_code"].isin(codes)], cells["group"])


def _percent(part: object, whole: object) -> float | None:
    """Give a part of a whole in per cent; nothing where income makes it meaningless."""
    if pd.isna(part) or pd.isna(whole) or whole <= 0 or part < 0:  # type: ignore[operator, call-overload]
        return None
    return float(round(Fraction(100 * int(part), int(whole)), 1))  # type: ignore[call-overload]
