"""Who may mark what, and what students read of it."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import Language, User
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import AuditLine, Cohort, Enrolment
from portal.gradebook.domain import update_standing
from portal.gradebook.models import Standing
from portal.marking.domain import Criterion, comment, override_points, rubric_of, set_rubric
from portal.marking.models import Comment, Override, RubricMark
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, add_student

OK, FOUND, FORBIDDEN, MISSING = 200, 302, 403, 404
TEACHERS = {"teacher": FOUND, "assistant": FORBIDDEN, "student": FORBIDDEN, "stranger": MISSING}
STAFF = TEACHERS | {"assistant": FOUND}


@pytest.fixture
def attempt(enrolment: Enrolment, assignment: Assignment) -> Attempt:
    """A graded attempt at a notebook of two cells, at half of the points."""
    made = add_attempt(enrolment, assignment, state=State.GRADED, score=0.5)
    cells: list[dict[str, object]] = [
        {"cell_type": "code", "source": source, "outputs": [], "metadata": {}}
        for source in ("x = 1 < 2", "def pool():\n    pass")
    ]
    made.blob = blobs.store(b"{}")
    made.executed = blobs.store(json.dumps({"cells": cells}).encode())
    made.save()
    update_standing(enrolment=enrolment, assignment=assignment)
    return made


@pytest.fixture
def work(attempt: Attempt, cohort: Cohort) -> tuple[object, ...]:
    """What the addresses of the student's work are made of."""
    return cohort.pk, attempt.enrolment_id, attempt.assignment.exercise.slug


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == OK
    return response.content.decode()


def told(statuses: Mapping[str, int], at: Mapping[str, Client], address: str, **form: str) -> None:
    """Assert what each kind of person is answered who sends this form; the teacher comes last."""
    people = sorted(statuses, key=lambda name: statuses[name], reverse=True)
    found = {name: at[name].post(address, form).status_code for name in people}
    assert found == statuses


def test_only_teachers_give_points_and_withdraw_them(
    at: Mapping[str, Client], work: tuple[object, ...]
) -> None:
    told(TEACHERS, at, reverse("override-points", args=work), points="1,5", reason="On paper")
    assert Override.objects.get().points == 1.5
    assert Standing.objects.get().points == 1.5
    told(TEACHERS, at, reverse("withdraw-override", args=work), reason="A mistake")
    assert not Override.objects.filter(withdrawn_at=None).exists()


@pytest.mark.parametrize(
    "form", [{"points": "7"}, {"points": "1000", "reason": "x"}, {"reason": "x"}]
)
def test_points_that_can_not_be_given_are_refused_with_a_sentence(
    at: Mapping[str, Client], work: tuple[object, ...], form: dict[str, str]
) -> None:
    done = at["teacher"].post(reverse("override-points", args=work), form, follow=True)
    assert "Nothing was changed." in done.content.decode()
    assert not Override.objects.exists()


def test_staff_marks_by_the_rubric_that_teachers_set(
    at: Mapping[str, Client], work: tuple[object, ...], assignment: Assignment
) -> None:
    address = reverse("rubric", args=[work[0], work[2]])
    seen = {name: at[name].get(address).status_code for name in TEACHERS}
    assert seen == TEACHERS | {"teacher": OK}
    total = {"form-TOTAL_FORMS": "3", "form-INITIAL_FORMS": "0"}
    lines = {
        "form-0-title_fr": "Deuxième", "form-0-title_en": "Second", "form-0-points": "−0,5",
        "form-0-ORDER": "2", "form-1-title_fr": "Premier", "form-1-title_en": "First",
        "form-1-points": "1", "form-1-ORDER": "1",
    }  # fmt: skip
    told(TEACHERS, at, address, **total, **lines)
    assert [(one.title_en, one.points) for one in rubric_of(assignment)] == [
        ("First", 1),
        ("Second", -0.5),
    ]
    ticked = str(rubric_of(assignment)[1].pk)
    told(STAFF, at, reverse("mark-rubric", args=work), item=ticked)
    assert RubricMark.objects.get().item_id == int(ticked)


def test_a_line_of_a_rubric_that_is_not_whole_says_so_beside_its_field(
    at: Mapping[str, Client], work: tuple[object, ...], assignment: Assignment
) -> None:
    form = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-title_fr": "Seul"}
    page = at["teacher"].post(reverse("rubric", args=[work[0], work[2]]), form)
    assert page.content.decode().count('class="errorlist"') == 2
    assert not rubric_of(assignment).exists()


