"""French is set as French is: curved apostrophes, and no line that begins with a colon."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from exercises.exercise import Exercise
from exercises.loader import load_course

COURSE = load_course(Path(__file__).parents[2] / "exercises" / "cnn")
CODE = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$|`[^`\n]+`", re.DOTALL)
WRONG = re.compile(r"[^\W\d_]'\w| [:;?!»](?!\w)|« |\d %")


def _text(node: ast.expr) -> str:
    """Return a text as the source has it, with a number for what is put in later."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return "3"
    return str(ast.literal_eval(node))


def french_of(exercise: Exercise) -> Iterator[str]:
    """Yield every French text that a student may read in the exercise."""
    manifest = exercise.manifest
    yield from (exercise.statement("fr"), manifest.title.fr)
    if manifest.summary is not None:
        yield manifest.summary.fr
    for source in exercise.tests.values():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.keyword) and node.arg in {"fr", "hint_fr"}:
                yield _text(node.value)
    if manifest.kind.has_starter:
        cells = json.loads(exercise.starter("fr"))["cells"]
        yield from ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    else:
        question = exercise.question(1)
        yield from (question.prompt.fr, question.solution.fr)
        yield from (field.label.fr for field in question.fields)
        for one in question.misconceptions:
            yield from (one.title.fr, one.hint.fr)


@pytest.mark.parametrize("exercise", COURSE.exercises, ids=lambda one: one.manifest.id)
def test_every_french_text_is_set_as_french_is(exercise: Exercise) -> None:
    texts = list(french_of(exercise))
    assert len(texts) >= 8
    assert [found for text in texts for found in WRONG.findall(CODE.sub("", text))] == []


def test_the_courses_titles_are_set_as_french_is() -> None:
    titles = [COURSE.manifest.title.fr, *(one.title.fr for one in COURSE.manifest.chapters)]
    assert [found for text in titles for found in WRONG.findall(text)] == []
