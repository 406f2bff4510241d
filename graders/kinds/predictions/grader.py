"""The grader of files of predictions."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from exercises.errors import MalformedExercise
from exercises.exercise import Exercise
from exercises.manifest import read_table
from graders.errors import IntakeError, JudgeFailed
from graders.follow import read_verdict, send_line
from graders.grader import FIRST_SEED, Mutant, Order, Ranking, Role, RoomGrader, Solution
from graders.grading import Grading
from graders.kinds.predictions.job import PredictionsJob
from graders.kinds.predictions.mutants import misplaced
from graders.kinds.predictions.options import Options
from graders.kinds.predictions.reference import NAME, reference_file
from graders.kinds.predictions.spoiled import spoiled_file
from graders.protocol import News, Progress, Verdict
from graders.report import Fault, Problem, ProblemCode, Report
from graders.rooms import CODE_ENV, HIDDEN, JUDGE_CODE, Rooms
from sandbox.errors import RoomFailed
from sandbox.gpu import GpuShare
from sandbox.room import EndCause, Limits, Mount, Room, RoomSpec, Sandbox

logger = logging.getLogger(__name__)

KIB = 1024
MIB = 1024 * KIB
LIMITS = Limits(wall=60, cpu=60, memory=1024 * MIB, processes=32, disk=16 * MIB)
# Opening the room comes on top.
WALL_SECONDS = LIMITS.wall + 30
END_SECONDS = 2.0
# What only the bytes handed in can bring about: the labels and the program always fit.
STUDENTS = frozenset({EndCause.MEMORY, EndCause.CPU, EndCause.WALL})
SAMPLE = "sample_submission.csv"


class PredictionsGrader(RoomGrader):
    """Scores a file in one room, which holds the file, the labels and the program."""

    variants = 1
    trains = True
    empty = ("sample submission",)
    accepts = (".csv", ".npz")

    def check_folder(self, exercise: Exercise) -> None:
        """Raise MalformedExercise where [grading] or [data] do not say what this kind needs."""
        options = options_of(exercise)
        toml = exercise.path / "exercise.toml"
        data = exercise.manifest.data
        if data is None or SAMPLE not in data.more:
            raise MalformedExercise(toml, 1, f"[data] with {SAMPLE!r} in 'more'")
        spent = options.form_points + options.probability_points * (options.values == "probability")
        if spent >= exercise.manifest.points:
            raise MalformedExercise(toml, 1, f"'points' to be more than {spent:g}")

    def daily_limit(self, exercise: Exercise) -> int | None:
        """Return how many files a student may hand in within a day."""
        return options_of(exercise).daily_limit

    def max_bytes(self, exercise: Exercise) -> int:
        """Return how large a file may be."""
        return options_of(exercise).max_kib * KIB

    def ranking(self, exercise: Exercise) -> Ranking | None:
        """Return the metric that the exercise's boards go by."""
        options = options_of(exercise)
        order = Order(options.metric, greater_is_better=options.greater_is_better)
        return Ranking((order,), has_private=True)

    def check_work(self, work: bytes, exercise: Exercise) -> None:
        """Raise IntakeError for a file that is too large. Its content is the judge's to read."""
        allowed = self.max_bytes(exercise)
        if len(work) > allowed:
            problem = Problem(
                code=ProblemCode.TABLE_TOO_LARGE,
                fault=Fault.LIMIT,
                allowed=allowed,
                used=len(work),
            )
            raise IntakeError(problem)

    async def grade(
        self,
        *,
        exercise: Exercise,
        work: bytes,
        rooms: Rooms,
        data_dir: Path,
        seed: int,  # noqa: ARG002 - the same labels for everyone
        gpu: GpuShare | None = None,  # noqa: ARG002 - no model is run
        on_news: Callable[[News], None] | None = None,
    ) -> Grading:
        """Return the grading of the file."""
        started = time.monotonic()
        try:
            self.check_work(work, exercise)
            verdict = await _judge(exercise, work, rooms.sandbox, data_dir, on_news)
        except IntakeError as exc:
            verdict = Verdict(problem=exc.problem)
        timings = verdict.timings.model_copy(update={"total": round(time.monotonic() - started, 4)})
        report = Report(
            exercise=exercise.manifest.id,
            version=exercise.digest,
            kind=exercise.manifest.kind,
            sandbox=rooms.sandbox.name,
            environment=rooms.sandbox.environment(),
            data=exercise.data_name(data_dir),
            problem=verdict.problem,
            tests=verdict.tests,
            metrics=verdict.metrics,
            private=verdict.private,
            timings=timings,
        )
        return Grading(report, None)

    async def solutions(
        self,
        *,
        exercise: Exercise,
        sandbox: Sandbox | None,
        data_dir: Path,
        variants: int,
    ) -> AsyncIterator[Solution]:
        """Yield the sample file, what the reference predicts, and that file spoiled.

        The labels are the same in all variants; without any, nothing is trained.
        """
        if sandbox is None:
            raise ValueError("the reference runs in a room")
        sample = exercise.public_files(data_dir)[SAMPLE].read_bytes()
        yield Solution("sample submission", Role.EMPTY, {FIRST_SEED: sample})
        if not variants:
            return
        content = await reference_file(exercise=exercise, sandbox=sandbox, data_dir=data_dir)
        yield Solution("reference", Role.REFERENCE, {FIRST_SEED: content})
        for slug, mistake in exercise.mistakes.items():
            spoiled = await spoiled_file(
                exercise=exercise, slug=slug, content=content, sandbox=sandbox
            )
            yield Solution(slug, Role.WRONG, {FIRST_SEED: spoiled}, mistake)

    def mutants(self, exercise: Exercise, reference: Solution) -> Iterator[Mutant]:  # noqa: ARG002
        """Yield the reference's file with its lines and values out of place."""
        content = reference.works[FIRST_SEED].decode()
        for name, spoiled in misplaced(content):
            yield Mutant(name, NAME, "the right file", name, {FIRST_SEED: spoiled.encode()})


