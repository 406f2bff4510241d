"""Kinds whose work is a notebook, run and tested in two rooms."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

from exercises.exercise import Exercise
from graders.grader import FIRST_SEED, Role, RoomGrader, Solution
from graders.grading import Grading, grade_notebook
from graders.intake import KIB, check_submission
from graders.protocol import News
from graders.report import Report
from graders.rescore import rescore
from graders.rooms import Rooms
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox


class NotebookGrader(RoomGrader):
    """Runs the notebook, then the exercise's tests."""

    accepts = (".ipynb",)
    empty = ("starter (fr)", "starter (en)")

    def __init__(self, *, variants: int, trains: bool = False) -> None:
        self.variants = variants
        self.trains = trains

    def max_bytes(self, exercise: Exercise) -> int:
        """Return how large a notebook may be."""
        return exercise.manifest.limits.notebook_kib * KIB

    def check_work(self, work: bytes, exercise: Exercise) -> None:
        """Raise IntakeError for what is not a notebook fit for this exercise."""
        check_submission(work, exercise.manifest)

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
        """Return the grading of the notebook."""
        grading = await grade_notebook(
            exercise=exercise,
            notebook=work,
            rooms=rooms,
            data_dir=data_dir,
            seed=seed,
            gpu=gpu,
            weights=self.weights(exercise),
            on_news=on_news,
        )
        return replace(grading, report=self.measured(exercise, grading.report))

    def measured(self, exercise: Exercise, report: Report) -> Report:  # noqa: ARG002
        """Return the report with what the kind measures beside its tests."""
        return report

    def weights(self, exercise: Exercise) -> str:  # noqa: ARG002
        """Return the name of the model whose weights are kept, empty where none are."""
        return ""

    async def rescore(
        self,
        *,
        exercise: Exercise,
        work: bytes,
        old: Grading,
        rooms: Rooms,
        data_dir: Path,
        seed: int,
        on_news: Callable[[News], None] | None = None,
    ) -> Grading | None:
        """Return what today's tests say of the run that `old` kept, None where it must run anew."""
        grading = await rescore(
            exercise=exercise,
            notebook=work,
            old=old,
            rooms=rooms,
            data_dir=data_dir,
            seed=seed,
            on_news=on_news,
        )
        if grading is None:
            return None
        return replace(grading, report=self.measured(exercise, grading.report))

    async def solutions(
        self,
        *,
        exercise: Exercise,
        sandbox: Sandbox | None,  # noqa: ARG002
        data_dir: Path,  # noqa: ARG002
        variants: int,
    ) -> AsyncIterator[Solution]:
        """Yield the reference on many variants, the starters, and the wrong notebooks."""
        reference = exercise.reference()
        seeds = range(FIRST_SEED, FIRST_SEED + variants)
        yield Solution("reference", Role.REFERENCE, dict.fromkeys(seeds, reference))
        for language in ("fr", "en"):
            work = {FIRST_SEED: exercise.starter(language)}
            yield Solution(f"starter ({language})", Role.EMPTY, work)
        for wrong in exercise.wrong:
            if isinstance(wrong.work, bytes):
                yield Solution(wrong.slug, Role.WRONG, {FIRST_SEED: wrong.work}, wrong.mistake)
