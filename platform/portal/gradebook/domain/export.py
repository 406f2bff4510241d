"""The points of a class, as they leave the portal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment
from portal.gradebook.domain.people import students_by_name
from portal.gradebook.models import Standing
from portal.submissions.models import Attempt


@dataclass(frozen=True, slots=True)
class Result:
    """One student at one exercise: points that count, None where there are none.

    `lost` is the share of the score that being late cost, `handed_in` the last hand-in of all.
    """

    points: float | None = None
    lost: float = 0.0
    is_by_hand: bool = False
    attempts: int = 0
    handed_in: datetime | None = None


NOTHING = Result()


@dataclass(frozen=True, slots=True)
class Line:
    """One student with a result for each exercise, in the order of the sheet's."""

    student: Enrolment
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Gradebook:
    """Students by exercises."""

    cohort: Cohort
    assignments: tuple[Assignment, ...]
    lines: tuple[Line, ...]


def gradebook_of(*, cohort: Cohort) -> Gradebook:
    """Return what counts of every student of a class at every exercise. Four queries."""
    assignments = tuple(
        Assignment.objects.filter(cohort=cohort)
        .select_related("exercise")
        .order_by("exercise__position")
    )
    results = _results(cohort)
    lines = (
        Line(one, tuple(results.get((one.pk, work.pk), NOTHING) for work in assignments))
        for one in students_by_name(cohort=cohort)
    )
    return Gradebook(cohort, assignments, tuple(lines))


def _results(cohort: Cohort) -> dict[tuple[int, int], Result]:
    """Return what there is by enrolment and assignment."""
    attempts = Attempt.objects.filter(assignment__cohort=cohort).order_by()
    last = {
        (enrolment, assignment): at
        for enrolment, assignment, at in attempts.values_list(
            "enrolment_id", "assignment_id"
        ).annotate(Max("submitted_at"))
    }
    standings = Standing.objects.filter(assignment__cohort=cohort)
    results = {key: Result(handed_in=at) for key, at in last.items()}
    for one in standings.only(
        "enrolment", "assignment", "points", "lost", "is_by_hand", "attempts"
    ):
        key = one.enrolment_id, one.assignment_id
        results[key] = Result(one.points, one.lost, one.is_by_hand, one.attempts, last.get(key))
    return results
