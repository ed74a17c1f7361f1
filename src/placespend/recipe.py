"""The recipe: everything that makes a pot, in one TOML file, so that anyone can make it again.

A recipe names its sources with their filters, the financial year, what is in scope, how sources that cover the
same money relate, what is shared by something else than its service's basis and why, and the places. What it does
not say is as the shipped recipe has it: everything read is in scope. The declaration below checks a recipe, all
its faults at once, and explains its keys.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placespend.errors import DataFileError, PlacespendError, RecipeError, UnknownNameError
from placespend.observed import USES, Relation
from placespend.schema import AMOUNT_KINDS, YEAR_PATTERN, is_financial_year
from placespend.shipped import shipped_file
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

SHIPPED_RECIPE = "england_2011-12.toml"
FORMATS = ("lines", "hmt-cra", "revenue-outturn", "integrated-settlement")
FILTER_COLUMNS = {
    "body": "body",
    "sector": "sector",
    "service": "service_code",
    "economic": "economic",
    "footprint": "footprint_code",
    "amount_kind": "amount_kind",
    "status": "status",
    "line": "line_id",
    "publication": "source_id",
}
"""What a source can be filtered by, and the column of its lines that holds it; "group" is a service group."""

OPTIONS_OF_FORMAT = {
    "lines": ("unknown_footprints",),
    "hmt-cra": ("vintage", "unit"),
    "revenue-outturn": ("vintage", "unit"),
    "integrated-settlement": ("footprint", "recipient", "unit"),
}
"""What a source may say beside its files: a file in a format says all else itself."""


def _table(properties: dict[str, Any], *, required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "required": list(required), "properties": properties}


def _text(meaning: str, **more: object) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "description": meaning, **more}


def _texts(meaning: str, *, least: int = 0, **more: object) -> dict[str, Any]:
    texts = {"type": "array", "items": {"type": "string", "minLength": 1, **more}, "description": meaning}
    return {**texts, "minItems": least} if least else texts


def _several(meaning: str, table: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": table, "description": meaning}


_FILTER = _table({name: _texts(f"lines of these, by {name}", least=1) for name in (*FILTER_COLUMNS, "group")})

RECIPE_SCHEMA = _table(
    {
        "title": _text("What the pot is, in words"),
        "financial_year": _text("April to March, as 2011-12", pattern=YEAR_PATTERN.replace("\\Z", "$")),
        "source": {
            "type": "array",
            "minItems": 1,
            "description": "Where the money comes from; one [[source]] each",
            "items": _table(
                {
                    "id": _text("Name of the source in this recipe"),
                    "format": _text("How its files are laid out; lines where left out", enum=list(FORMATS)),
                    "file": _text("File, from the folder of the recipe"),
                    "files": _texts("Several files of one source", least=1),
                    "shipped": _text("File of lines that comes with placespend"),
                    "vintage": _text("Which edition of the publication it is, such as 2014"),
                    "footprint": _text("Whom the money serves, where the file does not say: a code"),
                    "recipient": _text("Body that the money is passed to, where the file does not say"),
                    "unit": _text(
                        "Unit of the amounts, where the file does not say", enum=["pound", "thousand", "million"]
                    ),
                    "unknown_footprints": _text("What to do with lines of no known place", enum=["error", "keep"]),
                    "only": {**_FILTER, "description": "Take only these lines"},
                    "leave_out": {**_FILTER, "description": "Leave these lines out"},
                },
                required=("id",),
            ),
        },
        "relation": _several(
            "How two sources that cover the same money relate; one [[relation]] each",
            _table(
                {
                    "inner": _text("The source whose money is part of the other's"),
                    "outer": _text("The source that holds it"),
                    "use": _text("What to do", enum=list(USES)),
                    "groups": _texts("Only for these service groups"),
                    "regions": _texts("Only for these regions, by code", pattern="^E12[0-9]{6}$"),
                },
                required=("inner", "outer", "use"),
            ),
        ),
        "scope": {
            **_table(
                {
                    "payments_to_people": {"type": "boolean", "description": "Benefits and pensions count"},
                    "capital": {"type": "boolean", "description": "Capital spending counts"},
                    "only_services": _texts("Only these services or service groups count"),
                    "leave_out_services": _texts("These services or service groups do not count"),
                    "leave_out_bodies": _texts("These bodies do not count"),
                    "amount_kinds": _texts("Only amounts of these kinds count", enum=list(AMOUNT_KINDS)),
                }
            ),
            "description": "What counts; everything where left out",
        },
        "basis": _several(
            "What is shared by something else than its service's basis; one [[basis]] each",
            _table(
                {
                    "service": _text("Code of the service"),
                    "basis": _text("Measure or blend to share it by"),
                    "reason": _text("Why; it stands on every output"),
                },
                required=("service", "basis", "reason"),
            ),
        ),
        "measures": {
            **_table({"leave_out": _texts("Do not share by these measures: the next rung of the ladder is taken")}),
            "description": "Which measures may be used; all where left out",
        },
        "places": {
            **_table(
                {
                    "names": _texts("Places by name or code"),
                    "level": _text("Settles a name that places of several levels share"),
                    "as_at": _text("Day on which combined authorities are taken, or today"),
                }
            ),
            "description": "Places of the pot, where the command names none",
        },
    },
    required=("source",),
)
"""What a recipe may say, as a JSON Schema."""


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
        ``vintage``, ``footprint``, ``recipient``, ``unit``, ``unknown_footprints`` as the recipe gives them.
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
        said = {"id": self.id, "format": self.format, **where, **self.options}
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


@dataclass(frozen=True)
class Override:
    """A service that is shared by something else than its own basis, and why.

    Attributes
    ----------
    service, basis, reason : str
    """

    service: str
    basis: str
    reason: str


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
            "basis": [{**vars(override)} for override in self.overrides],
            "measures": {"leave_out": self.measures_left_out},
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
        """
        return replace(
            self,
            title=f"{self.title}, without {source_id}",
            sources=tuple(source for source in self.sources if source.id != source_id),
            relations=tuple(found for found in self.relations if source_id not in {found.inner, found.outer}),
        )


