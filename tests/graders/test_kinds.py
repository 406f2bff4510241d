"""Every kind has a folder with its grader, which the rest of the project asks for by name."""

from __future__ import annotations

from pathlib import Path

import pytest

import graders.kinds
from exercises.spec import Form, Kind
from graders.errors import IntakeError
from graders.grader import InstantGrader, RoomGrader, grader_of
from graders.report import ProblemCode
from tests.graders.samples import POOLING, exercise, notebook

FOLDERS = Path(graders.kinds.__file__).parent


def test_each_kind_is_one_folder() -> None:
    found = {folder.parent.name for folder in FOLDERS.glob("*/grader.py")}
    assert found == {kind.value for kind in Kind}


@pytest.mark.parametrize("kind", list(Kind))
def test_what_is_typed_is_graded_at_once_and_files_in_rooms(kind: Kind) -> None:
    expected = InstantGrader if kind.form is Form.ANSWERS else RoomGrader
    assert isinstance(grader_of(kind), expected)


def test_a_grader_is_made_once() -> None:
    assert grader_of(Kind.CODE) is grader_of(Kind.CODE)


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.TRAINING])
def test_what_is_no_notebook_is_refused_before_a_room_is_opened(kind: Kind) -> None:
    grader = grader_of(kind)
    assert isinstance(grader, RoomGrader)
    grader.check_work(notebook(POOLING), exercise())
    with pytest.raises(IntakeError) as refused:
        grader.check_work(b"PK\x03\x04", exercise())
    assert refused.value.problem.code is ProblemCode.NOT_JSON
