"""Small exercises and notebooks, built where they are used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from exercises.exercise import Exercise
from exercises.spec import Function, LimitsTable, Manifest

POOLING = """\
import numpy as np

def max_pool2d(image, size=2, stride=None):
    rows, columns = image.shape
    return image.reshape(rows // size, size, columns // size, size).max(axis=(1, 3))
"""

TESTS = """\
import numpy as np
import pytest

from graders.expect import expect_close


@pytest.mark.points(1)
@pytest.mark.title(fr="Un exemple", en="One example")
def test_example(student):
    image = np.array([[1.0, 2.0], [3.0, 4.0]])
    expect_close(student.max_pool2d(image, size=2), [[4.0]])


@pytest.mark.points(2)
@pytest.mark.title(fr="Des images au hasard", en="Random images")
@pytest.mark.hint(fr="Essayez plus grand.", en="Try larger ones.")
@pytest.mark.visibility("hidden")
@pytest.mark.mistake(
    "mean-for-max",
    fr="La moyenne", en="The mean",
    hint_fr="Quel nombre garde-t-on ?", hint_en="Which number is kept?",
)
def test_random(student, rng):
    image = rng.normal(size=(6, 8))
    expected = image.reshape(3, 2, 4, 2).max(axis=(1, 3))
    expect_close(student.max_pool2d(image, size=2), expected)
"""


@dataclass(frozen=True, slots=True)
class SmallExercise(Exercise):
    """An exercise in memory, with data files of its own."""

    public: Mapping[str, Path] = field(default_factory=dict)
    hidden: Mapping[str, Path] = field(default_factory=dict)

    def public_files(self, data_dir: Path) -> Mapping[str, Path]:  # noqa: ARG002
        """Return the files shown to the student."""
        return self.public

    def hidden_files(self, data_dir: Path) -> Mapping[str, Path]:  # noqa: ARG002
        """Return the files shown to the judge."""
        return self.hidden


def exercise(
    tests: str = TESTS,
    *,
    file: str = "test_public.py",
    functions: tuple[Function, ...] = (),
    allowed_imports: tuple[str, ...] = (),
    public: Mapping[str, Path] | None = None,
    hidden: Mapping[str, Path] | None = None,
    **limits: float,
) -> SmallExercise:
    """Return a code exercise with one module of tests."""
    manifest = Manifest.model_validate(
        {
            "id": "small",
            "kind": "code",
            "chapter": "first",
            "position": 1,
            "title": {"fr": "Petit", "en": "Small"},
            "points": 3,
            "functions": functions,
            "allowed_imports": allowed_imports,
            "limits": LimitsTable(**{"wall_seconds": 5, "test_seconds": 2, **limits}),
        }
    )
    return SmallExercise(
        path=Path("small"),
        manifest=manifest,
        digest=hashlib.sha256(tests.encode()).hexdigest(),
        files={f"tests/{file}": tests.encode()},
        public=public or {},
        hidden=hidden or {},
    )


def notebook(*sources: str, **changes: Any) -> bytes:
    """Return a notebook (nbformat 4.5) of these code cells; `changes` replace its keys."""
    cells: list[dict[str, Any]] = [
        {
            "id": f"c{position}",
            "cell_type": "code",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
        for position, source in enumerate(sources)
    ]
    document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **changes}
    return json.dumps(document).encode()


def one_test(body: str, *, points: float = 1, marks: str = "") -> str:
    """Return a module with one test, whose lines are `body`."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return (
        "import numpy as np\nimport pytest\nfrom graders.expect import *\n\n\n"
        f"{marks}@pytest.mark.points({points})\n"
        '@pytest.mark.title(fr="Titre", en="Title")\n'
        f"def test_it(student, rng, hidden, credit, mistake, measure):\n{lines}"
    )
