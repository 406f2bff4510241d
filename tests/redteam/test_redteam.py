"""Hostile and awkward notebooks against a real exercise, in real rooms.

Each may earn what its work is worth and no more, and none may be taken for a failure of ours.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from exercises.loader import load_exercise
from graders.report import Fault, ProblemCode, Report
from tests.graders.conftest import Grade
from tests.graders.samples import notebook
from tests.redteam import answers, awkward, floods, tampering
from tests.redteam.case import Case

pytestmark = pytest.mark.bwrap

POOLING = load_exercise(Path(__file__).resolve().parents[2] / "exercises" / "cnn" / "pooling")
QUICK = {"wall_seconds": 15, "test_seconds": 2}
LIMITS = POOLING.manifest.limits.model_copy(update=QUICK)
EXERCISE = replace(POOLING, manifest=POOLING.manifest.model_copy(update={"limits": LIMITS}))
CASES = [
    pytest.param(case, id=f"{theme.__name__.rpartition('.')[2]}: {case.tries}")
    for theme in (tampering, answers, floods, awkward)
    for case in theme.CASES
]


def first_code(report: Report) -> ProblemCode | None:
    problems = [report.problem, *(test.problem for test in report.tests)]
    return next((problem.code for problem in problems if problem is not None), None)


@pytest.mark.parametrize("case", CASES)
async def test_a_notebook_earns_what_its_work_is_worth(grade: Grade, case: Case) -> None:
    report = (await grade(EXERCISE, notebook(*case.cells))).report
    assert (report.points, first_code(report)) == (case.points, case.code)
    problems = [report.problem, *(test.problem for test in report.tests)]
    assert not [problem for problem in problems if problem and problem.fault is Fault.OURS]
