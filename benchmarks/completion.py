"""Compare completed measures with real small-area counts.

    uv run benchmarks/completion.py FOLDER

FOLDER holds the published files ``census11_deprivation_england_wales_lsoa11.csv.gz``,
``imd2019_england_lsoa11_indicators.csv.gz`` and ``population17_lsoa11.csv.gz``. The counts are used for this only,
never for fitting.

Prints for each measure, by kinds of neighbourhoods and by the plain base side by side:

* *rates*: the correlation within upper tiers of rates, modelled and real: count over base, less the rate of the
  upper tier, weighted by the base. Plain is 0 by construction.
* *counts*: the same of counts less the mean count of the upper tier, not weighted. Plain is not 0, for larger small
  areas have more of everything.
* *error*: absolute errors of counts summed over the sum of real counts.

Small areas whose real count is suppressed are left out. A second table has the same by kinds with density, which
the model leaves out, beside the error of hidden regions that would have admitted it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from placespend import kinds
from placespend.geography import count_of, level_index, small_areas
from placespend.money import largest_remainder_by_group
from placespend.shipped import shipped_file

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.float64]

DEPRIVATION = "census11_deprivation_england_wales_lsoa11.csv.gz"
INDICES = "imd2019_england_lsoa11_indicators.csv.gz"
AGES = "population17_lsoa11.csv.gz"
INDICATORS = {
    "income_deprived": "income_domain_numerator",
    "income_deprived_children": "income_deprivation_affecting_children_index_idaci_numerator",
    "income_deprived_older": "income_deprivation_affecting_older_people_index_idaopi_numerator",
    "employment_deprived": "employment_domain_numerator",
}
SCALE = 1_000


def real_counts(folder: Path) -> dict[str, Counts]:
    """Read the real counts in the order of the frame; what is suppressed is not a number."""
    codes = small_areas()["lsoa_code"]
    deprived = pd.read_csv(folder / DEPRIVATION).pivot_table(
        index="lsoa11_code", columns="households_number_deprivation_dimensions", values="count", aggfunc="sum"
    )
    indices = pd.read_csv(folder / INDICES, index_col="lsoa11_code")
    ages = pd.read_csv(folder / AGES, index_col="lsoa11_code").drop(columns=["lsoa11_name", "total_population"])
    ages.columns = pd.Index([int(name.rstrip("+")) for name in ages.columns])
    found = {name: indices[column] for name, column in INDICATORS.items()}
    found["households_3plus_deprivation_dims"] = deprived[3] + deprived[4]
    found["households_4_deprivation_dims"] = deprived[4]
    bands = {
        "children_0_15": (0, 15), "school_age_5_15": (5, 15), "working_age_16_64": (16, 64),
        "aged_65_plus": (65, 90), "aged_75_plus": (75, 90), "residents_mid2017": (0, 90),
    }  # fmt: skip
    found |= {name: ages.loc[:, first:last].sum(axis=1) for name, (first, last) in bands.items()}
    return {name: counts.reindex(codes).to_numpy(dtype=np.float64) for name, counts in found.items()}


def published(measure: str) -> NDArray[np.int64]:
    """Give the upper-tier counts of a measure."""
    codes, _ = level_index("upper_tier")
    column = pd.read_csv(shipped_file("boundaries", "measures.csv"), index_col="measure").loc[measure, "column"]
    table = pd.read_csv(shipped_file("boundaries", "upper_tier_measures.csv"), index_col="code")
    counts: NDArray[np.int64] = table.loc[codes, str(column)].to_numpy(dtype=np.int64)
    return counts


def region_of_upper_tiers() -> NDArray[np.int64]:
    """Give the number of each upper tier's region."""
    codes, upper_tier = level_index("upper_tier")
    found = np.zeros(len(codes), dtype=np.int64)
    found[upper_tier] = level_index("region")[1]
    return found


