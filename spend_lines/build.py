"""Turn the aggregated Country and Regional Analysis into the canonical lines that ship.

    uv run spend_lines/build.py TABLE.csv

The table is HM Treasury's Country and Regional Analysis, November 2014 database, summed by body, sector,
service, current or capital, and region of England for 2011-12: columns ``financial_year``, ``body``,
``sector``, ``service`` (the string as published), ``economic``, ``footprint_code``, ``amount_kind`` and
``amount_gbp``. Every row becomes one line, in the order of the table; services get their code from
``services.csv`` by their whole string, so a service that is not declared stops the build.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
SOURCE_ID = "hmt-cra-2014"
TOTAL_GBP = 444_851_287_866
"""England's identifiable spending in 2011-12, as the table must sum to."""


def build_lines(table: pd.DataFrame) -> pd.DataFrame:
    """Give the aggregated table the columns of a lines file.

    Parameters
    ----------
    table : pandas.DataFrame
        Text, as published.

    Returns
    -------
    pandas.DataFrame
        One row per row, with the required columns of a lines file.

    Raises
    ------
    ValueError
        If a service is not declared or the amounts do not sum to the published total.
    """
    services = pd.read_csv(HERE / "services.csv", dtype="str").set_index("service_name")["service_code"]
    unknown = sorted(set(table["service"]) - set(services.index))
    if unknown:
        message = f"services.csv does not declare {unknown}"
        raise ValueError(message)
    if table["amount_gbp"].astype("int64").sum() != TOTAL_GBP:
        message = f"the amounts do not sum to {TOTAL_GBP:,}"
        raise ValueError(message)
    kept = ["financial_year", "economic", "amount_gbp", "amount_kind"]
    return pd.DataFrame(
        {
            "line_id": [f"cra-{number:04d}" for number in range(1, len(table) + 1)],
            "source_id": SOURCE_ID,
            "body": table["body"],
            "sector": table["sector"],
            "service_code": table["service"].map(services),
            **{column: table[column] for column in kept},
            "status": "have",
            "footprint_code": table["footprint_code"],
        }
    )


if __name__ == "__main__":
    published = pd.read_csv(sys.argv[1], dtype="str", keep_default_na=False)
    build_lines(published).to_csv(HERE / "cra_2011-12.csv", index=False, lineterminator="\n")
