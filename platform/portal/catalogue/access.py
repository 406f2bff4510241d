"""Which exercises a member of a class may see."""

from __future__ import annotations

from django.http import Http404

from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment


def set_to(enrolment: Enrolment, slug: str) -> Assignment:
    """Return the assignment of the exercise `slug` in the member's class. Raises Http404."""
    assignment = (
        Assignment.objects.select_related("exercise__current", "cohort__course")
        .filter(cohort=enrolment.cohort_id, exercise__slug=slug, exercise__current__isnull=False)
        .first()
    )
    if assignment is None:
        raise Http404
    return assignment
