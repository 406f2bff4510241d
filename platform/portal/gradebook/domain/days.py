"""A student's points at the end of each day on which they changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.db.models import F, Sum
from django.utils.timezone import get_default_timezone, localdate

from portal.courses.models import Cohort, Enrolment
from portal.gradebook.models import DayTotal, Standing
from portal.submissions.models import Attempt


def today() -> date:
    """Return the portal's day, whatever time zone the visitor reads in."""
    return localdate(timezone=get_default_timezone())


def record_total(*, enrolment_id: int) -> DayTotal | None:
    """Write down what the student's points come to today; None where the last total says it.

    Must run in the transaction that changes a standing.
    """
    standings = Standing.objects.filter(
        enrolment=enrolment_id, assignment__cohort=F("enrolment__cohort")
    )
    points = round(standings.aggregate(points=Sum("points"))["points"] or 0.0, 6)
    latest = DayTotal.objects.filter(enrolment=enrolment_id).order_by("-day").first()
    if (latest.points if latest else 0.0) == points:
        return None
    total, _made = DayTotal.objects.update_or_create(
        enrolment_id=enrolment_id, day=today(), defaults={"points": points}
    )
    return total


def record_totals(*, enrolment_ids: Iterable[int]) -> None:
    """Write down today's total of each of these students."""
    for enrolment_id in enrolment_ids:
        record_total(enrolment_id=enrolment_id)


@transaction.atomic
def rebuild_days(*, cohort: Cohort) -> int:
    """Tell the class's past from its attempts, for students of whom no day is written down.

    Each best attempt counts from the day on which it was handed in, as it is graded now; the last
    day ends with the points that count now. Return how many students were told of.
    """
    told = DayTotal.objects.filter(enrolment__cohort=cohort).values("enrolment")
    untold = Enrolment.objects.filter(cohort=cohort).exclude(pk__in=told)
    attempts = Attempt.objects.filter(
        enrolment__in=untold, assignment__cohort=cohort, score__isnull=False
    ).order_by("enrolment_id", "submitted_at", "number")
    totals: dict[int, dict[date, float]] = {}
    best: dict[tuple[int, int], float] = {}
    for enrolment, assignment, score, worth, at in attempts.values_list(
        "enrolment_id", "assignment_id", "score", "assignment__exercise__points", "submitted_at"
    ).iterator():
        more = (score or 0.0) * worth - best.get((enrolment, assignment), 0.0)
        if more > 0:
            best[enrolment, assignment] = (score or 0.0) * worth
            days = totals.setdefault(enrolment, {})
            before = next(reversed(days.values()), 0.0)
            days[localdate(at, timezone=get_default_timezone())] = round(before + more, 6)
    DayTotal.objects.bulk_create(
        DayTotal(enrolment_id=enrolment, day=day, points=points)
        for enrolment, days in totals.items()
        for day, points in days.items()
    )
    record_totals(enrolment_ids=untold.values_list("pk", flat=True))
    return len(totals)
