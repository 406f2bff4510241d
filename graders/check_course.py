"""Check the exercises of a course: their solutions, and the mutants of their references."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from exercises.exercise import Exercise
from graders.check import CheckTable, check_solutions
from graders.examiner import Examiner
from graders.grader import Grader, Role, grader_of
from graders.mutation.hunt import Hunt, hunt_mutants
from graders.rooms import Rooms
from sandbox.gpu import GpuShare

# Of the mutants that are not equivalent, how many must lose points.
LEAST_RATE = 0.95


@dataclass(frozen=True, slots=True)
class Thoroughness:
    """How much is checked.

    `fast` grades the reference on one variant and no mutant, and where a model is trained the
    starters alone. `variants` is how many the reference is graded on, by default by its kind.
    """

    fast: bool = False
    mutants: bool = True
    variants: int | None = None

    def variants_of(self, grader: Grader) -> int:
        """Return how many variants the reference is graded on."""
        if self.fast:
            return 0 if grader.trains else 1
        return self.variants or grader.variants

    def roles_of(self, grader: Grader) -> tuple[Role, ...]:
        """Return which solutions are graded."""
        return (Role.EMPTY,) if self.fast and grader.trains else tuple(Role)


@dataclass(frozen=True, slots=True)
class CourseRow:
    """What the check of one exercise found, and the seconds that it took."""

    exercise: Exercise
    table: CheckTable
    hunt: Hunt | None
    seconds: float

    @property
    def trains(self) -> bool:
        """Whether each of its gradings is a training."""
        return grader_of(self.exercise.manifest.kind).trains

    @property
    def cpu(self) -> float:
        """The processor time of all rooms, in seconds."""
        return sum(row.cpu for row in self.table.rows) + (self.hunt.cpu if self.hunt else 0.0)

    @property
    def failures(self) -> tuple[str, ...]:
        """What is not as it should be, a line each."""
        rows = [f"{row.solution}: {row.got.en}" for row in self.table.rows if not row.ok]
        if self.hunt is None:
            return tuple(rows)
        rows += [f"broke on our side: {what}" for what in self.hunt.ours]
        rows += [f"not equivalent: {what}" for what in self.hunt.untrue]
        if self.hunt.rate < LEAST_RATE:
            rows.append(f"only {self.hunt.rate:.1%} of the mutants lose points")
        return tuple(rows)


async def check_course(
    exercises: Iterable[Exercise],
    *,
    rooms: Rooms | None,
    data_dir: Path,
    thoroughness: Thoroughness,
    cores: int,
    hold: Callable[[Exercise], AbstractContextManager[GpuShare | None]] = lambda _: nullcontext(),
) -> AsyncIterator[CourseRow]:
    """Yield a row per exercise. As many gradings run at once as cores have room for their threads.

    Without rooms, only what is graded at once can be checked. `hold` lends the share of a GPU that
    an exercise needs.
    """
    for exercise in exercises:
        at_once = max(1, cores // exercise.manifest.limits.threads)
        with hold(exercise) as gpu:
            examiner = Examiner(exercise, rooms, data_dir, gpu, at_once)
            yield await _row(examiner, thoroughness)


async def _row(examiner: Examiner, thoroughness: Thoroughness) -> CourseRow:
    started = time.monotonic()
    grader = examiner.grader
    table = await check_solutions(
        examiner,
        variants=thoroughness.variants_of(grader),
        roles=thoroughness.roles_of(grader),
    )
    hunt = None
    if thoroughness.mutants and not thoroughness.fast and table.ok and table.reference is not None:
        hunt = await hunt_mutants(examiner, reference=table.reference)
    return CourseRow(examiner.exercise, table, hunt, round(time.monotonic() - started, 1))
