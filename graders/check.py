"""Check an exercise before a class sees it: its reference, its starter, its known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass
from pathlib import Path

from exercises.exercise import Exercise
from graders.examiner import Examiner
from graders.grader import Role, Solution
from graders.report import Report, TestResult, Visibility
from graders.rooms import Rooms
from graders.warm import warm_rooms
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One solution, graded on so many variants: what it should earn, and what it earned.

    `cpu` is the processor time of its rooms, in seconds.
    """

    solution: str
    role: Role
    expected: str
    got: str
    ok: bool
    variants: int
    cpu: float


@dataclass(frozen=True, slots=True)
class CheckTable:
    """The rows of one exercise, and its reference where that was graded."""

    exercise: str
    rows: tuple[CheckRow, ...]
    reference: Solution | None = None

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
    async with _rooms(sandbox) as rooms:
        examiner = Examiner(exercise, rooms, data_dir, gpu)
        return await check_solutions(examiner, variants=variants, on_row=on_row)


async def check_solutions(
    examiner: Examiner,
    *,
    variants: int,
    roles: Collection[Role] = tuple(Role),
    on_row: Callable[[CheckRow], None] = lambda _row: None,
) -> CheckTable:
    """Grade the solutions of these roles, the reference on so many variants."""
    examiner.check()
    exercise, rooms = examiner.exercise, examiner.rooms
    solutions = [
        solution
        async for solution in examiner.grader.solutions(
            exercise=exercise,
            sandbox=rooms.sandbox if rooms else None,
            data_dir=examiner.data_dir,
            variants=variants,
        )
        if solution.role in roles
    ]
    rows = []
    works = [item for solution in solutions for item in solution.works.items()]
    async with aclosing(examiner.reports(works)) as reports:
        for solution in solutions:
            row = _row(exercise, solution, [await anext(reports) for _ in solution.works])
            rows.append(row)
            on_row(row)
    reference = next((one for one in solutions if one.role is Role.REFERENCE), None)
    return CheckTable(exercise.manifest.id, tuple(rows), reference)


def _rooms(sandbox: Sandbox | None) -> AbstractAsyncContextManager[Rooms | None]:
    return nullcontext() if sandbox is None else warm_rooms(sandbox)


def _row(exercise: Exercise, solution: Solution, reports: list[Report]) -> CheckRow:
    match solution.role:
        case Role.REFERENCE:
            expected, got, ok = _reference(exercise, reports)
        case Role.EMPTY:
            expected, got, ok = _empty(reports)
        case Role.WRONG:
            expected, got, ok = _wrong(solution.mistake, reports)
    cpu = sum(report.timings.cpu or 0.0 for report in reports)
    return CheckRow(solution.name, solution.role, expected, got, ok, len(reports), round(cpu, 2))


def _reference(exercise: Exercise, reports: list[Report]) -> tuple[str, str, bool]:
    points = exercise.manifest.points
    full = [report.points == report.max_points == points for report in reports]
    lowest = min(reports, key=lambda report: report.points)
    got = f"{lowest.points:g} at least, full on {sum(full)}{_why(lowest, any_fault=True)}"
    return f"{points:g} on {len(reports)} variants", got, all(full)


def _empty(reports: list[Report]) -> tuple[str, str, bool]:
    """Judge a hand-in without work: no hidden point, and no failure of ours."""
    highest = max(reports, key=_hidden_points)
    points = _hidden_points(highest)
    ok = points == 0 and not any(report.is_ours for report in reports)
    return "no hidden point", f"{points:g} hidden{_why(highest)}", ok


def _wrong(mistake: str, reports: list[Report]) -> tuple[str, str, bool]:
    """Judge a wrong solution: each time it must lose points where its mistake is named."""
    named = [mistake in _named(report) for report in reports]
    best = max(reports, key=lambda report: report.points)
    others = sorted(set().union(*map(_named, reports)) - {mistake})
    got = f"{best.points:g} at most, named on {sum(named)}"
    if others:
        got += f"; also {', '.join(others)}"
    return f"{mistake} named on {len(reports)}", got + _why(best), all(named)


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
