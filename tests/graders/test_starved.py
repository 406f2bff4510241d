"""Work that a crowded machine kept from its processors is not held against the student."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from graders.report import Fault, ProblemCode
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
            hog = stack.enter_context(subprocess.Popen([sys.executable, "-c", pinned]))
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


async def test_a_notebook_that_crowds_its_own_room_is_its_own_fault(grade: Grade) -> None:
    slow = exercise(one_test("assert student.get('done')"), wall_seconds=4, processes=32)
    code = "import os\nfor _ in range(12):\n    if not os.fork():\n        break\nwhile True: pass"
    problem = (await grade(slow, notebook(code))).report.problem
    assert problem is not None
    assert problem.fault is not Fault.OURS
