"""Store the result of a grading, once, and only for the worker that holds the lease."""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from graders.report import Fault, Problem, ProblemCode, Report
from portal.catalogue.models import ExerciseVersion
from portal.common import blobs
from portal.common.errors import BlobNotKept
from portal.submissions.domain.curves import forget_curves
from portal.submissions.models import Attempt, PastReport, State
from portal.submissions.signals import attempt_graded

logger = logging.getLogger(__name__)

MOST_TRIES = 4
"""Gradings that may fail for a reason of ours before an operator has to look."""

BACKOFF = timedelta(seconds=5)
"""The wait before the second try; each later one waits three times as long."""

MAX_MESSAGE = 4000


def finish(
    *,
    attempt_id: UUID,
    lease: UUID,
    version: ExerciseVersion,
    report: Report,
    executed: bytes | None,
) -> bool:
    """Store the report of a grading by `version`, and let the standings follow.

    A report of a failure of ours is not stored: the attempt is tried again, later and later,
    and at last given up. False: the lease was lost, and nothing is written.
    """
    kept = _keep(executed)
    with transaction.atomic():
        attempt = _held(attempt_id, lease)
        if attempt is None:
            return False
        if report.is_ours:
            put_back(attempt=attempt, report=report)
        else:
            store_report(attempt=attempt, version=version, report=report, executed=kept)
        return True


def store_report(
    *, attempt: Attempt, version: ExerciseVersion, report: Report, executed: str = ""
) -> None:
    """Make `report` the attempt's; one that it replaces is kept. Must run in a transaction."""
    if attempt.score is not None:
        PastReport.objects.create(
            attempt=attempt,
            report=attempt.report,
            score=attempt.score,
            version=attempt.version,
            replaced_by=attempt.regrade_by,
        )
    attempt.state = State.GRADED
    attempt.version = version
    attempt.report = report.model_dump(mode="json")
    attempt.score = report.score
    attempt.executed = executed
    if report.gpu is not None and attempt.regrade_by_id is None:
        attempt.gpu_seconds = report.gpu.seconds
    _settle(attempt)
    attempt_graded.send(sender=Attempt, attempt=attempt)


def put_back(*, attempt: Attempt, report: Report) -> None:
    """Queue again what failed for a reason of ours, or give it up. Must run in a transaction."""
    logger.error("attempt %s, try %s: %s", attempt.pk, attempt.tries, report.problem)
    forget_curves(attempt)
    if attempt.tries < MOST_TRIES:
        attempt.state = State.QUEUED
        attempt.ready_at = timezone.now() + BACKOFF * 3 ** (attempt.tries - 1)
        attempt.lease = attempt.lease_expires_at = attempt.started_at = None
        attempt.progress = {}
        attempt.save()
    elif attempt.score is not None:
        # A regrade that can't be had leaves the student what they had.
        attempt.state = State.GRADED
        _settle(attempt)
    else:
        attempt.state = State.FAILED
        attempt.report = report.model_dump(mode="json")
        _settle(attempt)


def our_failure(*, version: ExerciseVersion, message: str) -> Report:
    """Return the report of a grading that failed for a reason of ours."""
    return Report(
        exercise=version.exercise.slug,
        version=version.digest,
        kind=version.exercise.kind,
        problem=Problem(
            code=ProblemCode.SANDBOX_FAILED, fault=Fault.OURS, message=message[:MAX_MESSAGE]
        ),
    )


def requeue_expired() -> int:
    """Put back every attempt whose worker stopped renewing its lease; return how many."""
    return sum(map(_requeue, _expired().values_list("pk", flat=True)))


def _expired() -> QuerySet[Attempt]:
    return Attempt.objects.filter(state=State.RUNNING, lease_expires_at__lt=timezone.now())


def _requeue(attempt_id: UUID) -> bool:
    with transaction.atomic():
        # It may have been renewed, or put back by another sweep, since it was listed.
        attempt = _expired().select_for_update().filter(pk=attempt_id).first()
        if attempt is None:
            return False
        message = "The worker that graded this stopped answering."
        put_back(attempt=attempt, report=our_failure(version=attempt.version, message=message))
        return True


def _keep(executed: bytes | None) -> str:
    """Keep the notebook as it was run, unless the disk is full: the report counts, not this."""
    try:
        return blobs.store(executed) if executed else ""
    except BlobNotKept:
        logger.exception("a notebook as it was run is lost")
        return ""


def _held(attempt_id: UUID, lease: UUID) -> Attempt | None:
    """Return the attempt, locked, if `lease` still holds it."""
    held = Attempt.objects.select_for_update().filter(
        pk=attempt_id, lease=lease, state=State.RUNNING
    )
    return held.first()


def _settle(attempt: Attempt) -> None:
    forget_curves(attempt)
    attempt.finished_at = timezone.now()
    attempt.lease = attempt.lease_expires_at = attempt.ready_at = attempt.regrade_by = None
    attempt.progress = {}
    attempt.save()
