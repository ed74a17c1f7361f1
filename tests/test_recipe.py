"""Recipes: every key lands where it should, all faults are told at once, and the digest is of what is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from placespend.choices import Override
from placespend.errors import DataFileError, PlacespendError, RecipeError
from placespend.loaded import load
from placespend.measured.plans import MeasureSource
from placespend.recipe import Recipe, Scope, read_recipe, recipe_template, shipped_recipe
from placespend.recipe_checks import check_recipe, shipped_sources
from placespend.recipe_schema import FILTER_COLUMNS, FORMATS, OPTIONS_OF_FORMAT, RECIPE_SCHEMA, list_keys
from placespend.relations import Relation
from placespend.shipped import shipped_file

if TYPE_CHECKING:
    from collections.abc import Iterator

SHIPPED_PATH = shipped_file("spend_lines", "england_2011-12.toml")
CRA = '[[source]]\nid = "cra"\nshipped = "cra_2011-12.csv"\n'
OUTTURN = '[[source]]\nid = "outturn"\nshipped = "revenue_outturn_2011-12_pilots.csv"\n'
RELATION = '[[relation]]\ninner = "outturn"\nouter = "cra"\nuse = "observed within"\n'
ESCAPE = "\\u001b]0;owned\\u0007"

FULL = """
title = "All that a recipe can say"
financial_year = "2012-13"

[[source]]
id = "own"
format = "lines"
file = "own.csv"
unknown_footprints = "keep"
complete = true
only = { body = ["A", "B"], sector = ["LG"], service = ["8.2"], economic = ["current"], footprint = ["E08000003"], \
amount_kind = ["outturn"], status = ["have"], line = ["1"], publication = ["ledger"], group = ["cultural"] }
[source.leave_out]
body = ["C"]

[[source]]
id = "analysis"
format = "hmt-cra"
files = ["one.xlsx", "folder/two.xlsx"]
vintage = "2015"
unit = "thousand"

[[source]]
id = "outturn"
format = "revenue-outturn"
file = "rs.xls"
vintage = "revised"
unit = "pound"

[[source]]
id = "settlement"
format = "integrated-settlement"
file = "settlement.xlsx"
footprint = "E47000001"
recipient = "Greater Manchester Combined Authority"
unit = "million"

[[source]]
id = "shipped"
shipped = "cra_2011-12.csv"

[[relation]]
inner = "outturn"
outer = "analysis"
use = "scale"
groups = ["education", "police"]
regions = ["E12000002"]

[[relation]]
inner = "outturn"
outer = "analysis"
use = "replace"

[[relation]]
inner = "own"
outer = "outturn"
use = "observed within"

[scope]
payments_to_people = false
capital = false
only_services = ["8.2", "education"]
leave_out_services = ["police"]
leave_out_bodies = ["D"]
amount_kinds = ["outturn", "budget"]

[[basis]]
service = "3.2"
basis = "residents"
reason = "No incidents are known"

[[basis]]
line = "cra-0001"
basis = "claimant_count"
reason = "It is for the unemployed"

[[measure]]
file = "claimants.xlsx"
name = "claimant_count"
column = "Total"
code_column = "LSOA"
sheet = "August"
label = "claimants"
unit = "people"
year = 2012
source = "ONS"
licence = "OGL"
rate_per = 1000
rate_of = "residents"

[measures]
leave_out = ["aged_75_plus"]
lookups = ["lookup.csv"]

