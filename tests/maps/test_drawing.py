"""Maps as figures: what stands on them, and that no text meets another."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import shapely
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, PathPatch, Rectangle
from matplotlib.text import Text

from placespend.errors import WrongTypeError
from placespend.geography import outlines
from placespend.maps.descriptions import describe_scheme
from placespend.maps.drawing import draw_map
from placespend.maps.feet import SCHEMATIC
from placespend.maps.layers import MapLayer, map_layer
from placespend.maps.page import settings
from placespend.maps.shading import outlines_in_order
from placespend.maps.styles import HATCH_BELOW, HATCH_MISSING, HATCH_MODELLED, HATCH_SUPPRESSED, INK, LAND
from placespend.maps.writing import svg_text
from placespend.shipped import NOTICE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEN = {
    "E08000001": "Bolton", "E08000002": "Bury", "E08000003": "Manchester", "E08000004": "Oldham",
    "E08000005": "Rochdale", "E08000006": "Salford", "E08000007": "Stockport", "E08000008": "Tameside",
    "E08000009": "Trafford", "E08000010": "Wigan",
}  # fmt: skip
NASTY = "Up$to\\frac{1}$ <b>&\x1b[2J\u202e \"x'"
LONG = "Kingston-upon-Somewhere-with-a-Name-that-no-Legend-was-Ever-Made-for and the Hundred of Little Things"


def layer_of(names: dict[str, str], **options: object) -> MapLayer:
    """Make a layer with every kind of mark, from places by code."""
    values: list[float | None] = [1.5 + 0.37 * (7 * number % 23) for number in range(len(names))]
    marks = ["value"] * len(names)
    if len(names) > 5:
        values[1], values[2], values[3] = None, None, 0.0
        marks[1:4] = ["suppressed", "missing", "zero"]
    statuses = ["published" if number % 3 else "estimated" for number in range(len(names))]
    table = pd.DataFrame(
        {"code": list(names), "name": list(names.values()), "value": values, "mark": marks, "status": statuses}
    )
    return map_layer(table, unit="families per 1,000 households", **options)  # type: ignore[arg-type]


def texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def boxes(figure: Figure) -> list[tuple[str, Any]]:
    """Measure every text as it is drawn, labels with the paper behind them."""
    with settings():
        figure.draw_without_rendering()
        return [(text.get_text(), (text.get_bbox_patch() or text).get_window_extent()) for text in texts(figure)]


def check_text(figure: Figure) -> None:
    """Fail if texts overlap or leave the page."""
    found = boxes(figure)
    page = figure.bbox
    for text, box in found:
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, text
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, text
    for (one, box), (other, second) in combinations(found, 2):
        apart = min(box.x1, second.x1) - max(box.x0, second.x0) <= 0.5
        assert apart or min(box.y1, second.y1) - max(box.y0, second.y0) <= 0.5, (one, other)


def patches(figure: Figure) -> list[PathPatch]:
    return [patch for axes in figure.axes for patch in axes.findobj(PathPatch)]


@pytest.fixture(scope="module")
def of_ten() -> Figure:
    upper = outlines("upper_tier")
    return draw_map(
        layer_of(TEN), upper, title="Families of Greater Manchester", notes=["A note."], sources=["One", "Two"],
        background=upper,
    )  # fmt: skip


@pytest.fixture(scope="module")
def of_england() -> Figure:
    upper = outlines("upper_tier")
    return draw_map(layer_of({code: code for code in upper["code"]}), upper, title="England")


# --- text


def test_no_text_meets_another_on_the_map_of_ten(of_ten: Figure) -> None:
    check_text(of_ten)


def test_no_text_meets_another_on_the_map_of_england(of_england: Figure) -> None:
    check_text(of_england)


def test_the_check_of_text_sees_an_overlap() -> None:
    figure = draw_map(layer_of(dict(list(TEN.items())[:2])), outlines("upper_tier"), title="Two")
    figure.text(0.05, 0.93, "over the title")
    with pytest.raises(AssertionError):
        check_text(figure)


@pytest.mark.parametrize("name", [NASTY, LONG, LONG.replace(" ", "-"), "曼徹斯特 🏙", ""])
def test_any_name_title_unit_and_note_fits(name: str) -> None:
    table = layer_of({code: f"{name} {code}" for code in TEN}).table
    layer = map_layer(table, unit=f"units {name}", number="gbp")
    figure = draw_map(layer, outlines("upper_tier"), title=name * 4, notes=[name * 9], sources=[name])
    check_text(figure)
    shown = "".join(text.get_text() for text in texts(figure))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert all(text.get_parse_math() is False for text in texts(figure))


def test_everything_that_must_be_said_is_said(of_ten: Figure) -> None:
    shown = [text.get_text() for text in texts(of_ten)]
    for words in (
        "Families per 1,000 households",
        "A note.",
        "Figures from One; Two.",
        "10 km",
        "not part of this map",
    ):
        assert words in shown
    assert of_ten.get_suptitle() == "Families of Greater Manchester"
    assert NOTICE in " ".join(shown)
    assert "zero (1 place)" in shown
    assert {text.replace("\n", " ") for text in shown} >= set(TEN.values())
    layer = layer_of(TEN)
    for label, count in zip(layer.classes.labels, layer.classes.counts, strict=True):
        assert f"{label} ({count} place{'s' if count > 1 else ''})" in shown


def test_the_figure_carries_its_text_alternative(of_ten: Figure) -> None:
    told = str(of_ten.get_label())
    assert told.startswith("Map: Families of Greater Manchester. 10 places, families per 1,000 households.")
    assert told.endswith("A note.")


def test_only_few_places_are_labelled(of_england: Figure) -> None:
    assert not [text for axes in of_england.axes for text in axes.findobj(Text) if text.get_text()]


def test_a_place_without_room_for_its_label_is_named_below() -> None:
    squares = {f"s{number}": "A very long name of a very small place " * 9 for number in range(9)}
    grid = [shapely.box(400_000 + 10 * x, 300_000, 400_010 + 10 * x, 300_010) for x in range(9)]
    shapes = gpd.GeoDataFrame({"code": list(squares)}, geometry=grid, crs="EPSG:27700")
    figure = draw_map(layer_of(squares), shapes, title="Nine squares")
    check_text(figure)
    assert any(text.get_text().startswith("Without room for a label") for text in texts(figure))


# --- places


def test_marks_are_drawn_by_pattern(of_ten: Figure) -> None:
    hatches = [patch.get_hatch() for patch in patches(of_ten)]
    assert hatches.count(HATCH_SUPPRESSED) == 1
    assert hatches.count(HATCH_MISSING) == 1
    assert HATCH_MODELLED in hatches
    assert None in hatches


def test_each_place_is_drawn_once_and_in_its_own_outline() -> None:
    layer = layer_of(TEN)
    figure = draw_map(layer, outlines("upper_tier"), title="Ten")
    drawn = sum(abs(ring.area) for patch in patches(figure) for ring in polygons(patch))
    wanted = sum(shape.area for shape in outlines_in_order(layer, outlines("upper_tier")))
    assert drawn == pytest.approx(wanted)


def polygons(patch: PathPatch) -> list[Any]:
    """Read the rings back; none of the ten has a hole."""
    path = patch.get_path()
    points = np.asarray(path.vertices)
    starts = [*np.flatnonzero(np.asarray(path.codes) == path.MOVETO), len(points)]
    return [shapely.Polygon(points[first:end]) for first, end in pairwise(starts)]


def test_a_hole_stays_a_hole() -> None:
    # Both rings are given running the same way, as a user's file may have them.
    outer, inner = (shapely.box(*ends).exterior.coords for ends in ((0, 0, 9_000, 9_000), (3_000, 3_000, 6_000, 6_000)))
    ring = shapely.Polygon(outer, [inner])
    shapes = gpd.GeoDataFrame({"code": ["a"]}, geometry=[ring], crs="EPSG:27700")
    figure = draw_map(layer_of({"a": "Ring"}), shapes, title="A ring")
    (patch,) = patches(figure)
    # matplotlib fills by winding: the two rings must run in opposite ways.
    turns = [np.sign(shapely.LinearRing(ring.exterior.coords).is_ccw - 0.5) for ring in polygons(patch)]
    assert sorted(turns) == [-1, 1]


def test_a_map_has_the_shape_of_the_land(of_ten: Figure) -> None:
    (axes,) = of_ten.axes
    place = axes.get_position()
    inches = place.width * of_ten.get_figwidth(), place.height * of_ten.get_figheight()
    metres = np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim())
    assert inches[0] / inches[1] == pytest.approx(metres[0] / metres[1])


def test_england_shows_london_enlarged(of_england: Figure) -> None:
    main, inset = of_england.axes
    assert np.ptp(inset.get_xlim()) < np.ptp(main.get_xlim()) / 5
    assert any(text.get_text().startswith("London, enlarged ") for text in texts(of_england))
    (frame,) = [patch for patch in main.findobj(Rectangle) if patch.get_width() == np.ptp(inset.get_xlim())]
    assert frame.get_x() == inset.get_xlim()[0]


def test_other_maps_have_no_inset(of_ten: Figure) -> None:
    assert len(of_ten.axes) == 1
    regions = outlines("region")
    figure = draw_map(layer_of({code: code for code in regions["code"]}), regions, title="Regions")
    assert len(figure.axes) == 1
    check_text(figure)


def test_outlines_of_very_many_points_become_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    upper, two = outlines("upper_tier"), dict(list(TEN.items())[:2])
    assert not any(patch.get_rasterized() for patch in patches(draw_map(layer_of(two), upper, title="Few points")))
    monkeypatch.setattr("placespend.maps.shading.MANY_POINTS", 10)
    figure = draw_map(layer_of(two), upper, title="Many points")
    assert all(patch.get_rasterized() for patch in patches(figure))
    assert "data:image/png;base64" in svg_text(figure)


# --- a centre, a locator, outlines that are no real ones


@pytest.fixture(scope="module")
def of_changes() -> Figure:
    table = layer_of(TEN).table.drop(columns="class_number")
    values = table["value"] - 4
    layer = map_layer(table.assign(value=values.mask(table["mark"] == "zero", 0)), unit="change", centre=0)
    regions, upper = outlines("region"), outlines("upper_tier")
    caption = "Greater Manchester within the nine regions of England"
    return draw_map(layer, upper, title="Changes", locator=regions, locator_caption=caption)


def test_a_map_around_a_centre_says_what_it_is_and_how_its_classes_were_made(of_changes: Figure) -> None:
    check_text(of_changes)
    shown = " ".join(text.get_text() for text in texts(of_changes))
    assert " zero " in shown
    assert "Classes lie on both sides of zero; a value equal to it is above." in shown
    assert str(of_changes.get_label()).count("Classes lie on both sides") == 1
    hatches = {patch.get_hatch() for patch in patches(of_changes)}
    assert {HATCH_BELOW, HATCH_BELOW + HATCH_MODELLED, HATCH_MODELLED} <= hatches


def test_a_locator_shows_the_places_in_what_is_around_them(of_changes: Figure) -> None:
    main, small = of_changes.axes
    assert np.ptp(small.get_xlim()) > 5 * np.ptp(main.get_xlim())
    pale, dark = small.findobj(PathPatch)
    assert (pale.get_facecolor(), dark.get_facecolor()) == (to_rgba(LAND), to_rgba(INK))
    places = dark.get_path().get_extents()
    wanted = shapely.total_bounds(outlines("upper_tier").set_index("code").geometry[list(TEN)].to_numpy())
    assert (places.x0, places.y0, places.x1, places.y1) == pytest.approx(tuple(wanted))
    box, page = small.get_window_extent(), of_changes.bbox
    assert page.x0 <= box.x0 < box.x1 <= page.x1
    assert page.y0 <= box.y0 < box.y1 <= page.y1
    assert not box.overlaps(main.get_window_extent())
    assert not any(box.overlaps(text) for _, text in boxes(of_changes))


def test_a_locator_stands_below_the_inset_of_london_and_rings_what_is_too_small(of_england: Figure) -> None:
    upper = outlines("upper_tier")
    layer = layer_of({code: code for code in upper["code"]})
    figure = draw_map(layer, upper, title="England", locator=outlines("region"))
    check_text(figure)
    _, inset, small = figure.axes
    assert inset.get_window_extent().y0 > small.get_window_extent().y1
    assert figure.bbox.y0 < small.get_window_extent().y0
    assert not small.findobj(Circle)
    alone = draw_map(layer_of({"E09000001": "City of London"}), upper, title="City", locator=outlines("region"))
    assert len(alone.axes[1].findobj(Circle)) == 1
    assert len(of_england.axes) == 2


def test_outlines_that_are_no_real_ones_have_no_scale_and_names_only_within_them() -> None:
    names = {f"s{number}": ["Bury", LONG, LONG][number % 3] for number in range(24)}
    circles = [shapely.Point(50_000 * (x % 6), 50_000 * (x // 6)).buffer(24_000) for x in range(24)]
    shapes = gpd.GeoDataFrame({"code": list(names)}, geometry=circles, crs="EPSG:27700")
    figure = draw_map(layer_of(names), shapes, title="Circles", is_schematic=True)
    check_text(figure)
    shown = " ".join(text.get_text() for text in texts(figure))
    assert SCHEMATIC in shown
    assert SCHEMATIC in str(figure.get_label())
    assert " km" not in shown
    assert "Names are written where there is room for them." in shown
    assert len(figure.axes) == 1
    (axes,) = figure.axes
    labels = [text for text in axes.findobj(Text) if text.get_text()]
    assert {text.get_text() for text in labels} >= {"Bury"}
    assert LONG not in {text.get_text() for text in labels}
    with settings():
        figure.draw_without_rendering()
        for text in labels:
            box = text.get_window_extent().transformed(axes.transData.inverted())
            assert any(circle.buffer(1_000).contains(shapely.box(*box.extents)) for circle in circles), text
    few = draw_map(layer_of(dict(list(names.items())[:3])), shapes, title="Three", is_schematic=True)
    assert f"Without room for a label: {LONG[:20]}" in " ".join(text.get_text() for text in texts(few))


def test_what_lies_nowhere_has_no_locator() -> None:
    upper = outlines("upper_tier")
    with pytest.raises(WrongTypeError, match="do not lie anywhere"):
        draw_map(layer_of(TEN), upper, title="x", locator=upper, is_schematic=True)
    with pytest.raises(WrongTypeError, match="no outlines around"):
        draw_map(layer_of(TEN), upper, title="x", locator=upper.iloc[:0])


def test_a_note_on_natural_breaks_stands_once_whoever_gives_it() -> None:
    layer = layer_of(TEN, scheme="natural")
    figure = draw_map(layer, outlines("upper_tier"), title="Ten", notes=[describe_scheme(layer)])
    assert [text.get_text() for text in texts(figure)].count(describe_scheme(layer)) == 1
    assert str(figure.get_label()).count(describe_scheme(layer)) == 1


# --- what cannot be drawn


def test_outlines_that_do_not_fit_are_refused() -> None:
    upper, layer = outlines("upper_tier"), layer_of(TEN)
    with pytest.raises(WrongTypeError, match=r"have no outline: Bolton \(E08000001\)"):
        draw_map(layer, upper[upper["code"] != "E08000001"], title="x")
    with pytest.raises(WrongTypeError, match="Several outlines are of one place: E08000001"):
        draw_map(layer, pd.concat([upper, upper[upper["code"] == "E08000001"]]), title="x")
    with pytest.raises(WrongTypeError, match="EPSG:27700"):
        draw_map(layer, upper.to_crs(4326), title="x")
    with pytest.raises(WrongTypeError, match="EPSG:27700"):
        draw_map(layer, upper.rename(columns={"code": "id"}), title="x")
    with pytest.raises(WrongTypeError, match="EPSG:27700"):
        draw_map(layer, upper, title="x", background=upper.set_crs(None, allow_override=True))
    empty = upper.assign(geometry=[shapely.Polygon()] * len(upper))
    with pytest.raises(WrongTypeError, match="The outline is empty of E08000001"):
        draw_map(layer, empty, title="x")


# --- nothing global


def test_settings_of_the_user_change_nothing_and_stay_as_they_are() -> None:
    two = dict(list(TEN.items())[:2])
    plain = [text.get_fontsize() for text in texts(draw_map(layer_of(two), outlines("upper_tier"), title="Two"))]
    with mpl.rc_context({"font.size": 30, "text.parse_math": True, "hatch.linewidth": 9}):
        before = dict(mpl.rcParams)
        figure = draw_map(layer_of(two), outlines("upper_tier"), title="Two $x^2$")
        assert dict(mpl.rcParams) == before
    assert [text.get_fontsize() for text in texts(figure)] == plain
    check_text(figure)


def test_pyplot_is_not_imported() -> None:
    code = (
        "import sys, pandas as pd\n"
        "from placespend.geography import outlines\n"
        "from placespend.maps.layers import map_layer\n"
        "from placespend.maps.drawing import draw_map\n"
        "assert 'matplotlib' not in sys.modules and 'geopandas' not in sys.modules\n"
        "row = {'code': ['E08000001'], 'name': ['Bolton'], 'value': [1.0], 'mark': ['value'], 'status': ['x']}\n"
        "draw_map(map_layer(pd.DataFrame(row), unit='u'), outlines('upper_tier'), title='t')\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
