"""Sweeps: what the report of the jobs says, and what it finds in a notebook's own defaults."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from exercises.errors import MalformedExercise
from exercises.spec import Kind
from graders.errors import IntakeError
from graders.grader import GroupGrader, grader_of
from graders.grading import Grading
from graders.kinds.sweep.grader import options_of
from graders.protocol import News, Progress
from graders.report import (
    MAX_TRIAL_CURVES,
    Curve,
    Fault,
    GpuUse,
    Outcome,
    Problem,
    ProblemCode,
    Report,
    TestResult,
)
from graders.rooms import ColdRooms
from sandbox import Sandbox
from tests.graders.samples import notebook
from tests.graders.sweeps import STARTER, job, sweep, with_parameters

SMALL = sweep()
SCORES = (0.10, 0.15, 0.20, 0.25, 0.40, 0.45)
LOSSES = (0.9, 1.9, 0.8, 1.8, 0.6, 1.6)
REPORTS = tuple(map(job, SCORES, LOSSES))
RIGHT = "def score(): return rate + bias / 20\ndef loss(): return 1 - rate + bias"


def grader() -> GroupGrader:
    found = grader_of(Kind.SWEEP)
    assert isinstance(found, GroupGrader)
    return found


def gathered(reports: Sequence[Report] = REPORTS, *defaults: str, **grading: object) -> Report:
    """Return the report on a notebook with these defaults, those of the best job by default."""
    work = with_parameters("1", defaults=defaults or ("rate = 0.4", "bias = 1"))
    return grader().gather(exercise=sweep(**grading), work=work, reports=reports)


def result_of(report: Report, name: str) -> TestResult:
    return next(test for test in report.tests if test.name == name)


def choice(reports: Sequence[Report], *defaults: str, **grading: object) -> tuple[str, float, str]:
    """Return outcome, points and named mistake of the choice that these defaults are."""
    test = result_of(gathered(reports, *defaults, **grading), "sweep::choice")
    return test.outcome, test.earned, test.mistake.slug if test.mistake else ""


def test_a_grid_is_every_combination_in_order() -> None:
    assert grader().trials(SMALL) == (
        {"rate": 0.1, "bias": 0},
        {"rate": 0.1, "bias": 1},
        {"rate": 0.2, "bias": 0},
        {"rate": 0.2, "bias": 1},
        {"rate": 0.4, "bias": 0},
        {"rate": 0.4, "bias": 1},
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"grid": {}},
        {"grid": {"rate": [0.1]}},
        {"grid": {"rate": [0.1, 0.1]}},
        {"grid": {"rate": [float("nan"), 0.1]}},
        {"grid": {"two words": [1, 2]}},
        {"grid": {"a": list(range(13)), "b": list(range(5))}},
        {"target": 0.1},
        {"greater_is_better": False},
        {"unknown": 1},
    ],
)
def test_a_table_that_is_no_grid_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(MalformedExercise):
        options_of(sweep(**wrong))


def test_points_that_do_not_add_up_are_refused() -> None:
    grader().check_folder(SMALL)
    with pytest.raises(MalformedExercise, match="'points' to be 11"):
        grader().check_folder(sweep(choice_points=4))


def test_a_notebook_without_its_parameters_is_refused_before_a_job_is_queued() -> None:
    grader().check_work(with_parameters(RIGHT), SMALL)
    for work, code in (
        (notebook("rate = 0.1\nbias = 0"), ProblemCode.PARAMETERS_CELL),
        (with_parameters(defaults=("rate = 0.1",)), ProblemCode.PARAMETER_NOT_PLAIN),
    ):
        with pytest.raises(IntakeError) as refused:
            grader().check_work(work, SMALL)
        assert refused.value.problem.code is code


def test_jobs_are_ranked_the_best_first_and_the_choice_is_found_among_them() -> None:
    found = gathered(REPORTS, "rate = 0.2", "bias = 0").sweep
    assert found is not None
    assert [trial.number for trial in found.trials] == [6, 5, 4, 3, 2, 1]
    assert (found.best, found.chosen) == (6, 3)
    assert found.trials[0].parameters == {"rate": 0.4, "bias": 1}


def test_a_metric_that_is_better_small_turns_the_order_round() -> None:
    found = gathered(greater_is_better=False, floor=0.5, target=0.2).sweep
    assert found is not None
    assert ([trial.number for trial in found.trials], found.best) == ([1, 2, 3, 4, 5, 6], 1)


def test_points_are_the_mean_over_the_jobs_and_the_worst_names_its_jobs() -> None:
    lost = job(0.4, 0.6, earned=1, mistake="overwritten")
    test = result_of(gathered([*REPORTS[:4], lost, lost]), "test_parameters")
    assert (test.earned, test.points, test.outcome) == (3, 4, Outcome.PARTIAL)
    assert test.mistake is not None
    assert test.mistake.slug == "overwritten"
    assert [remark.en for remark in test.remarks] == [
        "In the jobs 5 (rate = 0.4, bias = 0), 6 (rate = 0.4, bias = 1)."
    ]


def test_a_job_whose_tests_did_not_run_earns_nothing_for_them() -> None:
    report = gathered([*REPORTS[:3], *[REPORTS[3].model_copy(update={"tests": ()})] * 3])
    assert result_of(report, "test_parameters").earned == 2


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        (("rate = 0.4", "bias = 1"), (Outcome.PASSED, 3, "")),
        (("rate = 0.4", "bias = 0"), (Outcome.PASSED, 3, "")),
        (("rate = 0.2", "bias = 1"), (Outcome.FAILED, 0, "")),
        (("rate = 0.1", "bias = 1"), (Outcome.FAILED, 0, "worst-chosen")),
        (("rate = 0.3", "bias = 1"), (Outcome.FAILED, 0, "off-the-grid")),
        (STARTER, (Outcome.FAILED, 0, "untouched-defaults")),
    ],
)
def test_the_defaults_are_a_choice(
    defaults: tuple[str, ...], expected: tuple[Outcome, float, str]
) -> None:
    reports = [*REPORTS[:1], job(0.05, 1.9), *REPORTS[2:]]
    assert choice(reports, *defaults) == expected


def test_who_goes_by_the_training_loss_is_told() -> None:
    reports = [*map(job, (0.1, 0.15, 0.2, 0.45, 0.3, 0.2), LOSSES)]
    assert choice(reports, "rate = 0.4", "bias = 0") == (
        Outcome.FAILED,
        0,
        "chosen-by-training-loss",
    )


def test_starter_defaults_that_are_best_are_right() -> None:
    reports = [*map(job, (0.5, 0.1, 0.1, 0.1, 0.1, 0.1), LOSSES)]
    assert choice(reports, *STARTER) == (Outcome.PASSED, 3, "")


def test_among_jobs_that_learnt_nothing_there_is_nothing_to_choose() -> None:
    nothing = [job(0.08 + number / 1000, loss) for number, loss in enumerate(LOSSES)]
    assert choice(nothing, "rate = 0.4", "bias = 1") == (Outcome.NOT_RUN, 0, "")
    assert choice([job()] * 6) == (Outcome.NOT_RUN, 0, "")


def test_a_parameter_without_effect_is_named_and_leaves_nothing_to_choose() -> None:
    reports = [
        job(score, loss)
        for score, loss in zip((0.2, 0.2, 0.3, 0.3, 0.4, 0.4), (1, 1, 2, 2, 3, 3), strict=True)
    ]
    report = gathered(reports)
    effect = result_of(report, "sweep::effect")
    assert (effect.earned, effect.points) == (0.5, 1)
    assert effect.mistake is not None
    assert effect.mistake.slug == "parameter-without-effect"
    assert [remark.en for remark in effect.remarks] == ["Without effect: bias."]
    assert result_of(report, "sweep::choice").outcome is Outcome.NOT_RUN


def test_one_difference_is_an_effect() -> None:
    reports = [job(0.2, 1)] * 5 + [job(0.2, 1.0000000001)]
    assert result_of(gathered(reports), "sweep::effect").outcome is Outcome.PASSED


def test_parameters_that_change_what_learnt_nothing_earn_nothing() -> None:
    reports = [job(0.05 + number / 1000, number) for number in range(6)]
    assert result_of(gathered(reports), "sweep::effect").outcome is Outcome.NOT_RUN


def test_the_best_job_earns_by_how_good_it_is() -> None:
    reports = [*map(job, (0.1, 0.15, 0.2, 0.25, 0.1, 0.1), LOSSES)]
    assert result_of(gathered(reports), "sweep::best").earned == pytest.approx(1)
    assert result_of(gathered(), "sweep::best").outcome is Outcome.PASSED


def test_a_problem_of_one_job_is_its_own_and_one_of_all_is_the_notebooks() -> None:
    raised = Problem(code=ProblemCode.CELL_RAISED, fault=Fault.STUDENT, cell=2)
    failed = job(problem=raised, earned=0)
    some, every = gathered([*REPORTS[:5], failed]), gathered([failed] * 6)
    assert some.problem is None
    assert some.sweep is not None
    assert [trial.problem for trial in some.sweep.trials] == [None] * 5 + [raised]
    assert every.problem == raised


def test_a_failure_of_ours_in_one_job_is_ours_in_all() -> None:
    ours = Problem(code=ProblemCode.SANDBOX_FAILED, fault=Fault.OURS)
    assert gathered([*REPORTS[:5], job(problem=ours)]).is_ours


def test_curves_are_kept_small_and_times_add_up() -> None:
    long = Curve(name="loss", points=tuple((step, step % 7) for step in range(500)))
    use = GpuUse(name="H200", seconds=2, memory=100, peak=50)
    reports = [report.model_copy(update={"curves": (long,) * 20, "gpu": use}) for report in REPORTS]
    report = gathered(reports)
    assert report.sweep is not None
    kept = report.sweep.trials[0].curves
    assert len(kept) == MAX_TRIAL_CURVES
    assert len(kept[0].points) <= 100
    assert (kept[0].points[0], kept[0].points[-1]) == (long.points[0], long.points[-1])
    assert (report.timings.total, report.timings.cpu) == (12, 3)
    assert report.gpu == GpuUse(name="H200", seconds=12, memory=100, peak=50)


async def graded(sandbox: Sandbox, work: bytes, tmp_path: Path) -> tuple[Grading, list[News]]:
    news: list[News] = []
    grading = await grader().grade(
        exercise=SMALL,
        work=work,
        rooms=ColdRooms(sandbox),
        data_dir=tmp_path,
        seed=1,
        on_news=news.append,
    )
    return grading, news


async def test_each_job_runs_with_its_own_parameters_in_rooms(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    grading, news = await graded(sandbox, with_parameters(RIGHT, "print(rate)"), tmp_path)
    report = grading.report
    assert (report.problem, report.points, report.max_points) == (None, 10, 10)
    assert report.sweep is not None
    assert [
        (trial.number, *(round(metric.value, 6) for metric in trial.metrics))
        for trial in report.sweep.trials
    ] == [
        (6, 0.45, 1.6),
        (5, 0.4, 0.6),
        (4, 0.25, 1.8),
        (3, 0.2, 0.8),
        (2, 0.15, 1.9),
        (1, 0.1, 0.9),
    ]
    assert news == [Progress(phase="jobs", done=done, total=6) for done in range(6)]
    assert grading.executed is not None
    assert b"rate = 0.4" in grading.executed


async def test_cells_are_numbered_as_the_student_knows_them(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    raises = "x = 1\nif rate < 0.3:\n    raise ValueError(rate)"
    grading, _ = await graded(sandbox, with_parameters(RIGHT, raises), tmp_path)
    assert grading.report.sweep is not None
    problems = {trial.number: trial.problem for trial in grading.report.sweep.trials}
    places = {
        number: problem and (problem.cell, problem.line) for number, problem in problems.items()
    }
    assert places == dict.fromkeys((1, 2, 3, 4), (3, 3)) | dict.fromkeys((5, 6))
    first = problems[1]
    assert first is not None
    assert first.traceback is not None
    assert "Cell 3" in first.traceback or "cell 3" in first.traceback
