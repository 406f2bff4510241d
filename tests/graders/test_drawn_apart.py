"""Questions drawn in a room are those that the code draws, and nothing else comes out of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from exercises.errors import MalformedExercise
from exercises.exercise import Exercise
from exercises.loader import load_exercise
from graders.check import check_exercise
from graders.errors import JudgeFailed
from graders.grader import FIRST_SEED
from graders.kinds.answer.apart import draw_apart, read_drawn, write_drawn
from sandbox import Sandbox

ROOT = Path(__file__).parents[2] / "exercises"
KEPT = {
    "questions": [
        {
            "given": {},
            "prompt": {"fr": "?", "en": "?"},
            "fields": [
                {"name": "a", "label": {"fr": "a", "en": "a"}, "expected": [[1.0]], "points": 4}
            ],
            "solution": {"fr": "1", "en": "1"},
        }
    ],
    "answers": {},
}


@pytest.fixture
def exercise() -> Exercise:
    """The template of typed answers."""
    return load_exercise(ROOT / "starters" / "answer")


def changed(exercise: Exercise, **sources: str) -> Exercise:
    files = {f"{name}.py": source.encode() for name, source in sources.items()}
    return replace(exercise, files={**exercise.files, **files})


@pytest.mark.bwrap
@pytest.mark.parametrize("slug", ["starters/answer", "cnn/trace-an-architecture"])
async def test_what_is_drawn_apart_is_what_the_code_draws(slug: str, sandbox: Sandbox) -> None:
    exercise = load_exercise(ROOT / slug)
    solvers = ("reference", *exercise.mistakes)
    drawn = await draw_apart(exercise=exercise, sandbox=sandbox, solvers=solvers, variants=4)
    for number, question in enumerate(drawn.questions):
        assert replace(exercise.question(FIRST_SEED + number), given={}) == question
    assert read_drawn(write_drawn(drawn)) == drawn
    mute = replace(exercise, files=dict.fromkeys(exercise.files, b""), drawn=drawn)
    mute = replace(mute, files={**mute.files, **_wrong(exercise)})
    table = await check_exercise(exercise=mute, sandbox=None, data_dir=ROOT, variants=4)
    assert [row.solution for row in table.rows if not row.ok] == []


def _wrong(exercise: Exercise) -> dict[str, bytes]:
    """Return the first line of each wrong solution, and none of its code."""
    wrong = {name: content for name, content in exercise.files.items() if name.startswith("wrong/")}
    return {name: content.partition(b"\n")[0] for name, content in wrong.items()}


@pytest.mark.bwrap
@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("import socket\nsocket.create_connection(('192.0.2.1', 80), 1)", "OSError|Network"),
        ("open('/etc/shadow')", "PermissionError|FileNotFoundError"),
        ("import os\nos.write(3, b'{}')\nos._exit(0)", "no questions"),
        ("import os\nwhile True: os.write(3, b'x' * 1000000)", "more than|no questions"),
        ("def draw(rng):\n    return None", "TypeError|asdict"),
        ("raise SystemExit('gone')", "gone"),
    ],
)
async def test_code_that_does_something_else_gets_nothing_out(
    exercise: Exercise, sandbox: Sandbox, source: str, said: str
) -> None:
    with pytest.raises(JudgeFailed, match=said):
        await draw_apart(
            exercise=changed(exercise, variant=source), sandbox=sandbox, solvers=(), variants=1
        )


@pytest.mark.bwrap
async def test_an_unsound_question_is_refused(exercise: Exercise, sandbox: Sandbox) -> None:
    source = exercise.files["variant.py"].decode().replace("points=4", "points=3")
    with pytest.raises(MalformedExercise, match="fields worth 4, not 3"):
        await draw_apart(
            exercise=changed(exercise, variant=source), sandbox=sandbox, solvers=(), variants=1
        )


@pytest.mark.parametrize(
    "grid", [[], [[]], [[1.0], [1.0, 2.0]], [["x"]], [[1e999]], [[0.0] * 2000], "none", None]
)
def test_a_grid_that_is_none_is_refused(grid: object) -> None:
    kept = json.loads(json.dumps(KEPT))
    kept["questions"][0]["fields"][0]["expected"] = grid
    with pytest.raises(JudgeFailed):
        read_drawn(json.dumps(kept).encode())


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("prompt", {"fr": "x" * 30_000, "en": ""}),
        ("fields", []),
        ("fields", KEPT["questions"][0]["fields"] * 2),  # type: ignore[index]
        ("solution", 1),
    ],
)
def test_a_question_that_is_none_is_refused(key: str, value: object) -> None:
    kept = json.loads(json.dumps(KEPT))
    assert len(read_drawn(json.dumps(kept).encode()).questions) == 1
    kept["questions"][0][key] = value
    with pytest.raises(JudgeFailed):
        read_drawn(json.dumps(kept).encode())
