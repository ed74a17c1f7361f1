"""The recipe: everything that makes a pot, in one TOML file, so that anyone can make it again.

A recipe names its sources with their filters, the financial year, what is in scope, how sources that cover the
same money relate, what is shared by something else than its service's basis and why, and the places. What it does
not say is as the shipped recipe has it: everything read is in scope. The declaration below checks a recipe, all
its faults at once, and explains its keys.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placespend.choices import Override
from placespend.errors import RecipeError
from placespend.measures import Measure
from placespend.recipe_checks import check_recipe, circles, read_toml
from placespend.recipe_schema import OPTIONS_OF_FORMAT, SHIPPED_RECIPE
from placespend.relations import USES, Relation
from placespend.shipped import shipped_file
from placespend.spelling import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from placespend.measured.plans import MeasureSource


@dataclass(frozen=True, eq=False)
class Source:
    """One source of a recipe.

    Attributes
    ----------
    id, format : str
    paths : tuple of pathlib.Path
    shipped : str
        File of shipped lines; blank for a user's own.
    options : dict
        ``vintage``, ``footprint``, ``recipient``, ``unit``, ``unknown_footprints`` as the recipe gives them, and
        ``complete`` as "true" or "false".
    only, leave_out : dict of str to list of str
        Filters.
    table : pandas.DataFrame or None
        Lines given as a table from Python, in place of files.
    """

    id: str
    format: str = "lines"
    paths: tuple[Path, ...] = ()
    shipped: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, list[str]] = field(default_factory=dict)
    leave_out: Mapping[str, list[str]] = field(default_factory=dict)
    table: pd.DataFrame | None = None

    def as_dict(self) -> dict[str, object]:
        """Give what the recipe says of it, with the bare names of its files.

        Returns
        -------
        dict
        """
        where = {"shipped": self.shipped} if self.shipped else {"files": [printable(path.name) for path in self.paths]}
        options = {key: found == "true" if key == "complete" else found for key, found in self.options.items()}
        said = {"id": self.id, "format": self.format, **where, **options}
        filters = {"only": dict(self.only), "leave_out": dict(self.leave_out)}
        return {**said, **{name: found for name, found in filters.items() if found}}


@dataclass(frozen=True)
class Scope:
    """What counts in a pot.

    Attributes
    ----------
    payments_to_people, capital : bool
    only_services, leave_out_services, leave_out_bodies, amount_kinds : tuple of str
        Everything where empty.
    """

    payments_to_people: bool = True
    capital: bool = True
    only_services: tuple[str, ...] = ()
    leave_out_services: tuple[str, ...] = ()
    leave_out_bodies: tuple[str, ...] = ()
    amount_kinds: tuple[str, ...] = ()

    def describe(self) -> str:
        """Say in one sentence what counts.

        Returns
        -------
        str
        """
        parts = [
            f"payments to people {'in' if self.payments_to_people else 'out'}",
            f"capital {'in' if self.capital else 'out'}",
        ]
        parts += [f"only services {', '.join(self.only_services)}"] * bool(self.only_services)
        parts += [f"services left out: {', '.join(self.leave_out_services)}"] * bool(self.leave_out_services)
        parts += [f"bodies left out: {', '.join(self.leave_out_bodies)}"] * bool(self.leave_out_bodies)
        parts += [f"only amounts of kind {', '.join(self.amount_kinds)}"] * bool(self.amount_kinds)
        return "; ".join(parts)


@dataclass(frozen=True, eq=False)
class Recipe:
    """Everything that makes a pot.

    Attributes
    ----------
    title : str
    sources : tuple of Source
    financial_year : str or None
        None: the only one that the sources hold.
    relations : tuple of Relation
    scope : Scope
    overrides : tuple of Override
    measures_left_out : tuple of str
    measures : tuple of MeasureSource or Measure
        A user's own, as files or as read before.
    lookups : tuple of pathlib.Path
        Of the Office for National Statistics, for codes of other years.
    places : tuple of str
    level, as_at : str or None
    """

    title: str
    sources: tuple[Source, ...]
    financial_year: str | None = None
    relations: tuple[Relation, ...] = ()
    scope: Scope = Scope()
    overrides: tuple[Override, ...] = ()
    measures_left_out: tuple[str, ...] = ()
    measures: tuple[MeasureSource | Measure, ...] = ()
    lookups: tuple[Path, ...] = ()
    places: tuple[str, ...] = ()
    level: str | None = None
    as_at: str | None = None

    def as_dict(self) -> dict[str, object]:
        """Give the recipe as plain values, as it stands in outputs.

        Returns
        -------
        dict
        """
        return {
            "title": self.title,
            "financial_year": self.financial_year,
            "source": [source.as_dict() for source in self.sources],
            "relation": [{**vars(relation)} for relation in self.relations],
            "scope": {**vars(self.scope)},
            "basis": [override.as_dict() for override in self.overrides],
            **({"measure": [_said_of(found) for found in self.measures]} if self.measures else {}),
            "measures": {
                "leave_out": self.measures_left_out,
                **({"lookups": [printable(path.name) for path in self.lookups]} if self.lookups else {}),
            },
        }

    @property
    def sha256(self) -> str:
        """Digest of what it says, whatever its layout; its places are not part of it."""
        text = json.dumps(self.as_dict(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def without(self, source_id: str) -> Recipe:
        """Leave a source out, with the relations that name it.

        Parameters
        ----------
        source_id : str

        Returns
        -------
        Recipe

        Raises
        ------
        RecipeError
            If it has no such source.
        """
        if source_id not in {source.id for source in self.sources}:
            message = f"The recipe has no source '{source_id}'."
            raise RecipeError(message, hint=f"its sources are {', '.join(source.id for source in self.sources)}")
        return replace(
            self,
            title=f"{self.title}, without {source_id}",
            sources=tuple(source for source in self.sources if source.id != source_id),
            relations=tuple(found for found in self.relations if source_id not in {found.inner, found.outer}),
        )


def _said_of(found: MeasureSource | Measure) -> dict[str, object]:
    """Give what a recipe says of a measure: its name, or its file and what is declared of it."""
    if isinstance(found, Measure):
        return {"name": found.name, "label": found.label, "year": found.year, "source": found.source}
    declared = {key: said for key, said in vars(found).items() if said and key != "path"}
    return {"file": printable(found.path.name), **declared}


def check_structure(recipe: Recipe) -> None:
    """Refuse a recipe that was made in Python and that no file could say.

    Parameters
    ----------
    recipe : Recipe

    Raises
    ------
    RecipeError
        All that is wrong at once: no source, two of one name, relations that name others or go in a circle.
    """
    ids = [source.id for source in recipe.sources]
    faults = [] if ids else ["there is no source"]
    faults += [f"two sources are called '{name}'" for name in sorted({name for name in ids if ids.count(name) > 1})]
    for relation in recipe.relations:
        ends = [relation.inner, relation.outer]
        faults += [f"there is no source '{name}', which a relation names" for name in ends if name not in ids]
        faults += [f"'{relation.use}' is not one of {', '.join(USES)}"] * (relation.use not in USES)
    pairs = [{"inner": relation.inner, "outer": relation.outer} for relation in recipe.relations]
    faults += [fault.split(". Hint")[0] for fault in circles(pairs)]
    if faults:
        message = f"The recipe cannot be used: {'; '.join(dict.fromkeys(faults))}."
        raise RecipeError(message, hint="see: placespend recipe template")


def read_recipe(path: str | Path) -> Recipe:
    """Read a recipe.

    Parameters
    ----------
    path : str or pathlib.Path

    Returns
    -------
    Recipe

    Raises
    ------
    RecipeError
        If anything is wrong with it: all of it at once.
    DataFileError
        If the file cannot be read at all.
    """
    path = Path(path)
    faults = check_recipe(path)
    if faults:
        message = f"{printable(path.name)} is not a recipe that can be used:\n" + "\n".join(f"  {f}" for f in faults)
        raise RecipeError(message, hint="a recipe to copy from: placespend recipe template")
    return _build(read_toml(path), path.parent, title=printable(path.stem))


@cache
def shipped_recipe() -> Recipe:
    """Give the recipe that comes with placespend.

    Returns
    -------
    Recipe
        Of England in 2011-12. Not checked again at each reading: a test does that.
    """
    path = shipped_file("spend_lines", SHIPPED_RECIPE)
    return _build(read_toml(path), path.parent, title=path.stem)


def recipe_template() -> str:
    """Give the shipped recipe as a text to copy from.

    Returns
    -------
    str
        TOML.
    """
    return shipped_file("spend_lines", SHIPPED_RECIPE).read_text(encoding="utf-8")


def _build(content: dict[str, Any], folder: Path, *, title: str) -> Recipe:
    """Make a recipe of checked values."""
    from placespend.measured.plans import MeasureSource  # noqa: PLC0415  (only a recipe with measures needs it)

    scope = {key: tuple(value) if isinstance(value, list) else value for key, value in content.get("scope", {}).items()}
    places = content.get("places", {})
    return Recipe(
        title=content.get("title", title),
        sources=tuple(_source(source, folder) for source in content["source"]),
        financial_year=content.get("financial_year"),
        relations=tuple(
            Relation(
                inner=found["inner"],
                outer=found["outer"],
                use=found["use"],
                groups=tuple(found.get("groups", ())),
                regions=tuple(found.get("regions", ())),
            )
            for found in content.get("relation", [])
        ),
        scope=Scope(**scope),  # type: ignore[arg-type]
        overrides=tuple(Override(**{"service": "", **found}) for found in content.get("basis", [])),
        measures_left_out=tuple(content.get("measures", {}).get("leave_out", ())),
        measures=tuple(
            MeasureSource(folder / found["file"], **{key: said for key, said in found.items() if key != "file"})
            for found in content.get("measure", [])
        ),
        lookups=tuple(folder / file for file in content.get("measures", {}).get("lookups", ())),
        places=tuple(places.get("names", ())),
        level=places.get("level"),
        as_at=places.get("as_at"),
    )


def _source(said: dict[str, Any], folder: Path) -> Source:
    shipped = said.get("shipped", "")
    if shipped:
        paths = (shipped_file("spend_lines", shipped),)
    else:
        paths = tuple(folder / file for file in ([said["file"]] if "file" in said else said["files"]))
    options = sorted({key for keys in OPTIONS_OF_FORMAT.values() for key in keys})
    return Source(
        id=said["id"],
        format=said.get("format", "lines"),
        paths=paths,
        shipped=shipped,
        options={key: str(said[key]).lower() if key == "complete" else said[key] for key in options if key in said},
        only=said.get("only", {}),
        leave_out=said.get("leave_out", {}),
    )
