"""Grading many solutions of one exercise, in rooms that they share."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from exercises.exercise import Exercise
from graders.grader import Grader, InstantGrader, RoomGrader, grader_of
from graders.in_order import in_order
from graders.report import Report
from graders.rooms import Rooms
from sandbox.gpu import GpuShare


@dataclass(frozen=True, slots=True)
class Examiner:
    """What the gradings of one exercise's check have in common.

    `rooms` is None where none are needed. `at_once` gradings run at a time.
    """

    exercise: Exercise
    rooms: Rooms | None
    data_dir: Path
    gpu: GpuShare | None = None
    at_once: int = 1

    @property
    def grader(self) -> Grader:
        """The grader of the exercise's kind."""
        return grader_of(self.exercise.manifest.kind)

    def check(self) -> None:
        """Raise ValueError without the rooms that are needed, MalformedExercise for the folder."""
        if self.rooms is None and isinstance(self.grader, RoomGrader):
            raise ValueError(f"{self.exercise.manifest.id} is graded in rooms: it needs a sandbox")
        self.grader.check_folder(self.exercise)

    async def report(self, *, work: bytes, seed: int) -> Report:
        """Return the report on one solution."""
        if isinstance(self.grader, RoomGrader) and self.rooms is not None:
            grading = await self.grader.grade(
                exercise=self.exercise,
                work=work,
                rooms=self.rooms,
                data_dir=self.data_dir,
                seed=seed,
                gpu=self.gpu,
            )
            return grading.report
        grader = cast("InstantGrader", self.grader)
        return grader.grade(exercise=self.exercise, work=work, seed=seed)

    def reports(self, works: Iterable[tuple[int, bytes]]) -> AsyncGenerator[Report, None]:
        """Yield the report on each solution, given with its seed, in this order."""
        calls = [partial(self.report, work=work, seed=seed) for seed, work in works]
        return in_order(calls, at_once=self.at_once)
