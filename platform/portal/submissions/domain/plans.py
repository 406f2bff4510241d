"""Grade attempts again for a preview, and let what they came to count once a teacher says so."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from graders.grading import Grading
from graders.report import Report
from portal.accounts.models import User
from portal.catalogue.domain.versions import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.domain import record_change
from portal.submissions.domain.accept import queue_for
from portal.submissions.domain.announce import MOST_AT_ONCE, announce_work
from portal.submissions.domain.finish import SILENT, keep, our_failure, store_report
from portal.submissions.domain.leases import held, release, settle_expired, try_again
from portal.submissions.domain.limits import WAITING
from portal.submissions.domain.regrade import REGRADABLE
from portal.submissions.errors import PlanDropped, PlanUnfinished
from portal.submissions.models import Attempt, RegradePlan, Regrading, State

logger = logging.getLogger(__name__)

BATCH = 200
"""Rows with their reports that are held in memory at once."""


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """How many of a plan's attempts are graded or given up, of how many.

    `failed` are those given up. `skipped` were graded well, but had changed when the plan was
    applied.
    """

    done: int
    total: int
    failed: int
    skipped: int = 0

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will come."""
        return self.done == self.total


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """An attempt whose score would change, or has. Scores are shares, None where there was none.

    `is_stale`: the attempt was graded again since, so that applying the plan would skip it.
    """

    attempt: Attempt
    old_score: float | None
    new_score: float
    is_stale: bool


def plan_regrade(*, assignment: Assignment, by: User, anew: bool = False) -> RegradePlan:
    """Have every settled attempt at an exercise of a class graded by its current version.

    Nothing of it counts before `apply_plan`. An open plan of the same exercise is dropped.
    """
    version = current_version(assignment.exercise)
    queue = queue_for(open_version(version))
    with transaction.atomic():
        # Plans of one exercise wait for one another here, so that one alone is open.
        Assignment.objects.select_for_update().get(pk=assignment.pk)
        for old in open_plans(assignment):
            drop_plan(plan=old, by=by)
        plan = RegradePlan.objects.create(assignment=assignment, version=version, by=by, anew=anew)
        attempts = Attempt.objects.filter(assignment=assignment, state__in=REGRADABLE)
        now = timezone.now()
        rows = Regrading.objects.bulk_create(
            (
                Regrading(
                    plan=plan,
                    attempt_id=pk,
                    old_score=score,
                    state=State.QUEUED,
                    queue=queue,
                    queued_at=now,
                )
                for pk, score in attempts.values_list("pk", "score")
            ),
            batch_size=BATCH,
        )
        record_change(
            cohort=assignment.cohort,
            by=by,
            action="regrade-planned",
            subject=assignment.exercise.slug,
            after={"attempts": len(rows), "version": version.digest},
        )
        times = min(len(rows), MOST_AT_ONCE)
        transaction.on_commit(partial(announce_work, queue=queue, times=times))
    return plan


def open_plans(assignment: Assignment) -> QuerySet[RegradePlan]:
    """Return the plan that is neither applied nor dropped: one at most."""
    return RegradePlan.objects.filter(
        assignment=assignment, applied_at__isnull=True, dropped_at__isnull=True
    )


def plan_progress(plan: RegradePlan) -> PlanProgress:
    """Return how far a plan is."""
    graded = Q(state=State.GRADED)
    skipped = graded & Q(is_applied=False, plan__applied_at__isnull=False)
    counts = plan.regradings.aggregate(
        done=Count("pk", filter=graded | Q(state=State.FAILED)),
        total=Count("pk"),
        failed=Count("pk", filter=Q(state=State.FAILED)),
        skipped=Count("pk", filter=skipped),
    )
    return PlanProgress(**counts)


def plan_changes(plan: RegradePlan) -> list[PlannedChange]:
    """Return the attempts whose scores a plan changes, as far as it is graded, by student."""
    graded = (
        plan.regradings.filter(state=State.GRADED)
        .select_related("attempt__enrolment__user")
        .defer("report", "attempt__report")
        .order_by("attempt__enrolment__user__username", "attempt__number")
    )
    return [
        PlannedChange(one.attempt, one.old_score, one.score, _is_stale(one, one.attempt))
        for one in graded
        if one.score is not None and one.score != one.old_score
    ]


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
    applied = sum(_apply(fresh, one, attempt, by) for one, attempt in _with_attempts(fresh))
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


