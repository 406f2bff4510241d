"""The grader of functions."""

from __future__ import annotations

from collections.abc import Iterator

from exercises.exercise import Exercise
from exercises.notebook import reference_notebook
from graders.grader import FIRST_SEED, Mutant, Solution
from graders.kinds.notebook import NotebookGrader
from graders.mutation.script import script_mutants

# What one variant can't tell from the reference, another may.
SEEDS = (FIRST_SEED, FIRST_SEED + 1)


class CodeGrader(NotebookGrader):
    """Runs the notebook, then the exercise's tests. Each run is short, so mutants are graded."""

    def mutants(self, exercise: Exercise, reference: Solution) -> Iterator[Mutant]:  # noqa: ARG002
        """Yield the reference's notebook with each small change to its solution regions."""
        script = exercise.files["notebook.py"].decode()
        for number, mutant in enumerate(script_mutants(script), start=1):
            work = reference_notebook(mutant.script, language="en")
            yield Mutant(
                name=f"{number} (line {mutant.line}, {mutant.operator})",
                within=mutant.within,
                before=mutant.before,
                after=mutant.after,
                works=dict.fromkeys(SEEDS, work),
            )


GRADER = CodeGrader(variants=50)
