"""A lookup that is whole and pairs what belongs together is read; any other is refused, for it would move counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from placespend.errors import DataFileError
from placespend.geography import level_index
from placespend.measured.lookups import read_lookup
from placespend.measured.reading import check_measures

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Find = Callable[[str], Path]
    Write = Callable[..., Path]

FROM_2001, TO_2021 = "lookups/lookup_lsoa01_lsoa11.csv.gz", "lookups/lookup_lsoa11_lsoa21_ltla22.csv.gz"
TO_WARDS = "lookups/lookup_lsoa11_ward17.csv.gz"


def codes_of(level: str) -> list[str]:
    return [str(code) for code in level_index(level)[0]]


def refusal(path: Path) -> str:
    with pytest.raises(DataFileError) as error:
        read_lookup(path)
    return str(error.value)


def to_2021() -> tuple[list[str], list[str], list[str]]:
    """Make a lookup in which the last small area of 2011 was split in two."""
    codes = codes_of("lsoa")
    return [*codes, codes[-1]], [*codes[:-1], "E01034500", "E01034501"], [*["U"] * (len(codes) - 1), "S", "S"]


def save(tmp_path: Path, table: pd.DataFrame) -> Path:
    path = tmp_path / "lookup.csv"
    table.to_csv(path, index=False)
    return path


# --- pairs


def test_a_sound_lookup_is_read(write: Write) -> None:
    old, new, marks = to_2021()
    assert set(read_lookup(write(LSOA11CD=old, CHGIND=marks, LSOA21CD=new)).lsoa) == {2021}
    assert set(read_lookup(write(LSOA11CD=old, LSOA21CD=new)).lsoa) == {2021}


@pytest.mark.parametrize("has_marks", [True, False])
@pytest.mark.parametrize("how", ["shuffled", "sorted", "two swapped"])
def test_a_column_that_was_moved_by_itself_is_refused(write: Write, how: str, has_marks: bool) -> None:
    old, new, marks = to_2021()
    if how == "shuffled":
        new = [new[at] for at in np.random.default_rng(1).permutation(len(new))]
    elif how == "sorted":
        new = sorted(new, reverse=True)
    else:
        new[0], new[1] = new[1], new[0]
    columns = {"LSOA11CD": old, "LSOA21CD": new, **({"CHGIND": marks} if has_marks else {})}
    told = refusal(write("ons.csv", **columns))
    assert "ons.csv pairs small areas that did not change with others" in told
    assert f"{old[0]} with {new[0]} (row 2)" in told
    assert "sorted by itself" in told
    assert told.count("(row ") == (2 if how == "two swapped" else 5)


def test_a_row_that_says_unchanged_pairs_a_code_with_itself(write: Write) -> None:
    old, new, marks = to_2021()
    marks[-1] = "U"
    assert "E01034501 (row 32,846)" in refusal(write(LSOA11CD=old, CHGIND=marks, LSOA21CD=new))


@pytest.mark.parametrize("lookup", [FROM_2001, TO_2021, TO_WARDS])
def test_published_lookups_are_sound(published: Find, lookup: str) -> None:
    assert len(read_lookup(published(lookup)).small_area) >= 32_840


@pytest.mark.parametrize(("lookup", "column"), [(FROM_2001, "lsoa01_code"), (TO_2021, "lsoa21_code")])
@pytest.mark.parametrize("how", ["shuffled", "sorted"])
def test_published_lookups_with_a_column_moved_are_refused(
    published: Find, tmp_path: Path, lookup: str, column: str, how: str
) -> None:
    table = pd.read_csv(published(lookup), dtype="str")
    moved = table[column].sample(frac=1, random_state=1) if how == "shuffled" else table[column].sort_values()
    table[column] = moved.to_numpy()
    path = save(tmp_path, table)
    assert "sorted by itself" in refusal(path)
    found = check_measures(path, lookups=[path])
    assert "lookup not read" in set(found["finding"])


def test_changed_areas_that_were_moved_alone_are_refused(published: Find, tmp_path: Path) -> None:
    table = pd.read_csv(published(FROM_2001), dtype="str")
    changed = (table["change_code"] != "U").to_numpy()
    table.loc[changed, "lsoa01_code"] = table.loc[changed, "lsoa01_code"].sample(frac=1, random_state=1).to_numpy()
    assert "changed small areas of 2001 to small areas of many districts" in refusal(save(tmp_path, table))


@pytest.mark.parametrize(("lookup", "column"), [(TO_WARDS, "ward17_code"), (TO_2021, "ltla22_code")])
def test_a_column_of_larger_areas_that_was_moved_is_refused(
    published: Find, tmp_path: Path, lookup: str, column: str
) -> None:
    table = pd.read_csv(published(lookup), dtype="str")
    table[column] = table[column].sample(frac=1, random_state=1).to_numpy()
    told = refusal(save(tmp_path, table))
    assert f"'{column}'" in told
    assert "many districts" in told


# --- whole or cut short


def test_a_lookup_that_was_cut_short_is_named(write: Write) -> None:
    old, new, _ = to_2021()
    told = refusal(write("ons.csv", LSOA11CD=old[3:], LSOA21CD=new[3:]))
    assert "ons.csv is not whole: it lacks 3 of the 32,844" in told
    assert "cut short" in told
    assert "or was cut short" in refusal(write("ons.csv", LSOA11CD=old[:9], LSOA21CD=new[:9]))


def test_a_code_that_the_lookup_lacks_is_its_fault(write: Write) -> None:
    old, new, marks = to_2021()
    lookup = write("ons.csv", LSOA11CD=old[:-1], CHGIND=marks[:-1], LSOA21CD=new[:-1])
    path = write("own.csv", code=new, claimants=[5] * len(new))
    found = check_measures(path, lookups=[lookup]).set_index("finding")["detail"]
    assert "the lookup ons.csv does not have 1 small area of 2021: E01034501" in found["not in the lookup"]
    assert "wrong vintage" not in found.index
