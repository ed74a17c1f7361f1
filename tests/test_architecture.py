"""Imports point down only, every public name says what it does, and every example in a docstring runs."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import placespend

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(placespend.__file__).parent
ORDER = [
    "errors",
    "shipped",
    "spelling",
    "money",
    "schema",
    "dictionary",
    "levels",
    "geography",
    "stretches",
    "extents",
    "place",
    "place_words",
    "postcodes",
    "rulers",
    "coverage_variants",
    "neighbourhoods",
    "place_names",
    "footprints",
    "gazetteer",
    "several",
    "shapes",
    "shapes.content",
    "shapes.files",
    "shapes.crs",
    "shapes.words",
    "shapes.checks",
    "shapes.neighbours",
    "shapes.reading",
    "land",
    "csv_text",
    "place_codes",
    "own_places",
    "circles",
    "cofog",
    "kinds",
    "measures",
    "blends",
    "bases",
    "checks",
    "lines",
    "sources.amounts",
    "sources.grids",
    "sources.headings",
    "sources.body_areas",
    "sources.reading",
    "sources.cra",
    "sources.revenue_outturn",
    "sources.integrated_settlement",
    "sources.deflator",
    "sources",
    "measured",
    "measured.findings",
    "measured.values",
    "measured.codes",
    "measured.files",
    "measured.completing",
    "measured.areas",
    "measured.lookups",
    "measured.placing",
    "measured.plans",
    "measured.checks",
    "measured.reading",
    "measured.gathering",
    "register_schema",
    "register_checks",
    "register_files",
    "register",
    "over_years",
    "responsibilities",
    "page_templates",
    "cards",
    "displays",
    "shares",
    "control",
    "relations",
    "refined",
    "observed",
    "choices",
    "recipe_schema",
    "recipe_checks",
    "recipe",
    "intake",
    "overlap",
    "accounts",
    "ledger",
    "routes",
    "apportion",
    "grades",
    "scope",
    "nesting",
    "wanted",
    "loaded",
    "bridge",
    "published",
    "reconciliation",
    "explain",
    "rungs",
    "comparison",
    "notes",
    "alternatives",
    "extremes",
    "narrowing",
    "sensitivity",
    "cuts",
    "pot",
    "pots_by_level",
    "exports",
    "exports.files",
    "exports.text",
    "exports.folders",
    "exports.stamps",
    "exports.documents",
    "exports.about",
    "exports.columns",
    "exports.packages",
    "exports.parquet",
    "exports.workbook_cells",
    "exports.workbook_about",
    "exports.workbook",
    "disclosure",
    "disclosure.rule",
    "disclosure.cells",
    "disclosure.crossing",
    "disclosure.release",
    "disclosure.programs",
    "disclosure.surroundings",
    "disclosure.attack",
    "disclosure.choosing",
    "disclosure.protect",
    "disclosure.differences",
    "disclosure.audit",
    "maps",
    "maps.endings",
    "maps.bounds",
    "maps.bands",
    "maps.class_labels",
    "maps.classes",
    "maps.divergence",
    "maps.scheme_words",
    "maps.layers",
    "maps.descriptions",
    "maps.styles",
    "maps.legends",
    "maps.lettering",
    "maps.place_outlines",
    "exports.gis",
    "exports.tables",
    "exports.data",
    "maps.visibility",
    "maps.page",
    "maps.shading",
    "maps.labels",
    "maps.keys",
    "maps.frames",
    "maps.feet",
    "maps.insets",
    "maps.hexagons",
    "maps.cartogram",
    "maps.region_marks",
    "maps.drawing",
    "maps.multiples_grid",
    "maps.multiples",
    "maps.writing",
    "web_maps",
    "web_maps.shapes",
    "web_maps.patterns",
    "web_maps.inlined",
    "web_maps.content",
    "web_maps.page",
    "maps.two_way",
    "maps.two_way_styles",
    "maps.two_way_legend",
    "maps.two_way_drawing",
    "families",
    "families.published",
    "families.traits",
    "families.kriging",
    "families.models",
    "families.adding_up",
    "families.estimates",
    "families.validation",
    "families.whole_numbers",
    "families.results",
    "families.progress",
    "families.modelled_costs",
    "families.costs",
    "families.shown",
    "families.small_areas",
    "families.shipped_counts",
    "families.asked",
    "families.own_columns",
    "families.own_units",
    "families.own_counts",
    "families.units_of_places",
    "families.records",
    "families.folders",
    "families.own_cells",
    "families.own_release",
    "families.payable",
    "families.mapped",
    "place_maps",
    "place_maps.given",
    "place_maps.asked",
    "place_maps.places",
    "place_maps.rates",
    "place_maps.figures",
    "place_maps.values",
    "place_maps.mappable_words",
    "place_maps.mappable",
    "place_maps.together",
    "place_maps.wanted",
    "place_maps.grounds",
    "place_maps.drawn",
    "place_maps.choropleths",
    "text",
    "families_text",
    "reports",
    "reports.document",
    "reports.bars",
    "reports.pictures",
    "reports.page",
    "reports.pdf",
    "reports.writing",
    "reports.command_line",
    "reports.gathered",
    "reports.comparing",
    "reports.wording",
    "reports.coverage",
    "reports.key_figures",
    "reports.spending",
    "reports.against",
    "reports.inside",
    "reports.published_totals",
    "reports.sensitivity_section",
    "reports.checked",
    "reports.families_words",
    "reports.families_costs",
    "reports.families_map",
    "reports.families_section",
    "reports.sources_used",
    "reports.method",
    "reports.assumptions",
    "reports.reproduce",
    "reports.side_by_side_tables",
    "reports.side_by_side",
    "reports.building",
    "atlases",
    "atlases.inputs",
    "atlases.folder",
    "atlases.working",
    "atlases.plan",
    "atlases.rows",
    "atlases.page",
    "atlases.workers",
    "atlases.building",
    "atlases.display",
    "measure_text",
    "place_text",
    "register_text",
    "tables",
    "sensitivity_text",
    "rungs_text",
    "recipe_text",
    "dictionary_text",
    "bridge_text",
    "family_tables_text",
    "commands",
    "commands.output",
    "commands.options",
    "commands.boundaries",
    "commands.default_group",
    "commands.pots",
    "commands.data",
    "commands.bases",
    "commands.dictionary",
    "commands.sensitivity",
    "commands.reports",
    "commands.atlas",
    "commands.measures",
    "commands.places",
    "commands.bridges",
    "commands.family_counts",
    "commands.family_tables",
    "commands.families",
    "commands.lines",
    "commands.maps",
    "commands.recipes",
    "cli",
]
"""Each module may import only those above it; ``sources.cra`` is src/placespend/sources/cra.py.

