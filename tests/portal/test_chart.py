"""Where the lines, ticks and labels of a chart stand, for tame numbers and for wild ones."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.common.rendering.chart import BOTTOM, HEIGHT, RIGHT, TOP, WIDTH, Chart, draw, number

NUMBERS = st.floats(-1e100, 1e100)
LINES = st.lists(
    st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=20), min_size=1, max_size=6
)


def places(path: str) -> list[tuple[float, float]]:
    """Return the points of a path, which has no other command than M and L."""
    assert re.fullmatch(r"M[\d.]+ [\d.]+(L[\d.]+ [\d.]+)*", path)
    pairs = [pair.split() for pair in path[1:].split("L")]
    return [(float(x), float(y)) for x, y in pairs]


def labels(chart: Chart) -> tuple[list[str], list[str]]:
    return [tick.label for tick in chart.across], [tick.label for tick in chart.up]


def test_a_line_goes_from_edge_to_edge_between_round_values() -> None:
    chart = draw([("loss", [(0, 2.5), (5, 1.25), (10, 0.5)])])
    assert labels(chart) == (["0", "2", "4", "6", "8", "10"], ["0.5", "1", "1.5", "2", "2.5"])
    [line] = chart.lines
    middle = (chart.left + WIDTH - RIGHT) / 2
    second = BOTTOM - (BOTTOM - TOP) * (1.25 - 0.5) / 2
    assert places(line.path) == [
        (chart.left, TOP),
        (pytest.approx(middle, abs=0.1), pytest.approx(second, abs=0.1)),
        (WIDTH - RIGHT, BOTTOM),
    ]
    assert (line.x, line.y) == places(line.path)[-1]


def test_lines_of_one_chart_share_its_scales() -> None:
    chart = draw([("train", [(1, 0.0)]), ("val", [(2, 1.0)])])
    first, second = (places(line.path)[0] for line in chart.lines)
    assert (first, second) == ((chart.left, BOTTOM), (WIDTH - RIGHT, TOP))
    assert [line.style for line in chart.lines] == [1, 2]


def test_a_noisy_line_of_many_points_has_an_average_in_its_middle() -> None:
    noisy = draw([("loss", [(step, step % 2) for step in range(200)])]).lines[0]
    average = places(noisy.average)
    assert (average[0], average[-1]) == (places(noisy.path)[0], places(noisy.path)[-1])
    assert [y for _, y in average[5:-5]] == pytest.approx(
        [(TOP + BOTTOM) / 2] * (len(average) - 10), abs=8
    )
    assert draw([("loss", [(step, step % 2) for step in range(20)])]).lines[0].average == ""


def test_values_of_many_sizes_stand_on_a_logarithmic_scale() -> None:
    chart = draw([("rate", [(0, 1e-4), (1, 1e-2), (2, 1.0)])])
    assert chart.is_logarithmic
    assert labels(chart)[1] == ["10⁻⁴", "0.001", "0.01", "0.1", "1"]
    assert places(chart.lines[0].path)[1][1] == pytest.approx((TOP + BOTTOM) / 2, abs=0.1)


@pytest.mark.parametrize("values", [(0.0, 1e-4, 1.0), (-1e-4, 1.0), (0.01, 1.0)])
def test_no_other_values_do(values: tuple[float, ...]) -> None:
    assert not draw([("loss", list(enumerate(values)))]).is_logarithmic


def test_whole_steps_have_whole_ticks() -> None:
    assert labels(draw([("loss", [(1, 1.0), (3, 2.0)])]))[0] == ["1", "2", "3"]
    assert labels(draw([("loss", [(0, 1.0), (0.5, 2.0)])]))[0] == [
        "0", "0.1", "0.2", "0.3", "0.4", "0.5",
    ]  # fmt: skip


@pytest.mark.parametrize("value", [0.0, 1.0, -3.0, 1e-300, 1e100, -1e100])
def test_one_value_stands_in_the_middle(value: float) -> None:
    chart = draw([("loss", [(7, value)])])
    assert labels(chart)[0] == ["7"]
    assert chart.lines[0].y == pytest.approx((TOP + BOTTOM) / 2, abs=25)


@given(LINES)
def test_whatever_is_drawn_stands_inside(lines: list[list[tuple[float, float]]]) -> None:
    chart = draw([("x", sorted(line)) for line in lines])
    for line in chart.lines:
        for x, y in places(line.path):
            assert chart.left <= x <= WIDTH - RIGHT
            assert TOP <= y <= BOTTOM < HEIGHT
    assert 0 < len(chart.up) <= 7
    assert 0 < len(chart.across) <= 7


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (0.1 + 0.2, "0.3"),
        (-2.5, "−2.5"),
        (12_345.678, "12\u202f345.7"),
        (100_000, "100\u202f000"),
        (1e6, "10⁶"),
        (-1e-7, "−10⁻⁷"),
        (1.25e-9, "1.25×10⁻⁹"),
        (1e100, "10¹⁰⁰"),
    ],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_numbers_have_the_decimal_mark_and_the_digits_asked_for() -> None:
    assert number(1234.5678, mark=",") == "1\u202f234,57"
    assert number(0.123456, digits=3) == "0.123"
