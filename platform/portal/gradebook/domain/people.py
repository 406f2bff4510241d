"""The students of a class in the order of its tables."""

from __future__ import annotations

from portal.courses.models import Cohort, Enrolment, Role


def students_by_name(*, cohort: Cohort) -> list[Enrolment]:
    """Return the students of a class by last name. One query."""
    people = Enrolment.objects.filter(cohort=cohort, role=Role.STUDENT).select_related("user")
    return sorted(people, key=lambda one: (one.user.last_name, one.user.display_name, one.pk))


def neighbours(*, student: Enrolment) -> tuple[Enrolment | None, Enrolment | None]:
    """Return the students before and after one in that order, None at its ends. One query."""
    people = students_by_name(cohort=student.cohort)
    places = [place for place, one in enumerate(people) if one.pk == student.pk]
    if not places:
        return None, None
    here = places[0]
    return (
        people[here - 1] if here else None,
        people[here + 1] if here + 1 < len(people) else None,
    )
