"""Check an exercise before a class sees it: its reference, its starter, its known mistakes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from exercises.exercise import Exercise, WrongSolution
from exercises.question import Grid
from graders.answer import grade_answers
from graders.grading import grade_notebook
from graders.report import Report, TestResult, Visibility
from graders.warm import warm_rooms
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox

# Apart from the seeds that students are given.
FIRST_SEED = 1_000_000


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
    """Grade the reference on many variants, then the starter and each wrong solution.

    An answer exercise needs no sandbox, and has no starter: it is checked with blank answers.
    Each row goes to `on_row` as soon as it is known.
    """
    if exercise.manifest.kind.needs_notebook:
        if sandbox is None:
            raise ValueError(f"{exercise.manifest.id} is graded in rooms: it needs a sandbox")
        found = _notebook_rows(exercise, sandbox, data_dir, variants, gpu)
    else:
        found = _answer_rows(exercise, variants)
    rows = []
    async for row in found:
        rows.append(row)
        on_row(row)
    return CheckTable(exercise.manifest.id, tuple(rows))


async def _answer_rows(exercise: Exercise, variants: int) -> AsyncIterator[CheckRow]:
    seeds = range(FIRST_SEED, FIRST_SEED + variants)

    def graded(solve: Callable[[Mapping[str, object]], Mapping[str, Grid]]) -> list[Report]:
        answers = ((seed, _typed(solve(exercise.question(seed).given))) for seed in seeds)
        return [grade_answers(exercise=exercise, seed=s, answers=typed) for s, typed in answers]

    yield _reference_row(exercise, graded(exercise.reference_solver))
    yield _empty_row("blank answers", graded(lambda _given: {}))
    for wrong in exercise.wrong:
        if callable(wrong.work):
            yield _wrong_row(wrong, graded(wrong.work))


async def _notebook_rows(
    exercise: Exercise, sandbox: Sandbox, data_dir: Path, variants: int, gpu: GpuShare | None
) -> AsyncIterator[CheckRow]:
    async def graded(notebook: bytes, seed: int) -> Report:
        grading = await grade_notebook(
            exercise=exercise,
            notebook=notebook,
            rooms=rooms,
            data_dir=data_dir,
            seed=seed,
            gpu=gpu,
        )
        return grading.report

    seeds = range(FIRST_SEED, FIRST_SEED + variants)
    reference = exercise.reference()
    async with warm_rooms(sandbox) as rooms:
        yield _reference_row(exercise, [await graded(reference, seed) for seed in seeds])
        for language in ("fr", "en"):
            report = await graded(exercise.starter(language), FIRST_SEED)
            yield _empty_row(f"starter ({language})", [report])
        for wrong in exercise.wrong:
            if isinstance(wrong.work, bytes):
                yield _wrong_row(wrong, [await graded(wrong.work, FIRST_SEED)])


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


def _wrong_row(wrong: WrongSolution, reports: list[Report]) -> CheckRow:
    """Return the row of a wrong solution: each time it must lose points where it is named."""
    named = [wrong.mistake in _named(report) for report in reports]
    best = max(reports, key=lambda report: report.points)
    others = sorted(set().union(*map(_named, reports)) - {wrong.mistake})
    got = f"{best.points:g} at most, named on {sum(named)}"
    if others:
        got += f"; also {', '.join(others)}"
    expected = f"{wrong.mistake} named on {len(reports)}"
    return CheckRow(wrong.slug, expected, got + _why(best), ok=all(named))


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


def _typed(answers: Mapping[str, Grid]) -> dict[str, list[list[str]]]:
    return {name: [[str(cell) for cell in row] for row in grid] for name, grid in answers.items()}
