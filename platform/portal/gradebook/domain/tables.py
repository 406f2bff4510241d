"""A class's work, and one student's, as tables. The number of queries doesn't grow with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q

from portal.catalogue.domain import Deadline, deadlines_of
from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment, Role
from portal.gradebook.domain.listing import Listing, listing
from portal.gradebook.models import Standing
from portal.submissions.domain.limits import COUNTING, WAITING
from portal.submissions.models import Attempt, State

NO_DEADLINE = Deadline()


class Counting(NamedTuple):
    """What a table shows of a standing: thousands of these are read much quicker than of rows."""

    best_id: UUID | None
    score: float
    points: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One student at one exercise. `standing` is None without a score, `handed_in` counts all.

    `deadline` is the student's own where their progress is told, and left out of a class's table.
    """

    assignment: Assignment
    standing: Counting | None
    handed_in: int
    waiting: int
    failed: int
    attempts_left: int | None
    deadline: Deadline = NO_DEADLINE

    @property
    def best_id(self) -> UUID | None:
        """The attempt that counts."""
        return self.standing.best_id if self.standing else None

    @property
    def points(self) -> float | None:
        """The points that count."""
        return self.standing.points if self.standing else None


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One student's line: a cell per exercise, in the order of the table's assignments."""

    enrolment: Enrolment
    cells: tuple[Cell, ...]

    @property
    def points(self) -> float:
        """The student's points over all exercises."""
        return round(sum(cell.points or 0 for cell in self.cells), 6)


@dataclass(frozen=True, slots=True)
class ClassTable:
    """Students by exercises; `listing` is the page of the students that the rows are about."""

    assignments: tuple[Assignment, ...]
    rows: tuple[ClassRow, ...]
    listing: Listing[Enrolment]


def class_table(*, cohort: Cohort, page: int = 1) -> ClassTable:
    """Return the work of a page of the class's students, who come by name. Four queries."""
    people = Enrolment.objects.filter(cohort=cohort, role=Role.STUDENT).select_related("user")
    students = sorted(people, key=lambda one: (one.user.last_name, one.user.display_name, one.pk))
    assignments = _assignments(cohort.pk)
    shown = listing(students, page=page)
    work = _Work.of(Q(enrolment__in=[one.pk for one in shown.rows]))
    rows = (ClassRow(one, work.cells(one.pk, assignments)) for one in shown.rows)
    return ClassTable(assignments, tuple(rows), shown)


def progress_of(enrolment: Enrolment) -> tuple[Cell, ...]:
    """Return one student's cells, in the order of the course. Four queries."""
    work = _Work.of(Q(enrolment=enrolment))
    deadlines = deadlines_of(enrolment=enrolment)
    cells = work.cells(enrolment.pk, _assignments(enrolment.cohort_id))
    return tuple(replace(cell, deadline=deadlines[cell.assignment.pk]) for cell in cells)


@dataclass(frozen=True, slots=True)
class _Work:
    """Standings, and counts of attempts by state, by enrolment and assignment."""

    standings: Mapping[tuple[int, int], Counting]
    counts: Mapping[tuple[int, int], Mapping[str, int]]

    @classmethod
    def of(cls, whose: Q) -> _Work:
        """Read the work that `whose` selects. Two queries."""
        counts: dict[tuple[int, int], dict[str, int]] = {}
        rows = Attempt.objects.filter(whose).order_by()
        for enrolment, assignment, state, count in rows.values_list(
            "enrolment_id", "assignment_id", "state"
        ).annotate(count=Count("*")):
            counts.setdefault((enrolment, assignment), {})[state] = count
        kept = Standing.objects.filter(whose).values_list(
            "enrolment_id", "assignment_id", *Counting._fields
        )
        standings = {(one[0], one[1]): Counting(*one[2:]) for one in kept}
        return cls(standings, counts)

    def cells(self, enrolment_id: int, assignments: Sequence[Assignment]) -> tuple[Cell, ...]:
        """Return one student's cells."""
        return tuple(self._cell(enrolment_id, assignment) for assignment in assignments)

    def _cell(self, enrolment_id: int, assignment: Assignment) -> Cell:
        key = enrolment_id, assignment.pk
        counts = self.counts.get(key, {})
        limit = assignment.attempts_allowed
        used = sum(counts.get(state, 0) for state in COUNTING)
        return Cell(
            assignment=assignment,
            standing=self.standings.get(key),
            handed_in=sum(counts.values()),
            waiting=sum(counts.get(state, 0) for state in WAITING),
            failed=counts.get(State.FAILED, 0),
            attempts_left=None if limit is None else max(0, limit - used),
        )


def _assignments(cohort_id: UUID) -> tuple[Assignment, ...]:
    ordered = Assignment.objects.filter(cohort_id=cohort_id).order_by("exercise__position")
    return tuple(ordered.select_related("exercise"))
