"""The grader of trained models. Each variant is a training, so there are few."""

from __future__ import annotations

from exercises.exercise import Exercise
from graders.grader import Ranking
from graders.kinds.notebook import NotebookGrader
from graders.kinds.training.options import SECONDS, options_of
from graders.report import Metric, Report


class TrainingGrader(NotebookGrader):
    """Runs the notebook and its tests, and keeps the weights of the model that it trained."""

    def check_folder(self, exercise: Exercise) -> None:
        """Raise MalformedExercise where [grading] says what this kind does not know."""
        options_of(exercise)

    def weights(self, exercise: Exercise) -> str:
        """Return the notebook's name for the model that is kept, empty where none is."""
        return options_of(exercise).weights

    def ranking(self, exercise: Exercise) -> Ranking | None:
        """Return the metrics that the exercise's board goes by, where it names any."""
        return options_of(exercise).ranked

    def measured(self, exercise: Exercise, report: Report) -> Report:
        """Return the report with the seconds that the cells took, where the board asks for them.

        These are of processor time, which company on the machine changes least; where a room can't
        tell it, of the clock on the wall.
        """
        spent = report.timings.cells_cpu or report.timings.notebook
        if not options_of(exercise).ranks_seconds or not report.metrics or not spent:
            return report
        seconds = Metric(name=SECONDS, value=round(spent, 1))
        return report.model_copy(update={"metrics": (*report.metrics, seconds)})


GRADER = TrainingGrader(variants=3, trains=True)
