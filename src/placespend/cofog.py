"""The services that money is spent on: the sub-functions of the Treasury's regional analysis, by COFOG."""

from __future__ import annotations

import pandas as pd

from placespend.shipped import read_once, shipped_file


@read_once
def services() -> pd.DataFrame:
    """List the services of the CRA.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``service_code``: ``service_name`` (the string as published), ``label`` (plain words),
        ``division`` and ``division_name`` (COFOG), ``ladder``.
    """
    return pd.read_csv(shipped_file("spend_lines", "services.csv"), dtype="str", index_col="service_code")
