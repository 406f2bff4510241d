"""How a class is opened from the pages, and by whom."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.courses.models import Cohort, Course, Enrolment, Role
from tests.portal.pages.conftest import Browser


@pytest.fixture
def address() -> str:
    return reverse("new-class")


def test_a_teacher_opens_a_class_with_every_exercise_of_its_course(
    at_teacher: Client, cohort: Cohort, address: str
) -> None:
    assert address in at_teacher.get(reverse("home")).content.decode()
    form = {"name": "Class B", "course": cohort.course_id}
    response = at_teacher.post(address, form)
    made = Cohort.objects.exclude(pk=cohort.pk).get()
    assert response["Location"] == reverse("class", args=[made.pk])
    assert (made.name, Enrolment.objects.get(cohort=made).role) == ("Class B", Role.TEACHER)
    set_exercises = made.assignments.values_list("exercise__slug", flat=True)
    assert sorted(set_exercises) == sorted(cohort.course.exercises.values_list("slug", flat=True))
    assert made.join_code in at_teacher.get(response["Location"]).content.decode()


def test_staff_of_the_portal_open_their_first_class(
    browser: Browser, course: Course, stranger: User, address: str
) -> None:
    User.objects.filter(pk=stranger.pk).update(is_staff=True)
    client = browser(stranger)
    assert client.post(address, {"name": "First", "course": course.pk}).status_code == 302
    assert Enrolment.objects.get(user=stranger).role == Role.TEACHER


def test_a_class_without_a_name_is_not_opened(
    at_teacher: Client, cohort: Cohort, address: str
) -> None:
    response = at_teacher.post(address, {"name": " ", "course": cohort.course_id})
    assert "This field is required." in response.content.decode()
    assert Cohort.objects.count() == 1


@pytest.mark.parametrize("role", [Role.STUDENT, Role.ASSISTANT])
def test_who_teaches_nothing_opens_no_class(
    at_student: Client, enrolment: Enrolment, address: str, role: Role
) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(role=role)
    form = {"name": "Mine", "course": enrolment.cohort.course_id}
    assert address not in at_student.get(reverse("home")).content.decode()
    assert at_student.get(address).status_code == HTTPStatus.FORBIDDEN
    assert at_student.post(address, form).status_code == HTTPStatus.FORBIDDEN
    assert Cohort.objects.count() == 1


def test_a_visitor_is_sent_to_sign_in_first(client: Client, address: str) -> None:
    assert client.get(address)["Location"] == f"{reverse('sign-in')}?next={address}"
