"""The endings of the files that maps are written as."""

from __future__ import annotations

from pathlib import Path

import pytest

from placespend.errors import PlacespendError
from placespend.maps.endings import DATA, PAGES, PICTURES, check_ending


def test_what_a_map_is_written_as_is_told_by_its_file() -> None:
    assert check_ending(Path("a.PNG"), PICTURES, DATA) == ".png"
    assert check_ending(Path("a.json"), PICTURES, PAGES, DATA) == ".json"


@pytest.mark.parametrize(("name", "said"), [("a.html", ".html"), ("a", "files without an ending")])
def test_other_kinds_are_refused_and_those_there_are_told(name: str, said: str) -> None:
    with pytest.raises(PlacespendError, match=f"not written as {said}") as caught:
        check_ending(Path(name), PICTURES, DATA)
    assert caught.value.hint == "end the file's name in .png, .svg or .geojson"