@transaction.atomic
def drop_plan(*, plan: RegradePlan, by: User) -> None:
    """Give up a plan; whoever still grades for it stops. One that was applied stays."""
    fresh = RegradePlan.objects.select_for_update().get(pk=plan.pk)
    if fresh.applied_at is not None or fresh.dropped_at is not None:
        return
    plan.dropped_at = fresh.dropped_at = timezone.now()
    fresh.save()
    fresh.regradings.all().delete()
    record_change(
        cohort=fresh.assignment.cohort,
        by=by,
        action="regrade-dropped",
        subject=fresh.assignment.exercise.slug,
    )


def finish_regrading(*, regrading: Regrading, grading: Grading) -> bool:
    """Keep what an attempt came to for its plan. False: the lease was lost, and nothing is kept.

    A failure of ours is tried again, later and later, and at last given up.
    """
    if regrading.lease is None:
        return False
    kept = {
        "executed": keep(grading.executed),
        "transcript": keep(grading.transcript),
        "weights": keep(grading.weights),
    }
    with transaction.atomic():
        row = held(Regrading, regrading.pk, regrading.lease).select_for_update().first()
        if row is None:
            return False
        _settle(row, grading.report, **kept)
        if row.plan.regradings.filter(state=State.QUEUED).exists():
            # Each that ends calls for the next: a large plan needs no message for each.
            transaction.on_commit(partial(announce_work, queue=row.queue))
        return True


def requeue_expired_regradings() -> int:
    """Put back every attempt of a plan whose worker stopped renewing its lease."""
    return settle_expired(Regrading, _settle_silent)


def _settle_silent(row: Regrading) -> None:
    _settle(row, our_failure(version=row.plan.version, message=SILENT))


def _settle(
    row: Regrading, report: Report, *, executed: str = "", transcript: str = "", weights: str = ""
) -> None:
    if report.is_ours and try_again(row, report.problem):
        return
    row.state = State.FAILED if report.is_ours else State.GRADED
    row.report = report.model_dump(mode="json")
    row.score = None if report.is_ours else report.score
    row.executed, row.transcript, row.weights = executed, transcript, weights
    release(row)
    row.save()


def _with_attempts(plan: RegradePlan) -> Iterator[tuple[Regrading, Attempt]]:
    """Yield what was graded with its attempt, locked, by student."""
    graded = plan.regradings.filter(state=State.GRADED)
    attempts = Attempt.objects.filter(regradings__in=graded)
    # All at once and before any standing: whoever ends a grading holds its attempt, and then asks
    # for the standing, as those do who apply another plan, in the same order of students.
    list(attempts.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    order = graded.order_by("attempt__enrolment_id", "attempt__number")
    numbers = list(order.values_list("pk", flat=True))
    related = ("attempt__enrolment__user", "attempt__assignment__exercise", "attempt__version")
    for start in range(0, len(numbers), BATCH):
        batch = numbers[start : start + BATCH]
        for row in order.filter(pk__in=batch).select_related(*related):
            yield row, row.attempt


def _apply(plan: RegradePlan, row: Regrading, attempt: Attempt, by: User) -> bool:
    if _is_stale(row, attempt):
        return False
    attempt.regrade_by = by
    store_report(
        attempt=attempt,
        version=plan.version,
        report=Report.model_validate(row.report),
        executed=row.executed,
        transcript=row.transcript,
        weights=row.weights,
    )
    row.is_applied = True
    row.save(update_fields=["is_applied", "updated_at"])
    return True


def _is_stale(row: Regrading, attempt: Attempt) -> bool:
    """Return whether an attempt was graded otherwise since its regrading was planned."""
    if row.is_applied:
        return False
    is_later = attempt.finished_at is not None and attempt.finished_at > row.created_at
    return attempt.state not in REGRADABLE or is_later
