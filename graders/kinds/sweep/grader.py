"""The grader of sweeps: each job like a notebook of its own, then all of them together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isclose
from pathlib import Path

from exercises.errors import MalformedExercise
from exercises.exercise import Exercise
from exercises.loader import test_marks
from exercises.manifest import read_table
from graders.errors import IntakeError
from graders.grader import GroupGrader
from graders.grading import Grading, grade_notebook
from graders.intake import check_notebook, check_submission
from graders.kinds.notebook import NotebookGrader
from graders.kinds.sweep import texts
from graders.kinds.sweep.gather import gather
from graders.kinds.sweep.options import Options
from graders.parameters import default_parameters
from graders.protocol import News
from graders.report import Report, Scalar
from graders.rooms import Rooms
from sandbox.gpu import GpuShare


class SweepGrader(GroupGrader, NotebookGrader):
    """Runs the notebook with each combination of the grid, and reads the report of the jobs."""

    def check_folder(self, exercise: Exercise) -> None:
        """Raise MalformedExercise where [grading], the points or the notebook don't fit a sweep."""
        options = options_of(exercise)
        toml = exercise.path / "exercise.toml"
        marks = test_marks(exercise)
        total = sum(mark.points for mark in marks) + options.points
        if not isclose(total, exercise.manifest.points):
            raise MalformedExercise(toml, 1, f"'points' to be {total:g}, of the tests and the grid")
        known = {slug for mark in marks for slug in mark.mistakes} | set(texts.MISTAKES)
        for wrong in exercise.wrong:
            if wrong.mistake not in known:
                path = exercise.path / "wrong" / f"{wrong.slug}.py"
                raise MalformedExercise(path, 1, f"a mistake that is named, not {wrong.mistake!r}")
        for work in (exercise.reference(), exercise.starter("fr"), exercise.starter("en")):
            try:
                _defaults(exercise, work)
            except IntakeError as error:
                said = f"a cell tagged 'parameters' that gives each of {', '.join(options.grid)}"
                raise MalformedExercise(exercise.path / "notebook.py", 1, said) from error

    def check_work(self, work: bytes, exercise: Exercise) -> None:
        """Raise IntakeError for what is no notebook, or does not give its parameters plainly."""
        notebook = check_submission(work, exercise.manifest)
        default_parameters(notebook, options_of(exercise).grid)

    def trials(self, exercise: Exercise) -> tuple[dict[str, Scalar], ...]:
        """Return the combinations of the grid."""
        return options_of(exercise).trials

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
        """Return the grading of the notebook with these parameters."""
        return await grade_notebook(
            exercise=exercise,
            notebook=work,
            rooms=rooms,
            data_dir=data_dir,
            seed=seed,
            gpu=gpu,
            parameters=parameters,
            on_news=on_news,
        )

    def gather(self, *, exercise: Exercise, work: bytes, reports: Sequence[Report]) -> Report:
        """Return the report of the jobs."""
        return gather(
            exercise=exercise,
            options=options_of(exercise),
            reports=reports,
            defaults=_defaults(exercise, work),
            starter=_defaults(exercise, exercise.starter("en")),
        )


def options_of(exercise: Exercise) -> Options:
    """Return what the exercise says of its grid. Raises MalformedExercise."""
    return read_table(
        exercise.manifest.grading,
        Options,
        name="grading",
        content=exercise.files["exercise.toml"],
        path=exercise.path / "exercise.toml",
    )


def _defaults(exercise: Exercise, work: bytes) -> dict[str, Scalar]:
    notebook = check_notebook(work, exercise.manifest.limits)
    return default_parameters(notebook, options_of(exercise).grid)


GRADER = SweepGrader(variants=3, trains=True)
