"""Lines serve England where some line with an amount serves each part of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gathered_places import gathered_places

from placespend.reports.coverage import has_analysis, serves_england
from placespend.reports.gathered import gather

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_only_lines_that_reach_all_of_england_serve_it(write_lines: Callable[..., Path]) -> None:
    assert serves_england(gathered_places()["Leeds"].loaded)
    awaited = {"footprint_code": "E92000001", "amount_gbp": "", "status": "awaited"}
    assert not serves_england(gather("Manchester", lines=write_lines({}, awaited)).loaded)
    regions = [{"footprint_code": f"E1200000{number}"} for number in range(1, 10)]
    assert serves_england(gather("Manchester", lines=write_lines(*regions)).loaded)
    assert not serves_england(gather("Manchester", lines=write_lines(*regions[1:])).loaded)


def test_the_treasury_s_analysis_is_known_by_its_source(write_lines: Callable[..., Path]) -> None:
    assert has_analysis(gathered_places()["Leeds"].loaded)
    assert not has_analysis(gather("Manchester", lines=write_lines({})).loaded)
