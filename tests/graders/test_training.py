"""What trained models are ranked by, and the seconds that are measured for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exercises.errors import MalformedExercise
from exercises.exercise import Exercise
from graders.grader import Order, Ranking
from graders.kinds.training.grader import GRADER
from graders.report import Metric, Report, Timings
from tests.graders.conftest import Grade
from tests.graders.samples import exercise, notebook, one_test

RANKED = {"ranking": ["accuracy", "-parameters", "-seconds"]}
ACCURACY = Metric(name="accuracy", value=0.9)


def with_grading(**grading: object) -> Exercise:
    small = exercise()
    return replace(small, manifest=small.manifest.model_copy(update={"grading": grading}))


def report(**more: object) -> Report:
    return Report.model_validate(
        {"exercise": "small", "version": "0" * 64, "kind": "training", **more}
    )


def test_a_minus_ranks_small_values_first() -> None:
    assert GRADER.ranking(with_grading(**RANKED)) == Ranking(
        (
            Order("accuracy", greater_is_better=True),
            Order("parameters", greater_is_better=False),
            Order("seconds", greater_is_better=False),
        )
    )


def test_without_a_ranking_points_alone_rank() -> None:
    assert GRADER.ranking(with_grading(weights="model")) is None


@pytest.mark.parametrize("ranking", [["Accuracy"], ["--loss"], "accuracy", [1], ["a"] * 7])
def test_a_ranking_that_names_no_metrics_is_refused(ranking: object) -> None:
    with pytest.raises(MalformedExercise):
        GRADER.check_folder(with_grading(ranking=ranking))


@pytest.mark.parametrize(
    ("grading", "timings", "metrics", "expected"),
    [
        (RANKED, Timings(notebook=9, cells_cpu=12.34), (ACCURACY,), [("seconds", 12.3)]),
        (RANKED, Timings(notebook=9), (ACCURACY,), [("seconds", 9)]),
        (RANKED, Timings(), (ACCURACY,), []),
        (RANKED, Timings(cells_cpu=12.34), (), []),
        ({"ranking": ["accuracy"]}, Timings(cells_cpu=12.34), (ACCURACY,), []),
    ],
)
def test_the_seconds_of_the_cells_are_a_metric_where_they_rank(
    grading: dict[str, object],
    timings: Timings,
    metrics: tuple[Metric, ...],
    expected: list[tuple[str, float]],
) -> None:
    told = GRADER.measured(with_grading(**grading), report(timings=timings, metrics=metrics))
    found = [(metric.name, metric.value) for metric in told.metrics if metric != ACCURACY]
    assert found == expected


async def test_what_the_cells_took_of_the_processor_is_measured_outside(grade: Grade) -> None:
    found = (await grade(exercise(one_test("pass")), notebook("sum(range(10**6))"))).report.timings
    assert found.cells_cpu is not None
    assert found.cpu is not None
    assert 0 < found.cells_cpu <= found.cpu
