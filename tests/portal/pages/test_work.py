"""Work in the page, by forms alone and as its script does."""

from __future__ import annotations

import json
from http import HTTPStatus

import nbformat
import pytest
from django.test import Client
from django.urls import reverse

from graders.report import Fault, Problem, ProblemCode, Report
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import Enrolment
from portal.submissions.models import Attempt, State, Tryout
from portal.workbench.domain import cells_of, read_cells, save_draft
from portal.workbench.domain.cells import Cell
from portal.workbench.models import Draft, DraftVersion, Reason
from tests.portal.pages.conftest import Browser
from tests.portal.pages.test_flows import address, text_of

ONE = (Cell(type="code", source="x = 1"),)


def send(client: Client, assignment: Assignment, revision: int, *sources: str) -> tuple[int, dict]:  # type: ignore[type-arg]
    cells = [{"type": "code", "source": source} for source in sources]
    content = json.dumps({"revision": revision, "cells": cells})
    response = client.post(address("work-save", assignment), content, "application/json")
    return response.status_code, response.json()


def form(*cells: Cell, do: str, revision: int = 0) -> dict[str, object]:
    return {
        "type": [cell.type for cell in cells],
        "tags": [" ".join(cell.tags) for cell in cells],
        # As browsers send it.
        "source": [cell.source.replace("\n", "\r\n") for cell in cells],
        "revision": revision,
        "do": do,
    }


def test_the_page_shows_the_starter_in_fields(at_student: Client, assignment: Assignment) -> None:
    page = text_of(at_student.get(address("work", assignment)))
    assert "def max_pool2d(" in page
    assert page.count("data-code>") > 3
    assert Draft.objects.count() == 0


def test_saving_answers_with_the_next_revision(at_student: Client, assignment: Assignment) -> None:
    status, said = send(at_student, assignment, 0, "x = 1")
    assert (status, said["revision"]) == (HTTPStatus.OK, 1)
    assert "x = 1" in text_of(at_student.get(address("work", assignment)))


def test_a_page_that_is_behind_is_told_what_is_saved(
    at_student: Client, assignment: Assignment
) -> None:
    send(at_student, assignment, 0, "x = 1")
    status, said = send(at_student, assignment, 0, "x = 2")
    assert (status, said["revision"]) == (HTTPStatus.CONFLICT, 1)
    assert said["cells"] == [{"type": "code", "source": "x = 1", "tags": []}]
    assert "in another page at the same time" in text_of(
        at_student.get(address("work", assignment))
    )


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"revision": -1, "cells": []}', '{"revision": 0, "cells": [{"type": "raw"}]}'],
)
def test_what_is_no_draft_is_refused(
    at_student: Client, assignment: Assignment, content: str
) -> None:
    response = at_student.post(address("work-save", assignment), content, "application/json")
    assert (response.status_code, Draft.objects.count()) == (HTTPStatus.BAD_REQUEST, 0)


def test_a_form_alone_hands_in_what_it_holds(
    at_student: Client, assignment: Assignment, notebook: bytes
) -> None:
    cells = cells_of(notebook)
    response = at_student.post(address("work-act", assignment), form(*cells, do="hand-in"))
    attempt = Attempt.objects.get()
    assert response["Location"] == reverse("attempt", args=[attempt.pk])
    handed_in = at_student.get(reverse("attempt-file", args=[attempt.pk])).content
    assert cells_of(handed_in) == cells


def test_a_form_that_is_behind_loses_nothing(
    at_student: Client, enrolment: Enrolment, assignment: Assignment
) -> None:
    save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    late = Cell(type="code", source="late = True")
    at_student.post(address("work-act", assignment), form(late, do="hand-in"))
    assert (Attempt.objects.count(), read_cells(Draft.objects.get())) == (0, ONE)
    assert read_cells(DraftVersion.objects.get()) == (late,)


def test_one_goes_back_to_an_earlier_version(
    at_student: Client, enrolment: Enrolment, assignment: Assignment
) -> None:
    save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    at_student.post(address("work-act", assignment), form(*ONE, do="start-again", revision=1))
    version = DraftVersion.objects.get()
    place = [assignment.cohort_id, assignment.exercise.slug, version.pk]
    at_student.post(reverse("work-restore", args=place))
    assert read_cells(Draft.objects.get()) == ONE
    assert set(DraftVersion.objects.values_list("reason", flat=True)) == {Reason.REPLACED}


def test_the_draft_is_taken_along_as_a_notebook(
    at_student: Client, enrolment: Enrolment, assignment: Assignment
) -> None:
    save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    response = at_student.get(address("work-notebook", assignment))
    assert response["Content-Disposition"] == 'attachment; filename="pooling.ipynb"'
    found = nbformat.reads(response.content.decode(), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(found)
    assert [cell.source for cell in found.cells] == ["x = 1"]


def test_a_draft_is_its_authors_alone(
    browser: Browser, classmate: Enrolment, enrolment: Enrolment, assignment: Assignment
) -> None:
    save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    start = form(*ONE, do="start-again", revision=1)
    browser(enrolment.user).post(address("work-act", assignment), start)
    other = browser(classmate.user)
    assert "x = 1" not in text_of(other.get(address("work", assignment)))
    version = DraftVersion.objects.get()
    place = [assignment.cohort_id, assignment.exercise.slug, version.pk]
    assert other.post(reverse("work-restore", args=place)).status_code == HTTPStatus.NOT_FOUND


def test_typed_exercises_have_no_such_page(at_student: Client, typed: Assignment) -> None:
    assert at_student.get(address("work", typed)).status_code == HTTPStatus.NOT_FOUND


def test_a_run_of_the_public_tests_is_followed_and_its_notebook_shown(
    at_student: Client, enrolment: Enrolment, assignment: Assignment
) -> None:
    save_draft(enrolment=enrolment, assignment=assignment, revision=0, cells=ONE)
    started = text_of(at_student.post(address("work-try", assignment)))
    assert "Waiting for its turn." in started
    assert "data-settled" not in started
    tryout = Tryout.objects.get()
    assert cells_of(blobs.read(tryout.blob)) == ONE
    problem = Problem(code=ProblemCode.CELL_RAISED, fault=Fault.STUDENT, cell=1, line=1)
    report = Report(exercise="pooling", version="1", kind="code", problem=problem)
    Tryout.objects.update(
        state=State.GRADED, report=report.model_dump(mode="json"), executed=tryout.blob
    )
    settled = text_of(at_student.get(address("work-tryout", assignment)))
    assert 'data-problem data-cell="1" data-line="1"' in settled
    notebook = at_student.get(address("work-tryout-notebook", assignment))
    assert "sandbox" in notebook["Content-Security-Policy"]
    assert "x" in text_of(notebook)


def test_a_form_alone_runs_the_public_tests(at_student: Client, assignment: Assignment) -> None:
    response = at_student.post(address("work-act", assignment), form(*ONE, do="try"), follow=True)
    assert "Waiting for its turn." in text_of(response)
    assert Tryout.objects.get().state == State.QUEUED


def test_nobody_sees_what_another_has_tried_out(
    browser: Browser, classmate: Enrolment, at_student: Client, assignment: Assignment
) -> None:
    at_student.post(address("work-try", assignment))
    for name in ("work-tryout", "work-tryout-notebook"):
        response = browser(classmate.user).get(address(name, assignment))
        assert response.status_code == HTTPStatus.NOT_FOUND
