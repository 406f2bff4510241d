"""Let what a plan of regrades came to count, all at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from graders.report import Report
from portal.accounts.models import User
from portal.courses.domain import record_change
from portal.submissions.domain.finish import store_report
from portal.submissions.domain.limits import WAITING
from portal.submissions.domain.regrade import REGRADABLE
from portal.submissions.errors import PlanDropped, PlanUnfinished
from portal.submissions.models import Attempt, RegradePlan, Regrading, State

BATCH = 200
"""Rows with their reports that are held in memory at once."""


@transaction.atomic
def apply_plan(*, plan: RegradePlan, by: User) -> int:
    """Let what a plan came to be the attempts' reports, and return of how many.

    What was graded again since it was planned is left alone, and so is what could not be graded.
    A plan is applied once: the second time changes nothing and returns 0. Raises PlanUnfinished,
    PlanDropped.
    """
    fresh = RegradePlan.objects.select_for_update().get(pk=plan.pk)
    if fresh.applied_at is not None:
        return 0
    if fresh.dropped_at is not None:
        raise PlanDropped(str(fresh.pk))
    if fresh.regradings.filter(state__in=WAITING).exists():
        raise PlanUnfinished(str(fresh.pk))
    applied = 0
    for _student, works in groupby(_rows(fresh), key=lambda row: row.attempt.enrolment_id):
        applied += _apply(fresh, [row for row in works if not is_stale(row, row.attempt)], by)
    fresh.applied_at = timezone.now()
    fresh.save()
    # The attempts have them now.
    fresh.regradings.update(report=None)
    record_change(
        cohort=fresh.assignment.cohort,
        by=by,
        action="regrade-applied",
        subject=fresh.assignment.exercise.slug,
        after={"attempts": applied, "version": fresh.version.digest},
    )
    plan.applied_at = fresh.applied_at
    return applied


def is_stale(row: Regrading, attempt: Attempt) -> bool:
    """Return whether an attempt was graded otherwise since its regrading was planned."""
    if row.is_applied:
        return False
    is_later = attempt.finished_at is not None and attempt.finished_at > row.created_at
    return attempt.state not in REGRADABLE or is_later


def _rows(plan: RegradePlan) -> Iterator[Regrading]:
    """Yield what was graded, with its attempt, locked, student by student."""
    graded = plan.regradings.filter(state=State.GRADED)
    attempts = Attempt.objects.filter(regradings__in=graded)
    # All at once and before any standing: whoever ends a grading holds its attempt, and then asks
    # for the standing, as those do who apply another plan, in the same order of students.
    list(attempts.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    order = graded.order_by("attempt__enrolment_id", "attempt__number")
    numbers = list(order.values_list("pk", flat=True))
    related = (
        "attempt__enrolment__user",
        "attempt__assignment__exercise__current__exercise",
        "attempt__assignment__cohort",
        "attempt__version",
    )
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        yield from order.filter(pk__in=batch).select_related(*related)


def _apply(plan: RegradePlan, rows: list[Regrading], by: User) -> int:
    """Store the reports of one student's attempts; return how many."""
    for row in rows:
        row.attempt.regrade_by = by
        store_report(
            attempt=row.attempt,
            version=plan.version,
            report=Report.model_validate(row.report),
            executed=row.executed,
            transcript=row.transcript,
            weights=row.weights,
            is_last=row is rows[-1],
        )
    plan.regradings.filter(pk__in=[row.pk for row in rows]).update(is_applied=True)
    return len(rows)
