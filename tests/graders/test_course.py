"""Every exercise of the course tells right from wrong: the fast part of `make check-course`."""

from __future__ import annotations

from pathlib import Path

import pytest

from exercises.exercise import Exercise
from exercises.loader import load_course
from graders.check_course import LEAST_RATE, CourseRow, Thoroughness, check_course
from graders.grader import InstantGrader, Role, grader_of
from graders.rooms import Rooms
from graders.warm import WarmRooms

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"
EXERCISES = load_course(COURSE).exercises
INSTANT = [one for one in EXERCISES if isinstance(grader_of(one.manifest.kind), InstantGrader)]
# Files of predictions are told apart in `test_predictions_room`, on a set that is quickly drawn.
IN_ROOMS = [one for one in EXERCISES if one.manifest.kind.needs_notebook]
# The mutants of one row show that they are made, graded and counted.
MUTATED = "mini-batches"


def named(exercise: Exercise) -> str:
    return exercise.manifest.id


async def checked(exercise: Exercise, rooms: Rooms | None, data_dir: Path) -> CourseRow:
    fast = named(exercise) != MUTATED
    [row] = [
        row
        async for row in check_course(
            [exercise],
            rooms=rooms,
            data_dir=data_dir,
            thoroughness=Thoroughness(fast=fast, variants=1),
            cores=1,
        )
    ]
    return row


@pytest.mark.parametrize("exercise", INSTANT, ids=named)
async def test_typed_answers_are_told_apart(exercise: Exercise, tmp_path: Path) -> None:
    row = await checked(exercise, None, tmp_path)
    assert row.failures == ()
    assert len(row.table.rows) == 2 + len(exercise.wrong)


@pytest.mark.parametrize(
    "sandbox", [pytest.param("bubblewrap", marks=pytest.mark.bwrap)], indirect=True
)
@pytest.mark.parametrize("exercise", IN_ROOMS, ids=named)
async def test_what_is_handed_in_is_told_apart(
    exercise: Exercise, warm: WarmRooms, data_dir: Path
) -> None:
    row = await checked(exercise, warm, data_dir)
    assert row.failures == ()
    roles = [one.role for one in row.table.rows]
    assert Role.EMPTY in roles
    if not row.trains:
        assert roles.count(Role.WRONG) == len(exercise.wrong)
        assert roles.count(Role.REFERENCE) == 1
    if named(exercise) == MUTATED:
        assert row.hunt is not None
        assert row.hunt.killed > 20
        assert row.hunt.rate >= LEAST_RATE
