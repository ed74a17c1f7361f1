"""What a troubled family costs, in three layers that are never mixed.

*Local*: what an authority found a family to cost, as published, beside what it found the average family to cost.
*Modelled*: the place's part of the national cost, shared by spending as :mod:`placespend.families.modelled_costs`
says, over its number of families. *National mean*: one published figure for all, times the number of families. The last
is flat by construction: per family it is the same everywhere, and its total is the number of families in pounds. A map
of it would show the count and look like a finding, so it is refused.

The layers rest on different ground: a local study counts what one council spends, the national figures what all public
bodies do. A difference between two layers is no difference between places, and no map shades two of them at once.

A cost that is a count times a known amount, or a known amount over a count, is suppressed with the count. The modelled
total of a place is neither: it does not depend on how many families there are, and stays. Where there are no families,
there is no cost per family. A user's own counts must have come through disclosure control before they are given here.

The modelled cost per family is high where few families were counted beside much spending on everyone: it ranks places
much as the density of families does, turned round, and says little of what any one family costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from placespend.errors import UnknownNameError, WrongTypeError, list_values
from placespend.families.modelled_costs import load_for_families, modelled_costs, national_costs
from placespend.families.published import published_families
from placespend.families.whole_numbers import is_count
from placespend.geography import ENGLAND
from placespend.levels import check_level
from placespend.notes import NEIGHBOURHOOD
from placespend.several import places_asked
from placespend.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from placespend.loaded import Loaded
    from placespend.place import Place

LOCAL: Final = "local"
MODELLED: Final = "modelled"
NATIONAL_MEAN: Final = "national_mean"

LAYERS = {
    LOCAL: "found locally, as published",
    MODELLED: "modelled from the pot of the place",
    NATIONAL_MEAN: "national mean, the same everywhere",
}
"""The layers of cost, best known first, and what they are."""

STATUSES = ("published", "estimated", "suppressed", "missing")
"""How the number of families of a place is known."""

COLUMNS = (
    "code",
    "name",
    "layer",
    "cost_per_family_gbp",
    "total_gbp",
    "total_pence",
    "status",
    "average_family_gbp",
    "ratio",
    "source",
    "note",
)
"""The columns of a table of costs."""

COST_NOTE = (
    "Layers of cost rest on different ground, and a difference between two of them is none between places. The "
    "modelled cost is the place's part of the national £9bn, shared by what is spent there on the services that "
    "families use, over its families: it is high where families are few for that spending."
)
"""What must be said beside costs of several layers, or a map of one."""

_MONEY = ["cost_per_family_gbp", "total_gbp", "total_pence", "average_family_gbp"]
_PENCE = 100


def check_shadeable(layers: str | Iterable[str]) -> str:
    """Take the one layer of cost that a map may shade, or say why it may not.

    Parameters
    ----------
    layers : str or iterable of str
        A layer, or those of all rows that are to be shaded.

    Returns
    -------
    str
        The layer.

    Raises
    ------
    WrongTypeError
        If it is the national mean, which is flat, or several layers.
    UnknownNameError
        If there is no such layer.

    Examples
    --------
    >>> check_shadeable(["modelled", "modelled"])
    'modelled'
    """
    asked = list(dict.fromkeys([layers] if isinstance(layers, str) else layers))
    for layer in asked:
        if layer not in LAYERS:
            message = f"There is no layer of cost '{layer}'."
            hint = did_you_mean(str(layer), LAYERS, otherwise=f"the layers are {', '.join(LAYERS)}")
            raise UnknownNameError(message, hint=hint)
    if len(asked) != 1:
        message = f"A map shades one layer of cost, not {list_values(asked) or 'none'}: they rest on different ground."
        raise WrongTypeError(message, hint=f"keep the rows of one layer, for example '{MODELLED}'")
    if asked[0] == NATIONAL_MEAN:
        message = (
            "The national mean cannot be shaded: per family it is the same everywhere, and its total is the number of "
            "families times one amount, so the map would show the count and look like a cost."
        )
        raise WrongTypeError(message, hint=f"shade the layer '{MODELLED}', or the density of families")
    return asked[0]


def family_costs(
    places: Sequence[Place],
    families: pd.Series,
    *,
    status: pd.Series | None = None,
    loaded: Loaded | None = None,
    **options: Any,
) -> pd.DataFrame:
    """Tell what troubled families cost in places, per family and in all, by layer.

    Parameters
    ----------
    places : sequence of Place
        They may overlap.
    families : pandas.Series
        Number of families by place code: whole numbers, missing where suppressed or not known. A place that it does not
        hold is missing.
    status : pandas.Series, optional
        By place code, one of :data:`STATUSES`. "estimated" where a number is given and "missing" where none is, where
        left out. A number that is said to be suppressed is not computed with.
    loaded : Loaded, optional
        Lines gathered before.
    **options
        As for :func:`placespend.families.modelled_costs.modelled_costs`.

    Returns
    -------
    pandas.DataFrame
        The :data:`COLUMNS`, by place, then layer. Every place has a row of the layers modelled and national_mean; local
        only where a cost was published. ``cost_per_family_gbp`` and ``total_gbp`` (Int64) are whole pounds, each
        rounded once, half even, from what is exact; ``total_pence`` (Int64) is exact, and its modelled rows sum over
        places that tile England to the published cost. ``status`` is that of the number of families, and "estimated"
        where what is computed from a published one is a model. ``average_family_gbp`` and ``ratio`` (Float64, one
        decimal) stand only where both were published.

    Raises
    ------
    WrongTypeError
        If numbers of families are not whole or are negative, or a place stands twice.
    UnknownNameError
        If there is no such status.
    RecipeError
        If the lines do not hold the spending of all England.

    Examples
    --------
    >>> from placespend.gazetteer import find_place
    >>> table = family_costs([find_place("Sheffield")], pd.Series({"E08000019": 1680}))
    >>> table[["layer", "total_gbp"]].to_numpy().tolist()
    [['modelled', 98592379], ['national_mean', 126000000]]
    """
    loaded = loaded or load_for_families(**options)
    places = places_asked(list(places), loaded.year_end)
    counts = _counts(places, families, status)
    totals = modelled_costs(places, loaded=loaded).groupby("code")["cost_pence"].sum()
    rows: list[dict[str, object]] = []
    mean, locally, sources = _national_mean(), _local_costs(), _sources(loaded)
    for place in places:
        count = counts[place.code]
        if place.code in locally:
            rows.append(_local(place, count, locally[place.code]))
        rows.append(_modelled(place, count, int(totals[place.code]), sources, loaded.financial_year))
        rows.append(_mean(place, count, mean))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({**dict.fromkeys(_MONEY, "Int64"), "ratio": "Float64"})


@dataclass(frozen=True)
class _Count:
    """How many families a place has, None where that is not known, and how it is known."""

    families: int | None
    status: str

    @property
    def model_status(self) -> str:
        """How a figure is known that a model makes of the number."""
        return "estimated" if self.status == "published" else self.status

    def per_family_gbp(self, pence: int) -> int | None:
        """Divide pence by the families, rounded once to the pound; None of no families."""
        return round(Fraction(pence, self.families * _PENCE)) if self.families else None

    def times(self, cost_gbp: int) -> int | None:
        """Multiply a cost by the families, in pence."""
        return None if self.families is None else self.families * cost_gbp * _PENCE


def _counts(places: Sequence[Place], families: pd.Series, status: pd.Series | None) -> dict[str, _Count]:
    """Take the number of families of each place, where it may be used."""
    repeated = [f"'{code}'" for code in families.index[families.index.duplicated()].unique()]
    if repeated:
        message = f"Several numbers of families are given for {list_values(repeated)}."
        raise WrongTypeError(message, hint="give each place one number")
    odd = [f"{code}: {value!r}" for code, value in families.items() if not (pd.isna(value) or is_count(value))]
    if odd:
        message = f"Numbers of families are whole and not negative, unlike {list_values(odd)}."
        raise WrongTypeError(message, hint="leave out what is not known")
    said = {} if status is None else status.to_dict()
    unknown = sorted({str(word) for word in said.values()} - set(STATUSES))
    if unknown:
        message = f"There is no status {list_values(unknown)} of a number of families."
        raise UnknownNameError(message, hint=f"the statuses are {', '.join(STATUSES)}")
    counts = {}
    for place in places:
        number = families.get(place.code)
        word = str(said.get(place.code, "estimated"))
        if word in {"suppressed", "missing"} or number is None or pd.isna(number):
            counts[place.code] = _Count(None, "suppressed" if word == "suppressed" else "missing")
        else:
            counts[place.code] = _Count(int(number), word)
    return counts


def _pounds(pence: int | None) -> int | None:
    """Round pence to the pound, half even."""
    return None if pence is None else round(Fraction(pence, _PENCE))


def _row(place: Place, layer: str, total_pence: int | None, **others: object) -> dict[str, object]:
    """Set out one row; what is not given is missing."""
    row: dict[str, object] = {"code": place.code, "name": place.name, "layer": layer}
    return row | {"total_pence": total_pence, "total_gbp": _pounds(total_pence), "note": ""} | others


def _local(place: Place, count: _Count, published: Mapping[str, Any]) -> dict[str, object]:
    """Tell what was found locally."""
    cost, average = int(published["cost"]), published["average"]
    known = not pd.isna(average)
    return _row(
        place,
        LOCAL,
        count.times(cost),
        cost_per_family_gbp=cost,
        status=count.status,
        average_family_gbp=int(average) if known else None,
        ratio=float(round(Fraction(cost, int(average)), 1)) if known else None,
        source=published["source_url"],
        note=published["note"],
    )


def _modelled(place: Place, count: _Count, total_pence: int, source: str, year: str) -> dict[str, object]:
    """Tell what the pot of the place makes families cost."""
    notes = [f"National cost as estimated in 2011-13, shared by spending of {year}; the part called the rest is red."]
    if check_level(place.level).is_neighbourhood:
        notes.append(f"{NEIGHBOURHOOD[0].upper()}{NEIGHBOURHOOD[1:]}.")
    return _row(
        place,
        MODELLED,
        total_pence,
        cost_per_family_gbp=count.per_family_gbp(total_pence),
        status=count.model_status,
        source=source,
        note=" ".join([*notes, *_on_none(count)]),
    )


def _mean(place: Place, count: _Count, mean: pd.Series) -> dict[str, object]:
    """Tell what families cost if each costs the national mean."""
    cost = int(mean["value"])
    return _row(
        place,
        NATIONAL_MEAN,
        count.times(cost),
        cost_per_family_gbp=None if count.families == 0 else cost,
        status=count.model_status,
        source=mean["source_url"],
        note=" ".join(["The same per family everywhere: not to be shaded on a map.", *_on_none(count)]),
    )


def _on_none(count: _Count) -> list[str]:
    return ["No families, so no cost per family."] if count.families == 0 else []


def _national_mean() -> pd.Series:
    """Give the published mean."""
    table = published_families()
    return table[(table["code"] == ENGLAND) & (table["measure"] == "annual_cost_per_family")].iloc[0]


def _local_costs() -> dict[str, dict[str, Any]]:
    """Give what was found locally, by place code: cost and average in pounds, their source and notes."""
    table = published_families()
    average = table[table["measure"] == "cost_per_average_family"].set_index("code")
    found = {}
    for row in table[table["measure"] == "cost_per_troubled_family"].to_dict(orient="records"):
        code = str(row["code"])
        notes = [row["note"], average["note"].get(code, "")]
        found[code] = {
            "cost": row["value"],
            "average": average["value"].get(code, pd.NA),
            "source_url": row["source_url"],
            "note": "; ".join(text for text in notes if text),
        }
    return found


def _sources(loaded: Loaded) -> str:
    """Name what the modelled layer is made of."""
    addresses = ", ".join(dict.fromkeys(national_costs()["source_url"]))
    return f"placespend model: {addresses}; shared by the lines of {loaded.recipe.title}"
