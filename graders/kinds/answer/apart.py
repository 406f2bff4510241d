"""Have an exercise's questions drawn in a room, where its author is not trusted.

What comes back is plain data, checked and bounded: the process that asked runs none of the code.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

import exercises.latex
import exercises.question
from exercises.exercise import Exercise
from exercises.question import Drawn, Grid, Question
from graders.errors import JudgeFailed
from graders.grader import FIRST_SEED
from graders.kinds.answer.grader import REFERENCE
from graders.rooms import CODE, CODE_ENV, JUDGE_CODE
from sandbox.room import Limits, Mount, RoomSpec, Sandbox

MIB = 1024 * 1024
VARIANTS = 100
"""How many a version of such an exercise has: a student gets one of them."""

LIMITS = Limits(wall=60, cpu=40, memory=768 * MIB, processes=16, disk=16 * MIB)
WALL_SECONDS = LIMITS.wall + 30
MAX_BYTES = 8 * MIB
MOST_FIELDS = 32
MOST_CELLS = 1024
LONGEST_TEXT = 20_000
LONGEST_NAME = 60
LONGEST_LOG = 500
DRAWN = TypeAdapter(Drawn)
# All that a question's code may import of this project.
QUESTION_CODE = [
    Mount(Path(str(module.__file__)), CODE / "exercises" / Path(str(module.__file__)).name)
    for module in (exercises.question, exercises.latex)
]


async def draw_apart(
    *, exercise: Exercise, sandbox: Sandbox, solvers: Collection[str], variants: int = VARIANTS
) -> Drawn:
    """Return variants of the exercise, and what these solvers answer, all drawn in one room.

    A solver is the reference, or a wrong one by its slug. Raises MalformedExercise for a variant
    that is not sound, JudgeFailed where the code breaks.
    """
    seeds = [FIRST_SEED + number for number in range(variants)]
    paths = {name: "reference.py" if name == REFERENCE else f"wrong/{name}.py" for name in solvers}
    job = {
        "variant": _source(exercise, "variant.py"),
        "solvers": {name: _source(exercise, path) for name, path in paths.items()},
        "seeds": seeds,
    }
    said = await _asked(exercise, sandbox, json.dumps(job).encode() + b"\n")
    drawn = read_drawn(said)
    counts = {name: len(answers) for name, answers in drawn.answers.items()}
    if len(drawn.questions) != variants or counts != dict.fromkeys(solvers, variants):
        raise JudgeFailed("the drawing wrote something else than was asked for")
    for question in drawn.questions:
        exercise.check_question(question)
    return drawn


def read_drawn(content: bytes) -> Drawn:
    """Return what was drawn. Raises JudgeFailed for what is not of the form, or too much."""
    try:
        drawn = DRAWN.validate_json(content)
    except (ValidationError, IndexError) as exc:
        raise JudgeFailed("the drawing wrote what are no questions") from exc
    for question in drawn.questions:
        _check_bounds(question)
    for answers in drawn.answers.values():
        for one in answers:
            _check_grids(one.values())
    return drawn


def write_drawn(drawn: Drawn) -> bytes:
    """Return what was drawn as bytes that `read_drawn` reads."""
    return DRAWN.dump_json(drawn)


def _source(exercise: Exercise, path: str) -> tuple[str, str]:
    """Return a file's name, as its author knows it, and its text."""
    return f"{exercise.manifest.id}/{path}", exercise.files[path].decode()


async def _asked(exercise: Exercise, sandbox: Sandbox, job: bytes) -> bytes:
    spec = RoomSpec(
        label=f"{exercise.manifest.id} questions",
        argv=("python", "-m", "graders.kinds.answer.draw"),
        limits=LIMITS,
        mounts=[JUDGE_CODE, *QUESTION_CODE],
        env=CODE_ENV,
    )
    said = bytearray()
    try:
        async with asyncio.timeout(WALL_SECONDS), await sandbox.open(spec) as room:
            room.stdin.write(job)
            await room.stdin.drain()
            while chunk := await room.stdout.read(MIB):
                said += chunk
                if len(said) > MAX_BYTES:
                    raise JudgeFailed(f"the questions take more than {MAX_BYTES} bytes")
            end = await room.wait()
            if not said:
                log = room.log_tail.strip()[-LONGEST_LOG:]
                raise JudgeFailed(log or f"the drawing ended by {end.cause}")
    except (ConnectionError, TimeoutError) as exc:
        raise JudgeFailed("the drawing did not come to an end") from exc
    return bytes(said)


def _check_bounds(question: Question) -> None:
    if not 1 <= len(question.fields) <= MOST_FIELDS or len(question.misconceptions) > MOST_FIELDS:
        raise JudgeFailed(f"a question has 1 to {MOST_FIELDS} fields")
    names = [field.name for field in question.fields]
    if len(set(names)) < len(names) or any(not 1 <= len(name) <= LONGEST_NAME for name in names):
        raise JudgeFailed("each field has a short name of its own")
    if any(len(text) > LONGEST_TEXT for text in _texts(question)):
        raise JudgeFailed(f"a text has at most {LONGEST_TEXT} characters")
    numbers = [number for field in question.fields for number in (field.points, field.tolerance)]
    if not all(math.isfinite(number) and number >= 0 for number in numbers):
        raise JudgeFailed("points and tolerances are plain numbers, 0 or more")
    _check_grids(field.expected for field in question.fields)
    for one in question.misconceptions:
        _check_grids(one.answers.values())


def _texts(question: Question) -> Iterator[str]:
    spoken = [question.prompt, question.solution]
    for field in question.fields:
        spoken += [field.label, *field.rows, *field.columns]
    for one in question.misconceptions:
        spoken += [one.title, one.hint]
    for text in spoken:
        yield from (text.fr, text.en)


def _check_grids(grids: Iterable[Grid]) -> None:
    for grid in grids:
        cells = [cell for row in grid for cell in row]
        is_even = bool(cells) and len({len(row) for row in grid}) == 1
        if not is_even or len(cells) > MOST_CELLS or not all(map(math.isfinite, cells)):
            raise JudgeFailed(f"a grid has 1 to {MOST_CELLS} finite cells, as many in each row")
