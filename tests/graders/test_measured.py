"""What a kernel says that it logged: taken in whole, told in pieces, never believed too much."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

from graders.judge.measured import MOST_TOLD, Measurements
from graders.judge.messages import MEASURED, read_message
from graders.protocol import MESSAGE, MOST_NEWS, Measured
from graders.report import MAX_CURVES, MAX_POINTS
from tests.graders.test_messages import frames


def taken(*bundles: object) -> tuple[Measurements, list[Measured]]:
    """Return what comes of these messages, and the news of it."""
    news: list[Measured] = []
    measurements = Measurements(news.append)
    for bundle in bundles:
        measurements.take(bundle)
    measurements.tell()
    return measurements, news


def test_what_is_logged_is_kept_and_told() -> None:
    bundle = {"points": {"loss": [[1, 0.5], [2, 0.25]]}, "not_finite": {"loss": 3}}
    measurements, news = taken(bundle)
    [curve] = measurements.curves()
    assert (curve.name, curve.points, curve.not_finite) == ("loss", ((1, 0.5), (2, 0.25)), 3)
    points = [(one.name, one.step, one.value) for told in news for one in told.points]
    assert points == [("loss", 1, 0.5), ("loss", 2, 0.25)]
    assert [told.not_finite for told in news] == [{"loss": 3}]


def test_nothing_new_is_not_told() -> None:
    measurements, news = taken({"points": {"loss": [[1, 1]]}})
    measurements.tell()
    assert len(news) == 1


@pytest.mark.parametrize(
    "bundle",
    [
        None,
        3,
        [],
        "x" * 1000,
        {},
        {"points": None, "not_finite": []},
        {"points": {"loss": None, "": [[1, 1]], "acc": {"1": 1}}},
        {
            "points": {
                "loss": [[], [1], [1, 2, 3], ["1", "2"], [None, 1], 4, "ab", {"0": 1, "1": 2}]
            }
        },
        {"not_finite": {"loss": -1, "acc": "3", "x": None, "y": 0.5}},
    ],
)
def test_what_is_not_of_the_form_is_left_out(bundle: object) -> None:
    measurements, _ = taken(bundle)
    assert measurements.curves() == ()


def test_numbers_that_nobody_can_draw_are_counted() -> None:
    values = [math.nan, math.inf, 1e308, 10**400]
    bundle = {"points": {"loss": [[1, value] for value in values]}, "not_finite": {"acc": 10**30}}
    loss, acc = taken(bundle)[0].curves()
    assert (loss.points, loss.not_finite) == ((), len(values))
    assert acc.not_finite == 10**9


def test_many_curves_of_many_points_fit_into_news_and_curves() -> None:
    points = [[step, step % 5] for step in range(900)]
    measurements, news = taken({"points": {f"{n} {'x' * 900}": points for n in range(90)}})
    curves = measurements.curves()
    assert len(curves) == MAX_CURVES
    assert all(0 < len(curve.points) <= MAX_POINTS for curve in curves)
    assert all(0 < len(told.points) <= MOST_NEWS for told in news)
    assert [MESSAGE.validate_json(told.model_dump_json()) for told in news] == news


def test_the_news_of_one_grading_end_somewhere_and_the_curves_go_on() -> None:
    news: list[Measured] = []
    measurements = Measurements(news.append)
    for second in range(MOST_TOLD // 100):
        measurements.take({"points": {f"{n}": [[second, 1]] * 24 for n in range(MAX_CURVES)}})
        measurements.tell()
    assert MOST_TOLD <= sum(len(told.points) for told in news) <= MOST_TOLD + MOST_NEWS
    assert measurements.curves()[0].points[-1] == (MOST_TOLD // 100 - 1, 1)


def read(content: Any) -> Any:
    message = read_message(frames("display_data", content))
    assert message is not None
    return message["content"]["measured"]


def test_measurements_are_read_apart_from_what_is_shown() -> None:
    bundle = {"points": {"loss": [[1, 1]]}}
    assert read({"data": {MEASURED: bundle, "text/html": "<b>"}}) == bundle
    assert read({"data": {"text/plain": "x"}, "measured": bundle}) is None
    assert read_message(frames("display_data", {"data": [], "measured": bundle})) is None
    assert json.dumps(read({"data": {MEASURED: "text"}})) == '"text"'
