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
# Each of the others trains something: `manage.py check_exercise sweep` proves it in a minute.
AT_ONCE = (Kind.ANSWER, Kind.CODE)


@pytest.mark.parametrize("kind", list(Kind))
def test_there_is_a_whole_exercise_of_each_kind(kind: Kind) -> None:
    exercise = load_exercise(STARTERS / kind.value)
    grader_of(kind).check_folder(exercise)
    assert exercise.manifest.kind is kind
    assert exercise.mistakes


@pytest.mark.bwrap
@pytest.mark.parametrize("kind", AT_ONCE)
async def test_what_is_graded_at_once_earns_what_it_should(
    kind: Kind, sandbox: Sandbox, data_dir: Path
) -> None:
    exercise = load_exercise(STARTERS / kind.value)
    table = await check_exercise(exercise=exercise, sandbox=sandbox, data_dir=data_dir, variants=2)
    assert [row.got.en for row in table.rows if not row.ok] == []
