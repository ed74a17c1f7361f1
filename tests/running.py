"""Running commands in tests, and what is said of every result."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import NamedTuple

from rich.cells import cell_len


class Result(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Result]
"""Run a command in this process, as the console script does."""


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def succeed(result: Result) -> str:
    assert (result.code, result.err) == (0, "")
    assert result.out
    return result.out


def refuse(result: Result) -> str:
    """Give the message of a command that was refused as a user's mistake must be."""
    assert result.code == 2
    assert result.out == ""
    return told(result)


def told(result: Result) -> str:
    """Give the one message of a command that failed, which no terminal obeys."""
    assert result.err.startswith("Error: ")
    assert result.err.count("Error: ") == 1
    assert "Traceback" not in result.err
    assert "\x1b" not in result.err
    assert "\x07" not in result.err
    return result.err


def fits(text: str) -> bool:
    """Tell whether a text fits 80 columns."""
    return all(cell_len(line) <= 80 for line in text.split("\n"))


def flat(text: str) -> str:
    return " ".join(text.split())