Importing a module of a package runs the package first: ``sources``, which imports its modules, stands below them and
counts with each; ``commands``, which imports none, stands above.
"""

PACKAGES = {
    "atlases",
    "commands",
    "disclosure",
    "exports",
    "families",
    "maps",
    "measured",
    "place_maps",
    "reports",
    "shapes",
    "sources",
    "web_maps",
}
COMMAND_LINE = [module for module in ORDER if module == "cli" or module.split(".")[0] == "commands"]
"""What is imported to show any help."""

ONLY_INSIDE_FUNCTIONS = {
    *("geopandas", "pandera", "rapidfuzz", "shapely", "matplotlib", "folium", "highspy"),
    *("branca", "jenkspy", "jinja2", "jsonschema", "python_calamine", "pyogrio", "pyproj", "weasyprint"),
}
"""What a pot must not pay for."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def path_of(module: str) -> Path:
    """Find the file of a module or package."""
    path = SOURCE.joinpath(*module.split("."))
    return path / "__init__.py" if module in PACKAGES else path.with_suffix(".py")


def name_of(path: Path) -> str:
    """Name the module of a file."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


MODULE_FILES = sorted(SOURCE.rglob("*.py"))


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(path_of(module).read_text(encoding="utf-8"))


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def imports(node: ast.AST, *, inside_functions: bool = True) -> Iterator[ast.Import | ast.ImportFrom]:
    """Walk the imports that run: nested ones too, those for type checking not."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child
        elif is_type_checking(child):
            for other in child.orelse:  # type: ignore[attr-defined]
                yield from imports(other, inside_functions=inside_functions)
        elif inside_functions or not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from imports(child, inside_functions=inside_functions)


