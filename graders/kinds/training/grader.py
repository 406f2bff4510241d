"""The grader of trained models. Each variant is a training, so there are few."""

from __future__ import annotations

from exercises.exercise import Exercise
from graders.kinds.notebook import NotebookGrader
from graders.kinds.training.options import options_of


class TrainingGrader(NotebookGrader):
    """Runs the notebook and its tests, and keeps the weights of the model that it trained."""

    def check_folder(self, exercise: Exercise) -> None:
        """Raise MalformedExercise where [grading] says what this kind does not know."""
        options_of(exercise)

    def weights(self, exercise: Exercise) -> str:
        """Return the notebook's name for the model that is kept, empty where none is."""
        return options_of(exercise).weights


GRADER = TrainingGrader(variants=3, trains=True)
