"""Until when one student may hand in at one exercise, and what being late costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from portal.catalogue.models import Assignment, Extension
from portal.common.moments import days_begun, days_later
from portal.courses.models import Cohort, Enrolment


@dataclass(frozen=True, slots=True)
class Deadline:
    """One student's times at one exercise, an extension counted in. None: no such moment.

    Its methods tell about now where no moment is given.
    """

    opens_at: datetime | None = None
    due_at: datetime | None = None
    late_days: int = 0
    late_percent: int = 0
    is_extended: bool = False

    @property
    def closes_at(self) -> datetime | None:
        """When the last work is taken in: after the days for late work."""
        return None if self.due_at is None else days_later(self.due_at, self.late_days)

    def has_opened(self, at: datetime | None = None) -> bool:
        """Return whether the exercise may be worked on."""
        return self.opens_at is None or self.opens_at <= (at or timezone.now())

    def is_late(self, at: datetime | None = None) -> bool:
        """Return whether the work was due before."""
        return self.due_at is not None and self.due_at < (at or timezone.now())

    def is_closed(self, at: datetime | None = None) -> bool:
        """Return whether nothing more is taken in: then solutions and private boards open."""
        return self.closes_at is not None and self.closes_at < (at or timezone.now())

    def is_open(self, at: datetime | None = None) -> bool:
        """Return whether work is taken in, in time or late."""
        now = at or timezone.now()
        return self.has_opened(now) and not self.is_closed(now)

    def days_late(self, at: datetime | None = None) -> int:
        """Return how many days have begun since the work was due."""
        return 0 if self.due_at is None else days_begun(self.due_at, at or timezone.now())

    def lost_at(self, at: datetime | None = None) -> float:
        """Return the share of its score, 0 to 1, that work of this moment loses by being late."""
        return min(1.0, self.days_late(at) * self.late_percent / 100)


@dataclass(frozen=True, slots=True)
class ClassDeadlines:
    """The deadlines of every student of a class: `extended` by enrolment and assignment."""

    extended: Mapping[tuple[int, int], datetime]

    def of(self, *, enrolment_id: int, assignment: Assignment) -> Deadline:
        """Return one student's deadline at one exercise. No query."""
        return class_deadline(assignment, self.extended.get((enrolment_id, assignment.pk)))


def class_deadline(assignment: Assignment, extended: datetime | None = None) -> Deadline:
    """Return the deadline of the class, or of a student who has one `extended` to that moment."""
    due_at = assignment.due_at
    # A class's own deadline that has moved past an extension is good for everybody.
    is_extended = due_at is not None and extended is not None and extended > due_at
    return Deadline(
        opens_at=assignment.opens_at,
        due_at=extended if is_extended else due_at,
        late_days=assignment.late_days,
        late_percent=assignment.late_percent,
        is_extended=is_extended,
    )


def deadline_of(*, enrolment: Enrolment, assignment: Assignment) -> Deadline:
    """Return the student's deadline at one exercise. One query."""
    own = Extension.objects.filter(enrolment=enrolment, assignment=assignment)
    return class_deadline(assignment, own.values_list("due_at", flat=True).first())


def deadlines_of(*, enrolment: Enrolment) -> dict[int, Deadline]:
    """Return the student's deadlines at every exercise of the class, by assignment. One query."""
    own = FilteredRelation("extensions", condition=Q(extensions__enrolment=enrolment))
    assignments = Assignment.objects.filter(cohort=enrolment.cohort_id).annotate(own=own)
    return {
        one.pk: class_deadline(one, one.extended)
        for one in assignments.annotate(extended=F("own__due_at"))
    }


def class_deadlines(*, cohort: Cohort) -> ClassDeadlines:
    """Return the deadlines of everybody in a class. One query."""
    rows = Extension.objects.filter(assignment__cohort=cohort)
    found = rows.values_list("enrolment_id", "assignment_id", "due_at")
    return ClassDeadlines({(person, work): due for person, work, due in found})
