"""Turn the council outturn of the whole-place pilots into the lines that ship.

    uv run spend_lines/build_outturn.py TABLE.csv

The table is DCLG's Revenue Outturn Summary 2011-12, revised 28 November 2013, cut to the 35 bodies of the four
whole-place pilots, one row for each body and service: columns ``financial_year``, ``e_code``, ``body``,
``body_class``, ``footprint``, ``service`` (the heading as published), ``payment_to_people``, ``amount_kind``,
``stage`` and ``amount_gbp``. Every row becomes one line, in the order of the table, with the line id that
``placespend.sources.read_revenue_outturn`` gives it. A service, footprint or stage that is not known stops the build.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from placespend.footprints import footprint_areas
from placespend.sources.revenue_outturn import BENEFIT, BENEFITS, SERVICES, STAGE

HERE = Path(__file__).parent
SOURCE_ID = "dclg-rs-2011-12"
LINES = 333

FOOTPRINTS = {"Greater Essex": "WPP-GREATER-ESSEX", "E47000001 less Wigan": "E47000001 less E08000010"}
"""Footprints that the table names, as codes."""


def build_lines(table: pd.DataFrame) -> pd.DataFrame:
    """Give the table of outturn the columns of a lines file.

    Parameters
    ----------
    table : pandas.DataFrame
        Text, as published.

    Returns
    -------
    pandas.DataFrame
        One row per row.

    Raises
    ------
    ValueError
        If a service, footprint or stage is not known, or there are not 333 rows.
    """
    keys = {text: key for key, texts in {**SERVICES, **BENEFITS}.items() for text in texts}
    key, footprint = table["service"].map(keys), table["footprint"].replace(FOOTPRINTS)
    is_place = footprint.map(lambda code: footprint_areas(code) is not None).astype("bool")
    unknown = table[key.isna() | ~is_place | (table["stage"].str.casefold() != STAGE)]
    if not unknown.empty or len(table) != LINES:
        message = f"the table has {len(table)} rows, of which {len(unknown)} hold what is not known:\n{unknown}"
        raise ValueError(message)
    return pd.DataFrame(
        {
            "line_id": table["e_code"] + "-" + key,
            "source_id": SOURCE_ID,
            "body": table["body"].str.strip(),
            "sector": "LG",
            "service_code": key.where(~key.isin(list(BENEFITS)), BENEFIT),
            "financial_year": table["financial_year"],
            "economic": "current",
            "amount_gbp": table["amount_gbp"],
            "amount_kind": table["amount_kind"],
            "status": "have",
            "footprint_code": footprint,
            "payment_to_people": table["payment_to_people"].str.lower(),
        }
    )


if __name__ == "__main__":
    published = pd.read_csv(sys.argv[1], dtype="str", keep_default_na=False)
    target = HERE / "revenue_outturn_2011-12_pilots.csv"
    build_lines(published).to_csv(target, index=False, lineterminator="\n")
