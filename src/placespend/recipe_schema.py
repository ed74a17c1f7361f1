"""What a recipe may say: one declaration that checks it and explains its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from placespend.relations import USES
from placespend.schema import AMOUNT_KINDS, YEAR_PATTERN

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    "lines": ("unknown_footprints", "complete"),
    "hmt-cra": ("vintage", "unit"),
    "revenue-outturn": ("vintage", "unit"),
    "integrated-settlement": ("footprint", "recipient", "unit"),
}
"""What a source may say beside its files: a file in a format says all else itself."""

KINDS = {"array": "list of texts", "boolean": "true or false", "integer": "whole number"}
"""How a kind of value is named to a user."""


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
                    "complete": {
                        "type": "boolean",
                        "description": "These lines are all that their bodies spend on each service group they name",
                    },
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
                    "line": _text("Id of a line, in place of a service"),
                    "basis": _text("Measure or blend to share it by"),
                    "reason": _text("Why; it stands on every output"),
                },
                required=("basis", "reason"),
            ),
        ),
        "measure": _several(
            "A measure of your own, a count for each area; one [[measure]] for each file",
            _table(
                {
                    "file": _text("File, from the folder of the recipe"),
                    "name": _text("Name of the measure, where the heading of its column is not it"),
                    "column": _text("The only column to read"),
                    "code_column": _text("The column of the areas' codes, where it is not found by itself"),
                    "sheet": _text("Sheet of a workbook"),
                    "label": _text("What it counts, in words"),
                    "unit": _text("What one of it is: people, households"),
                    "year": {"type": "integer", "minimum": 1900, "maximum": 2100, "description": "Year it is of"},
                    "source": _text("Who publishes it, and where"),
                    "licence": _text("Under what it may be used"),
                    "rate_per": {"type": "integer", "minimum": 1, "description": "It is a rate per so many"},
                    "rate_of": _text("Shipped measure that it is a rate of, such as residents"),
                },
                required=("file",),
            ),
        ),
        "measures": {
            **_table(
                {
                    "leave_out": _texts("Do not share by these measures: the next rung of the ladder is taken"),
                    "lookups": _texts("Lookups of the ONS, as published, for codes of other years than 2011"),
                }
            ),
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
            else {"array": "list of texts", "boolean": "true or false", "integer": "whole number"}.get(
                found["type"], "text"
            )
        )
        choices = (items or found).get("enum", [])
        meaning = found.get("description", "") + (f": {', '.join(choices)}" if choices else "")
        yield f"{prefix}{key}", kind, key in table["required"], meaning
        if inner is not None:
            yield from _keys_of(inner, f"{prefix}{key}.")
