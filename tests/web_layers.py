"""Layers of a map for a browser, for tests: six districts of Manchester, some of them with names that would do harm."""

from __future__ import annotations

import pandas as pd

from placespend.maps.layers import MapLayer, map_layer

CODES = [f"E0800000{number}" for number in range(1, 7)]

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    '"></script><script>alert(1)</script>',
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "\u202eecalP\u202c </title><!--",
    "Salford & `${alert(1)}` \u2028 'Sons'",
]

NAMES = ["Bolton", "Bury", "Manchester", "Oldham", "Rochdale", "Salford"]


def first_layer(names: list[str] = NAMES, **options: object) -> MapLayer:
    """A layer with every mark: a value, an estimate, suppressed, missing, zero."""
    table = pd.DataFrame(
        {
            "code": CODES,
            "name": names,
            "value": [2.25, 4.5, None, None, 0.0, 9.75],
            "mark": ["value", "value", "suppressed", "missing", "zero", "value"],
            "status": ["published", "estimated", "published", "", "published", "published"],
        }
    )
    return map_layer(table, unit="families per 1,000 households", classes=3, **options)  # type: ignore[arg-type]


def second_layer(names: list[str] = NAMES) -> MapLayer:
    """A layer around a centre."""
    table = pd.DataFrame({"code": CODES, "name": names, "value": [-2.0, -1.0, 0.5, 1.0, 2.0, 3.0]})
    table = table.assign(mark="value", status="published")
    return map_layer(table, unit="change <b>in</b> per cent", centre=0.0, centre_words="no change")
