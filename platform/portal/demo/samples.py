"""What the demonstration hands in, and the score that each hand-in must get.

Nothing is kept twice: a sample is an exercise's reference, one of its wrong solutions, or its
starter with a cell of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from exercises.exercise import Exercise

PEEK = """\
import pathlib

found = [
    path
    for folder in ("/", "/opt", "/tmp", "/home", "/proc/1/cwd", "/var")
    for path in pathlib.Path(folder).glob("*")
    if "hidden" in path.name or "test" in path.name
]
print("Hidden tests found:", found)
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """One hand-in: who, which exercise, which work, and the range its score must fall in."""

    student: str
    exercise: str
    work: str
    shows: str
    low: float
    high: float

    def notebook(self, exercise: Exercise) -> bytes:
        """Return the notebook to hand in. Raises KeyError for work that the exercise lacks."""
        if self.work == "reference":
            return exercise.reference()
        if self.work == "peeks":
            return with_cell(exercise.starter("en"), PEEK)
        if self.work == "raises":
            return with_cell(exercise.reference(), "image = [[1, 2], [3, 4]]\nimage[2]\n")
        works = {wrong.slug: wrong.work for wrong in exercise.wrong}
        work = works[self.work]
        if not isinstance(work, bytes):
            raise KeyError(self.work)
        return work


SAMPLES = (
    Sample("student1", "pooling", "reference", "a right notebook", 1, 1),
    Sample(
        "student2", "pooling", "ceil-for-floor", "rounds up: a test names the mistake", 0.7, 0.7
    ),
    Sample("student3", "pooling", "peeks", "looks for the hidden tests, implements nothing", 0, 0),
    Sample("student3", "pooling", "raises", "its last cell fails, its functions count", 1, 1),
    Sample("student2", "mnist-cnn", "trains-on-nothing", "predicts without training", 0, 0.2),
    Sample("student1", "mnist-cnn", "reference", "trains a CNN on the shifted digits", 0.9, 1),
)


def with_cell(notebook: bytes, source: str) -> bytes:
    """Return `notebook` with one more code cell at its end."""
    content = json.loads(notebook)
    cell: dict[str, object] = {
        "cell_type": "code",
        "execution_count": None,
        "id": f"extra-{len(content['cells'])}",
        "metadata": {},
        "outputs": [],
        "source": source,
    }
    return json.dumps(content | {"cells": [*content["cells"], cell]}).encode()