[places]
names = ["Leeds", "York"]
level = "upper_tier"
as_at = "2012-03-31"
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a recipe, and empty files for it to name."""

    def write_recipe(text: str | bytes, *files: str, name: str = "recipe.toml") -> Path:
        for file in files:
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).touch()
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write_recipe


@pytest.fixture
def full(write: Write) -> Path:
    return write(
        FULL, "own.csv", "one.xlsx", "folder/two.xlsx", "rs.xls", "settlement.xlsx", "claimants.xlsx", "lookup.csv"
    )


# --- what is said lands where it should


def test_every_key_is_taken_and_lands_where_it_should(full: Path, tmp_path: Path) -> None:
    assert check_recipe(full) == []
    recipe = read_recipe(full)
    assert (recipe.title, recipe.financial_year) == ("All that a recipe can say", "2012-13")
    own, analysis, outturn, settlement, shipped = recipe.sources
    assert [source.id for source in recipe.sources] == ["own", "analysis", "outturn", "settlement", "shipped"]
    assert [source.format for source in recipe.sources] == [
        *("lines", "hmt-cra", "revenue-outturn", "integrated-settlement", "lines")
    ]
    assert own.paths == (tmp_path / "own.csv",)
    assert analysis.paths == (tmp_path / "one.xlsx", tmp_path / "folder" / "two.xlsx")
    assert dict(own.options) == {"unknown_footprints": "keep", "complete": "true"}
    assert dict(analysis.options) == {"vintage": "2015", "unit": "thousand"}
    assert dict(outturn.options) == {"vintage": "revised", "unit": "pound"}
    assert dict(settlement.options) == {
        "footprint": "E47000001",
        "unit": "million",
        "recipient": "Greater Manchester Combined Authority",
    }
    assert (shipped.shipped, shipped.paths) == ("cra_2011-12.csv", (shipped_file("spend_lines", "cra_2011-12.csv"),))
    assert set(own.only) == {*FILTER_COLUMNS, "group"}
    assert own.only["body"] == ["A", "B"]
    assert dict(own.leave_out) == {"body": ["C"]}
    assert recipe.relations == (
        Relation("outturn", "analysis", "scale", ("education", "police"), ("E12000002",)),
        Relation("outturn", "analysis", "replace"),
        Relation("own", "outturn", "observed within"),
    )
    assert recipe.scope == Scope(
        payments_to_people=False,
        capital=False,
        only_services=("8.2", "education"),
        leave_out_services=("police",),
        leave_out_bodies=("D",),
        amount_kinds=("outturn", "budget"),
    )
    assert recipe.overrides == (
        Override("3.2", "residents", "No incidents are known"),
        Override("", "claimant_count", "It is for the unemployed", line="cra-0001"),
    )
    assert recipe.measures == (
        MeasureSource(
            tmp_path / "claimants.xlsx",
            name="claimant_count",
            column="Total",
            code_column="LSOA",
            sheet="August",
            label="claimants",
            unit="people",
            year=2012,
            source="ONS",
            licence="OGL",
            rate_per=1000,
            rate_of="residents",
        ),
    )
    assert recipe.lookups == (tmp_path / "lookup.csv",)
    assert recipe.measures_left_out == ("aged_75_plus",)
    assert (recipe.places, recipe.level, recipe.as_at) == (("Leeds", "York"), "upper_tier", "2012-03-31")


def test_the_full_recipe_says_every_key_that_there_is(full: Path) -> None:
    import tomllib  # noqa: PLC0415

    def keys(table: Any, prefix: str = "") -> Iterator[str]:
        for found in table if isinstance(table, list) else [table]:
            for key, inner in found.items():
                yield f"{prefix}{key}"
                if isinstance(inner, dict) or (isinstance(inner, list) and isinstance(inner[0], dict)):
                    yield from keys(inner, f"{prefix}{key}.")

    said = set(keys(tomllib.loads(full.read_text(encoding="utf-8"))))
    listed = set(list_keys()["key"])
    assert said <= listed
    # A list of texts may stand in the other filter just as well.
    assert {key.replace("leave_out", "only") for key in listed - said if key.startswith("source.")} <= said
    assert {key for key in listed - said if not key.startswith("source.leave_out.")} == set()


def test_a_recipe_goes_out_as_it_came_in_and_in_again(full: Path, write: Write) -> None:
    recipe = read_recipe(full)
    said: dict[str, Any] = json.loads(json.dumps(recipe.as_dict()))
    # JSON's texts, numbers and lists are those of TOML's values; only the places are not part of it.
    lines = [f"{key} = {json.dumps(said[key])}" for key in ("title", "financial_year")]
    for name in ("source", "relation", "basis", "measure"):
        for table in said[name]:
            lines.append(f"[[{name}]]")
            if "shipped" in table:
                del table["format"]
            filters = {key: table.pop(key) for key in ("only", "leave_out") if key in table}
            lines.extend(f"{key} = {json.dumps(value)}" for key, value in table.items())
            for key, columns in filters.items():
                lines.append(f"[source.{key}]")
                lines.extend(f"{column} = {json.dumps(values)}" for column, values in columns.items())
    for name in ("scope", "measures"):
        lines.append(f"[{name}]")
        lines.extend(f"{key} = {json.dumps(value)}" for key, value in said[name].items())
    again = read_recipe(write("\n".join(lines), "two.xlsx", name="again.toml"))
    assert again.as_dict() == recipe.as_dict()
    assert again.sha256 == recipe.sha256


def test_all_that_makes_a_recipe_is_in_what_it_says_but_for_its_places(full: Path) -> None:
    recipe = read_recipe(full)
    renamed = {
        "sources": "source",
        "relations": "relation",
        "overrides": "basis",
        "measures": "measure",
        "measures_left_out": "measures",
        "lookups": "measures",
    }
    named = {renamed.get(found.name, found.name) for found in fields(Recipe)} - {"places", "level", "as_at"}
    assert set(recipe.as_dict()) == named
    assert set(recipe.as_dict()["scope"]) == {found.name for found in fields(Scope)}  # type: ignore[call-overload]


def test_what_is_not_said_is_in_scope_and_as_it_was(write: Write) -> None:
    recipe = read_recipe(write(CRA, name="plain.toml"))
    assert (recipe.title, recipe.financial_year, recipe.scope) == ("plain", None, Scope())
    assert (recipe.relations, recipe.overrides, recipe.measures_left_out, recipe.places) == ((), (), (), ())
    assert (recipe.sources[0].only, recipe.sources[0].leave_out, recipe.sources[0].options) == ({}, {}, {})
    assert Scope().describe() == "payments to people in; capital in"


def test_the_shipped_recipe_is_one_that_can_be_used() -> None:
    assert check_recipe(SHIPPED_PATH) == []
    assert read_recipe(SHIPPED_PATH).as_dict() == shipped_recipe().as_dict()
    assert read_recipe(SHIPPED_PATH).sha256 == shipped_recipe().sha256
    assert recipe_template() == SHIPPED_PATH.read_text(encoding="utf-8")
    assert {source.shipped for source in shipped_recipe().sources} <= set(shipped_sources())


def test_the_declaration_is_a_schema_and_the_keys_are_all_of_it() -> None:
    Draft202012Validator.check_schema(RECIPE_SCHEMA)
    keys = list_keys().set_index("key")
    assert keys.index.is_unique
    assert keys["meaning"].str.len().min() > 0
    assert keys.index[keys["needed"]].tolist() == [
        *("source", "source.id", "relation.inner", "relation.outer", "relation.use"),
        *("basis.basis", "basis.reason", "measure.file"),
    ]
    assert keys["kind"]["source.only.body"] == "list of texts"
    assert keys["kind"]["scope.capital"] == "true or false"
    assert all(form in keys["meaning"]["source.format"] for form in FORMATS)
    assert set(OPTIONS_OF_FORMAT) == set(FORMATS)


def test_a_source_is_left_out_with_what_relates_to_it(full: Path) -> None:
    recipe = read_recipe(full)
    without = recipe.without("outturn")
    assert [source.id for source in without.sources] == ["own", "analysis", "settlement", "shipped"]
    assert without.relations == ()
    assert (without.scope, without.overrides) == (recipe.scope, recipe.overrides)
    assert recipe.without("own").relations == recipe.relations[:2]


# --- the digest


def test_the_digest_is_of_what_is_said_and_not_of_its_layout(write: Write) -> None:
    sha256 = read_recipe(write(f'title = "T"\n{CRA}{OUTTURN}{RELATION}')).sha256
    commented = f"# A remark\n\n{CRA}{OUTTURN}{RELATION}".replace("\n", "  # why\r\n")
    inline = (
        'relation = [{ use = "observed within", outer = "cra", inner = "outturn", groups = [] }]\n'
        'source = [{ shipped = "cra_2011-12.csv", id = "cra" }, '
        "{ id = 'outturn', shipped = '''revenue_outturn_2011-12_pilots.csv''', format = 'lines' }]\n"
        "scope = { capital = true }\n"
        'places = { names = ["Leeds"], level = "lad", as_at = "today" }\n'
    )
    for text in (commented, inline):
        assert read_recipe(write(f'title = "T"\n{text}', name="folder/other.toml")).sha256 == sha256
    assert read_recipe(write(b"\xef\xbb\xbf" + f'title = "T"\n{CRA}{OUTTURN}{RELATION}'.encode())).sha256 == sha256


@pytest.mark.parametrize(
    "change",
    [
        'title = "U"\n',
        'financial_year = "2012-13"\n',
        "scope = { capital = false }\n",
        'measures = { leave_out = ["aged_75_plus"] }\n',
        'basis = [{ service = "3.2", basis = "residents", reason = "why" }]\n',
    ],
)
def test_the_digest_changes_with_whatever_is_said(write: Write, change: str) -> None:
    title = "" if change.startswith("title") else 'title = "T"\n'
    assert (
        read_recipe(write(f"{title}{change}{CRA}")).sha256
        != read_recipe(write(f'title = "T"\n{CRA}', name="other.toml")).sha256
    )


def test_the_digest_does_not_change_with_the_folder_of_the_files(write: Write) -> None:
    text = 'title = "T"\n[[source]]\nid = "own"\nfile = "own.csv"\n'
    one = read_recipe(write(text, "own.csv"))
    other = read_recipe(write(text, "folder/own.csv", name="folder/recipe.toml"))
    listed = read_recipe(write(text.replace('file = "own.csv"', 'files = ["folder/own.csv"]')))
    assert one.sources[0].paths != other.sources[0].paths
    assert one.sha256 == other.sha256 == listed.sha256


# --- what is wrong


def faults_of(path: Path) -> str:
    """Give all the faults of a recipe, which reading it tells all at once."""
    faults = check_recipe(path)
    assert faults
    assert len(set(faults)) == len(faults)
    assert all(". Hint: " in fault for fault in faults)
    with pytest.raises(RecipeError) as caught:
        read_recipe(path)
    assert all(fault in caught.value.message for fault in faults)
    return "\n".join(faults)


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        (f'titel = "T"\n{CRA}', "unknown key 'titel'", "did you mean 'title'?"),
        (f"xyz = 1\n{CRA}", "unknown key 'xyz'", "the keys there are title, financial_year, source, "),
        (f"{CRA}fromat = 'lines'\n", "unknown key 'fromat' in source number 1", "did you mean 'format'?"),
        (f"{CRA}only = {{ boddy = ['A'] }}\n", "unknown key 'boddy' in source number 1 only", "did you mean 'body'?"),
        (f"{CRA}[source.leave_out]\nservices = ['A']\n", "in source number 1 leave_out", "did you mean 'service'?"),
        (f"{CRA}{OUTTURN}{RELATION}group = ['police']\n", "'group' in relation number 1", "did you mean 'groups'?"),
        (f"{CRA}[scope]\ncaptial = true\n", "unknown key 'captial' in scope", "did you mean 'capital'?"),
        (f"{CRA}[[basis]]\nservice = '3.2'\nbasis = 'residents'\nreason = 'x'\nresaon = 'y'\n",
         "unknown key 'resaon' in basis number 1", "did you mean 'reason'?"),
        (f"{CRA}[measures]\nleaveout = ['residents']\n", "'leaveout' in measures", "did you mean 'leave_out'?"),
        (f"{CRA}[places]\nname = ['Leeds']\n", "unknown key 'name' in places", "did you mean 'names'?"),
    ],
)  # fmt: skip
def test_an_unknown_key_is_told_at_every_depth(write: Write, text: str, told: str, hint: str) -> None:
    faults = faults_of(write(text))
    assert told in faults
    assert hint in faults


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "missing 'source'"),
        ("source = []\n", "[] is not what is meant in source"),
        (CRA.replace("[[source]]", "[source]"), "is not what is meant in source. Hint: Where the money comes from"),
        ("[[source]]\nshipped = 'cra_2011-12.csv'\n", "missing 'id' in source number 1"),
        (f"{CRA}[[relation]]\n", "missing 'inner', 'outer', 'use' in relation number 1"),
        (f"title = 5\n{CRA}", "5 is not what is meant in title"),
        (f"title = ''\n{CRA}", "'' is not what is meant in title"),
        (f"financial_year = 2011-12-01\n{CRA}", "is not what is meant in financial_year"),
        (f"financial_year = '2011'\n{CRA}", "'2011' is not what is meant in financial_year. Hint: April to March"),
        (f"financial_year = '2011-13'\n{CRA}", "'2011-13' is not a financial year"),
        (f'financial_year = "2011-12\\n"\n{CRA}', "is not a financial year"),
        (f"{CRA}[scope]\ncapital = 'no'\n", "'no' is not what is meant in scope capital"),
        (f"{CRA}[scope]\nonly_services = '8.2'\n", "'8.2' is not what is meant in scope only_services"),
        (f"{CRA}[scope]\namount_kinds = ['outurn']\n", "did you mean 'outturn'?"),
        (f"{CRA}only = {{ body = [] }}\n", "[] is not what is meant in source number 1 only body"),
        (f"{CRA}only = {{ body = [1] }}\n", "1 is not what is meant in source number 1 only body number 1"),
        ("[[source]]\nid = 'a'\nformat = 'hmt-cra'\nfiles = []\n", "[] is not what is meant in source number 1 files"),
        ("[[source]]\nid = 'a'\nformat = 'hmt_cra'\nfile = 'a'\n", "did you mean 'hmt-cra'?"),
        ("[[source]]\nid = 'a'\nformat = 7\nfile = 'a'\n", "7 is not what is meant in source number 1 format"),
        ("[[source]]\nid = 'a'\nunit = 'thousands'\nfile = 'a'\n", "did you mean 'thousand'?"),
        (f"{CRA}{OUTTURN}{RELATION.replace('observed within', 'observed')}", "did you mean 'observed within'?"),
        (f"{CRA}{OUTTURN}{RELATION}regions = ['London']\n", "'London' is not what is meant in relation number 1"),
        (f"{CRA}{OUTTURN}{RELATION}regions = ['E12000099']\n", "there is no region 'E12000099'"),
        (f"{CRA}{OUTTURN}{RELATION}groups = ['educaton']\n", "there is no service group 'educaton'. Hint: did you"),
        (f"{CRA}{RELATION}", "there is no source 'outturn', which a relation names. Hint: the sources are cra"),
        (f"{CRA}{RELATION.replace('outturn', 'crra')}", "there is no source 'crra', which a relation names. Hint: did"),
        (f"{CRA}{RELATION.replace('outturn', 'cra')}", "'cra' relates to itself"),
        (f"{CRA}{CRA}", "two sources are called 'cra'"),
        ("[[source]]\nid = 'a'\n", "source 'a' names no file"),
        (f"{CRA}file = 'a.csv'\n", "source 'cra' names file and shipped"),
        ("[[source]]\nid = 'a'\nfile = 'a.csv'\nfiles = ['a.csv']\n", "source 'a' names file and files"),
        ("[[source]]\nid = 'a'\nfile = 'missing.csv'\n", "missing.csv'. Hint: paths start at the recipe's folder"),
        ("[[source]]\nid = 'a'\nfile = '.'\n", "source 'a': there is no file"),
        (f"[[source]]\nid = 'a'\nfile = '{'long' * 2000}'\n", "source 'a': there is no file"),
        ('[[source]]\nid = "a"\nfile = "a\\u0000.csv"\n', "'a.csv' holds signs that do not print in source number 1"),
        ("[[source]]\nid = 'a'\nshipped = 'cra_2011.csv'\n", "did you mean 'cra_2011-12.csv'?"),
        ("[[source]]\nid = 'a'\nshipped = '../README.md'\n", "no file '../README.md' comes with placespend"),
        ("[[source]]\nid = 'a'\nshipped = 'services.csv'\n", "no file 'services.csv' comes with placespend"),
        (f"{CRA}format = 'hmt-cra'\n", "source 'cra' is shipped, and not of format 'hmt-cra'"),
        (f"{CRA}unit = 'thousand'\n", "a shipped file takes no 'unit'"),
        (f"{CRA}unknown_footprints = 'keep'\n", "a shipped file takes no 'unknown_footprints'"),
        ("[[source]]\nid = 'a'\nfile = 'recipe.toml'\nunit = 'thousand'\n", "format 'lines' takes no 'unit'"),
        ("[[source]]\nid = 'a'\nfile = 'recipe.toml'\nformat = 'hmt-cra'\nfootprint = 'E08000003'\n",
         "format 'hmt-cra' takes no 'footprint'"),
        (f"{CRA}[scope]\nonly_services = ['8.22']\n", "there is no service or service group '8.22'"),
        (f"{CRA}[scope]\nleave_out_services = ['polise']\n", "did you mean 'police'?"),
        (f"{CRA}[[basis]]\nservice = '8.22'\nbasis = 'residnts'\nreason = 'x'\n", "there is no service '8.22'"),
        (f"{CRA}[[basis]]\nservice = '8.2'\nbasis = 'residnts'\nreason = 'x'\n", "did you mean 'residents'?"),
        (f"{CRA}[[basis]]\nservice = '8.2'\nbasis = 'residents'\nreason = ''\n", "'' is not what is meant in basis"),
        (CRA + "[[basis]]\nservice = '8.2'\nbasis = 'households'\nreason = 'x'\n" * 2, "two [[basis]] are for service"),
        (f"{CRA}[measures]\nleave_out = ['resident']\n", "there is no measure 'resident'. Hint: did you mean"),
        (f"{CRA}[measures]\nleave_out = ['health_blend']\n", "there is no measure 'health_blend'"),
        (f"{CRA}[measures]\nleave_out = ['residents']\n", "Nothing is left to share health by without residents"),
        (f"{CRA}[measures]\nleave_out = ['aged_65_plus']\n[[basis]]\nservice = '8.2'\nbasis = 'health_blend'\n"
         "reason = 'x'\n", "8.2 is to be shared by 'health_blend', which takes the measure 'aged_65_plus'"),
        (f"{CRA}[places]\nlevel = 'uper_tier'\n", "There is no level 'uper_tier' in places level"),
        (f"{CRA}[places]\nas_at = 'soon'\n", "'soon' is not a date in places as_at"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(write: Write, text: str, told: str) -> None:
    assert told in faults_of(write(text))


def relations(*pairs: str) -> str:
    tables = [f"[[relation]]\ninner = {pair[0]!r}\nouter = {pair[1]!r}\nuse = 'scale'\n" for pair in pairs]
    return "".join(CRA.replace('"cra"', f"'{name}'") for name in "abc") + "".join(tables)


@pytest.mark.parametrize("pairs", [("ab", "ba"), ("ab", "bc", "ca"), ("ca", "ab", "bc")])
def test_sources_that_would_hold_themselves_are_told(write: Write, pairs: tuple[str, ...]) -> None:
    faults = faults_of(write(relations(*pairs)))
    assert faults.count("would hold itself") == 1


def test_a_source_that_is_part_of_two_is_told(write: Write) -> None:
    assert "source 'a' is part of b and of c" in faults_of(write(relations("ab", "ac")))
    assert check_recipe(write(relations("ab", "bc"))) == []
    # One pair may be related group by group.
    assert check_recipe(write(relations("ab", "ab"))) == []


def test_all_that_is_wrong_is_told_at_once(write: Write) -> None:
    of_keys = f"titel = 'x'\nfinancial_year = 2011\n{CRA}unti = 'x'\n[scope]\ncapital = 1\n[places]\nnames = 'Leeds'\n"
    assert len(faults_of(write(of_keys)).splitlines()) == 5
    of_names = (
        f"financial_year = '2011-14'\n{CRA}{CRA}unit = 'pound'\n"
        "[[source]]\nid = 'x'\nfiles = ['one.csv', 'two.csv']\n[[relation]]\ninner = 'y'\nouter = 'z'\nuse = 'scale'\n"
        "[scope]\nonly_services = ['xx', 'yy']\n[measures]\nleave_out = ['zz']\n[places]\nas_at = 'x'\n"
    )
    assert len(faults_of(write(of_names)).splitlines()) == 11


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"title = Leeds\n", "is not TOML: Invalid value (at line 1, column 9)"),
        (b"title = 'a'\ntitle = 'b'\n", "is not TOML: Cannot overwrite a value"),
        ("title = 'é'\n".encode("latin-1"), "is not text in UTF-8"),
        ("title = 'e'\n".encode("utf-16"), "is not text in UTF-8"),
        (b"\x00\x01\x02", "is not TOML"),
        (b"a = " + b"[" * 5000, "brackets within brackets"),
        (b"a = " + b"9" * 5000, "cannot be read"),
        (b"PK\x03\x04", "is not TOML"),
    ],
    ids=["value", "twice", "latin-1", "utf-16", "binary", "deep", "large", "zip"],
)
def test_a_file_that_is_no_toml_is_told(write: Write, content: bytes, told: str) -> None:
    path = write(content)
    for read in (check_recipe, read_recipe):
        with pytest.raises(DataFileError) as caught:
            read(path)
        assert told in caught.value.message


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("missing.toml", "There is no file"),
        (".", "Is a directory"),
        ("a\0b.toml", "cannot be read"),
        ("x" * 5000, "cannot be read: File name too long"),
        ("recipe.toml/recipe.toml", "cannot be read: Not a directory"),
    ],
    ids=["missing", "folder", "nul", "long", "below a file"],
)
def test_a_path_that_is_no_file_is_told(write: Write, tmp_path: Path, name: str, told: str) -> None:
    write(CRA)
    with pytest.raises(DataFileError, match=told) as caught:
        read_recipe(tmp_path / name)
    assert "\0" not in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        f'title = "{ESCAPE}"\n{CRA}',
        f'{CRA}[[basis]]\nservice = "8.2"\nbasis = "households"\nreason = "because{ESCAPE}"\n',
        CRA.replace('"cra"', f'"cra{ESCAPE}"'),
        f'{CRA}[scope]\nleave_out_bodies = ["{ESCAPE}"]\n',
        f'{CRA}"key{ESCAPE}" = 1\n',
        f'{CRA}[source.only]\nbody = ["{ESCAPE}"]\n',
        f'[[source]]\nid = "a"\nfile = "{ESCAPE}.csv"\n',
        f'{CRA}{OUTTURN}{RELATION}groups = ["{ESCAPE}"]\n',
        f'{CRA}[[basis]]\nservice = "{ESCAPE}"\nbasis = "{ESCAPE}"\nreason = "x"\n',
        f'{CRA}format = "{ESCAPE}"\n',
    ],
)
def test_what_a_terminal_would_obey_is_refused_and_not_repeated(write: Write, text: str) -> None:
    faults = faults_of(write(text))
    assert "\x1b" not in faults
    assert "\x07" not in faults


def test_other_alphabets_and_line_breaks_are_plain_text(write: Write) -> None:
    path = write(f'title = """Größe\\n\u0141\u00f3d\u017a\n\U0001f3db"""\n{CRA}')
    assert check_recipe(path) == []
    assert read_recipe(path).title == "Größe\nŁódź\n🏛"


TEXTS = st.text(max_size=12) | st.sampled_from(["cra", "outturn", "8.2", "residents", "2011-12", "scale", "E12000002"])
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
TABLES = {
    name: st.dictionaries(st.sampled_from(sorted(table["properties"])), VALUES, max_size=4)
    for name, table in (
        ("source", RECIPE_SCHEMA["properties"]["source"]["items"]),
        ("relation", RECIPE_SCHEMA["properties"]["relation"]["items"]),
        ("scope", RECIPE_SCHEMA["properties"]["scope"]),
        ("places", RECIPE_SCHEMA["properties"]["places"]),
    )
}


def toml(value: object) -> str:
    """Write a value in TOML, all in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{toml(key)} = {toml(found)}" for key, found in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    text = json.dumps(value, ensure_ascii=True)
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(sign):08x}" for sign in value if not 0xD800 <= ord(sign) < 0xE000) + '"'
    return text if isinstance(value, bool | int) else str(float(text))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(TABLES["source"], max_size=2), st.lists(TABLES["relation"], max_size=2), TABLES["scope"], TABLES["places"]
)
def test_whatever_a_recipe_says_it_is_read_or_its_faults_are_told(
    write: Write, sources: list[Any], found: list[Any], scope: dict[str, Any], places: dict[str, Any]
) -> None:
    said = {
        "source": [{"id": "cra", "shipped": "cra_2011-12.csv"}, *sources],
        "relation": found,
        "scope": scope,
        "places": places,
    }
    path = write("\n".join(f"{key} = {toml(value)}" for key, value in said.items()))
    if check_recipe(path):
        assert "\x1b" not in faults_of(path)
    else:
        assert isinstance(read_recipe(path), Recipe)


def test_a_recipe_without_faults_that_still_cannot_be_used_is_an_error_of_ours(write: Write) -> None:
    path = write(f"financial_year = '2030-31'\n{CRA}")
    assert check_recipe(path) == []
    with pytest.raises(PlacespendError, match="There are no lines of 2030-31"):
        load(read_recipe(path))
