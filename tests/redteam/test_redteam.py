"""Hostile and awkward notebooks against a real exercise, in real rooms.

Each may earn what its work is worth and no more, and none may be taken for a failure of ours. It
reads nothing that is not its own, puts nothing on a page but harmless text, and leaves nothing
behind; beside a hostile one, an honest notebook is graded in the same worker, and earns all its
points. To add a case, add an entry to one of the modules named below, or a module.
"""

from __future__ import annotations

import asyncio
import json
import platform
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from exercises.exercise import Exercise
from graders.grading import Grading
from graders.report import Fault, Problem, Report
from portal.common.rendering.notebook import render_notebook
from tests.graders.conftest import Grade
from tests.graders.samples import notebook
from tests.portal.pages.test_notebook import DANGER
from tests.redteam import (
    answers,
    awkward,
    bombs,
    documents,
    escapes,
    floods,
    measurements,
    models,
    pages,
    patches,
    protocol,
    secrets,
    sockets,
    tampering,
    tensors,
)
from tests.redteam.case import FULL, RIGHT, Case, Code
from tests.redteam.conftest import WORK, Beside, Waiting
from tests.redteam.exercises import EXERCISES

pytestmark = pytest.mark.bwrap

THEMES = (
    *(tampering, protocol, sockets, escapes, secrets, bombs, floods, patches, answers, tensors),
    *(measurements, models),
    *(pages, documents, awkward),
)
# An honest notebook is graded at the same time as each of these.
DISTURBING = (tampering, protocol, sockets, escapes, secrets, bombs, floods)
CASES = [
    pytest.param(case, theme in DISTURBING, id=f"{theme.__name__.rpartition('.')[2]}: {case.tries}")
    for theme in THEMES
    for case in theme.CASES
]
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
LONGEST_SECRET_LINE = 40


def secret_lines(exercise: Exercise) -> Iterator[str]:
    """Yield what stands in the hidden tests alone, line by line."""
    for name, source in exercise.tests.items():
        if not name.startswith("test_public"):
            yield from (line for line in source.splitlines() if len(line) > LONGEST_SECRET_LINE)


def problems(report: Report) -> list[Problem]:
    found = [report.problem, *(test.problem for test in report.tests)]
    return [problem for problem in found if problem is not None]


def first_code(report: Report) -> Code:
    return next((problem.code for problem in problems(report)), None)


def outputs(executed: bytes | None) -> str:
    """Return all that the cells of a notebook put out, as text."""
    cells: list[dict[str, Any]] = json.loads(executed)["cells"] if executed else []
    return json.dumps([cell.get("outputs") for cell in cells], ensure_ascii=False)


def shown(executed: bytes | None) -> str:
    """Return the notebook as the portal shows it."""
    cells = render_notebook(executed) if executed else ()
    return "\n".join(html for cell in cells for html in (cell.source, *cell.outputs))


def check_earned(case: Case, grading: Grading) -> None:
    report = grading.report
    code = first_code(report)
    points = case.points if code is None or None not in case.codes else 0
    assert (report.points, code in case.codes) == (points, True), (
        f"{report.points} points, {code}: {report.problem}"
    )
    assert [problem for problem in problems(report) if problem.fault is Fault.OURS] == []
    assert report.metrics == ()


def check_kept_secret(case: Case, grading: Grading) -> None:
    put_out = outputs(grading.executed)
    said = put_out + grading.report.for_student().model_dump_json()
    assert "ESCAPED" not in said
    assert WORK not in put_out
    assert [line for line in secret_lines(EXERCISES[case.exercise]) if line in put_out] == []


def check_harmless_to_read(grading: Grading) -> None:
    page = shown(grading.executed)
    assert (DANGER.findall(page), UNSEEN.findall(page)) == ([], [])
    report = grading.report.model_dump_json()
    assert UNSEEN.findall(json.dumps(json.loads(report), ensure_ascii=False)) == []


@pytest.mark.parametrize(("case", "disturbs"), CASES)
async def test_a_notebook_earns_what_its_work_is_worth(
    *,
    grade: Grade,
    beside: Beside,
    waiting: Waiting,
    traces: Callable[[], list[object]],
    case: Case,
    disturbs: bool,
) -> None:
    if case in escapes.CASES and platform.machine() != "x86_64":
        pytest.skip("system calls by the numbers of another processor")
    await waiting.begin(EXERCISES[case.exercise], EXERCISES["pooling"])
    before = traces()

    async def attack() -> list[Grading]:
        content = case.notebook(beside.names)
        return [await grade(EXERCISES[case.exercise], content) for _run in range(case.runs)]

    async def honest() -> list[Grading]:
        return [await grade(EXERCISES["pooling"], notebook(RIGHT))] if disturbs else []

    gradings, others = await asyncio.gather(attack(), honest())
    for grading in gradings:
        check_earned(case, grading)
        check_kept_secret(case, grading)
        check_harmless_to_read(grading)
    assert [(one.report.points, one.report.problem) for one in others] == [(FULL, None)] * len(
        others
    )
    await waiting.end()
    assert traces() == before


def test_no_two_cases_try_the_same() -> None:
    names = [case.tries for theme in THEMES for case in theme.CASES]
    assert sorted(set(names)) == sorted(names)
