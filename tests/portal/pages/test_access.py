"""Who may open which page: the role, the page, and whose work it shows."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.courses.models import Cohort, Enrolment, Role
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_user
from tests.portal.pages.conftest import Browser

OK, FOUND, FORBIDDEN, MISSING = (
    HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND,
)  # fmt: skip
FOR_MEMBERS = frozenset({
    "class", "exercise", "typed exercise", "starter", "leaderboard", "exercise-leaderboard",
})  # fmt: skip
FOR_STAFF = frozenset({
    "class-table", "student-work", "regrade-exercise", "insight", "exercise-insight", "similar",
    "people", "extensions", "class-log",
})  # fmt: skip
FOR_TEACHERS = frozenset({"member", "invite", "invitations", "schedule", "class-settings"})
FOR_AUTHOR_AND_STAFF = frozenset({"attempt", "attempt-live"})


def statuses(client: Client, pages: dict[str, str]) -> dict[str, int]:
    return {name: client.get(address).status_code for name, address in pages.items()}


def test_a_visitor_is_sent_to_sign_in_from_every_page(
    client: Client, pages: dict[str, str]
) -> None:
    for address in pages.values():
        response = client.get(address)
        assert response.status_code == FOUND
        assert response["Location"] == f"{reverse('sign-in')}?next={address}"


def test_a_stranger_to_the_class_finds_nothing(
    browser: Browser, stranger: User, pages: dict[str, str]
) -> None:
    assert set(statuses(browser(stranger), pages).values()) == {MISSING}


def test_the_author_sees_their_work_and_no_staff_page(
    at_student: Client, pages: dict[str, str]
) -> None:
    expected = {
        **dict.fromkeys(FOR_MEMBERS | FOR_AUTHOR_AND_STAFF, OK),
        **dict.fromkeys(FOR_STAFF | FOR_TEACHERS | {"regrade-attempt"}, FORBIDDEN),
    }
    assert statuses(at_student, pages) == expected


def test_a_classmate_does_not_find_another_students_attempt(
    browser: Browser, classmate: Enrolment, pages: dict[str, str]
) -> None:
    expected = {
        **dict.fromkeys(FOR_MEMBERS, OK),
        **dict.fromkeys(FOR_STAFF | FOR_TEACHERS, FORBIDDEN),
        **dict.fromkeys(FOR_AUTHOR_AND_STAFF | {"regrade-attempt"}, MISSING),
    }
    assert statuses(browser(classmate.user), pages) == expected


@pytest.mark.parametrize(
    ("role", "refused"), [(Role.TEACHER, frozenset[str]()), (Role.ASSISTANT, FOR_TEACHERS)]
)
def test_the_staff_sees_everything_and_teachers_alone_change_the_class(
    browser: Browser,
    cohort: Cohort,
    pages: dict[str, str],
    role: Role,
    refused: frozenset[str],
) -> None:
    member = Enrolment.objects.create(cohort=cohort, user=add_user("staff"), role=role)
    expected = dict.fromkeys(pages, OK) | dict.fromkeys(refused, FORBIDDEN)
    assert statuses(browser(member.user), pages) == expected


@pytest.mark.parametrize("role", [Role.STUDENT, Role.TEACHER])
def test_who_was_removed_finds_nothing(
    browser: Browser, enrolment: Enrolment, teaching: Enrolment, pages: dict[str, str], role: Role
) -> None:
    removed = enrolment if role == Role.STUDENT else teaching
    Enrolment.objects.filter(pk=removed.pk).update(role=Role.FORMER)
    client = browser(removed.user)
    assert set(statuses(client, pages).values()) == {MISSING}
    assert pages["class"] not in client.get(reverse("home")).content.decode()


def test_the_teacher_of_another_class_finds_nothing(
    browser: Browser, cohort: Cohort, stranger: User, pages: dict[str, str]
) -> None:
    other = Cohort.objects.create(course=cohort.course, name="Class B")
    Enrolment.objects.create(cohort=other, user=stranger, role=Role.TEACHER)
    assert set(statuses(browser(stranger), pages).values()) == {MISSING}


@pytest.mark.parametrize("page", ["regrade-attempt", "regrade-exercise"])
def test_a_student_regrades_nothing(
    at_student: Client, pages: dict[str, str], graded: Attempt, page: str
) -> None:
    assert at_student.post(pages[page]).status_code == FORBIDDEN
    graded.refresh_from_db()
    assert graded.state == State.GRADED


@pytest.mark.parametrize("name", ["attempt-notebook", "attempt-file", "attempt-receipt"])
def test_the_files_of_an_attempt_are_as_private_as_the_attempt(
    browser: Browser, classmate: Enrolment, attempt: Attempt, name: str
) -> None:
    address = reverse(name, args=[attempt.pk])
    assert browser(classmate.user).get(address).status_code == MISSING


def test_the_author_gets_back_the_bytes_they_handed_in(
    at_student: Client, attempt: Attempt, notebook: bytes
) -> None:
    response = at_student.get(reverse("attempt-file", args=[attempt.pk]))
    assert response.content == notebook
    assert response["Content-Disposition"] == 'attachment; filename="pooling-1.ipynb"'