def options_of(exercise: Exercise) -> Options:
    """Return what the exercise says of its files and scores. Raises MalformedExercise."""
    return read_table(
        exercise.manifest.grading,
        Options,
        name="grading",
        content=exercise.files["exercise.toml"],
        path=exercise.path / "exercise.toml",
    )


async def _judge(
    exercise: Exercise,
    work: bytes,
    sandbox: Sandbox,
    data_dir: Path,
    on_news: Callable[[News], None] | None,
) -> Verdict:
    tell = on_news or (lambda _news: None)
    tell(Progress(phase="starting"))
    try:
        async with asyncio.timeout(WALL_SECONDS):
            async with await sandbox.open(_room(exercise, data_dir)) as judge:
                return await _verdict(judge, exercise, work, data_dir, tell)
    except (RoomFailed, TimeoutError) as exc:
        logger.exception("a file for %s was not scored", exercise.manifest.id)
        return _failed(exc)


async def _verdict(
    judge: Room,
    exercise: Exercise,
    work: bytes,
    data_dir: Path,
    tell: Callable[[News], None],
) -> Verdict:
    [name] = exercise.hidden_files(data_dir)
    job = PredictionsJob.model_construct(
        content=work,
        options=options_of(exercise),
        points=exercise.manifest.points,
        hidden=str(HIDDEN / name),
    )
    try:
        await send_line(judge, job.model_dump_json())
        return await read_verdict(judge, tell)
    except JudgeFailed as exc:
        if await _was_limited(judge):
            problem = Problem(code=ProblemCode.TABLE_TOO_LARGE, fault=Fault.LIMIT)
            return Verdict(problem=problem)
        logger.exception("the judge failed; the end of its log: %s", judge.log_tail)
        return _failed(exc)


async def _was_limited(judge: Room) -> bool:
    try:
        async with asyncio.timeout(END_SECONDS):
            return (await judge.wait()).cause in STUDENTS
    except TimeoutError:
        return False


def _room(exercise: Exercise, data_dir: Path) -> RoomSpec:
    files = exercise.hidden_files(data_dir)
    return RoomSpec(
        label=f"{exercise.manifest.id} judge",
        argv=("python", "-m", "graders.kinds.predictions.judge"),
        limits=LIMITS,
        mounts=[
            JUDGE_CODE,
            *(Mount(path, HIDDEN / name) for name, path in files.items()),
        ],
        env=CODE_ENV,
    )


def _failed(exc: Exception) -> Verdict:
    message = f"{type(exc).__name__}: {exc}"[:500]
    problem = Problem(code=ProblemCode.SANDBOX_FAILED, fault=Fault.OURS, message=message)
    return Verdict(problem=problem)


GRADER = PredictionsGrader()
