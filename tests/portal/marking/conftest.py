"""A small class whose work is marked, and the browsers of everybody who may look at it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import Settings

from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.courses.domain import join_cohort
from portal.courses.models import Cohort, Enrolment, Role
from tests.portal.factories import add_student, add_user
from tests.portal.small import copied_course, set_to_class


@pytest.fixture(autouse=True)
def static_root(tmp_path: Path, settings: Settings) -> None:
    """Give WhiteNoise the folder that `collectstatic` would have made."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture(autouse=True)
def language_left_as_found() -> Iterator[None]:
    """Undo the language that the last request activated in this thread."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The folder of a course of one exercise, whose answers are typed."""
    return copied_course(tmp_path / "exercises", "output-size")


@pytest.fixture
def assignment(course: Path, teacher: User) -> Assignment:
    """That exercise, set to a class of `teacher`."""
    return set_to_class(course, teacher)


@pytest.fixture
def cohort(assignment: Assignment) -> Cohort:
    """That class."""
    return assignment.cohort


@pytest.fixture
def enrolment(assignment: Assignment, student: User) -> Enrolment:
    """`student` in that class."""
    return join_cohort(user=student, code=assignment.cohort.join_code)


@pytest.fixture
def at(cohort: Cohort, enrolment: Enrolment, teacher: User) -> Mapping[str, Client]:
    """A signed-in browser of a teacher, an assistant, a student, a classmate and a stranger."""
    assistant = add_user("assistant")
    Enrolment.objects.create(cohort=cohort, user=assistant, role=Role.ASSISTANT)
    people = {
        "teacher": teacher,
        "assistant": assistant,
        "student": enrolment.user,
        "classmate": add_student(cohort, "classmate").user,
        "stranger": add_user("stranger"),
    }
    browsers = {name: Client() for name in people}
    for name, client in browsers.items():
        client.force_login(people[name])
    return browsers