def check_recipe(path: str | Path) -> list[str]:
    """List everything that is wrong with a recipe, without reading its sources.

    Parameters
    ----------
    path : str or pathlib.Path

    Returns
    -------
    list of str
        One sentence for each fault, with a hint; empty where all is well.

    Raises
    ------
    DataFileError
        If the file cannot be read at all.
    """
    content = _read_toml(Path(path))
    faults = [*_faults_of_keys(content), *_faults_of_signs(content, [])]
    return list(dict.fromkeys(faults or _faults_of_names(content, Path(path).parent)))


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
    return _build(_read_toml(path), path.parent, title=printable(path.stem))


@cache
def shipped_recipe() -> Recipe:
    """Give the recipe that comes with placespend.

    Returns
    -------
    Recipe
        Of England in 2011-12. Not checked again at each reading: a test does that.
    """
    path = shipped_file("spend_lines", SHIPPED_RECIPE)
    return _build(_read_toml(path), path.parent, title=path.stem)


def recipe_template() -> str:
    """Give the shipped recipe as a text to copy from.

    Returns
    -------
    str
        TOML.
    """
    return shipped_file("spend_lines", SHIPPED_RECIPE).read_text(encoding="utf-8")


def list_keys() -> pd.DataFrame:
    """List what a recipe may say.

    Returns
    -------
    pandas.DataFrame
        ``key`` (with its table), ``kind``, ``needed`` (bool), ``meaning``.
    """
    import pandas as pd  # noqa: PLC0415  (a recipe is read without it)

    return pd.DataFrame(_keys_of(RECIPE_SCHEMA, ""), columns=["key", "kind", "needed", "meaning"])


def _keys_of(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, str, bool, str]]:
    for key, found in table["properties"].items():
        items = found.get("items", {})
        inner = found if "properties" in found else items if "properties" in items else None
        kind = (
            "table"
            if inner is not None
            else {"array": "list of texts", "boolean": "true or false"}.get(found["type"], "text")
        )
        choices = (items or found).get("enum", [])
        meaning = found.get("description", "") + (f": {', '.join(choices)}" if choices else "")
        yield f"{prefix}{key}", kind, key in table["required"], meaning
        if inner is not None:
            yield from _keys_of(inner, f"{prefix}{key}.")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        message = f"There is no file {printable(str(path))}."
        raise DataFileError(message) from None
    except UnicodeDecodeError:
        message = f"{printable(str(path))} is not text in UTF-8."
        raise DataFileError(message) from None
    except tomllib.TOMLDecodeError as error:
        message = f"{printable(str(path))} is not TOML: {error}."
        raise DataFileError(message, hint="texts stand in quotation marks; see: placespend recipe template") from None
    except RecursionError:
        message = f"{printable(str(path))} holds brackets within brackets, far more than a recipe has."
        raise DataFileError(message) from None
    except (OSError, ValueError) as error:
        message = f"{printable(str(path))} cannot be read: {getattr(error, 'strerror', None) or error}."
        raise DataFileError(message) from None


