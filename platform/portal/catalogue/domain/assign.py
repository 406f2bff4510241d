"""Set exercises to a class."""

from __future__ import annotations

from django.db import transaction

from portal.catalogue.models import Assignment, Exercise
from portal.courses.models import Cohort


@transaction.atomic
def assign_course(*, cohort: Cohort) -> list[Assignment]:
    """Set every exercise of the class's course to it. What is set already stays as it is."""
    exercises = Exercise.objects.filter(course=cohort.course, current__isnull=False)
    return [
        Assignment.objects.get_or_create(cohort=cohort, exercise=exercise)[0]
        for exercise in exercises.order_by("position")
    ]
