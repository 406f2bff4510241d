"""Drafts: saved as they are typed, never overwritten unseen, and gone back to."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from exercises.loader import load_exercise
from graders.intake import check_submission
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.models import State
from portal.workbench.domain import (
    Cell,
    cells_of,
    draft_of,
    hand_in_draft,
    notebook_of,
    read_cells,
    replace_draft,
    save_draft,
    start_again,
    versions_of,
)
from portal.workbench.domain.drafts import MOST_VERSIONS
from portal.workbench.errors import DraftConflict, DraftTooLarge, NotANotebook
from portal.workbench.models import Draft, Reason
from tests.portal.shelf import EXERCISES

ONE = (Cell(type="code", source="x = 1"),)
TWO = (Cell(type="code", source="x = 2"),)
CELL = st.builds(Cell, type=st.sampled_from(["code", "markdown"]), source=st.text(max_size=50))


@pytest.fixture
def whose(enrolment: Enrolment, assignment: Assignment) -> dict[str, object]:
    """Whose draft of what."""
    return {"enrolment": enrolment, "assignment": assignment}


def test_a_draft_begins_as_the_starter_in_the_readers_language(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    exercise = load_exercise(EXERCISES / "cnn" / "pooling")
    for language in ("fr", "en"):
        draft = draft_of(enrolment=enrolment, assignment=assignment, language=language)
        assert read_cells(draft) == cells_of(exercise.starter(language))
    assert Draft.objects.count() == 0


def test_what_is_saved_is_there_again(enrolment: Enrolment, assignment: Assignment) -> None:
    saved = save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    again = draft_of(enrolment=enrolment, assignment=assignment, language="fr")
    assert (again.pk, again.revision, read_cells(again)) == (saved.pk, 1, ONE)


def test_saving_the_same_again_changes_nothing(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    # As a page does whose answer got lost on the way.
    again = save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    assert (again.revision, versions_of(again).count()) == (1, 0)


def test_a_second_page_overwrites_nothing_and_loses_nothing(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    with pytest.raises(DraftConflict) as conflict:
        save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=TWO)
    assert (conflict.value.revision, conflict.value.cells) == (1, [ONE[0].model_dump(mode="json")])
    draft = Draft.objects.get()
    assert read_cells(draft) == ONE
    [kept] = draft.versions.all()
    assert (read_cells(kept), kept.reason) == (TWO, Reason.CONFLICT)
    chosen = save_draft(enrolment=enrolment, assignment=assignment, revision=1, cells=TWO)
    assert (chosen.revision, read_cells(chosen)) == (2, TWO)


def test_starting_again_keeps_what_was_there(enrolment: Enrolment, assignment: Assignment) -> None:
    save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    draft = start_again(enrolment=enrolment, assignment=assignment, language="en")
    starter = draft_of(enrolment=enrolment, assignment=assignment, language="en")
    assert (draft.revision, len(read_cells(starter)) > 1) == (2, True)
    [kept] = draft.versions.all()
    assert (read_cells(kept), kept.reason) == (ONE, Reason.REPLACED)


def test_only_the_latest_versions_are_kept(enrolment: Enrolment, assignment: Assignment) -> None:
    for number in range(MOST_VERSIONS + 3):
        cells = (Cell(type="code", source=f"x = {number}"),)
        draft = replace_draft(enrolment=enrolment, assignment=assignment, cells=cells)
    sources = [read_cells(kept)[0].source for kept in draft.versions.all()]
    assert sources == [f"x = {n}" for n in range(MOST_VERSIONS + 1, 1, -1)]


def test_a_draft_that_is_handed_in_is_an_attempt_and_a_version(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    cells = cells_of(notebook)
    draft = save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=cells)
    attempt = hand_in_draft(draft=draft)
    assert (attempt.state, attempt.filename) == (State.QUEUED, "pooling.ipynb")
    assert [kept.reason for kept in draft.versions.all()] == [Reason.HANDED_IN]


def test_more_text_than_the_exercise_takes_is_refused(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    huge = (Cell(type="code", source="x" * (6 * 1024 * 1024)),)
    with pytest.raises(DraftTooLarge):
        save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=huge)
    assert Draft.objects.count() == 0


def test_typed_exercises_have_no_draft(enrolment: Enrolment, typed: Assignment) -> None:
    with pytest.raises(NotANotebook):
        draft_of(enrolment=enrolment, assignment=typed, language="en")


@given(cells=st.lists(CELL, min_size=1, max_size=6).map(tuple))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_notebook_holds_the_very_cells(cells: tuple[Cell, ...]) -> None:
    content = notebook_of(cells)
    assert cells_of(content) == cells
    if any(cell.type == "code" and cell.source.strip() for cell in cells):
        pooling = load_exercise(EXERCISES / "cnn" / "pooling")
        manifest = pooling.manifest.model_copy(update={"allowed_imports": ()})
        assert len(check_submission(content, manifest).to_json()) > 0