def _faults_of_keys(content: dict[str, Any]) -> Iterator[str]:
    """Check keys and kinds of value by the declaration."""
    from jsonschema import Draft202012Validator  # noqa: PLC0415  (only a user's recipe needs it)

    for error in sorted(Draft202012Validator(RECIPE_SCHEMA).iter_errors(content), key=lambda found: str(found.path)):
        where = _name_path(list(error.absolute_path))
        allowed = error.schema.get("properties", {})
        if error.validator == "additionalProperties":
            keys = f"the keys there are {', '.join(allowed)}"
            yield from (
                f"unknown key {printable(repr(key))}{where}. Hint: {did_you_mean(key, allowed, otherwise=keys)}"
                for key in error.instance
                if key not in allowed
            )
        elif error.validator == "required":
            missing = [key for key in error.schema["required"] if key not in error.instance]
            yield f"missing {', '.join(map(repr, missing))}{where}. Hint: {allowed[missing[0]]['description']}"
        elif error.validator == "enum":
            if not isinstance(error.instance, str):
                continue  # its type is a fault of its own
            said = printable(str(error.instance))
            choices = error.schema["enum"]
            hint = did_you_mean(said, choices, otherwise=f"one of {', '.join(choices)}")
            yield f"{said!r} is not one of {', '.join(choices)}{where}. Hint: {hint}"
        else:
            meaning = error.schema.get("description", "")
            yield f"{printable(repr(error.instance))} is not what is meant{where}. Hint: {meaning or error.message}"


def _faults_of_signs(found: object, path: list[str | int]) -> Iterator[str]:
    """Find texts with signs that a terminal would obey: they would stand on every output."""
    if isinstance(found, dict | list):
        for step, inner in found.items() if isinstance(found, dict) else enumerate(found):
            yield from _faults_of_signs(inner, [*path, step])
    elif isinstance(found, str) and len(printable(found)) != len(found):
        yield f"{printable(found)!r} holds signs that do not print{_name_path(path)}. Hint: write it anew"


def _name_path(path: list[str | int]) -> str:
    """Say where in a recipe something stands: in the second [[source]], key only."""
    words = [f"number {step + 1}" if isinstance(step, int) else printable(step) for step in path]
    return f" in {' '.join(words)}" if words else ""


def _faults_of_names(content: dict[str, Any], folder: Path) -> Iterator[str]:
    """Check that what a recipe names is there: files, sources, services, bases."""
    from placespend.bases import services  # noqa: PLC0415  (reads the measures)
    from placespend.geography import level_index  # noqa: PLC0415
    from placespend.responsibilities import service_groups  # noqa: PLC0415

    ids = [source["id"] for source in content["source"]]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    yield from (f"two sources are called {name!r}. Hint: rename one" for name in twice)
    for source in content["source"]:
        yield from _faults_of_source(source, folder)
    groups = list(service_groups()["group"].unique())
    regions = [str(code) for code in level_index("region")[0]]
    for relation in content.get("relation", []):
        for end in ("inner", "outer"):
            if relation[end] not in ids:
                hint = did_you_mean(relation[end], ids, otherwise=f"the sources are {', '.join(ids)}")
                yield f"there is no source {relation[end]!r}, which a relation names. Hint: {hint}"
        if relation["inner"] == relation["outer"]:
            yield f"{relation['inner']!r} relates to itself. Hint: name two sources"
        yield from _unknown("service group", relation.get("groups", []), groups)
        yield from _unknown("region", relation.get("regions", []), regions, see="placespend places --level region")
    scope = content.get("scope", {})
    known = [*services().index, *groups]
    for key in ("only_services", "leave_out_services"):
        yield from _unknown("service or service group", scope.get(key, []), known)
    yield from _faults_of_bases(content.get("basis", []), content.get("measures", {}).get("leave_out", []))
    yield from _circles([found for found in content.get("relation", []) if found["inner"] != found["outer"]])
    yield from _faults_of_days(content)


def _faults_of_bases(overrides: list[dict[str, str]], left_out: list[str]) -> Iterator[str]:
    """Check what services are shared by, and what not."""
    from placespend.bases import bases, bases_without, basis, services  # noqa: PLC0415
    from placespend.measures import list_measures  # noqa: PLC0415

    unknown = [*_unknown("measure", left_out, list(list_measures().index))]
    yield from unknown
    if not unknown:
        try:
            bases_without(left_out, chosen_otherwise=[override["service"] for override in overrides])
        except UnknownNameError as error:
            yield f"{error.message.removesuffix('.')}. Hint: {error.hint}"
    named = [override["service"] for override in overrides]
    twice = sorted({service for service in named if named.count(service) > 1})
    yield from (f"two [[basis]] are for service {service!r}. Hint: keep the one that is meant" for service in twice)
    for override in overrides:
        yield from _unknown("service", [override["service"]], list(services().index))
        yield from _unknown("basis", [override["basis"]], list(bases()))
        parts = basis(override["basis"]).parts if override["basis"] in bases() else ()
        yield from (
            f"{override['service']} is to be shared by {override['basis']!r}, which takes the measure {part.name!r}, "
            "and the recipe leaves that out. Hint: name another basis, or keep the measure"
            for part, _ in parts
            if part.name in left_out
        )


