"""A class as a map of heat: students by exercises, the share of the points in each place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import OuterRef, Subquery

from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment, Role
from portal.gradebook.models import Standing
from portal.insight.models import AttemptFacts


class Order(StrEnum):
    """What the students are sorted by."""

    NAME = "name"
    POINTS = "points"
    ACTIVITY = "activity"


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One student: the share of each exercise's points, None without a score."""

    enrolment: Enrolment
    shares: tuple[float | None, ...]
    points: float
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Students by exercises; `means` is each exercise's mean share, among those with a score."""

    assignments: tuple[Assignment, ...]
    rows: tuple[HeatRow, ...]
    means: tuple[float | None, ...]


def heat_map(*, cohort: Cohort, order: Order) -> HeatMap:
    """Return how far each student of the class is in each exercise. Three queries."""
    exercises = Assignment.objects.filter(cohort=cohort).select_related("exercise")
    assignments = tuple(exercises.order_by("exercise__position"))
    points = _points(cohort)
    rows = [_row(one, assignments, points.get(one.pk, {})) for one in _students(cohort)]
    rows.sort(key=lambda row: (row.enrolment.user.last_name, row.enrolment.user.display_name))
    match order:
        case Order.POINTS:
            rows.sort(key=lambda row: -row.points)
        case Order.ACTIVITY:
            rows.sort(key=_activity, reverse=True)
    columns = zip(*(row.shares for row in rows), strict=True)
    means = tuple(map(_mean, columns)) if rows else (None,) * len(assignments)
    return HeatMap(assignments, tuple(rows), means)


def _students(cohort: Cohort) -> Sequence[Enrolment]:
    latest = AttemptFacts.objects.filter(enrolment=OuterRef("pk")).order_by("-submitted_at")
    students = Enrolment.objects.filter(cohort=cohort, role=Role.STUDENT).select_related("user")
    return list(students.annotate(last_at=Subquery(latest.values("submitted_at")[:1])))


def _points(cohort: Cohort) -> dict[int, dict[int, float]]:
    """Return the points that count, by enrolment and assignment."""
    found: dict[int, dict[int, float]] = {}
    standings = Standing.objects.filter(assignment__cohort=cohort)
    for enrolment, assignment, points in standings.values_list(
        "enrolment_id", "assignment_id", "points"
    ):
        found.setdefault(enrolment, {})[assignment] = points
    return found


def _row(
    enrolment: Enrolment, assignments: Sequence[Assignment], points: Mapping[int, float]
) -> HeatRow:
    shares = (
        points[one.pk] / one.exercise.points if one.pk in points else None for one in assignments
    )
    last_at: datetime | None = getattr(enrolment, "last_at", None)
    return HeatRow(enrolment, tuple(shares), round(sum(points.values()), 6), last_at)


def _activity(row: HeatRow) -> float:
    return row.last_at.timestamp() if row.last_at else 0.0


def _mean(column: Sequence[float | None]) -> float | None:
    shares = [share for share in column if share is not None]
    return sum(shares) / len(shares) if shares else None