def test_staff_comments_and_withdraws_its_own(
    at: Mapping[str, Client], attempt: Attempt, teacher: User
) -> None:
    address = reverse("comment", args=[attempt.pk])
    told(STAFF | {"classmate": MISSING}, at, address, text="Why?", cell="2")
    assert Comment.objects.count() == 2
    of_teacher = Comment.objects.get(by=teacher)
    withdraw = reverse("withdraw-comment", args=[attempt.pk, of_teacher.pk])
    told(TEACHERS | {"classmate": MISSING}, at, withdraw)
    assert Comment.objects.filter(withdrawn_at=None).count() == 1


def test_who_marks_sees_the_cells_the_account_and_the_neighbours(
    at: Mapping[str, Client], attempt: Attempt, work: tuple[object, ...], teacher: User
) -> None:
    set_rubric(assignment=attempt.assignment, criteria=[Criterion("Net", "Neat", 1)], by=teacher)
    override_points(
        enrolment=attempt.enrolment,
        assignment=attempt.assignment,
        points=3,
        reason="<b>typo</b>",
        by=teacher,
    )
    address = reverse("student-work", args=work)
    statuses = {name: client.get(address).status_code for name, client in at.items()}
    assert statuses == {
        "teacher": OK,
        "assistant": OK,
        "student": FORBIDDEN,
        "classmate": FORBIDDEN,
        "stranger": MISSING,
    }
    page = text_of(at["teacher"], address)
    for said in ("x = 1 &lt; 2", "def pool():", "Best attempt (no. 1)", "Neat", "classmate",
                 "Points given by hand: 3, were"):  # fmt: skip
        assert said in page
    assert "&lt;b&gt;typo&lt;/b&gt;" in page
    assert reverse("override-points", args=work) not in text_of(at["assistant"], address)


def test_students_read_what_was_said_and_why_their_points_changed(
    at: Mapping[str, Client], attempt: Attempt, cohort: Cohort, teacher: User
) -> None:
    exercise = reverse("exercise", args=[cohort.pk, attempt.assignment.exercise.slug])
    assert "Your teacher’s marks" not in text_of(at["student"], exercise)
    comment(attempt=attempt, cell=2, text="**Good** <script>x</script>", by=teacher)
    override_points(
        enrolment=attempt.enrolment,
        assignment=attempt.assignment,
        points=3,
        reason="A typo of ours.",
        by=teacher,
    )
    assert "A teacher changed your points: A typo of ours." in text_of(at["student"], exercise)
    page = text_of(at["student"], reverse("attempt", args=[attempt.pk]))
    assert "<strong>Good</strong> &lt;script&gt;x" in page
    assert f"{reverse('attempt-notebook', args=[attempt.pk])}#cell-2" in page
    assert reverse("withdraw-comment", args=[attempt.pk, Comment.objects.get().pk]) not in page
    other = text_of(at["classmate"], exercise)
    assert "A typo of ours." not in other


@pytest.mark.parametrize("language", list(Language))
def test_the_pages_of_marking_speak_both_languages(
    at: Mapping[str, Client], work: tuple[object, ...], teacher: User, language: Language
) -> None:
    User.objects.filter(pk=teacher.pk).update(language=language)
    other = {"fr": "Sign out", "en": "Se déconnecter"}[language]
    for address in (
        reverse("student-work", args=work),
        reverse("rubric", args=[work[0], work[2]]),
        reverse("export", args=[work[0]]),
    ):
        page = text_of(at["teacher"], address)
        assert f'<html lang="{language}"' in page
        assert other not in page


def test_marking_asks_as_often_for_many_of_everything(
    at: Mapping[str, Client], attempt: Attempt, work: tuple[object, ...], teacher: User
) -> None:
    address = reverse("student-work", args=work)
    counts = []
    for size in (1, 3, 30):
        for number in range(Comment.objects.count(), size):
            comment(attempt=attempt, cell=number + 1, text="x", by=teacher)
            add_student(attempt.assignment.cohort, f"pupil{number}")
            add_attempt(attempt.enrolment, attempt.assignment, state=State.GRADED, score=0)
            override_points(
                enrolment=attempt.enrolment,
                assignment=attempt.assignment,
                points=1,
                reason=str(number),
                by=teacher,
            )
        criteria = [Criterion(f"{n}", f"{n}", 1) for n in range(size)]
        set_rubric(assignment=attempt.assignment, criteria=criteria, by=teacher)
        at["teacher"].get(address)
        with CaptureQueriesContext(connection) as queries:
            assert at["teacher"].get(address).status_code == OK
        counts.append(len(queries))
    assert AuditLine.objects.count() > 30
    assert counts == [counts[0]] * 3
