"""The leaderboards of a class."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Sum

from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment, Role
from portal.gradebook.models import Standing


@dataclass(frozen=True, slots=True)
class LeaderboardRow:
    """One student's line. Equal points share a rank; the next rank is skipped."""

    rank: int
    name: str
    points: float
    attempts: int
    reached_at: datetime
    is_viewer: bool


def leaderboard(
    *, cohort: Cohort, assignment: Assignment | None = None, viewer: Enrolment | None = None
) -> list[LeaderboardRow]:
    """Return the students who have a score, by points: at one exercise, else over all.

    Among equals the one who got there first is named first. Two queries.
    """
    standings = Standing.objects.filter(
        enrolment__cohort=cohort, enrolment__role=Role.STUDENT, assignment__cohort=cohort
    )
    if assignment is not None:
        standings = standings.filter(assignment=assignment)
    totals = (
        standings.order_by()
        .values("enrolment")
        .annotate(total=Sum("points"), tried=Sum("attempts"), reached=Max("reached_at"))
    )
    people = Enrolment.objects.filter(cohort=cohort).select_related("user").in_bulk()
    ordered = sorted(
        ((round(row["total"], 6), row["reached"], row["tried"], people[row["enrolment"]])
         for row in totals),
        key=lambda row: (-row[0], row[1], row[3].pk),
    )  # fmt: skip
    rows: list[LeaderboardRow] = []
    for place, (points, reached_at, tried, enrolment) in enumerate(ordered, start=1):
        shares = rows and rows[-1].points == points
        rows.append(
            LeaderboardRow(
                rank=rows[-1].rank if shares else place,
                name=enrolment.public_name,
                points=points,
                attempts=tried,
                reached_at=reached_at,
                is_viewer=viewer is not None and viewer.pk == enrolment.pk,
            )
        )
    return rows
