"""Classes: none without places, equal values together, and a legend that says what was done."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placespend.errors import PlacespendError, UnknownNameError, WrongTypeError
from placespend.maps.class_labels import format_number
from placespend.maps.classes import classify, format_within

NUMBERS = st.one_of(
    st.integers(1, 12).map(float), st.floats(0.001, 1e7), st.floats(-1e3, 1e3).filter(lambda value: abs(value) > 1e-6)
)


def read(label: str) -> tuple[Decimal, Decimal]:
    """Read the bounds back from what the legend says."""
    words = label.replace("over ", "").replace("under ", "").replace(",", "").replace("£", "")
    ends = words.split(" to ")
    return Decimal(ends[0]), Decimal(ends[-1])


@given(st.lists(NUMBERS, min_size=1, max_size=120), st.integers(1, 5))
def test_quantiles_leave_no_class_empty_and_split_no_tie(values: list[float], classes: int) -> None:
    found = classify(values, classes=classes)
    assert 1 <= len(found) <= min(classes, len({f"{value:.9g}" for value in values}))
    assert len(found.breaks) == len(found.labels) - 1
    assert all(count > 0 for count in found.counts)
    assert sum(found.counts) == len(values)
    assert list(found.breaks) == sorted(set(found.breaks))
    numbers = [found.number_of(value) for value in values]
    assert [numbers.count(number) for number in range(len(found))] == list(found.counts)
    # In the order of the values.
    ordered = [number for _, number in sorted(zip(values, numbers, strict=True))]
    assert ordered == sorted(ordered)


@given(st.lists(NUMBERS, min_size=1, max_size=60), st.integers(1, 5), st.sampled_from(["quantiles", "equal"]))
def test_every_value_lies_within_what_the_legend_says_of_its_class(
    values: list[float], classes: int, scheme: str
) -> None:
    found = classify(values, classes=classes, scheme=scheme)  # type: ignore[arg-type]
    for value in values:
        number = found.number_of(value)
        first, last = read(found.labels[number])
        exact = Decimal(f"{value:.9g}")
        assert first <= exact <= last
        if "under" in found.labels[number]:
            assert exact < last


def test_a_value_on_a_bound_is_in_the_class_that_begins_there() -> None:
    found = classify([1, 2, 3, 4], scheme="given", breaks=[2, 4])
    assert found.labels == ("under 2", "2 to under 4", "4 and over")
    assert found.counts == (1, 2, 1)
    assert [found.number_of(value) for value in (1.999999, 2, 3.99, 4)] == [0, 1, 1, 2]


def test_floating_point_noise_splits_no_tie() -> None:
    noisy = 0.1 + 0.2
    found = classify([noisy, 0.3, 0.3, 0.1], classes=4)
    assert noisy != 0.3
    assert found.number_of(noisy) == found.number_of(0.3)
    assert found.counts == (1, 3)


def test_a_single_value_is_one_class() -> None:
    found = classify([75_000.0] * 152, number="gbp")
    assert found.labels == ("£75,000",)
    assert found.counts == (152,)


def test_many_equal_values_make_fewer_classes() -> None:
    assert classify([5] * 90 + [6] * 5 + [9] * 5).counts == (90, 10)
    assert classify([1] * 5 + [5] * 90 + [9] * 5).counts in {(5, 95), (5, 90, 5), (95, 5)}


def test_quantiles_are_about_as_many_each() -> None:
    values = [((number * 7919) % 1009) / 7 for number in range(1, 1001)]
    counts = classify(values).counts
    assert len(counts) == 5
    assert max(counts) - min(counts) <= 4 * len(values) // 40


def test_bounds_are_round_and_the_ends_are_no_finer_than_they() -> None:
    values = [64_820.17, 66_000.0, 69_000.0, 71_000.0, 74_000.0, 77_500.0, 79_000.0, 83_000.0, 87_142.93]
    labels = classify(values, classes=3, number="gbp").labels
    assert labels == ("£64,000 to under £70,000", "£70,000 to under £78,000", "£78,000 to £88,000")


def test_zero_stands_in_no_class() -> None:
    assert classify([0.2, 0.4, 3.0, 7.0], classes=2).labels[0].startswith("over 0 to under")


def test_equal_classes_have_one_width() -> None:
    found = classify([0.5, 1.7, 2.2, 10.5], scheme="equal", classes=4)
    assert found.breaks == (Decimal("3.0"), Decimal("5.5"), Decimal("8.0"))
    assert found.counts == (3, 0, 0, 1)
    assert classify([4.0, 4.0], scheme="equal").labels == ("4",)


def test_given_classes_may_be_without_places_and_need_no_values() -> None:
    assert classify([], scheme="given", breaks=[3, 6]).counts == (0, 0, 0)
    assert classify([]).labels == ()
    assert classify([5.0], scheme="given", breaks=[]).labels == ("all values",)


def test_a_value_is_written_so_that_it_is_read_in_its_class() -> None:
    found = classify([1.0, 3.96, 4.0, 9.0], scheme="given", breaks=[4])
    assert format_within(3.9996, found) == "3.9996"
    assert format_within(2.345, found) in {"2.3", "2.4"}
    assert format_within(7.0, found) == "7"
    pounds = classify([64_820.17, 71_000.5], scheme="given", breaks=[70_000])
    assert format_within(64_820.17, pounds, number="gbp") == "£64,820"
    assert format_within(69_999.7, pounds, number="gbp") == "£69,999.70"


@given(NUMBERS, st.lists(NUMBERS, min_size=1, max_size=20))
def test_what_is_written_of_a_value_is_in_its_class(value: float, others: list[float]) -> None:
    found = classify([value, *others])
    said = Decimal(format_within(value, found).replace(",", ""))
    assert found.number_of(float(said)) == found.number_of(value)


def test_numbers_are_written_as_people_write_them() -> None:
    assert format_number(1234567.891, decimals=1) == "1,234,567.9"
    assert format_number(-5, decimals=2, number="gbp") == "-£5.00"
    assert format_number(-0.001, decimals=1) == "0.0"


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"classes": 0}, WrongTypeError),
        ({"classes": 6}, WrongTypeError),
        ({"classes": 2.5}, WrongTypeError),
        ({"classes": True}, WrongTypeError),
        ({"scheme": "quantile"}, UnknownNameError),
        ({"number": "pounds"}, UnknownNameError),
        ({"scheme": "given"}, WrongTypeError),
        ({"breaks": [1, 2]}, WrongTypeError),
        ({"scheme": "given", "breaks": [2, 2]}, WrongTypeError),
        ({"scheme": "given", "breaks": [3, 2]}, WrongTypeError),
        ({"scheme": "given", "breaks": [1, float("nan")]}, WrongTypeError),
        ({"scheme": "given", "breaks": ["1"]}, WrongTypeError),
        ({"scheme": "given", "breaks": [1, 2, 3, 4, 5]}, WrongTypeError),
    ],
)
def test_what_cannot_be_is_refused(options: dict[str, object], kind: type[PlacespendError]) -> None:
    with pytest.raises(kind) as caught:
        classify([1.0, 2.0], **options)  # type: ignore[arg-type]
    assert caught.value.hint


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([8.08], ("5 to 10",)),
        ([8.08, 8.08, 8.08], ("5 to 10",)),
        ([8.08, 8.09], ("5 to 10",)),
        ([14.04], ("10 to 20",)),
        ([10], ("10 to 20",)),
        ([0.3], ("0.2 to 0.5",)),
        ([-14.04], ("-20 to -10",)),
        ([8.08, 8.09, 9.5], ("8 to under 9", "9 to 10")),
    ],
)
def test_of_bands_only_no_label_tells_a_value(values: list[float], labels: tuple[str, ...]) -> None:
    found = classify(values, bands_only=True)
    assert found.labels == labels
    assert sum(found.counts) == len(values)


@given(st.lists(NUMBERS, min_size=1, max_size=40), st.sampled_from(["quantiles", "equal", "natural"]))
def test_bands_hold_their_values_and_are_never_narrow(values: list[float], scheme: str) -> None:
    found = classify(values, scheme=scheme, bands_only=True)  # type: ignore[arg-type]
    exact = [Decimal(f"{value:.9g}") for value in values]
    assert sum(found.counts) == len(values)
    assert all(found.counts)
    for label, count in zip(found.labels, found.counts, strict=True):
        first, last = read(label)
        assert last - first >= (max(exact) - min(exact)) / 100
        assert sum(first <= value <= last for value in exact) >= count
    assert read(found.labels[0])[0] <= min(exact) <= max(exact) <= read(found.labels[-1])[1]
    assert read(found.labels[-1])[1] - read(found.labels[0])[0] >= max(map(abs, exact)) / 20


def test_true_is_no_bound() -> None:
    with pytest.raises(WrongTypeError, match="The bounds of classes are numbers"):
        classify([5.0], scheme="given", breaks=[True])
