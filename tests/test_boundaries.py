"""Check the committed boundary files: counts, totals, nesting, names, outlines without gaps, postcodes."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

ROOT = Path(__file__).resolve().parents[1]
BOUNDARIES = ROOT / "boundaries"
# The developers' shared data folder; tests that need it are skipped where it is absent.
SHARED = Path(os.environ.get("PLACESPEND_SHARED", ROOT.parent / "shared"))

STRINGS = [
    "lsoa_code", "lsoa_name", "msoa_code", "msoa_name", "lad_code", "upper_tier_code", "region_code",
    "police_force_code", "icb_sub_area_code", "lad_2025_code", "upper_tier_2025_code",
]  # fmt: skip
NUMBERS = ["residents", "household_residents", "households", "hectares"]
GREATER_MANCHESTER = [f"E080000{n:02d}" for n in range(1, 11)]
TRI_BOROUGH = ["E09000013", "E09000020", "E09000033"]
LEVELS = {  # level -> (places, vintage, pattern of its codes)
    "lad": (326, 2011, r"E0[6789]\d{6}"),
    "upper_tier": (152, 2011, r"E(06|08|09|10)\d{6}"),
    "police_force": (39, 2011, r"E23\d{6}"),
    "icb_sub_area": (106, 2022, r"E38\d{6}"),
    "region": (9, 2011, r"E12\d{6}"),
    "england": (1, 2011, r"E92000001"),
    "lad_2025": (296, 2025, r"E0[6789]\d{6}"),
    "upper_tier_2025": (153, 2025, r"E(06|08|09|10)\d{6}"),
}
OUTLINES = {  # level -> (places, median error of area in per cent of the census hectares)
    "lsoa": (32_844, 6.2),
    "msoa": (6_791, 1.7),
    "lad": (326, 0.2),
    "upper_tier": (152, 0.2),
    "region": (9, 0.1),
    "police_force": (39, 0.1),
}


@cache
def frame() -> pd.DataFrame:
    return pd.read_parquet(BOUNDARIES / "small_areas.parquet")


@cache
def places() -> pd.DataFrame:
    return pd.read_csv(BOUNDARIES / "places.csv")


@cache
def outlines(level: str) -> gpd.GeoDataFrame:
    return gpd.read_parquet(BOUNDARIES / f"outlines_{level}.parquet")


@cache
def postcodes() -> pd.DataFrame:
    return pd.read_parquet(BOUNDARIES / "postcodes.parquet")


@cache
def live_postcodes() -> pd.DataFrame:
    return postcodes()[postcodes()["ended"].isna()]


@cache
def wards() -> pd.DataFrame:
    return pd.read_csv(BOUNDARIES / "wards_2025.csv")


def shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"the developers' shared data folder does not have {name}")
    return path


def nested(inner: str, outer: str) -> bool:
    return bool(frame().groupby(inner)[outer].nunique().max() == 1)


# --- the frame


def test_frame_has_the_columns_types_and_order_it_declares() -> None:
    table = frame()
    assert table.columns.tolist() == STRINGS + NUMBERS
    assert {str(table[column].dtype) for column in STRINGS} == {"str"}
    assert {str(table[column].dtype) for column in NUMBERS} == {"int64"}
    assert not table.isna().any(axis=None)
    assert len(table) == table["lsoa_code"].nunique() == table["lsoa_name"].nunique() == 32_844
    assert table["lsoa_code"].is_monotonic_increasing
    assert table["msoa_code"].nunique() == table["msoa_name"].nunique() == 6_791
    assert (table["lsoa_name"].str[:-1] == table["msoa_name"]).all()


def test_counts_are_positive_and_households_hold_no_more_than_all_residents() -> None:
    table = frame()
    assert (table[NUMBERS] > 0).all(axis=None)
    assert (table["household_residents"] <= table["residents"]).all()
    assert (table["households"] <= table["household_residents"]).all()


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (None, (32_844, 53_012_456, 22_063_368)),
        (GREATER_MANCHESTER, (1_673, 2_682_528, 1_128_066)),
        (TRI_BOROUGH, (344, 560_538, 264_898)),
    ],
    ids=["England", "Greater Manchester", "tri-borough"],
)
def test_published_totals(codes: list[str] | None, expected: tuple[int, int, int]) -> None:
    part = frame() if codes is None else frame()[frame()["upper_tier_code"].isin(codes)]
    assert (len(part), part["residents"].sum(), part["households"].sum()) == expected


def test_upper_tiers_sum_to_the_published_measures() -> None:
    published = pd.read_csv(BOUNDARIES / "upper_tier_measures.csv", index_col="code").sort_index()
    columns = {"residents": "residents_2011", "households": "households_2011", "hectares": "hectares"}
    sums = frame().groupby("upper_tier_code")[list(columns)].sum().rename(columns=columns)
    pd.testing.assert_frame_equal(sums, published[list(columns.values())], check_names=False)
    kinds = published.index.str[:3].value_counts().to_dict()
    assert kinds == {"E06": 56, "E10": 27, "E08": 36, "E09": 33}


@pytest.mark.parametrize(
    ("inner", "outer"),
    [
        ("msoa", "lad"),
        ("lad", "upper_tier"),
        ("upper_tier", "region"),
        ("upper_tier", "police_force"),
        ("lad", "lad_2025"),
        ("lad_2025", "upper_tier_2025"),
        ("upper_tier_2025", "police_force"),
    ],
)
def test_levels_nest(inner: str, outer: str) -> None:
    assert nested(f"{inner}_code", f"{outer}_code")


def test_health_areas_do_not_nest_in_authorities() -> None:
    parts = frame().groupby("lad_code")["icb_sub_area_code"].nunique()
    assert (parts > 1).sum() == 28


@pytest.mark.parametrize(("level", "today"), [("lad", "lad_2025"), ("upper_tier", "upper_tier_2025")])
def test_a_code_of_both_vintages_means_the_same_small_areas(level: str, today: str) -> None:
    then, now = frame()[f"{level}_code"], frame()[f"{today}_code"]
    both = set(then) & set(now)
    assert len(both) == {"lad": 277, "upper_tier": 140}[level]
    pd.testing.assert_series_equal(then.where(then.isin(both)), now.where(now.isin(both)), check_names=False)


# --- the places


@pytest.mark.parametrize("level", LEVELS)
def test_places_are_those_of_the_frame(level: str) -> None:
    number, vintage, pattern = LEVELS[level]
    rows = places()[places()["level"] == level]
    codes = ["E92000001"] if level == "england" else sorted(frame()[f"{level}_code"].unique())
    assert rows["code"].tolist() == codes
    assert len(rows) == rows["name"].nunique() == number
    assert rows["code"].str.fullmatch(pattern).all()
    assert set(rows["vintage"]) == {vintage}


def test_levels_come_in_order_and_names_are_clean() -> None:
    assert places()["level"].unique().tolist() == list(LEVELS)
    name = places()["name"]
    assert (name == name.str.strip()).all()
    assert not name.str.contains(r" UA$|\(B\)|London Boro| District$| County$|, City of|, County of").any()


def test_a_code_has_one_name_and_upper_tiers_have_the_published_one() -> None:
    named = places()[["code", "name"]].drop_duplicates()
    assert named["code"].is_unique
    rows = places()[places()["level"] == "upper_tier"].set_index("code")["name"]
    published = pd.read_csv(BOUNDARIES / "upper_tier_measures.csv", index_col="code")["name"]
    pd.testing.assert_series_equal(rows, published.sort_index())


def test_police_forces_agree_with_a_later_lookup() -> None:
    path = shared("data/lookups/lookup_ltla24_csp24_pfa24.csv")
    later = pd.read_csv(path).drop_duplicates("ltla24_code").set_index("ltla24_code")
    ours = frame().drop_duplicates("lad_2025_code").set_index("lad_2025_code")["police_force_code"]
    both = ours.index.intersection(later.index)
    assert len(both) == 294  # Barnsley and Sheffield were given new codes in 2025
    assert (ours[both] == later.loc[both, "pfa24_code"]).all()
    spelled = {"London, City of": "City of London", "Devon & Cornwall": "Devon and Cornwall"}
    names = later.drop_duplicates("pfa24_code").set_index("pfa24_code")["pfa24_name"].replace(spelled)
    forces = places()[places()["level"] == "police_force"].set_index("code")["name"]
    assert (names[forces.index] == forces).all()


def test_authorities_of_2025_agree_with_an_independent_lookup_of_2022() -> None:
    path = shared("data/lookups/lookup_lsoa11_lsoa21_ltla22.csv.gz")
    later = pd.read_csv(path, usecols=["lsoa11_code", "ltla22_code"]).drop_duplicates()
    both = later.merge(frame(), left_on="lsoa11_code", right_on="lsoa_code")
    both = both[both["ltla22_code"].isin(both["lad_2025_code"])]  # authorities that were not replaced
    agrees = (both["ltla22_code"] == both["lad_2025_code"]).groupby(both["lsoa11_code"]).any()
    assert agrees.all()
    assert len(agrees) > 30_000
    divided = both["lsoa11_code"][both["lsoa11_code"].duplicated()]
    assert sorted(divided) == ["E01008187", "E01023508", "E01023964"]  # the README names them


# --- the groupings


def test_groupings_are_made_of_known_places_each_once() -> None:
    groupings = pd.read_csv(BOUNDARIES / "groupings.csv", dtype="str")
    members = pd.read_csv(BOUNDARIES / "grouping_members.csv", dtype="str")
    assert groupings["code"].is_unique
    assert set(groupings["code"]) == set(members["grouping_code"])
    assert not members.duplicated().any()
    known = set(zip(places()["level"], places()["code"], strict=True))
    assert set(zip(members["member_level"], members["member_code"], strict=True)) <= known
    start, end = (pd.to_datetime(groupings[column], format="%Y-%m-%d") for column in ("start", "end"))
    assert (end.isna() | (start < end)).all()


# --- the outlines


@pytest.mark.parametrize("level", OUTLINES)
def test_outlines_are_whole_metre_coverages_of_all_places(level: str) -> None:
    number, _ = OUTLINES[level]
    table = outlines(level)
    assert table.columns.tolist() == ["code", "geometry"]
    assert table.crs.to_epsg() == 27_700
    assert table["code"].tolist() == sorted(frame()[f"{level}_code"].unique())
    assert len(table) == number
    polygons = table.geometry.to_numpy()
    assert table.geom_type.isin(["Polygon", "MultiPolygon"]).all()
    assert shapely.is_valid(polygons).all()
    assert (shapely.area(polygons) > 0).all()
    assert shapely.coverage_is_valid(polygons)
    points = shapely.get_coordinates(polygons)
    assert (points == np.round(points)).all()


@pytest.mark.parametrize("level", [level for level in OUTLINES if level != "lsoa"])
def test_outlines_are_unions_of_their_small_areas(level: str) -> None:
    areas = outlines("lsoa").area.groupby(frame()[f"{level}_code"]).sum()
    np.testing.assert_allclose(outlines(level).area, areas, rtol=0, atol=1)


def test_small_areas_lie_in_the_outline_of_their_upper_tier() -> None:
    inside = shapely.point_on_surface(outlines("lsoa").geometry.to_numpy())
    tier = outlines("upper_tier").set_index("code").geometry
    assert shapely.contains(tier[frame()["upper_tier_code"]].to_numpy(), inside).all()


@pytest.mark.parametrize("level", OUTLINES)
def test_outlines_are_as_near_to_the_census_hectares_as_the_readme_says(level: str) -> None:
    hectares = frame().groupby(f"{level}_code")["hectares"].sum().to_numpy()
    error = 100 * np.median(np.abs(outlines(level).area / 10_000 / hectares - 1))
    assert error == pytest.approx(OUTLINES[level][1], abs=0.06)


# --- the postcodes


def test_postcodes_have_the_columns_types_and_nulls_they_declare() -> None:
    schema = pq.read_schema(BOUNDARIES / "postcodes.parquet")
    assert {field.name: field.type for field in schema} == {
        "small_area": pa.int32(),
        "postcode": pa.string(),
        "easting": pa.int32(),
        "northing": pa.int32(),
        "output_area": pa.int8(),
        "large_user": pa.bool_(),
        "introduced": pa.int32(),
        "ended": pa.int32(),
        "ward_2025_code": pa.dictionary(pa.int32(), pa.string()),
    }
    assert [field.name for field in schema if field.nullable] == ["ended", "ward_2025_code"]
    missing = postcodes().isna().sum()
    assert missing[missing > 0].to_dict() == {"ended": 1_456_217, "ward_2025_code": 32}


def test_postcodes_are_sorted_each_once_and_written_like_postcodes_of_great_britain() -> None:
    table = postcodes()
    assert len(table) == table["postcode"].nunique() == 1_463_528
    area = table["small_area"].to_numpy()
    postcode = table["postcode"].to_numpy(dtype="str")
    assert ((area[1:] > area[:-1]) | ((area[1:] == area[:-1]) & (postcode[1:] > postcode[:-1]))).all()
    assert table["postcode"].str.fullmatch(r"[A-Z]{1,2}\d[A-Z0-9]?\d[A-Z]{2}").all()
    assert not table["postcode"].str.startswith("BT").any()  # Northern Ireland has a licence of its own


def test_every_small_area_has_live_postcodes() -> None:
    number = live_postcodes().groupby("small_area").size()
    assert number.index.tolist() == list(range(len(frame())))
    assert number.sum() == 1_456_217
    assert number.min() == 7


def test_output_areas_are_numbered_without_gaps() -> None:
    found = postcodes().groupby("small_area")["output_area"].agg(["min", "max", "nunique"])
    assert (found["min"] == 0).all()
    assert (found["max"] + 1 == found["nunique"]).all()
    assert found["nunique"].sum() == 171_303
    assert found["max"].max() == 12


def test_postcodes_lie_in_england_and_large_users_are_few() -> None:
    table = postcodes()
    assert table["easting"].between(80_000, 656_000).all()
    assert table["northing"].between(5_000, 658_000).all()
    assert table["large_user"].sum() == 66_220


def test_postcodes_are_dated_by_month_and_none_ends_before_it_was_introduced() -> None:
    for column in ("introduced", "ended"):
        months = postcodes()[column].dropna()
        assert months.between(1980_01, 2022_05).all()
        assert (months % 100).between(1, 12).all()
    ended = postcodes().dropna(subset="ended")
    assert len(ended) == 7_311
    assert (ended["introduced"] <= ended["ended"]).all()


def test_postcodes_are_as_near_to_their_small_area_as_the_readme_says() -> None:
    table = postcodes()
    polygons = outlines("lsoa").geometry.to_numpy()[table["small_area"]]
    away = shapely.distance(shapely.points(table["easting"], table["northing"]), polygons)
    live = table["ended"].isna().to_numpy()
    assert [(away[live] > metres).sum() for metres in (0, 100, 1_000)] == [160_405, 12_084, 0]
    assert (away[~live] > 100).sum() == 3_802
    assert round(100 * float((away[live] == 0).mean()), 1) == 89.0


def test_wards_are_those_of_the_live_postcodes() -> None:
    assert wards().columns.tolist() == ["code", "name", "lad_2025_code", "lad_2025_name"]
    assert wards()["code"].tolist() == sorted(live_postcodes()["ward_2025_code"].dropna().unique())
    assert len(wards()) == 6_817
    assert wards()["code"].str.fullmatch(r"E05\d{6}").all()
    assert set(postcodes()["ward_2025_code"].dropna()) == set(wards()["code"])


def test_wards_are_in_the_authorities_of_2025_under_clean_names() -> None:
    authorities = places()[places()["level"] == "lad_2025"].set_index("code")["name"]
    assert set(wards()["lad_2025_code"]) == set(authorities.index)
    assert (wards()["lad_2025_code"].map(authorities) == wards()["lad_2025_name"]).all()
    name = wards()["name"]
    assert (name == name.str.strip()).all()
    assert not name.str.contains(r" Ward$| ED$|\)$|  ").any()
    assert not wards().duplicated(["name", "lad_2025_code"]).any()


def test_wards_lie_where_their_postcodes_do() -> None:
    own = live_postcodes()["ward_2025_code"].map(wards().set_index("code")["lad_2025_code"])
    best_fit = frame()["lad_2025_code"].to_numpy()[live_postcodes()["small_area"]]
    assert (own.notna() & (own != best_fit)).sum() == 182  # the README says which


# --- the folder


def test_folder_is_small_and_holds_no_half_written_file() -> None:
    files = [path for path in BOUNDARIES.iterdir() if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 11_500_000
    assert (BOUNDARIES / "postcodes.parquet").stat().st_size < 8_000_000
    assert not [path.name for path in files if path.suffix == ".part"]


@pytest.mark.parametrize("path", sorted(BOUNDARIES.glob("*.parquet")), ids=lambda path: path.stem)
def test_parquet_is_compressed_with_zstd(path: Path) -> None:
    group = pq.ParquetFile(path).metadata.row_group(0)
    assert {group.column(column).compression for column in range(group.num_columns)} == {"ZSTD"}
