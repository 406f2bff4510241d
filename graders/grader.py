"""What a kind of exercises is to everyone else: how its hand-ins are read, graded and proven."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import cast

from exercises.exercise import Exercise
from exercises.spec import Kind
from graders.errors import IntakeError
from graders.grading import Grading
from graders.protocol import News, Progress
from graders.report import Problem, Report, Scalar
from graders.rooms import Rooms
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox

# Apart from the seeds that students are given.
FIRST_SEED = 1_000_000


class Role(StrEnum):
    """What a solution is there to show."""

    REFERENCE = "reference"
    EMPTY = "empty"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Solution:
    """One way of solving an exercise: the bytes to hand in, by the seed of the variant.

    `mistake` is what a wrong solution is to be told.
    """

    name: str
    role: Role
    works: Mapping[int, bytes]
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A right solution with one small change, which should cost it points.

    `before` and `after` tell the change, `within` where it is. It is handed in for each seed of
    `works` until points are lost.
    """

    name: str
    within: str
    before: str
    after: str
    works: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Order:
    """One metric that a board goes by, and which way."""

    name: str
    greater_is_better: bool


@dataclass(frozen=True, slots=True)
class Ranking:
    """What an exercise's boards go by: the first metric, among equals the next, and so on.

    `has_private` tells of a second board, by the metrics on labels kept apart.
    """

    orders: tuple[Order, ...]
    has_private: bool = False


class Grader(ABC):
    """One kind. `variants` is how many a check grades the reference on, by what one costs.

    `trains` says that a model is trained to grade the reference. `empty` names what earns nothing.
    """

    variants: int = 50
    trains: bool = False
    empty: tuple[str, ...] = ()

    def check_folder(self, exercise: Exercise) -> None:  # noqa: B027 - most have nothing to ask
        """Raise MalformedExercise where a folder lacks what this kind alone asks for."""

    def daily_limit(self, exercise: Exercise) -> int | None:  # noqa: ARG002
        """Return how often a student may hand in within a day, None without a limit."""
        return None

    def ranking(self, exercise: Exercise) -> Ranking | None:  # noqa: ARG002
        """Return what students are ranked by, None where points alone rank them."""
        return None

    def planned(self, exercise: Exercise) -> tuple[tuple[str, Role], ...]:
        """Return what `solutions` yields, by name and role. No code of the folder runs for it."""
        wrong = (PurePosixPath(name) for name in sorted(exercise.files))
        return (
            ("reference", Role.REFERENCE),
            *((name, Role.EMPTY) for name in self.empty),
            *((path.stem, Role.WRONG) for path in wrong if path.parts[0] == "wrong"),
        )

    @abstractmethod
    def solutions(
        self, *, exercise: Exercise, sandbox: Sandbox | None, data_dir: Path, variants: int
    ) -> AsyncIterator[Solution]:
        """Yield the reference on so many variants, what earns nothing, and each wrong solution.

        Without variants, nothing is trained to make a solution.
        """

    def mutants(self, exercise: Exercise, reference: Solution) -> Iterator[Mutant]:  # noqa: ARG002
        """Yield the mutants of the reference, none where each would be too dear to grade."""
        return iter(())


class InstantGrader(Grader):
    """A kind that is graded at once, in the portal's own process."""

    @abstractmethod
    def grade(self, *, exercise: Exercise, work: bytes, seed: int) -> Report:
        """Return the report on the bytes handed in. Raises IntakeError."""


class RoomGrader(Grader):
    """A kind that a worker grades in rooms. `accepts` are the endings of the files handed in."""

    accepts: tuple[str, ...]

    @abstractmethod
    def max_bytes(self, exercise: Exercise) -> int:
        """Return how large a file handed in may be."""

    @abstractmethod
    def check_work(self, work: bytes, exercise: Exercise) -> None:
        """Raise IntakeError where the bytes can't be graded, before a worker sees them."""

    @abstractmethod
    async def grade(
        self,
        *,
        exercise: Exercise,
        work: bytes,
        rooms: Rooms,
        data_dir: Path,
        seed: int,
        gpu: GpuShare | None = None,
        on_news: Callable[[News], None] | None = None,
    ) -> Grading:
        """Return the grading of the bytes handed in; what went wrong is in its report.

        Cancelling closes the rooms. Raises SandboxUnavailable where no room can be had at all.
        """

    async def rescore(
        self,
        *,
        exercise: Exercise,  # noqa: ARG002 - most kinds keep nothing of a run
        work: bytes,  # noqa: ARG002
        old: Grading,  # noqa: ARG002
        rooms: Rooms,  # noqa: ARG002
        data_dir: Path,  # noqa: ARG002
        seed: int,  # noqa: ARG002
        on_news: Callable[[News], None] | None = None,  # noqa: ARG002
    ) -> Grading | None:
        """Return the grading by the exercise as it is now of the run that `old` kept.

        None where the bytes handed in must be graded anew.
        """
        return None


class GroupGrader(RoomGrader):
    """A kind whose work is graded as a group of jobs, each in rooms of its own, then gathered."""

    @abstractmethod
    def trials(self, exercise: Exercise) -> tuple[Mapping[str, Scalar], ...]:
        """Return the parameters of each job."""

    @abstractmethod
    async def grade_trial(
        self,
        *,
        parameters: Mapping[str, Scalar],
        exercise: Exercise,
        work: bytes,
        rooms: Rooms,
        data_dir: Path,
        seed: int,
        gpu: GpuShare | None = None,
        on_news: Callable[[News], None] | None = None,
    ) -> Grading:
        """Return the grading of one job, as `grade` does that of a whole."""

    @abstractmethod
    def gather(self, *, exercise: Exercise, work: bytes, reports: Sequence[Report]) -> Report:
        """Return the report on the bytes handed in, from those of all jobs, in their order."""

    async def grade(
        self,
        *,
        exercise: Exercise,
        work: bytes,
        rooms: Rooms,
        data_dir: Path,
        seed: int,
        gpu: GpuShare | None = None,
        on_news: Callable[[News], None] | None = None,
    ) -> Grading:
        """Return the grading of the bytes handed in: job by job, then gathered."""
        tell = on_news or (lambda _news: None)
        try:
            self.check_work(work, exercise)
        except IntakeError as exc:
            return Grading(refused(exercise, exc.problem))
        gradings: list[Grading] = []
        for parameters in (trials := self.trials(exercise)):
            tell(Progress(phase="jobs", done=len(gradings), total=len(trials)))
            grading = await self.grade_trial(
                parameters=parameters,
                exercise=exercise,
                work=work,
                rooms=rooms,
                data_dir=data_dir,
                seed=seed,
                gpu=gpu,
            )
            gradings.append(grading)
        reports = [grading.report for grading in gradings]
        report = self.gather(exercise=exercise, work=work, reports=reports)
        return Grading(report, executed=gradings[shown_trial(report) - 1].executed)


def shown_trial(report: Report) -> int:
    """Return the number of the job whose notebook stands for all: the best, else the first."""
    return (report.sweep.best if report.sweep else None) or 1


def refused(exercise: Exercise, problem: Problem) -> Report:
    """Return the report on bytes that can't be graded."""
    manifest = exercise.manifest
    return Report(
        exercise=manifest.id, version=exercise.digest, kind=manifest.kind, problem=problem
    )


@cache
def grader_of(kind: Kind) -> Grader:
    """Return the grader in the folder of the kind's name."""
    return cast("Grader", import_module(f"graders.kinds.{kind.value}.grader").GRADER)
