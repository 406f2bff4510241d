"""A class's gradebook as files, byte for byte, and harmless to whoever opens them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.common.spreadsheet import FORMULA, harmless, unguarded, write_csv
from portal.courses.models import Cohort, Enrolment
from portal.gradebook.domain import update_standing
from portal.gradebook.domain.export import gradebook_of
from portal.gradebook.files import Identifier, Options, Style, as_json, canvas, moodle, spreadsheet
from portal.marking.domain import override_points
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, add_student

OK, FORBIDDEN, MISSING = 200, 403, 404
HANDED_IN = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def english(language_left_as_found: None) -> None:  # noqa: ARG001
    """Read English."""
    translation.activate("en")


@pytest.fixture
def filled(assignment: Assignment, enrolment: Enrolment, teacher: User) -> Cohort:
    """A class of three: one late, one by hand whose name is a formula, one who did nothing."""
    assignment.exercise.points = 8
    assignment.exercise.title_en, assignment.exercise.title_fr = "=Sizes", "Tailles; sorties"
    assignment.exercise.save()
    assignment.due_at = HANDED_IN - timedelta(hours=1)
    assignment.late_percent = 25
    assignment.save()
    cohort = assignment.cohort
    cohort.name = "Class A"
    cohort.save()
    names = {"ada": ("Ada", "Byron"), "cell": ("=1+2", "@Formula"), "idle": ("", "")}
    people = {name: add_student(cohort, name) for name in names}
    for name, (first, last) in names.items():
        found = User.objects.filter(username=name)
        found.update(first_name=first, last_name=last, email=f"{name}@example.org")
    enrolment.delete()
    attempt = add_attempt(people["ada"], assignment, state=State.GRADED, score=0.9)
    Attempt.objects.filter(pk=attempt.pk).update(submitted_at=HANDED_IN)
    update_standing(enrolment=people["ada"], assignment=assignment)
    override_points(
        enrolment=people["cell"], assignment=assignment, points=3, reason="x", by=teacher
    )
    return cohort


def test_a_spreadsheet_gets_a_line_for_each_student_and_exercise(filled: Cohort) -> None:
    book = gradebook_of(cohort=filled)
    assert (
        spreadsheet(book, Options())
        == (
            "\ufeffUser name,E-mail,Last name,First name,Exercise,Title,Points,Out of,"
            "Lost by lateness (%),By hand,Attempts,Last hand-in\r\n"
            "idle,idle@example.org,,,output-size,'=Sizes,,8,,,0,\r\n"
            "cell,cell@example.org,'@Formula,'=1+2,output-size,'=Sizes,3,8,,yes,0,\r\n"
            "ada,ada@example.org,Byron,Ada,output-size,'=Sizes,5.4,8,25,,1,2026-03-02 13:30\r\n"
        ).encode()
    )


def test_moodle_gets_a_column_for_each_exercise_and_a_hyphen_for_no_grade(filled: Cohort) -> None:
    book = gradebook_of(cohort=filled)
    assert moodle(book, Options()) == (
        b"email,firstname,lastname,'=Sizes\r\n"
        b"idle@example.org,,,-\r\n"
        b"cell@example.org,'=1+2,'@Formula,3\r\n"
        b"ada@example.org,Ada,Byron,5.4\r\n"
    )
    french = Options(style=Style.COMMA, identifier=Identifier.USERNAME)
    assert moodle(book, french).splitlines()[-1] == b"ada;Ada;Byron;5,4"


def test_canvas_gets_its_own_columns_and_the_points_possible(filled: Cohort) -> None:
    assert canvas(gradebook_of(cohort=filled), Options(style=Style.COMMA)) == (
        b"Student,ID,SIS User ID,SIS Login ID,Section,'=Sizes\r\n"
        b"    Points Possible,,,,,8\r\n"
        b"idle,,,idle,Class A,\r\n"
        b'"\'@Formula, =1+2",,,cell,Class A,3\r\n'
        b'"Byron, Ada",,,ada,Class A,5.4\r\n'
    )


def test_programs_get_names_as_they_are_and_moments_with_their_zone(filled: Cohort) -> None:
    content = json.loads(as_json(gradebook_of(cohort=filled), Options()))
    assert content["exercises"] == [
        {
            "name": "output-size",
            "title": {"fr": "Tailles; sorties", "en": "=Sizes"},
            "points": 8.0,
        }
    ]
    assert {one["username"]: one["results"] for one in content["students"]} == {
        "idle": {},
        "cell": {
            "output-size": {
                "points": 3.0, "lost": 0.0, "by_hand": True, "attempts": 0, "last_hand_in": None
            }
        },
        "ada": {
            "output-size": {
                "points": pytest.approx(5.4), "lost": 0.25, "by_hand": False, "attempts": 1,
                "last_hand_in": "2026-03-02T13:30:00+01:00",
            }
        },
    }  # fmt: skip


TEXTS = st.text(st.sampled_from([*FORMULA, "'", " ", ",", ";", '"', "\n", "a", "é", "1"]))


@given(
    rows=st.lists(st.lists(TEXTS, min_size=2, max_size=4), min_size=1),
    separator=st.sampled_from(",;"),
)
def test_no_text_is_a_formula_and_all_of_it_can_be_read_back(
    rows: list[list[str]], separator: str
) -> None:
    content = write_csv(rows, separator=separator).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(content, newline=""), delimiter=separator))
    cells = [cell for row in read for cell in row]
    assert [cell for cell in cells if cell != "-" and cell.lstrip(" ").startswith(FORMULA)] == []
    assert [[unguarded(cell) for cell in row] for row in read] == rows


@pytest.mark.parametrize("text", ["'t Hooft", "-", "a=b", "", "O'Neil"])
def test_what_is_no_formula_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize("name", ["csv", "moodle", "canvas", "json"])
def test_staff_alone_takes_the_grades_along(
    at: Mapping[str, Client], cohort: Cohort, name: str
) -> None:
    address = reverse("export-file", args=[cohort.pk, name])
    statuses = {who: client.get(address).status_code for who, client in at.items()}
    assert statuses == {
        "teacher": OK,
        "assistant": OK,
        "student": FORBIDDEN,
        "classmate": FORBIDDEN,
        "stranger": MISSING,
    }
    response = at["teacher"].get(address, {"style": "comma", "identifier": "username"})
    assert response["Content-Disposition"].startswith('attachment; filename="small-class.')


@pytest.mark.parametrize(("name", "query"), [("excel", {}), ("csv", {"style": "tab"})])
def test_no_other_file_is_made(
    at: Mapping[str, Client], cohort: Cohort, name: str, query: dict[str, str]
) -> None:
    address = reverse("export-file", args=[cohort.pk, name])
    assert at["teacher"].get(address, query).status_code == MISSING


def test_a_file_takes_as_many_queries_for_many_students(
    cohort: Cohort, assignment: Assignment
) -> None:
    counts = []
    for size in (1, 3, 60):
        for number in range(cohort.enrolments.filter(role="student").count(), size):
            student = add_student(cohort, f"pupil{number}")
            add_attempt(student, assignment, state=State.GRADED, score=1.0)
            update_standing(enrolment=student, assignment=assignment)
        with CaptureQueriesContext(connection) as queries:
            content = canvas(gradebook_of(cohort=cohort), Options())
        assert content.count(b"\r\n") == size + 2
        counts.append(len(queries))
    assert counts == [4] * 3
