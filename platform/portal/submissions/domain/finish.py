"""Store the result of a grading, once, and only for the worker that holds the lease."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import transaction

from graders.report import Fault, Problem, ProblemCode, Report
from portal.catalogue.models import ExerciseVersion
from portal.common import blobs
from portal.common.errors import BlobNotKept
from portal.submissions.domain.leases import held, release, settle_expired, try_again
from portal.submissions.domain.live import forget_live
from portal.submissions.models import Attempt, PastReport, State
from portal.submissions.signals import attempt_graded

logger = logging.getLogger(__name__)

MAX_MESSAGE = 4000
SILENT = "The worker that graded this stopped answering."


def finish(
    *,
    attempt_id: UUID,
    lease: UUID,
    version: ExerciseVersion,
    report: Report,
    executed: bytes | None,
    transcript: bytes | None = None,
    weights: bytes | None = None,
) -> bool:
    """Store the report of a grading by `version`, and let the standings follow.

    A report of a failure of ours is not stored: the attempt is tried again, later and later,
    and at last given up. False: the lease was lost, and nothing is written.
    """
    kept = [keep(content) for content in (executed, transcript, weights)]
    with transaction.atomic():
        attempt = held(Attempt, attempt_id, lease).select_for_update().first()
        if attempt is None:
            return False
        if report.is_ours:
            put_back(attempt=attempt, report=report)
        else:
            store_report(
                attempt=attempt,
                version=version,
                report=report,
                executed=kept[0],
                transcript=kept[1],
                weights=kept[2],
            )
        return True


def store_report(
    *,
    attempt: Attempt,
    version: ExerciseVersion,
    report: Report,
    executed: str = "",
    transcript: str = "",
    weights: str = "",
    is_last: bool = True,
) -> None:
    """Make `report` the attempt's; one that it replaces is kept. Must run in a transaction.

    Where a kept run was scored again, its notebook and weights stay. The standings follow, unless
    another report of the same student at the same exercise does: then this is not the `is_last`.
    """
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
    attempt.transcript = transcript
    if not report.rescored:
        attempt.executed, attempt.weights = executed, weights
    if report.gpu is not None and attempt.regrade_by_id is None:
        attempt.gpu_seconds = report.gpu.seconds
    _settle(attempt)
    attempt_graded.send(sender=Attempt, attempt=attempt, is_last=is_last)


def put_back(*, attempt: Attempt, report: Report) -> None:
    """Queue again what failed for a reason of ours, or give it up. Must run in a transaction."""
    forget_live(attempt)
    if not try_again(attempt, report.problem):
        give_up(attempt=attempt, report=report)


def give_up(*, attempt: Attempt, report: Report) -> None:
    """Settle an attempt that can't be graded, for the reason in `report`, which is ours."""
    if attempt.score is not None:
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
        problem=our_problem(message),
    )


def our_problem(message: str) -> Problem:
    """Return a problem that is none of the student's, and no limit."""
    return Problem(code=ProblemCode.SANDBOX_FAILED, fault=Fault.OURS, message=message[:MAX_MESSAGE])


def requeue_expired() -> int:
    """Put back every attempt whose worker stopped renewing its lease; return how many."""
    return settle_expired(Attempt, _put_back_silent)


def _put_back_silent(attempt: Attempt) -> None:
    put_back(attempt=attempt, report=our_failure(version=attempt.version, message=SILENT))


def keep(content: bytes | None) -> str:
    """Keep what a run has left, unless the disk is full: the report counts, not this."""
    try:
        return blobs.store(content) if content else ""
    except BlobNotKept:
        logger.exception("%s bytes that a run has left are lost", len(content or b""))
        return ""


def _settle(attempt: Attempt) -> None:
    forget_live(attempt)
    release(attempt)
    attempt.regrade_by = None
    attempt.save()
