"""Set exercises to a class, and open one with all of its course's."""

from __future__ import annotations

from django.db import transaction

from portal.accounts.models import User
from portal.catalogue.models import Assignment, Exercise
from portal.courses.domain import create_cohort
from portal.courses.models import Cohort, Course


@transaction.atomic
def open_class(*, course: Course, name: str, teacher: User) -> Cohort:
    """Make a class of `teacher` to which every exercise of `course` is set."""
    cohort = create_cohort(course=course, name=name, teacher=teacher)
    assign_course(cohort=cohort)
    return cohort


@transaction.atomic
def assign_course(*, cohort: Cohort) -> list[Assignment]:
    """Set every exercise of the class's course to it. What is set already stays as it is."""
    exercises = Exercise.objects.filter(course=cohort.course, current__isnull=False)
    return [
        Assignment.objects.get_or_create(cohort=cohort, exercise=exercise)[0]
        for exercise in exercises.order_by("position")
    ]