def imported_modules(node: ast.Import | ast.ImportFrom, module: str = "") -> set[str]:
    """Name the modules of the package that an import statement of a module brings in."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif node.level:
        # One dot is the package that the module is in, or is.
        above = ["placespend", *module.split(".")][: None if module in PACKAGES else -1] if module else ["placespend"]
        base = ".".join([*above[: len(above) + 1 - node.level], *([node.module] if node.module else [])])
        names = [f"{base}.{alias.name}" for alias in node.names]
    else:
        names = [f"{node.module}.{alias.name}" for alias in node.names]
    return {found for name in names for found in modules_within(name, module)}


def modules_within(name: str, module: str) -> list[str]:
    """Name the packages and modules that a dotted name runs when a module imports it."""
    first, *parts = name.split(".")
    if first != "placespend":
        return []
    found = [part for end in range(len(parts)) if (part := ".".join(parts[: end + 1])) in ORDER]
    # The package of the module itself is there already, where something in it is named.
    return [part for part in found if part == found[-1] or not f"{module}.".startswith(f"{part}.")]


def public(module: str) -> Iterator[tuple[str, Definition]]:
    """List a module's public functions, classes and methods."""
    for node in tree(module).body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, Definition) and not inner.name.startswith("_"):
                        yield f"{node.name}.{inner.name}", inner


def decorators(node: Definition) -> set[str]:
    return {ast.unparse(found).split("(")[0].rsplit(".", 1)[-1] for found in node.decorator_list}


def section(doc: str, heading: str) -> str | None:
    """Give the text of a numpydoc section, or None."""
    found = re.search(rf"^{heading}\n-{{{len(heading)}}}\n(.*?)(?=^\w[\w ]*\n-{{3,}}$|\Z)", doc, re.M | re.S)
    return found[1] if found else None


# --- imports


def test_the_order_names_every_module() -> None:
    assert sorted(ORDER) == sorted(name for path in MODULE_FILES if (name := name_of(path)) != "__init__")
    assert len(ORDER) == len(set(ORDER))
    assert {path.parent for path in MODULE_FILES} == {SOURCE, *(SOURCE / package for package in PACKAGES)}
    assert [path_of(name_of(path)) for path in MODULE_FILES] == MODULE_FILES


@pytest.mark.parametrize("module", ORDER)
def test_imports_point_down_only(module: str) -> None:
    found = {name for node in imports(tree(module)) for name in imported_modules(node, module)}
    assert found <= set(ORDER[: ORDER.index(module)])


def test_the_check_of_imports_sees_what_it_should() -> None:
    source = (
        "from placespend import cli\n"
        "import placespend.pot\n"
        "from .lines import x\n"
        "def f():\n    from placespend.tables import y\n"
        "if TYPE_CHECKING:\n    from placespend.explain import z\n"
        "from placespend import __version__\n"
    )
    nodes = list(imports(ast.parse(source)))
    assert {name for node in nodes for name in imported_modules(node)} == {"cli", "pot", "lines", "tables"}
    outer = imports(ast.parse(source), inside_functions=False)
    assert {name for node in outer for name in imported_modules(node)} == {"cli", "pot", "lines"}


