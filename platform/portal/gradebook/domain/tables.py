"""A class's work, and one student's, as tables. The number of queries doesn't grow with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias
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
NOTHING: Mapping[str, int] = {}
TABLE_ROWS = 50
"""Each of them has a cell for every exercise."""

Key: TypeAlias = tuple[int, int]
"""An enrolment's and an assignment's."""


class Counting(NamedTuple):
    """What a table shows of a standing: thousands of these are read much quicker than of rows."""

    best_id: UUID | None
    score: float
    points: float


class Cell(NamedTuple):
    """One student at one exercise. `standing` is None without a score.

    Where their progress is told, `handed_in` counts all attempts, and `attempts_left` and the
    student's own `deadline` are known. A class's table counts what has no score, and leaves those
    out: thousands of these are made for it.
    """

    assignment: Assignment
    standing: Counting | None
    handed_in: int = 0
    waiting: int = 0
    failed: int = 0
    attempts_left: int | None = None
    deadline: Deadline = NO_DEADLINE

    @property
    def best_id(self) -> UUID | None:
        """The attempt that counts."""
        return self.standing.best_id if self.standing else None

    @property
    def points(self) -> float | None:
        """The points that count."""
        return self.standing.points if self.standing else None

    @property
    def share(self) -> float | None:
        """The points that count as a share of the exercise's: points by hand may be more."""
        points = self.points
        return None if points is None else min(1.0, points / self.assignment.exercise.points)


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
    shown = listing(students, page=page, size=TABLE_ROWS)
    whose = Q(enrolment__in=[one.pk for one in shown.rows])
    standings = _standings(whose)
    # Nearly all attempts have a score, which a standing tells.
    counts = _counts(whose & ~Q(state=State.GRADED))
    rows = (
        ClassRow(
            one,
            tuple(
                _cell(assignment, standings.get(key), counts.get(key, NOTHING))
                for assignment in assignments
                for key in [(one.pk, assignment.pk)]
            ),
        )
        for one in shown.rows
    )
    return ClassTable(assignments, tuple(rows), shown)


def progress_of(enrolment: Enrolment) -> tuple[Cell, ...]:
    """Return one student's cells, in the order of the course. Four queries."""
    whose = Q(enrolment=enrolment)
    standings, counts = _standings(whose), _counts(whose)
    deadlines = deadlines_of(enrolment=enrolment)
    return tuple(
        _cell(assignment, standings.get(key), counts.get(key, NOTHING))._replace(
            attempts_left=_left(assignment, counts.get(key, NOTHING)),
            deadline=deadlines[assignment.pk],
        )
        for assignment in _assignments(enrolment.cohort_id)
        for key in [(enrolment.pk, assignment.pk)]
    )


def _standings(whose: Q) -> dict[Key, Counting]:
    kept = Standing.objects.filter(whose).values_list(
        "enrolment_id", "assignment_id", *Counting._fields
    )
    return {(one[0], one[1]): Counting(*one[2:]) for one in kept}


def _counts(whose: Q) -> dict[Key, dict[str, int]]:
    """Return how many attempts there are by state, by enrolment and assignment."""
    counts: dict[Key, dict[str, int]] = {}
    rows = Attempt.objects.filter(whose).order_by()
    for enrolment, assignment, state, count in rows.values_list(
        "enrolment_id", "assignment_id", "state"
    ).annotate(count=Count("*")):
        counts.setdefault((enrolment, assignment), {})[state] = count
    return counts


def _cell(assignment: Assignment, standing: Counting | None, counts: Mapping[str, int]) -> Cell:
    if not counts:
        return Cell(assignment, standing)
    return Cell(
        assignment,
        standing,
        handed_in=sum(counts.values()),
        waiting=sum(counts.get(state, 0) for state in WAITING),
        failed=counts.get(State.FAILED, 0),
    )


def _left(assignment: Assignment, counts: Mapping[str, int]) -> int | None:
    limit = assignment.attempts_allowed
    if limit is None:
        return None
    return max(0, limit - sum(counts.get(state, 0) for state in COUNTING))


def _assignments(cohort_id: UUID) -> tuple[Assignment, ...]:
    ordered = Assignment.objects.filter(cohort_id=cohort_id).order_by("exercise__position")
    return tuple(ordered.select_related("exercise"))
