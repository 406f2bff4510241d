"""Work that a crowded machine kept from its processors is not held against the student."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from unittest.mock import Mock

import pytest

from graders.report import Fault, ProblemCode
from graders.starved import Moment, Queueing
from sandbox.room import Room
from tests.graders.conftest import Grade
from tests.graders.samples import exercise, notebook, one_test

CROWD = 8
SPIN = "while True: pass"


@pytest.fixture
def crowded() -> Iterator[int]:
    """A processor that eight processes of another's keep busy."""
    processor = max(os.sched_getaffinity(0))
    pinned = f"import os; os.sched_setaffinity(0, {{{processor}}})\n{SPIN}"
    with ExitStack() as stack:
        for _ in range(CROWD):
            # Of one session, they might be served as if they were one.
            hog = subprocess.Popen([sys.executable, "-c", pinned], start_new_session=True)
            stack.enter_context(hog)
            stack.callback(hog.kill)
        yield processor


def here(processor: int, body: str) -> str:
    return f"import os, time\nos.sched_setaffinity(0, {{{processor}}})\n{body}"


async def test_a_notebook_that_starves_is_ours_to_grade_again(grade: Grade, crowded: int) -> None:
    slow = exercise(one_test("assert student.get('done')"), wall_seconds=4)
    grading = await grade(slow, notebook(here(crowded, f"{SPIN}\ndone = True")))
    problem = grading.report.problem
    assert problem is not None
    assert (problem.code, problem.fault) == (ProblemCode.MACHINE_BUSY, Fault.OURS)
    assert grading.report.points == 0


async def test_a_test_that_starves_is_ours_to_grade_again(grade: Grade, crowded: int) -> None:
    slow = exercise(one_test("assert student.f() == 1"), wall_seconds=20, test_seconds=4)
    code = here(crowded, "def f():\n    while time.process_time() < 60: pass\n    return 1")
    problem = (await grade(slow, notebook(code))).report.problem
    assert problem is not None
    assert (problem.code, problem.fault) == (ProblemCode.MACHINE_BUSY, Fault.OURS)


async def test_a_notebook_that_sleeps_is_its_own_fault(grade: Grade, crowded: int) -> None:
    slow = exercise(one_test("assert student.get('done')"), wall_seconds=2)
    code = here(crowded, "time.sleep(60)")
    problem = (await grade(slow, notebook(code))).report.problem
    assert problem is not None
    assert (problem.code, problem.fault) == (ProblemCode.WALL_TIME, Fault.LIMIT)


@pytest.mark.parametrize(
    ("moments", "is_starved"),
    [
        # (time, waited, served): one span that starves is enough, whatever lies around it ...
        ([(0, 0, 0), (50, 0, 50), (54, 3.5, 50.5), (60, 3.5, 56)], True),
        # ... but not a shorter one than the limit, nor what was served meanwhile,
        ([(0, 0, 0), (50, 0, 50), (52, 2, 50), (60, 2, 58)], False),
        ([(0, 0, 0), (4, 3.5, 4)], False),
        ([(0, 0, 0), (4, 2, 2)], False),
        # nor what slept.
        ([(0, 0, 0), (4, 0.5, 0.1)], False),
        # News may be many, and the whole starve.
        ([(number, number * 0.9, number * 0.1) for number in range(9)], True),
        ([], False),
    ],
)
def test_who_waits_while_others_are_served_starves(
    moments: list[tuple[float, float, float]],
    is_starved: bool,  # noqa: FBT001
) -> None:
    queueing = Queueing(Mock(spec=Room), [Moment(*one) for one in moments])
    assert queueing.was_starved(seconds=4) is is_starved