def _faults_of_days(content: dict[str, Any]) -> Iterator[str]:
    """Check the year, and how places are taken."""
    import pandas as pd  # noqa: PLC0415  (a recipe is read without it)

    from placespend.gazetteer import parse_as_at  # noqa: PLC0415
    from placespend.geography import check_level  # noqa: PLC0415

    year, places = content.get("financial_year"), content.get("places", {})
    if year is not None and not is_financial_year(pd.Series([year])).iloc[0]:
        yield f"{printable(year)!r} is not a financial year. Hint: write it as 2011-12"
    for check, key in ((check_level, "level"), (parse_as_at, "as_at")):
        try:
            if key in places:
                check(places[key])
        except PlacespendError as error:
            yield f"{error.message.removesuffix('.')} in places {key}. Hint: {error.hint}"


def _unknown(kind: str, names: list[str], known: list[str], *, see: str = "placespend lines services") -> Iterator[str]:
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known, otherwise=f"see: {see}")
            yield f"there is no {kind} {printable(name)!r}. Hint: {hint}"


def _faults_of_source(source: dict[str, Any], folder: Path) -> Iterator[str]:
    name = printable(source["id"])
    given = [key for key in ("file", "files", "shipped") if key in source]
    if len(given) != 1:
        what = f"names {' and '.join(given)}" if given else "names no file"
        yield f"source {name!r} {what}. Hint: name one of file, files or shipped"
    form = source.get("format", "lines")
    if "shipped" in source and form != "lines":
        yield f"source {name!r} is shipped, and not of format {form!r}. Hint: leave the format out"
    takes = () if "shipped" in source else OPTIONS_OF_FORMAT[form]
    for option in sorted({key for keys in OPTIONS_OF_FORMAT.values() for key in keys} & set(source) - set(takes)):
        kind = "a shipped file" if "shipped" in source else f"format {form!r}"
        yield f"source {name!r}: {kind} takes no {option!r}. Hint: leave it out, for it would change nothing"
    if "shipped" in source and source["shipped"] not in shipped_sources():
        hint = did_you_mean(source["shipped"], shipped_sources(), otherwise=f"there are {', '.join(shipped_sources())}")
        yield f"no file {printable(source['shipped'])!r} comes with placespend. Hint: {hint}"
    for file in [source["file"]] if "file" in source else source.get("files", []):
        if not _is_file(folder / file):
            path = printable(str(folder / file))
            yield f"source {name!r}: there is no file {path!r}. Hint: paths start at the recipe's folder"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        # A name that no system takes, as one that is too long.
        return False


def shipped_sources() -> list[str]:
    """List the files of lines that come with placespend and may be a source.

    Returns
    -------
    list of str
    """
    folder = shipped_file("spend_lines", SHIPPED_RECIPE).parent
    return sorted(path.name for path in folder.glob("*_20[0-9][0-9]-*.csv"))


def _circles(relations: list[dict[str, Any]]) -> Iterator[str]:
    """Find sources that hold each other."""
    outer_of: dict[str, set[str]] = {}
    for relation in relations:
        outer_of.setdefault(relation["inner"], set()).add(relation["outer"])
    for start in outer_of:
        seen, open_ends = set(), set(outer_of[start])
        while open_ends:
            found = open_ends.pop()
            seen.add(found)
            open_ends |= outer_of.get(found, set()) - seen
        if start in seen:
            yield f"source {start!r} would hold itself. Hint: an inner source is part of the outer one, not the reverse"
            return
    for inner, outers in outer_of.items():
        if len(outers) > 1:
            yield (
                f"source {inner!r} is part of {' and of '.join(sorted(outers))}. "
                "Hint: relate it to the one that holds it most closely"
            )


def _build(content: dict[str, Any], folder: Path, *, title: str) -> Recipe:
    """Make a recipe of checked values."""
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
        overrides=tuple(Override(**found) for found in content.get("basis", [])),
        measures_left_out=tuple(content.get("measures", {}).get("leave_out", ())),
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
    options = ("vintage", "footprint", "recipient", "unit", "unknown_footprints")
    return Source(
        id=said["id"],
        format=said.get("format", "lines"),
        paths=paths,
        shipped=shipped,
        options={key: said[key] for key in options if key in said},
        only=said.get("only", {}),
        leave_out=said.get("leave_out", {}),
    )