@pytest.mark.parametrize(
    ("module", "source", "expected"),
    [
        ("intake", "from placespend.sources.cra import read_cra", {"sources", "sources.cra"}),
        ("intake", "import placespend.sources.cra", {"sources", "sources.cra"}),
        ("intake", "from placespend.sources import cra", {"sources", "sources.cra"}),
        ("intake", "from placespend.sources import read_cra", {"sources"}),
        ("intake", "from .sources.cra import read_cra", {"sources", "sources.cra"}),
        ("intake", "from . import lines, sources", {"lines", "sources"}),
        ("sources.cra", "from placespend.sources.reading import Reading", {"sources.reading"}),
        ("sources.cra", "from .reading import Reading", {"sources.reading"}),
        ("sources.cra", "from ..lines import sources", {"lines"}),
        ("sources.cra", "from .. import pot", {"pot"}),
        ("sources.cra", "from placespend.lines import sources", {"lines"}),
        # What the package gives is only there once all its modules are.
        ("sources.cra", "from placespend.sources import Reading", {"sources"}),
        ("sources.cra", "from . import Reading", {"sources"}),
        ("sources", "from .cra import read_cra", {"sources.cra"}),
        ("sources", "from ..tables import pot_text", {"tables"}),
        ("sources", "from placespend.sources.cra import read_cra", {"sources.cra"}),
        ("sources.cra", "import sources.reading", set()),
    ],
)
def test_the_check_of_imports_sees_into_packages(module: str, source: str, expected: set[str]) -> None:
    (node,) = imports(ast.parse(source))
    assert imported_modules(node, module) == expected


@pytest.mark.parametrize("module", ["__init__", *ORDER])
def test_heavy_imports_stand_inside_the_functions_that_need_them(module: str) -> None:
    names = set()
    for node in imports(tree(module), inside_functions=False):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        names |= {name.split(".")[0] for name in modules}
    assert names & ONLY_INSIDE_FUNCTIONS == set()


@pytest.mark.parametrize("module", COMMAND_LINE)
def test_the_command_line_imports_only_what_help_needs(module: str) -> None:
    nodes = list(imports(tree(module), inside_functions=False))
    within = {name for node in nodes for name in imported_modules(node, module)}
    assert within <= {"errors", "spelling", *COMMAND_LINE}
    named = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level}
    assert {name.split(".")[0] for name in named} <= {"click", "placespend", *sys.stdlib_module_names}


# --- words


@pytest.mark.parametrize("module", ["__init__", *ORDER])
def test_every_module_says_what_it_is(module: str) -> None:
    doc = ast.get_docstring(tree(module))
    assert doc
    assert doc.split("\n")[0].endswith(".") or doc.split("\n\n")[0].endswith(".")


@pytest.mark.parametrize("module", ORDER)
def test_every_public_name_says_what_it_does(module: str) -> None:
    assert [name for name, node in public(module) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("module", ORDER)
def test_parameters_and_results_are_described(module: str) -> None:
    """Commands are excepted: their docstrings are the help text."""
    missing = []
    for name, node in public(module):
        if isinstance(node, ast.ClassDef) or decorators(node) & {"command", "group"}:
            continue
        doc = ast.get_docstring(node) or ""
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        arguments += [found for found in (node.args.vararg, node.args.kwarg) if found]
        wanted = {argument.arg for argument in arguments} - {"self", "cls"}
        described = section(doc, "Parameters") or ""
        named = set(re.findall(r"\w+", " ".join(re.findall(r"^\*{0,2}\w[\w, *]*", described, re.M))))
        missing += [f"{name}: {argument}" for argument in sorted(wanted - named)]
        returns = ast.unparse(node.returns) if node.returns else "None"
        is_property = bool(decorators(node) & {"property", "cached_property"})
        results = [section(doc, heading) for heading in ("Returns", *["Yields"] * returns.startswith("Iterator"))]
        if returns != "None" and not is_property and not any(results):
            missing.append(f"{name}: Returns")
        if returns == "None" and section(doc, "Returns") is not None:
            missing.append(f"{name}: Returns nothing")
    assert missing == []


@pytest.mark.parametrize("module", ORDER)
def test_fields_of_a_public_class_are_described(module: str) -> None:
    missing = []
    for name, node in public(module):
        if isinstance(node, ast.ClassDef) and "dataclass" in decorators(node):
            fields = [item.target.id for item in node.body
                      if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)]  # fmt: skip
            described = section(ast.get_docstring(node) or "", "Attributes") or ""
            named = set(re.findall(r"\w+", " ".join(re.findall(r"^\w[\w, ]*", described, re.M))))
            missing += [f"{name}.{field}" for field in fields if field not in named and not field.startswith("_")]
    assert missing == []


