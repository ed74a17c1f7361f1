"""Notebooks are clean, told alike, and read nothing from a network; that they run is for nbmake to show."""

from __future__ import annotations

import ast
import json
import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from placespend.shipped import CHECKOUT, NOTICE

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = CHECKOUT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NAMES = [
    "1_the_pot_of_a_whole_place",
    "2_official_outturn",
    "3_a_neighbourhood",
    "4_troubled_families",
    "5_sensitivity_and_bases",
]
MOST_LINES, MOST_TO_DRAW = 8, 12
"""Lines of a cell's code, and of one that draws."""

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
ELSEWHERE = re.compile(r"""(?<![\w.:/])(/(?:home|tmp|usr|work|root|Users)\b|[A-Z]:\\)|https?://""")
"""Where only one machine has files, and addresses in code."""

NETWORK = {"requests", "urllib", "httpx", "http", "socket", "ftplib", "aiohttp", "fsspec"}
EACH = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@cache
def notebook(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def cells(path: Path, kind: str = "") -> list[dict[str, Any]]:
    return [cell for cell in notebook(path)["cells"] if not kind or cell["cell_type"] == kind]


def text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def headings(path: Path) -> list[str]:
    told = "\n".join(text(cell) for cell in cells(path, "markdown"))
    return re.findall(r"^## (.+)$", told, re.MULTILINE)


def test_all_notebooks_are_there() -> None:
    assert [path.stem for path in NOTEBOOKS] == NAMES


@EACH
def test_a_notebook_holds_nothing_of_a_run(path: Path) -> None:
    found = notebook(path)
    assert found.keys() == {"cells", "metadata", "nbformat", "nbformat_minor"}
    assert found["metadata"] == METADATA
    assert (found["nbformat"], found["nbformat_minor"]) == (4, 5)
    for cell in cells(path):
        assert cell["metadata"] == {}
        assert "attachments" not in cell
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


@EACH
def test_cells_are_named_in_words(path: Path) -> None:
    names = [cell["id"] for cell in cells(path)]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name)] == []


@EACH
def test_words_stand_before_and_after_all_code(path: Path) -> None:
    kinds = [cell["cell_type"] for cell in cells(path)]
    assert set(kinds) == {"markdown", "code"}
    assert kinds[0] == kinds[-1] == "markdown"
    assert ("code", "code") not in pairwise(kinds)
    assert text(cells(path)[0]).startswith("# ")


@EACH
def test_cells_are_short(path: Path) -> None:
    for cell in cells(path, "code"):
        if cell["id"] == "imports":
            continue
        lines = [line for line in text(cell).splitlines() if line.strip()]
        assert len(lines) <= (MOST_TO_DRAW if "axes" in text(cell) else MOST_LINES), cell["id"]


@EACH
def test_it_ends_with_an_exercise_and_what_it_cannot_tell(path: Path) -> None:
    *_, exercise, limits = headings(path)
    assert exercise == "Exercise"
    assert limits == "What this cannot tell you"
    names = [cell["id"] for cell in cells(path)]
    start = names.index("solution")
    assert "<details><summary>Hint</summary>" in text(cells(path)[start - 1])
    solution = [ast.parse(text(cell)) for cell in cells(path)[start:] if cell["cell_type"] == "code"]
    # A solution that nothing holds to the question could be wrong and nobody would see it.
    assert any(isinstance(node, ast.Assert) for found in solution for node in ast.walk(found))


@EACH
def test_the_licences_of_the_data_are_told(path: Path) -> None:
    last = " ".join(text(cells(path)[-1]).split())
    assert "Open Government Licence" in last
    for sentence in NOTICE.split(". ")[1:]:
        assert sentence.rstrip(".") in last


@EACH
def test_no_code_needs_this_machine_or_a_network(path: Path) -> None:
    for cell in cells(path, "code"):
        assert not ELSEWHERE.search(text(cell)), cell["id"]
        for node in ast.walk(ast.parse(text(cell))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & NETWORK, cell["id"]


@EACH
def test_imports_stand_in_one_cell(path: Path) -> None:
    importing = [
        cell["id"]
        for cell in cells(path, "code")
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(ast.parse(text(cell))))
    ]
    assert importing == ["imports"]


@EACH
def test_links_lead_to_files_that_are_there(path: Path) -> None:
    told = "\n".join(text(cell) for cell in cells(path, "markdown"))
    links = [target for target in re.findall(r"\]\(([^)#]+)\)", told) if not target.startswith("https://")]
    assert [target for target in links if not (FOLDER / target).is_file()] == []


@pytest.mark.parametrize(
    ("code", "is_elsewhere"),
    [
        ('open("/tmp/x.csv")', True),
        ('Path("/home/me/x")', True),
        (r'"C:\Users\me"', True),
        ('read("https://example.org/x.csv")', True),
        ('folder / "x.csv"', False),
        ("a / home", False),
    ],
)
def test_the_check_of_code_sees_what_it_should(code: str, *, is_elsewhere: bool) -> None:
    assert bool(ELSEWHERE.search(code)) == is_elsewhere
