"""Every table that placespend gives out: those of commands, public functions, exports and reports, and the shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow.parquet as pq
from gathered_places import ENGLAND, GM, PILOT, TRI_BOROUGH, gathered, shipped, tables_of

import placespend as ps
from placespend import loaded, pot
from placespend.exports import text
from placespend.exports.data import data_tables
from placespend.families import validation
from placespend.families.models import MODELS
from placespend.lines import lines_template
from placespend.recipe import shipped_recipe
from placespend.reports.building import report_document
from placespend.reports.checked import checked_section
from placespend.reports.side_by_side import comparison_document
from placespend.shipped import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from running import Run

    from placespend.loaded import Loaded
    from placespend.recipe import Recipe

FOLDERS = ("boundaries", "spend_lines")

BASELINE = next(iter(MODELS))
SQUARE = (
    '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::27700"}},'
    '"features":[{"type":"Feature","properties":{"code":"A","name":"Square"},"geometry":{"type":"Polygon",'
    '"coordinates":[[[383000,397000],[385000,397000],[385000,399000],[383000,399000],[383000,397000]]]}}]}'
)
"""Four square kilometres in Manchester."""

SETTLEMENT = (
    "Functional responsibility,Fund,Home department,Allocation mechanism,RDEL (£m),CDEL (£m)\n"
    "Local transport,Buses,DfT,Formula,12.5,\n"
)
"""A made-up table of an Integrated Settlement."""

Tables = dict[str, pd.DataFrame]


def write_files(folder: Path) -> dict[str, Path]:
    """Write what a user may bring: places, lines with a fault and without, measures, counts of families, a recipe."""
    codes = ps.small_areas()["lsoa_code"]
    rows = "".join(f"{code},{number % 90 + 11}\n" for number, code in enumerate(codes))
    contents = {
        "square.geojson": SQUARE,
        "lines.csv": lines_template(),
        "bad.csv": lines_template().replace("LG", "XX"),
        "halls.csv": f"lsoa_code,halls\n{rows}",
        "counts.csv": f"lsoa_code,families\n{rows}",
        "recipe.toml": 'financial_year = "2011-12"\n[[source]]\nid = "own"\nfile = "lines.csv"\n',
    }
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    return {name.split(".")[0]: folder / name for name in contents}


def commands(files: dict[str, Path]) -> dict[str, list[str | Path]]:
    """Name every command that gives tables as CSV, in each way that changes its columns.

    By the name of the table in the data dictionary, and after a colon what tells several of them apart.
    """
    own: list[str | Path] = ["--counts", files["counts"], "--definition", "worked with", "--date", "2013"]
    return {
        "pot: by body and service": ["pot", "Leeds", "--by", "body,service"],
        **{f"pot: by {by}": ["pot", "Leeds", "--by", by] for by in ("sector", "economic", "basis")},
        "pot: by grade": ["pot", PILOT, "--by", "grade"],
        "pots": ["pots", "--level", "lad", "--within", "Greater Manchester"],
        "pots: own": ["pots", "--boundary", files["square"]],
        "places": ["places", "leeds"],
        "places-check": ["places", "check", files["square"]],
        "places-coverage": ["places", "coverage", "--boundary", files["square"]],
        "explain": ["explain", "Leeds", "--service", "7.A"],
        "bridge": ["bridge", "Greater Manchester"],
        "sensitivity": ["sensitivity", "Leeds"],
        "sensitivity-ranges": ["sensitivity", "--level", "region"],
        "bases": ["bases", "--place", "Leeds"],
        "measures": ["measures"],
        "measures-check": ["measures", "check", files["halls"]],
        "families": ["families", "--level", "region"],
        "families-density": ["families", "--level", "region", "--measure", "density"],
        "families-cost": ["families", "--level", "region", "--measure", "cost"],
        "families-bodies": ["families", "Leeds", "--measure", "cost", "--by-body"],
        "families: own": ["families", "Leeds", *own, "--measure", "count"],
        "families-check": ["families", "check", files["counts"]],
        "families-progress": ["families", "progress"],
        "families-payments": ["families", "payments", "Sheffield"],
        "families-published": ["families", "published"],
        "lines-check": ["lines", "check", files["bad"], "--out", files["bad"].parent / "faults.csv"],
        "lines-columns": ["lines", "columns"],
        "lines-services": ["lines", "services"],
        "lines-trace": ["lines", "trace", "universal-credit"],
        "lines-awaited": ["lines", "awaited", "--lines", files["lines"]],
        "recipe-keys": ["recipe", "keys"],
        "recipe-check": ["recipe", "check", files["recipe"]],
        "recipe-residuals": ["recipe", "residuals"],
        "dictionary": ["dictionary"],
    }


def tables_of_commands(run: Run, folder: Path, patch: pytest.MonkeyPatch) -> Tables:
    """Run every command that gives a table, and take what it writes as CSV before it is text."""
    kept: list[pd.DataFrame] = []
    write, load = text.to_csv, loaded.load

    def keep(table: pd.DataFrame) -> str:
        kept.append(table)
        return write(table)

    def load_once(recipe: Recipe) -> Loaded:
        return shipped() if recipe is shipped_recipe() else load(recipe)

    patch.setattr(text, "to_csv", keep)
    for module in (loaded, pot):
        patch.setattr(module, "load", load_once)
    found: Tables = {}
    for name, arguments in commands(write_files(folder)).items():
        result = run(*arguments, *([] if "--out" in arguments else ["--format", "csv"]))
        assert result.code == (2 if name == "lines-check" else 0), result.err
        found[name] = kept[-1]
        kept.clear()
    return found


def tables_of_functions(folder: Path, patch: pytest.MonkeyPatch) -> Tables:
    """Give every table that a public function, or what it gives, holds and no command shows.

    An index with a name is a column.
    """
    validated = validation.folds(BASELINE, group_totals=False)
    # Of all models of families only the quickest, on what it was measured by already.
    patch.setattr(validation, "MODELS", {BASELINE: MODELS[BASELINE]})
    patch.setattr(validation, "folds", lambda *_, **__: validated)
    files = write_files(folder)
    small, pilot, england = ps.single_pot("Manchester", lines=files["lines"]), gathered(PILOT).pot, gathered(ENGLAND)
    register, reading = ps.read_register(), ps.read_measures(files["halls"])
    sensitivity, found = pilot.sensitivity(), ps.families_of("Leeds")
    cells = ps.build_cells(ps.read_lines(files["lines"]))
    ledger = ps.build_ledger(cells, [ps.find_place("Manchester")])
    settlement = folder / "settlement.csv"
    settlement.write_text(SETTLEMENT, encoding="utf-8")
    published = ps.read_integrated_settlement(
        settlement, year="2025-26", footprint=GM, recipient="Greater Manchester Combined Authority"
    )
    cohorts = pd.DataFrame({"cohort": ["2012-13"], "attached": [60], "results": [50]})
    leeds = ps.single_pot("Leeds", lines=files["lines"])
    shares, comparison = ps.build_shares("E08000003", "residents"), pilot.comparison
    assert shares is not None
    assert comparison is not None
    return {
        "ladders": ps.Bases().ladders,
        "services-shared": ps.basis_of_service(),
        "bridge-steps": gathered(GM).bridges[0].steps,
        "bridge-details": leeds.bridge(small).details,
        "families-thousandths": found.table,
        "families: counts": found.counts(),
        "families-density: one": found.density(),
        "families-cost: all": found.costs(),
        "cells": cells,
        "cells: of a ledger": ledger.cells,
        "cells: of a pot": small.cells,
        "ledger": ledger.entries,
        "shares": shares.by_level("lsoa"),
        "lines-read": published.lines,
        "lines-read: own": ps.read_lines(files["lines"]),
        "lines-read: shipped": ps.shipped_lines(),
        "lines-read: of a pot": small.loaded.lines,
        "memo: read": published.memo,
        "memo": england.pot.memo,
        "reading-rejects": published.rejects,
        "reading-account": published.account,
        "reading-checks": published.checks,
        "register-lines": register.lines,
        "register-changes": register.changes,
        "measures-read": reading.table,
        "awaited": small.awaited,
        "unallocated": small.unallocated,
        "comparison": comparison,
        "sensitivity: services": sensitivity.services,
        "sensitivity-coverage": sensitivity.coverage,
        "sensitivity-narrowing": sensitivity.narrowing,
        "recipe-check: accounts": shipped().accounts,
        "families-folds": validated,
        "families-validate": validation.validate_estimates(),
        "families-estimated": ps.estimate_families(),
        "families-cost: function": ps.family_costs([ps.find_place("Leeds")], pd.Series([1_000])),
        "families-progress: function": ps.family_progress(),
        "measures: function": ps.list_measures(),
        "neighbourhood-pilots": ps.neighbourhood_pilots(),
        "outlines": pd.DataFrame(ps.outlines("region")),
        "payments-by-results": ps.payments_by_results(cohorts),
        # pandas holds whole numbers as floats where some are missing.
        "postcodes": ps.postcode_frame().head(1_000).astype({"ended": "Int64"}),
        "published-totals": ps.published_totals(),
        "service-groups": ps.service_groups(),
        "services": ps.services(),
        "small-areas": ps.small_areas(),
        "totals-over-years": ps.totals_over_years(ps.read_lines(files["lines"]), register),
        **{f"{sheet.declared or sheet.name}: {sheet.name}": sheet.table for sheet in data_tables(small)},
    }


def tables_of_reports() -> Tables:
    """Give the tables of reports on a pilot, a whole authority and several places side by side."""
    documents = [report_document(gathered(PILOT)), report_document(gathered(GM))]
    documents.append(comparison_document([gathered(GM), gathered(PILOT)]))
    memo = tables_of(checked_section(gathered(TRI_BOROUGH)).blocks)["memo"]
    tables = [*(table for document in documents for table in document.tables()), memo]
    return {f"report/{table.id}: {number}": table.data for number, table in enumerate(tables)}


def shipped_tables() -> Tables:
    """Read the first rows of the shipped tables."""
    csv = {path: pd.read_csv(path, nrows=1_000, dtype_backend="numpy_nullable") for path in files_of("*.csv")}
    parquet = {path: pq.ParquetFile(path).schema_arrow.empty_table().to_pandas() for path in files_of("*.parquet")}
    return {f"{path.parent.name}/{path.stem}": table for path, table in {**csv, **parquet}.items()}


def files_of(pattern: str) -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (CHECKOUT / folder).glob(pattern))
