"""Pages that list things ask the database as often for 300 rows as for 3."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment
from portal.gradebook.domain import update_standing
from portal.submissions.models import State
from tests.portal.factories import add_attempt

SIZES = (1, 3, 300)


def count(client: Client, address: str) -> int:
    """Return how many queries a page takes, its process warm."""
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def fill(cohort: Cohort, assignment: Assignment, size: int) -> None:
    """Bring the class to `size` students who have each handed in once."""
    for number in range(Enrolment.objects.filter(role="student").count(), size):
        user = User.objects.create(username=f"pupil{number}")
        enrolment = Enrolment.objects.create(cohort=cohort, user=user)
        add_attempt(enrolment, assignment, state=State.GRADED, score=1.0)
        update_standing(enrolment=enrolment, assignment=assignment)


@pytest.mark.parametrize("name", ["class-table", "leaderboard"])
def test_pages_about_a_class(
    at_teacher: Client, cohort: Cohort, assignment: Assignment, name: str
) -> None:
    counts = []
    for size in SIZES:
        fill(cohort, assignment, size)
        counts.append(count(at_teacher, reverse(name, args=[cohort.pk])))
    assert counts == [counts[0]] * len(SIZES)


@pytest.mark.parametrize("name", ["exercise", "class", "student-work"])
def test_pages_about_a_students_attempts(
    at_student: Client, at_teacher: Client, enrolment: Enrolment, assignment: Assignment, name: str
) -> None:
    work = {"cohort_id": enrolment.cohort_id, "slug": "pooling", "enrolment_id": enrolment.pk}
    wanted = {
        "exercise": ("cohort_id", "slug"),
        "class": ("cohort_id",),
        "student-work": tuple(work),
    }
    address = reverse(name, kwargs={key: work[key] for key in wanted[name]})
    client = at_teacher if name == "student-work" else at_student
    counts = []
    for size in SIZES:
        for _number in range(assignment.attempts.count(), size):
            add_attempt(enrolment, assignment, state=State.GRADED, score=1.0)
        counts.append(count(client, address))
    assert counts == [counts[0]] * len(SIZES)


def test_my_classes(at_student: Client, enrolment: Enrolment) -> None:
    counts = []
    for size in SIZES:
        for number in range(enrolment.user.enrolments.count(), size):
            other = Cohort.objects.create(course=enrolment.cohort.course, name=f"Class {number}")
            Enrolment.objects.create(cohort=other, user=enrolment.user)
        counts.append(count(at_student, reverse("home")))
    assert counts == [counts[0]] * len(SIZES)
