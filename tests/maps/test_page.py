"""A page is drawn with settings of its own, and leaves those of the user as they were."""

from __future__ import annotations

import matplotlib as mpl
import pytest

from placespend.maps.page import Page, settings


def test_settings_hold_within_and_what_the_user_set_comes_back() -> None:
    with mpl.rc_context({"font.size": 31.0, "svg.hashsalt": "mine"}):
        with settings():
            assert mpl.rcParams["svg.hashsalt"] == "placespend"
            with settings():
                assert mpl.rcParams["font.size"] != 31.0
            # The inner one ends within the outer one, whose settings stay.
            assert mpl.rcParams["svg.hashsalt"] == "placespend"
        assert (mpl.rcParams["font.size"], mpl.rcParams["svg.hashsalt"]) == (31.0, "mine")


def fail_while_drawing() -> None:
    with settings():
        assert mpl.rcParams["font.size"] != 31.0
        _ = 1 / 0


def test_settings_end_with_what_failed_and_begin_anew() -> None:
    with mpl.rc_context({"font.size": 31.0}):
        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                fail_while_drawing()
            assert mpl.rcParams["font.size"] == 31.0


def test_a_text_is_as_wide_whatever_the_user_set() -> None:
    with settings():
        narrow, bold, large = (
            Page().measure("Leeds", 8),
            Page().measure("Leeds", 8, bold=True),
            Page().measure("Leeds", 16),
        )
    assert 0 < narrow < bold < large
    with mpl.rc_context({"font.sans-serif": ["DejaVu Serif"]}), settings():
        assert Page().measure("Leeds", 8) == narrow
