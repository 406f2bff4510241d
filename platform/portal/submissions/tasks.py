"""What workers do when they are told to look."""

from __future__ import annotations

import logging

from celery import shared_task
from celery.signals import worker_ready, worker_shutdown
from django.conf import settings

from portal.submissions.domain.announce import announce_waiting
from portal.submissions.domain.claim import claim_next
from portal.submissions.domain.finish import requeue_expired
from portal.submissions.domain.rooms import close_loops, portal_sandbox
from portal.submissions.domain.run import grade_claimed
from sandbox.errors import SandboxUnavailable

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def grade_next(queue: str) -> None:
    """Grade the attempt of `queue` whose turn it is, if any waits."""
    try:
        sandbox = portal_sandbox()
    except SandboxUnavailable as error:
        # Nothing is claimed, so nothing is lost: the sweep asks again.
        logger.error("Nothing is graded on this machine. %s %s", error.reason, error.remedy)  # noqa: TRY400
        return
    attempt = claim_next(queue=queue, lease_seconds=settings.NOYAU.lease_seconds)
    if attempt is not None:
        grade_claimed(attempt=attempt, sandbox=sandbox)


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Put back what dead workers held, and announce what has waited too long."""
    requeue_expired()
    announce_waiting()


@worker_ready.connect  # type: ignore[untyped-decorator]
def sweep_at_start(**_signal: object) -> None:
    """Look at once for what a worker that died has left."""
    sweep.delay()


@worker_shutdown.connect  # type: ignore[untyped-decorator]
def end_warm_rooms(**_signal: object) -> None:
    """End the rooms that wait. Those of a worker that is killed end with it."""
    close_loops()
