"""The template of each kind passes the check that exercises made from it will have to pass."""

from __future__ import annotations

from pathlib import Path

import pytest

import exercises
from exercises.loader import load_exercise
from exercises.spec import Kind
from graders.check import check_exercise
from graders.grader import grader_of
from sandbox import Sandbox

STARTERS = Path(exercises.__file__).parent / "starters"
# Two where nothing is trained.
VARIANTS = {Kind.ANSWER: 2, Kind.CODE: 2}


@pytest.mark.parametrize("kind", list(Kind))
def test_there_is_a_whole_exercise_of_each_kind(kind: Kind) -> None:
    exercise = load_exercise(STARTERS / kind.value)
    grader_of(kind).check_folder(exercise)
    assert exercise.manifest.kind is kind
    assert exercise.mistakes


@pytest.mark.bwrap
@pytest.mark.parametrize("kind", list(Kind))
async def test_every_solution_earns_what_it_should(
    kind: Kind, sandbox: Sandbox, data_dir: Path
) -> None:
    exercise = load_exercise(STARTERS / kind.value)
    table = await check_exercise(
        exercise=exercise, sandbox=sandbox, data_dir=data_dir, variants=VARIANTS.get(kind, 1)
    )
    assert [row.got.en for row in table.rows if not row.ok] == []
