"""Grade attempts again for a preview: nothing of it counts before it is applied."""

from __future__ import annotations

import logging
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
from portal.submissions.domain.applying import BATCH, is_stale
from portal.submissions.domain.finish import SILENT, keep, our_failure
from portal.submissions.domain.leases import held, release, settle_expired, try_again
from portal.submissions.domain.regrade import REGRADABLE
from portal.submissions.models import Attempt, RegradePlan, Regrading, State

logger = logging.getLogger(__name__)


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

    Nothing of it counts before `applying.apply_plan`. An open plan of the same exercise is dropped.
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
        PlannedChange(one.attempt, one.old_score, one.score, is_stale(one, one.attempt))
        for one in graded
        if one.score is not None and one.score != one.old_score
    ]


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
