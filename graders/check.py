"""Check an exercise before a class sees it: its reference, its starter, its known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from exercises.exercise import Exercise
from graders.grader import Grader, InstantGrader, Role, RoomGrader, Solution, grader_of
from graders.report import Report, TestResult, Visibility
from graders.rooms import Rooms
from graders.warm import warm_rooms
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One solution: what it should earn, and what it earned."""

    solution: str
    expected: str
    got: str
    ok: bool


@dataclass(frozen=True, slots=True)
class CheckTable:
    """The rows of one exercise."""

    exercise: str
    rows: tuple[CheckRow, ...]

    @property
    def ok(self) -> bool:
        """Whether every solution earned what it should."""
        return all(row.ok for row in self.rows)


async def check_exercise(
    *,
    exercise: Exercise,
    sandbox: Sandbox | None,
    data_dir: Path,
    variants: int,
    gpu: GpuShare | None = None,
    on_row: Callable[[CheckRow], None] = lambda _row: None,
) -> CheckTable:
    """Grade the reference on many variants, then what earns nothing and each wrong solution.

    A kind that is graded at once needs no sandbox. Each row goes to `on_row` as soon as it is
    known.
    """
    grader = grader_of(exercise.manifest.kind)
    if sandbox is None and isinstance(grader, RoomGrader):
        raise ValueError(f"{exercise.manifest.id} is graded in rooms: it needs a sandbox")
    grader.check_folder(exercise)
    rows = []
    async with _rooms(sandbox) as rooms:
        async for solution in grader.solutions(
            exercise=exercise, sandbox=sandbox, data_dir=data_dir, variants=variants
        ):
            reports = [
                await _graded(grader, exercise, rooms, data_dir, work=work, seed=seed, gpu=gpu)
                for seed, work in solution.works.items()
            ]
            row = _row(exercise, solution, reports)
            rows.append(row)
            on_row(row)
    return CheckTable(exercise.manifest.id, tuple(rows))


def _rooms(sandbox: Sandbox | None) -> AbstractAsyncContextManager[Rooms | None]:
    return nullcontext() if sandbox is None else warm_rooms(sandbox)


async def _graded(
    grader: Grader,
    exercise: Exercise,
    rooms: Rooms | None,
    data_dir: Path,
    *,
    work: bytes,
    seed: int,
    gpu: GpuShare | None,
) -> Report:
    if isinstance(grader, RoomGrader) and rooms is not None:
        grading = await grader.grade(
            exercise=exercise, work=work, rooms=rooms, data_dir=data_dir, seed=seed, gpu=gpu
        )
        return grading.report
    return cast("InstantGrader", grader).grade(exercise=exercise, work=work, seed=seed)


def _row(exercise: Exercise, solution: Solution, reports: list[Report]) -> CheckRow:
    match solution.role:
        case Role.REFERENCE:
            return _reference_row(exercise, reports)
        case Role.EMPTY:
            return _empty_row(solution.name, reports)
        case Role.WRONG:
            return _wrong_row(solution, reports)


def _reference_row(exercise: Exercise, reports: list[Report]) -> CheckRow:
    points = exercise.manifest.points
    full = [report.points == report.max_points == points for report in reports]
    lowest = min(reports, key=lambda report: report.points)
    got = f"{lowest.points:g} at least, full on {sum(full)}{_why(lowest, any_fault=True)}"
    expected = f"{points:g} on {len(reports)} variants"
    return CheckRow("reference", expected, got, ok=all(full))


def _empty_row(name: str, reports: list[Report]) -> CheckRow:
    """Return the row of a hand-in without work: no hidden point, and no failure of ours."""
    highest = max(reports, key=_hidden_points)
    points = _hidden_points(highest)
    ok = points == 0 and not any(report.is_ours for report in reports)
    return CheckRow(name, "no hidden point", f"{points:g} hidden{_why(highest)}", ok=ok)


def _wrong_row(wrong: Solution, reports: list[Report]) -> CheckRow:
    """Return the row of a wrong solution: each time it must lose points where it is named."""
    named = [wrong.mistake in _named(report) for report in reports]
    best = max(reports, key=lambda report: report.points)
    others = sorted(set().union(*map(_named, reports)) - {wrong.mistake})
    got = f"{best.points:g} at most, named on {sum(named)}"
    if others:
        got += f"; also {', '.join(others)}"
    expected = f"{wrong.mistake} named on {len(reports)}"
    return CheckRow(wrong.name, expected, got + _why(best), ok=all(named))


def _hidden_points(report: Report) -> float:
    """Return the points that work alone should earn. All of an answer exercise's are such."""
    counted = [test for test in report.tests if test.visibility is Visibility.HIDDEN]
    return sum(test.earned for test in counted or report.tests)


def _named(report: Report) -> set[str]:
    """Return the mistakes named on tests that lost points."""
    return {test.mistake.slug for test in _lost(report.tests) if test.mistake}


def _lost(tests: Iterable[TestResult]) -> Iterator[TestResult]:
    return (test for test in tests if test.earned < test.points)


def _why(report: Report, *, any_fault: bool = False) -> str:
    """Return what stopped the grading or broke a test, as the end of a sentence; often nothing.

    `any_fault` tells of any test's problem: those of a reference are the exercise's own.
    """
    problems = [report.problem, *(test.problem for test in report.tests)]
    told = [problem for problem in problems if problem and (any_fault or problem.fault == "ours")]
    problem = report.problem or next(iter(told), None)
    return f" ({problem.code}: {problem.message or problem.name or ''})" if problem else ""