def correlation(first: Counts, second: Counts, weights: Counts, group: NDArray[np.int64]) -> float:
    """Correlate deviations from the weighted mean of the group; 0 where one does not vary."""
    whole = np.bincount(group, weights=weights)
    away = [x - (np.bincount(group, weights=weights * x) / whole)[group] for x in (first, second)]
    products = [float((weights * away[i] * away[j]).sum()) for i, j in ((0, 1), (0, 0), (1, 1))]
    # Plain rates differ by the rounding to thousandths of a count and by nothing else.
    varies = products[1] > 1e-6 * products[2]
    return products[0] / np.sqrt(products[1] * products[2]) if varies else 0.0


def judge(counts: Counts, real: Counts, base: NDArray[np.int64]) -> tuple[float, float, float]:
    """Give the correlations of rates and of counts within upper tiers, and the absolute error."""
    known = np.isfinite(real)
    group = level_index("upper_tier")[1][known]
    found, truth, by = counts[known], real[known], base[known].astype(np.float64)
    rates = correlation(found / by, truth / by, by, group)
    of_counts = correlation(found, truth, np.ones(len(by)), group)
    return rates, of_counts, float(np.abs(found - truth).sum() / truth.sum())


def completed(measure: str, rates: kinds.Rates | None, base: NDArray[np.int64]) -> Counts:
    """Complete a measure by kinds, or by the base where there are no rates."""
    _, upper_tier = level_index("upper_tier")
    if rates is None:
        return largest_remainder_by_group(published(measure) * SCALE, base, upper_tier) / SCALE
    return kinds.spread_by_kind(published(measure) * SCALE, rates, base, upper_tier, SCALE) / SCALE


def fitted(measure: str, context: tuple[str, ...]) -> kinds.Rates:
    """Fit a measure's rates whether kinds are declared to help or not."""
    _, upper_tier = level_index("upper_tier")
    base = count_of(str(kinds.completion_errors().loc[measure, "base"]))
    rates = kinds.fit(published(measure), base, upper_tier, region_of=region_of_upper_tiers(), context=context)
    if rates is None:
        message = "too few upper tiers have a count"
        raise RuntimeError(message)
    return rates


def compare(folder: Path) -> pd.DataFrame:
    """Judge each measure by kinds and by the plain base."""
    rows = {}
    for measure, real in real_counts(folder).items():
        declared = kinds.completion_errors().loc[measure]
        base = count_of(str(declared["base"]))
        by_kinds = kinds.shipped_rates(measure) or fitted(measure, tuple(str(declared["context"]).split()))
        plain = judge(completed(measure, None, base), real, base)
        rows[measure] = [declared["helps"], *judge(completed(measure, by_kinds, base), real, base), *plain]
    names = ["helps", "rates", "counts", "error", "plain rates", "plain counts", "plain error"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)


def compare_density(folder: Path) -> pd.DataFrame:
    """Judge each measure by kinds and density."""
    rows, region = {}, region_of_upper_tiers()
    _, upper_tier = level_index("upper_tier")
    for measure, real in real_counts(folder).items():
        declared = kinds.completion_errors().loc[measure]
        base = count_of(str(declared["base"]))
        context = (*str(declared["context"]).split(), "density")
        error, _ = kinds.hidden_region_error(published(measure), base, upper_tier, region, context=context)
        found = judge(completed(measure, fitted(measure, context), base), real, base)
        rows[measure] = [*found, error, declared["hidden_region_error"]]
    names = ["rates", "counts", "error", "hidden regions", "hidden regions without density"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names)


def main(arguments: list[str]) -> None:
    """Print the tables, or say what is missing."""
    folder = Path(arguments[0]) if arguments else Path()
    missing = [name for name in (DEPRIVATION, INDICES, AGES) if not (folder / name).exists()]
    if missing:
        sys.exit(f"{folder} does not have {', '.join(missing)}. Give the folder of the published small-area files.")
    print(compare(folder).to_string(float_format="%.3f"))  # noqa: T201
    print("\nBy kinds and density")  # noqa: T201
    print(compare_density(folder).to_string(float_format="%.4f"))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