@pytest.mark.parametrize("module", ORDER)
def test_every_argument_and_result_of_a_public_function_has_a_type(module: str) -> None:
    missing = []
    for name, node in public(module):
        if isinstance(node, ast.FunctionDef):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            untyped = [
                found.arg for found in arguments if found.annotation is None and found.arg not in {"self", "cls"}
            ]
            missing += [f"{name}: {argument}" for argument in untyped]
            missing += [f"{name}: result"] if node.returns is None else []
    assert missing == []


# --- examples


@pytest.mark.parametrize("module", ["", *ORDER])
def test_every_example_in_a_docstring_runs(module: str) -> None:
    found = importlib.import_module(".".join(filter(None, ["placespend", module])))
    result = doctest.testmod(found)
    assert result.failed == 0
    # A cached function hides its docstring from doctest's finder: no example may be passed over.
    assert result.attempted == len(re.findall(r"^\s*>>> ", inspect.getsource(found), flags=re.MULTILINE))


# --- the public names


def test_every_public_name_of_the_package_is_there_and_documented() -> None:
    assert placespend.__all__
    assert sorted(placespend.__all__) == sorted(set(placespend.__all__))
    for name in placespend.__all__:
        value = getattr(placespend, name)
        assert inspect.getdoc(value), name
    assert set(placespend.__all__) <= set(dir(placespend))


def test_every_error_a_user_can_meet_is_public() -> None:
    base = placespend.PlacespendError
    kinds = [name for name, node in public("errors") if isinstance(node, ast.ClassDef)]
    assert all(issubclass(getattr(importlib.import_module("placespend.errors"), name), base) for name in kinds)
    assert set(kinds) <= set(placespend.__all__)


def test_no_public_name_is_also_a_module() -> None:
    # Importing the module would put it in the name's place.
    assert not {module.split(".")[0] for module in ORDER} & set(placespend.__all__)


@pytest.mark.parametrize("path", MODULE_FILES, ids=name_of)
def test_every_cross_reference_of_a_docstring_leads_somewhere(path: Path) -> None:
    name = name_of(path)
    module = placespend if name == "__init__" else importlib.import_module(f"placespend.{name}")
    for kind, target in re.findall(r":(func|meth|class|mod|data):`([\w.]+)`", path.read_text(encoding="utf-8")):
        if kind == "mod":
            importlib.import_module(target)
            continue
        found: object = module
        if target.startswith("placespend."):
            _, *parts = target.split(".")
            depth = next(end for end in range(len(parts), 0, -1) if ".".join(parts[:end]) in ORDER)
            found = importlib.import_module(".".join(["placespend", *parts[:depth]]))
            target = ".".join(parts[depth:])
        for part in target.split("."):
            # A method may be named within its own class.
            owners = [found, *(value for value in vars(module).values() if inspect.isclass(value))]
            found = next((getattr(owner, part) for owner in owners if hasattr(owner, part)), None)
            assert found is not None, f"{path.name}: {target}"


NEED_BASES = {"build_cells": 2, "build_ledger": 3, "relate": 5, "take_in": 2}
"""How many arguments each is given within placespend, the last being what money can be shared by.

A notebook may leave that out and have what is shipped. Within placespend that would share a user's money by the shipped
measure of the same name, and nobody would see it.
"""


def test_no_function_falls_back_to_what_is_shipped_where_a_user_may_bring_measures() -> None:
    calls = [
        (path.name, found.func.id, len(found.args) + len(found.keywords))
        for path in MODULE_FILES
        for found in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id in NEED_BASES
    ]
    assert {name for _, name, _ in calls} == set(NEED_BASES)
    assert [call for call in calls if call[2] < NEED_BASES[call[1]]] == []
