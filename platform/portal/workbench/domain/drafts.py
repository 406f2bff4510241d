"""Save drafts so that nothing typed is lost: by reloading, in two pages, by starting again."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from exercises.exercise import Exercise
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.domain import accept_file, start_tryout
from portal.submissions.models import Attempt, Tryout
from portal.workbench.domain.cells import (
    CELLS,
    MAX_CELLS,
    Cell,
    cells_of,
    notebook_of,
    text_bytes,
)
from portal.workbench.errors import DraftConflict, DraftTooLarge, NotANotebook
from portal.workbench.models import Draft, DraftVersion, Reason

MOST_VERSIONS = 40
KIBIBYTE = 1024


def exercise_of(assignment: Assignment) -> Exercise:
    """Return the exercise, whose work is a notebook. Raises NotANotebook."""
    exercise = open_version(current_version(assignment.exercise))
    if not exercise.manifest.kind.needs_notebook:
        raise NotANotebook(exercise.manifest.id)
    return exercise


def draft_of(*, enrolment: Enrolment, assignment: Assignment, language: str) -> Draft:
    """Return the student's draft; one that nothing is written in yet is the starter, unsaved."""
    draft = Draft.objects.filter(enrolment=enrolment, assignment=assignment).first()
    if draft is not None:
        return draft
    starter = cells_of(exercise_of(assignment).starter(language))
    return Draft(enrolment=enrolment, assignment=assignment, cells=_plain(starter))


def save_draft(
    *, enrolment: Enrolment, assignment: Assignment, revision: int, cells: tuple[Cell, ...]
) -> Draft:
    """Save what a page holds that was read at `revision`, and return the draft.

    Raises DraftConflict where another page has saved something else since, DraftTooLarge.
    """
    check_size(exercise_of(assignment), cells)
    with transaction.atomic():
        draft = _locked(enrolment, assignment)
        if _plain(cells) == draft.cells and draft.revision:
            return draft
        is_current = draft.revision == revision
        if is_current:
            _write(draft, cells)
        else:
            _keep(draft, _plain(cells), Reason.CONFLICT)
    if not is_current:
        raise DraftConflict(revision=draft.revision, saved_at=draft.updated_at, cells=draft.cells)
    return draft


def replace_draft(
    *, enrolment: Enrolment, assignment: Assignment, cells: tuple[Cell, ...]
) -> Draft:
    """Put other cells in the draft's place; what stood there is kept as a version.

    Raises DraftTooLarge.
    """
    check_size(exercise_of(assignment), cells)
    with transaction.atomic():
        draft = _locked(enrolment, assignment)
        if draft.revision:
            _keep(draft, draft.cells, Reason.REPLACED)
        _write(draft, cells)
        return draft


def start_again(*, enrolment: Enrolment, assignment: Assignment, language: str) -> Draft:
    """Put the starter in the draft's place, as `replace_draft` does."""
    starter = cells_of(exercise_of(assignment).starter(language))
    return replace_draft(enrolment=enrolment, assignment=assignment, cells=starter)


def hand_in_draft(*, draft: Draft) -> Attempt:
    """Hand in the draft as it is saved, and keep it as a version. Raises as `accept_file`."""
    attempt = accept_file(
        enrolment=draft.enrolment,
        assignment=draft.assignment,
        filename=f"{draft.assignment.exercise.slug}.ipynb",
        content=notebook_of(read_cells(draft)),
    )
    if draft.revision:
        _keep(draft, draft.cells, Reason.HANDED_IN)
    return attempt


def try_draft(*, draft: Draft) -> Tryout:
    """Run the draft as it is saved against the public tests. Raises as `start_tryout`."""
    return start_tryout(
        enrolment=draft.enrolment,
        assignment=draft.assignment,
        notebook=notebook_of(read_cells(draft)),
    )


def read_cells(kept: Draft | DraftVersion) -> tuple[Cell, ...]:
    """Return the cells of a draft or of one of its versions."""
    return CELLS.validate_python(kept.cells)


def versions_of(draft: Draft) -> QuerySet[DraftVersion]:
    """Return what the draft was before, the latest first."""
    return draft.versions.defer("cells")


def check_size(exercise: Exercise, cells: tuple[Cell, ...]) -> None:
    """Raise DraftTooLarge for more text than the exercise takes as a notebook's source."""
    allowed = exercise.manifest.limits.source_kib * KIBIBYTE
    if text_bytes(cells) > allowed:
        raise DraftTooLarge(allowed=allowed, cells=MAX_CELLS)


def _locked(enrolment: Enrolment, assignment: Assignment) -> Draft:
    """Return the draft for this transaction alone; a new one has revision 0."""
    found = Draft.objects.select_for_update().get_or_create(
        enrolment=enrolment, assignment=assignment, defaults={"cells": []}
    )
    return found[0]


def _write(draft: Draft, cells: tuple[Cell, ...]) -> None:
    draft.cells = _plain(cells)
    draft.revision += 1
    draft.save()


def _keep(draft: Draft, cells: object, reason: Reason) -> None:
    latest = draft.versions.first()
    if latest is not None and latest.cells == cells and latest.reason == reason:
        return
    DraftVersion.objects.create(draft=draft, cells=cells, reason=reason)
    old = draft.versions.values_list("pk", flat=True)[MOST_VERSIONS:]
    DraftVersion.objects.filter(pk__in=list(old)).delete()


def _plain(cells: tuple[Cell, ...]) -> list[dict[str, Any]]:
    return [cell.model_dump(mode="json") for cell in cells]
