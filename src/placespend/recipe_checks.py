"""What can be wrong with a recipe, all of it found at once, before any source is read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from placespend.errors import DataFileError, PlacespendError
from placespend.recipe_schema import OPTIONS_OF_FORMAT, RECIPE_SCHEMA, SHIPPED_RECIPE
from placespend.schema import is_financial_year
from placespend.shipped import shipped_file
from placespend.spelling import did_you_mean, printable

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    content = read_toml(Path(path))
    faults = [*_faults_of_keys(content), *_faults_of_signs(content, [])]
    return list(dict.fromkeys(faults or _faults_of_names(content, Path(path).parent)))


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    dict

    Raises
    ------
    DataFileError
        If it cannot be read, or is no TOML.
    """
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
    from placespend.cofog import services  # noqa: PLC0415  (reads the measures)
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
    yield from _faults_of_bases(content, folder)
    yield from circles([found for found in content.get("relation", []) if found["inner"] != found["outer"]])
    yield from _faults_of_days(content)


def _faults_of_bases(content: dict[str, Any], folder: Path) -> Iterator[str]:
    """Check what services are shared by and what not, and that the files of measures are there."""
    from placespend.bases import shipped_bases  # noqa: PLC0415  (reads the measures)
    from placespend.choices import Override, faults_of_choices  # noqa: PLC0415

    own = content.get("measure", [])
    overrides = [Override(**{"service": "", **found}) for found in content.get("basis", [])]
    left_out = content.get("measures", {}).get("leave_out", [])
    yield from faults_of_choices(overrides, left_out, shipped_bases(), others_may_come=bool(own))
    files = [found["file"] for found in own]
    for file in (*files, *content.get("measures", {}).get("lookups", [])):
        if not _is_file(folder / file):
            path = printable(str(folder / file))
            yield f"there is no file {path!r} of measures. Hint: paths start at the recipe's folder"
    whole = [found["file"] for found in own if "column" not in found]
    twice = sorted({file for file in whole if files.count(file) > 1})
    yield from (f"two [[measure]] are of file {printable(file)!r}. Hint: say column in each of them" for file in twice)
    for found in own:
        if ("rate_per" in found) != ("rate_of" in found):
            yield f"a rate in {printable(found['file'])!r} needs rate_per and rate_of. Hint: say both"


def _faults_of_days(content: dict[str, Any]) -> Iterator[str]:
    """Check the year, and how places are taken."""
    import pandas as pd  # noqa: PLC0415  (a recipe is read without it)

    from placespend.gazetteer import parse_as_at  # noqa: PLC0415
    from placespend.levels import check_level  # noqa: PLC0415

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


def circles(relations: list[dict[str, Any]]) -> Iterator[str]:
    """Find sources that hold each other, and those that are part of several.

    Parameters
    ----------
    relations : list of dict
        With ``inner`` and ``outer``.

    Returns
    -------
    str
        A fault and its hint.
    """
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
