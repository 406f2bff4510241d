"""Check an exercise before a class sees it: its reference, its starter, its known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from exercises.exercise import Exercise
from graders.examiner import Examiner
from graders.grader import Role, Solution
from graders.report import Problem, Report, TestResult, Text, Visibility
from graders.rooms import Rooms
from graders.warm import warm_rooms
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox

MOST_FINDINGS = 20
LONGEST_MESSAGE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """What one grading has to tell an author: of a test, or, without a name, of the whole."""

    test: str
    earned: float
    points: float
    message: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One solution, graded on so many variants: what it should earn, and what it earned.

    `cpu` is the processor time of its rooms, in seconds. `findings` tell why a solution did not
    earn what it should: they quote hidden tests, and are for authors alone.
    """

    solution: str
    role: Role
    expected: Text
    got: Text
    ok: bool
    variants: int
    cpu: float
    findings: tuple[Finding, ...] = ()


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


async def check_solution(
    examiner: Examiner,
    *,
    name: str,
    role: Role,
    variants: int,
    on_report: Callable[[int, int], None] = lambda _done, _total: None,
) -> CheckRow:
    """Grade one of the solutions that the grader plans, and return its row.

    `on_report` hears how many of how many gradings are done. Raises MalformedExercise, KeyError
    for a solution that there is not.
    """
    examiner.check()
    solution = await _solution(examiner, name=name, role=role, variants=variants)
    done: list[Report] = []
    on_report(0, len(solution.works))
    async with aclosing(examiner.reports(solution.works.items())) as reports:
        async for report in reports:
            done.append(report)
            on_report(len(done), len(solution.works))
    return _row(examiner.exercise, solution, done)


async def _solution(examiner: Examiner, *, name: str, role: Role, variants: int) -> Solution:
    found = examiner.grader.solutions(
        exercise=examiner.exercise,
        sandbox=examiner.rooms.sandbox if examiner.rooms else None,
        data_dir=examiner.data_dir,
        variants=variants,
    )
    async for solution in found:
        if (solution.name, solution.role) == (name, role):
            return solution
    raise KeyError(name)


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
    return CheckRow(
        solution.name,
        solution.role,
        expected,
        got,
        ok,
        len(reports),
        round(cpu, 2),
        () if ok else tuple(islice(_findings(solution, reports), MOST_FINDINGS)),
    )


def _findings(solution: Solution, reports: list[Report]) -> Iterator[Finding]:
    """Yield what an author may have to mend, each test once: what earned too much or too little."""
    told = set()
    for report in reports:
        if report.problem is not None:
            yield Finding("", report.points, report.max_points, _said(report.problem))
        for test in report.tests:
            earned_something = solution.role is Role.EMPTY and test.earned > 0
            is_wanted = earned_something or (
                solution.role is not Role.EMPTY and test in _lost([test])
            )
            if is_wanted and test.name not in told:
                told.add(test.name)
                message = _said(test.problem) if test.problem else test.message or ""
                yield Finding(test.name, test.earned, test.points, message[:LONGEST_MESSAGE])


def _said(problem: Problem) -> str:
    """Return a problem as a line for an author: its code, and what was said or named."""
    said = problem.message or problem.name or ""
    return f"{problem.code}: {said}"[:LONGEST_MESSAGE]


def _reference(exercise: Exercise, reports: list[Report]) -> tuple[Text, Text, bool]:
    points, count = exercise.manifest.points, len(reports)
    full = [report.points == report.max_points == points for report in reports]
    lowest = min(reports, key=lambda report: report.points)
    why = _why(lowest, any_fault=True)
    expected = Text(
        en=f"{points:g} on {count} variants", fr=f"{_comma(points)} sur {count} variantes"
    )
    got = Text(
        en=f"{lowest.points:g} at least, full on {sum(full)}{why}",
        fr=f"{_comma(lowest.points)} au moins, tous les points sur {sum(full)}{why}",
    )
    return expected, got, all(full)


def _empty(reports: list[Report]) -> tuple[Text, Text, bool]:
    """Judge a hand-in without work: no hidden point, and no failure of ours."""
    highest = max(reports, key=_hidden_points)
    points = _hidden_points(highest)
    ok = points == 0 and not any(report.is_ours for report in reports)
    why = _why(highest)
    got = Text(en=f"{points:g} hidden{why}", fr=f"{_comma(points)} caché{why}")
    return Text(en="no hidden point", fr="aucun point caché"), got, ok


def _wrong(mistake: str, reports: list[Report]) -> tuple[Text, Text, bool]:
    """Judge a wrong solution: each time it must lose points where its mistake is named."""
    named = [mistake in _named(report) for report in reports]
    best = max(reports, key=lambda report: report.points)
    others = sorted(set().union(*map(_named, reports)) - {mistake})
    others_en, others_fr = (
        f"{word} {', '.join(others)}" if others else "" for word in ("; also", "\u00a0; aussi")
    )
    why = _why(best)
    expected = Text(
        en=f"{mistake} named on {len(reports)}", fr=f"{mistake} nommée sur {len(reports)}"
    )
    got = Text(
        en=f"{best.points:g} at most, named on {sum(named)}{others_en}{why}",
        fr=f"{_comma(best.points)} au plus, nommée sur {sum(named)}{others_fr}{why}",
    )
    return expected, got, all(named)


def _comma(points: float) -> str:
    """Return points as they are written in French."""
    return f"{points:g}".replace(".", ",")


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
