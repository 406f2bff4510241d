"""Browsers for the people of a class, and everything that a page may show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from portal.accounts.models import Language, User
from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, add_student, add_user

Browser = Callable[[User], Client]


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
def browser() -> Browser:
    """Return a signed-in browser for a person."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def at_student(browser: Browser, enrolment: Enrolment) -> Client:
    """The browser of the student of `enrolment`."""
    return browser(enrolment.user)


@pytest.fixture
def at_teacher(browser: Browser, teaching: Enrolment) -> Client:
    """The browser of the class's teacher."""
    return browser(teaching.user)


@pytest.fixture
def classmate(cohort: Cohort) -> Enrolment:
    """Another student of the class."""
    return add_student(cohort, "student2", pseudonym="Pixel")


@pytest.fixture
def stranger(db: None) -> User:  # noqa: ARG001
    """Somebody who is in no class."""
    return add_user("student3", language=Language.ENGLISH)


@pytest.fixture
def graded(enrolment: Enrolment, assignment: Assignment) -> Attempt:
    """A graded attempt of `enrolment` at a notebook exercise."""
    return add_attempt(enrolment, assignment, state=State.GRADED, score=0.5)


@pytest.fixture
def pages(
    cohort: Cohort, enrolment: Enrolment, graded: Attempt, typed: Assignment
) -> dict[str, str]:
    """The address of every page about a class, by its name."""
    work = {"cohort_id": cohort.pk, "slug": "pooling"}
    student = {**work, "enrolment_id": enrolment.pk}
    return {
        "class": reverse("class", args=[cohort.pk]),
        "exercise": reverse("exercise", kwargs=work),
        "typed exercise": reverse("exercise", args=[cohort.pk, typed.exercise.slug]),
        "starter": reverse("starter", kwargs=work),
        "leaderboard": reverse("leaderboard", args=[cohort.pk]),
        "exercise-leaderboard": reverse("exercise-leaderboard", kwargs=work),
        "class-table": reverse("class-table", args=[cohort.pk]),
        "student-work": reverse("student-work", kwargs=student),
        "insight": reverse("insight", args=[cohort.pk]),
        "exercise-insight": reverse("exercise-insight", kwargs=work),
        "similar": reverse("similar", kwargs=work),
        "people": reverse("people", args=[cohort.pk]),
        "member": reverse("member", args=[cohort.pk, enrolment.pk]),
        "invite": reverse("invite", args=[cohort.pk]),
        "invitations": reverse("invitations", args=[cohort.pk]),
        "schedule": reverse("schedule", args=[cohort.pk]),
        "extensions": reverse("extensions", args=[cohort.pk]),
        "class-log": reverse("class-log", args=[cohort.pk]),
        "class-settings": reverse("class-settings", args=[cohort.pk]),
        "attempt": reverse("attempt", args=[graded.pk]),
        "attempt-live": reverse("attempt-live", args=[graded.pk]),
        "regrade-attempt": reverse("regrade-attempt", args=[graded.pk]),
        "regrade-exercise": reverse("regrade-exercise", kwargs=work),
    }
