"""Curves stay small and true however much is logged, and whatever it is called."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.curves import LONGEST_NAME, Curves, clean_name, thinned
from graders.report import MAX_CURVES, MAX_POINTS, Curve

NUMBERS = st.floats(-1e100, 1e100)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=200).map(
    lambda points: sorted(points, key=lambda point: point[0])
)


def drawn(*values: float, name: str = "loss") -> Curve:
    """Return the curve of these values at steps that count from 1."""
    curves = Curves()
    for step, value in enumerate(values, start=1):
        curves.add(name, step, value)
    [curve] = curves.drawn()
    return curve


def test_few_values_are_kept_as_they_are() -> None:
    assert drawn(3.0, 1.0, 2.0).points == ((1, 3), (2, 1), (3, 2))


@given(POINTS, st.integers(6, 50))
def test_thinning_keeps_the_ends_and_the_extremes_in_order(
    points: list[tuple[float, float]], most: int
) -> None:
    thin = thinned(points, most=most)
    assert len(thin) <= most
    assert set(thin) <= set(points)
    assert thin == sorted(thin, key=lambda point: point[0])
    if points:
        values = [value for _, value in points]
        assert (thin[0], thin[-1]) == (points[0], points[-1])
        assert min(value for _, value in thin) == min(values)
        assert max(value for _, value in thin) == max(values)


def test_a_hundred_thousand_values_keep_their_shape() -> None:
    values = [math.exp(-step / 20_000) + (step == 54_321) for step in range(100_000)]
    points = drawn(*values).points
    assert len(points) <= MAX_POINTS
    assert points[0] == (1, 1)
    assert points[-1] == (100_000, values[-1])
    assert max(points, key=lambda point: point[1]) == (54_322, values[54_321])
    assert max(later[0] - earlier[0] for earlier, later in pairwise(points)) < 2_000


def test_dense_and_sparse_stretches_share_the_curve_by_their_length() -> None:
    curves = Curves()
    for step in [*range(5_000), *range(5_000, 100_000, 100)]:
        curves.add("loss", step, step % 7)
    [curve] = curves.drawn()
    early = [step for step, _ in curve.points if step < 5_000]
    assert len(early) < len(curve.points) / 10


def test_steps_that_start_again_go_on_from_where_they_were() -> None:
    curves = Curves()
    for _epoch in range(3):
        for step in range(4):
            curves.add("loss", step, step)
    [curve] = curves.drawn()
    assert [step for step, _ in curve.points] == list(range(12))


@pytest.mark.parametrize(
    ("step", "value"),
    [
        (1, math.nan),
        (1, math.inf),
        (1, -math.inf),
        (math.nan, 1),
        (1, 1e308),
        (-1e308, 1),
        (1, 10**4000),
    ],
)
def test_what_is_no_finite_number_is_counted_and_not_drawn(step: float, value: float) -> None:
    curves = Curves()
    assert curves.add("loss", step, value) is None
    assert curves.drawn() == (Curve(name="loss", points=(), not_finite=1),)


def test_steps_that_run_away_stay_finite() -> None:
    curves = Curves()
    for step in [1e99, 0.0] * 5_000:
        curves.add("loss", step, 1.0)
    [curve] = curves.drawn()
    assert all(math.isfinite(step) for step, _ in curve.points)


def test_no_more_than_so_many_curves_are_kept() -> None:
    curves = Curves()
    for number in range(3 * MAX_CURVES):
        curves.add(f"curve {number}", 1, 1)
    assert [curve.name for curve in curves.drawn()] == [f"curve {n}" for n in range(MAX_CURVES)]


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("loss", "loss"),
        ("  val \n loss\t", "val loss"),
        ("précision", "précision"),
        ("pre\u0301cision", "précision"),
        ("<b>x</b>", "<b>x</b>"),
        ("\u202eevil\u2066\x1b[31m\x00\ud800", "evil[31m"),
        ("a" + "\u0301" * 500, "á"),
        ("x" * 10_000, "x" * LONGEST_NAME),
        ("\u200b", ""),
        ("", ""),
    ],
)
def test_names_are_one_short_line_of_what_can_be_seen(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_a_curve_without_a_name_is_not_kept() -> None:
    curves = Curves()
    assert curves.add("\u200b", 1, 1) is None
    assert curves.drawn() == ()
