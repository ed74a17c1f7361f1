"""Running the examples of a page of Markdown in their order, in a folder of their own.

* A ``python`` block is run; all of a page share their names. A ``text`` block that follows one directly is what it
  prints. A ``pycon`` block is checked line by line.
* In a ``console`` block each ``$ placespend …`` line is run in this process as the console script does, and what
  stands beneath it is what is printed, results and messages together, at 80 columns.
* A block of any language that says ``file=NAME`` is a file, which is written before the blocks below it are run.
* ``...`` on a line of its own stands for one or more lines that are left out, and within a line for some of it.

A block with no output beneath it promises none: a command that is shown without one must print nothing.
"""

from __future__ import annotations

import io
import re
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from doctest import ELLIPSIS, NORMALIZE_WHITESPACE
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

from sybil import Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.markdown.lexers import RawFencedCodeBlockLexer

from placespend import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sybil import Document, Example, Region

INFO = re.compile(r"(?P<language>[\w-]+)(?: +(?P<info>[^\n]*))?$\n", re.MULTILINE)
FILE = re.compile(r"\bfile=([\w.-]+)$")
LEFT_OUT = "..."
PRINTED = "what the last Python block printed"

lexer = RawFencedCodeBlockLexer(INFO)
run_python = PythonEvaluator()
read_sessions = DocTestStringParser(DocTestEvaluator(ELLIPSIS | NORMALIZE_WHITESPACE))


def run_examples(page: Path, folder: Path) -> int:
    """Run all examples of a page in a folder, and count them."""
    number = 0
    with patch.dict("os.environ", {"COLUMNS": "80"}):
        for example in Sybil([examples_of]).parse(page).examples():
            example.namespace["__folder__"] = folder
            example.evaluate()
            number += 1
    return number


def examples_of(document: Document) -> Iterator[Region]:
    """Find the blocks of a page that can be held to something."""
    blocks = list(lexer(document))
    for last, block in pairwise([None, *blocks]):
        assert block is not None
        language, info = block.lexemes["language"], block.lexemes["info"] or ""
        block.parsed = block.lexemes["source"]
        if FILE.search(info):
            block.evaluator = write_file
        elif language == "pycon":
            for session in read_sessions(block.parsed, document.path):
                session.adjust(block, block.parsed)
                yield session
            continue
        elif language == "python":
            block.evaluator = run_block
        elif language == "console":
            block.evaluator = run_commands
        elif language == "text" and last is not None and is_printed_by(last, block, document.text):
            block.evaluator = compare_printed
        else:
            continue
        yield block


def is_printed_by(last: Region, block: Region, text: str) -> bool:
    """Tell whether nothing but blank lines stands between a block of Python and another."""
    return last.lexemes["language"] == "python" and not text[last.end : block.start].strip()


def write_file(example: Example) -> None:
    """Write a block that is a file."""
    found = FILE.search(example.region.lexemes["info"])
    assert found
    Path(example.namespace["__folder__"], found[1]).write_text(example.parsed, encoding="utf-8")


def run_block(example: Example) -> None:
    """Run a block of Python, and keep what it prints."""
    with redirect_stdout(io.StringIO()) as printed:
        run_python(example)
    example.namespace[PRINTED] = printed.getvalue()


def compare_printed(example: Example) -> str | None:
    """Hold a text to what the Python block above it printed."""
    return differences(example.parsed, example.namespace[PRINTED])


def run_commands(example: Example) -> str | None:
    """Run the commands of a block, and hold what stands beneath each to what it prints."""
    parts = re.split(r"^\$ (.+(?:\\\n.+)*)\n", example.parsed, flags=re.MULTILINE)
    assert len(parts) > 1, "a console block begins with a command"
    assert not parts[0].strip(), "a console block begins with a command"
    for command, shown in zip(parts[1::2], parts[2::2], strict=True):
        code, printed = run_command(command.replace("\\\n", " "))
        if told := differences(shown, printed):
            return f"{command}\n{told}"
        if code not in (0, 2) or (code == 2) != ("Error: " in shown):
            return f"{command}\nends with exit code {code}"
    return None


def run_command(command: str) -> tuple[int, str]:
    """Run a command, and give its exit code and what a terminal would show."""
    words = shlex.split(command)
    assert words[0] == "placespend", "a console block shows commands of placespend; others stand in blocks of sh"
    shown = io.StringIO()
    code: object = 0
    with patch.object(sys, "argv", words), redirect_stdout(shown), redirect_stderr(shown):
        try:
            cli.main()
        except SystemExit as stop:
            code = stop.code or 0
    assert isinstance(code, int)
    return code, shown.getvalue()


def differences(shown: str, printed: str) -> str | None:
    """Tell how what was printed is other than what a page shows; None if it is not."""
    wanted, found = lines_of(shown), lines_of(printed)
    if re.fullmatch("".join(map(pattern_of, wanted)), "".join(f"{line}\n" for line in found)):
        return None
    first = first_other(wanted, found)
    return f"The page shows:\n{first}\nPrinted was:\n{printed}"


def lines_of(text: str) -> list[str]:
    """Take a text apart, without spaces at the ends of its lines and blank lines around it."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def pattern_of(line: str) -> str:
    """Give the regular expression of a line of a page."""
    if line.strip() == LEFT_OUT:
        return r"(?:[^\n]*\n)+?"
    return ".*?".join(map(re.escape, line.split(LEFT_OUT))) + "\n"


def first_other(wanted: list[str], found: list[str]) -> str:
    """Give the lines of a page from the first on that was not printed."""
    for number, line in enumerate(wanted):
        if line.strip() != LEFT_OUT and not any(re.fullmatch(pattern_of(line), f"{other}\n") for other in found):
            return "\n".join(wanted[number:])
    return "\n".join(wanted)
