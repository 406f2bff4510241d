"""A class with real exercises, in a real database, over a folder of its own."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connections
from pytest_django import DjangoDbBlocker, Settings

from portal.accounts.models import Language, User
from portal.catalogue.domain import (
    assign_course,
    current_version,
    open_version,
)
from portal.catalogue.models import Assignment
from portal.courses.domain import create_cohort, join_cohort
from portal.courses.models import Cohort, Course, Enrolment
from portal.submissions.domain import accept_file
from portal.submissions.domain.rooms import close_loops
from portal.submissions.models import Attempt
from tests.portal.factories import add_user
from tests.portal.shelf import Shelf, index_once, put_in


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,  # noqa: ARG001
) -> None:
    """Keep the test database in a file: threads and processes must see the same rows."""
    connection = connections["default"]
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "test.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: Settings) -> Path:
    """Give each test its own folder for what the portal keeps beside the database."""
    folder = tmp_path / "var"
    settings.NOYAU = django_settings.NOYAU.model_copy(update={"var": folder})
    return folder


@pytest.fixture(scope="module", autouse=True)
def no_rooms_left_waiting() -> Iterator[None]:
    """End the rooms that wait in this process: tests of others count what they find."""
    yield
    close_loops()
    # What broke in the middle, and was closed by nobody, goes with the tests that broke it.
    gc.collect()


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Start each test with an empty cache, as the database is."""
    cache.clear()


@pytest.fixture(scope="session")
def shelf(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,  # noqa: ARG001
    django_db_blocker: DjangoDbBlocker,
) -> Shelf:
    """The course that ships, as indexing it leaves it."""
    with django_db_blocker.unblock():
        return index_once(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def course(db: None, shelf: Shelf) -> Course:  # noqa: ARG001
    """The course that ships, indexed."""
    return put_in(shelf)


@pytest.fixture
def teacher(db: None) -> User:  # noqa: ARG001
    """A teacher who reads English."""
    return add_user("teacher", language=Language.ENGLISH)


@pytest.fixture
def student(db: None) -> User:  # noqa: ARG001
    """A student who reads English."""
    return add_user("student1", language=Language.ENGLISH)


@pytest.fixture
def cohort(course: Course, teacher: User) -> Cohort:
    """A class of `teacher` to which the whole course is set."""
    cohort = create_cohort(course=course, name="Class A", teacher=teacher)
    assign_course(cohort=cohort)
    return cohort


@pytest.fixture
def enrolment(cohort: Cohort, student: User) -> Enrolment:
    """`student` in `cohort`."""
    return join_cohort(user=student, code=cohort.join_code)


@pytest.fixture
def teaching(cohort: Cohort, teacher: User) -> Enrolment:
    """`teacher` in `cohort`."""
    return Enrolment.objects.get(cohort=cohort, user=teacher)


@pytest.fixture
def assignment(cohort: Cohort) -> Assignment:
    """An exercise that is answered by a notebook, set to `cohort`."""
    return Assignment.objects.select_related("exercise").get(
        cohort=cohort, exercise__slug="pooling"
    )


@pytest.fixture
def typed(cohort: Cohort) -> Assignment:
    """An exercise whose answer is typed, set to `cohort`."""
    return Assignment.objects.select_related("exercise").get(
        cohort=cohort, exercise__slug="convolution-by-hand"
    )


@pytest.fixture
def notebook(assignment: Assignment) -> bytes:
    """The reference solution of `assignment`."""
    return open_version(current_version(assignment.exercise)).reference()


@pytest.fixture
def attempt(enrolment: Enrolment, assignment: Assignment, notebook: bytes) -> Attempt:
    """A queued attempt of `enrolment` at `assignment`."""
    return accept_file(
        enrolment=enrolment, assignment=assignment, filename="pooling.ipynb", content=notebook
    )
