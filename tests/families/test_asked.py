"""Families of what a user asks for: a place by name, a level, the places inside a larger one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from placespend.errors import AmbiguousPlaceError, MeasuresError, PlaceNotFoundError, UnknownNameError, WrongTypeError
from placespend.families.asked import bases_for_families, families_of, places_for_families
from placespend.gazetteer import find_place
from placespend.geography import level_index, small_areas
from placespend.levels import OWN

if TYPE_CHECKING:
    from pathlib import Path

SALFORD = "E08000006"


@pytest.fixture
def truants(tmp_path: Path) -> Path:
    """A measure by small area that counts as many as the number of the row within its authority."""
    frame = small_areas()
    number = frame.groupby("upper_tier_code", observed=True).cumcount() + 1
    path = tmp_path / "truants.csv"
    frame.assign(truants=number)[["lsoa_code", "truants"]].to_csv(path, index=False, lineterminator="\n")
    return path


# --- places


def test_a_place_is_found_by_name_code_or_as_an_object() -> None:
    for given in ("Sheffield", "sheffield", "E08000019", find_place("E08000019")):
        found = families_of(given)
        assert found.counts()["families"].tolist() == [1680]
        assert [place.code for place in found.places] == ["E08000019"]


def test_of_a_level_every_place_is_there_in_order() -> None:
    found = families_of(level="region")
    assert found.table["code"].tolist() == list(level_index("region")[0])
    assert [place.code for place in found.places] == found.table["code"].tolist()
    assert found.is_own is False


def test_a_level_settles_which_of_several_places_is_meant() -> None:
    for level in ("upper_tier", "lad_2025"):
        (place,), notes = places_for_families("Salford", level=level)
        assert place.level in {level, "upper_tier"}
        assert notes == []


def test_how_own_places_were_brought_is_told() -> None:
    own = replace(find_place("Salford"), level=OWN, definition="From own.csv; outline mended")
    for asked in (own, [own]):
        assert "Salford: From own.csv; outline mended" in families_of(asked).notes


def test_several_places_may_overlap_and_keep_their_order() -> None:
    places = [find_place(name) for name in ("Salford", "Greater Manchester", "E01005599")]
    found = families_of(places)
    assert found.table["code"].tolist() == [place.code for place in places]
    assert found.counts()["families"].isna().tolist() == [False, False, True]


def test_inside_a_larger_place_only_its_own_are_there() -> None:
    found = families_of(level="upper_tier", within="Greater Manchester")
    assert found.counts()["families"].sum() == 8_090
    assert len(found.table) == 10
    by_place = families_of(level="upper_tier", within=find_place("Greater Manchester"))
    assert by_place.table.equals(found.table)


def test_wards_of_an_authority_and_what_is_left_have_its_number() -> None:
    found = families_of(level="ward_2025", within=SALFORD)
    assert found.table["thousandths"].sum() == 810_000
    assert set(found.table["status"]) == {"estimated"}


def test_combined_authorities_are_those_of_the_day() -> None:
    now = families_of(level="combined_authority", as_at="2026-04-01")
    then = families_of(level="combined_authority", as_at=date(2012, 1, 1))
    assert then.table["name"].tolist() == ["Greater Manchester"]
    assert then.counts()["status"].tolist() == ["published"]
    assert len(now.table) == 15
    assert "Combined authorities as they were on 2012-01-01." in then.notes
    assert not any("as they were" in note for note in families_of(level="region").notes)


# --- what is refused


def test_neither_place_nor_level_is_refused() -> None:
    with pytest.raises(WrongTypeError, match="by a place or a level, and neither is given"):
        families_of()


def test_a_larger_place_beside_one_place_is_refused() -> None:
    with pytest.raises(WrongTypeError, match="not with one place"):
        families_of("Salford", within="Greater Manchester")


@pytest.mark.parametrize(
    ("asked", "error", "message"),
    [
        ({"place": "Salfrod"}, PlaceNotFoundError, "did you mean 'E08000006'"),
        ({"level": "uper_tier"}, UnknownNameError, "did you mean 'upper_tier'"),
        ({"place": "Salford", "level": "uper_tier"}, UnknownNameError, "did you mean 'upper_tier'"),
        ({"level": "region", "within": "Atlantis"}, PlaceNotFoundError, "Atlantis"),
        ({"level": "region", "by": "income_deprive"}, UnknownNameError, "did you mean 'income_deprived'"),
        ({"place": "Whitchurch"}, (AmbiguousPlaceError, PlaceNotFoundError), "Whitchurch"),
    ],
)
def test_what_is_unknown_is_named(asked: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        families_of(**asked)


# --- a user's own measure


def test_a_file_of_a_measure_is_spread_by_and_keeps_the_total(truants: Path) -> None:
    shipped = families_of(level="msoa", within=SALFORD).table
    spread = families_of(level="msoa", within=SALFORD, measures=truants, by="truants").table.set_index("code")
    assert spread["thousandths"].sum() == shipped["thousandths"].sum() == 810_000
    frame = small_areas().query("upper_tier_code == @SALFORD")
    frame = frame.assign(truants=range(1, len(frame) + 1))
    areas = frame.groupby("msoa_code", observed=True)["truants"].agg(["sum", "size"])
    areas = areas.loc[spread.index]
    exact = areas["sum"] * 810_000 / frame["truants"].sum()
    # A small area is at most a thousandth from its part.
    assert ((spread["thousandths"] - exact).abs() <= areas["size"]).all()
    # The only measure that a user gives is taken unless another is asked for.
    assert families_of(level="msoa", within=SALFORD, measures=truants).table.equals(spread.reset_index()[list(shipped)])
    first = "households_3plus_deprivation_dims"
    assert (
        families_of(level="msoa", within=SALFORD, measures=truants, by=first)
        .table["families"]
        .equals(shipped["families"])
    )


def test_no_measures_make_no_bases(truants: Path) -> None:
    assert bases_for_families(None) is None
    assert bases_for_families([]) is None
    bases = bases_for_families(truants)
    assert bases is not None
    assert [found.name for found in bases.own] == ["truants"]


def test_a_faulty_measure_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("lsoa_code,truants\nE01000001,-3\nE01000002,some\n", encoding="utf-8")
    with pytest.raises(MeasuresError):
        families_of(SALFORD, measures=path)
