"""Make a class."""

from __future__ import annotations

from django.db import transaction

from portal.accounts.models import User
from portal.courses.models import Cohort, Course, Enrolment, Role


@transaction.atomic
def create_cohort(*, course: Course, name: str, teacher: User) -> Cohort:
    """Make a class that follows `course`, with `teacher` as its teacher."""
    cohort = Cohort.objects.create(course=course, name=name)
    Enrolment.objects.create(cohort=cohort, user=teacher, role=Role.TEACHER)
    return cohort
