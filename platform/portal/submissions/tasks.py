"""What workers do when they are told to look."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup, worker_ready, worker_shutdown
from django.conf import settings

from portal.settings.env import GPU_QUEUE
from portal.submissions.domain.announce import announce_waiting, announce_work
from portal.submissions.domain.claim import claim_next
from portal.submissions.domain.gpus import hold_device
from portal.submissions.domain.handlers import grade_work, requeue_all_expired
from portal.submissions.domain.rooms import close_loops, portal_sandbox
from portal.submissions.domain.workers import worker_name
from portal.submissions.heartbeat import Heartbeat
from sandbox.errors import SandboxUnavailable
from sandbox.gpu import NoFreeShare, check_gpus

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def grade_next(queue: str) -> None:
    """Do the work of `queue` whose turn it is, if any waits."""
    with ExitStack() as held:
        try:
            sandbox = portal_sandbox()
            gpu = held.enter_context(hold_device(queue))
        except SandboxUnavailable as error:
            # Nothing is claimed, so nothing is lost: the sweep asks again.
            logger.error("Nothing is graded on this machine. %s %s", error.reason, error.remedy)  # noqa: TRY400
            return
        except NoFreeShare:
            # Whoever gives a share back announces the queue again.
            return
        lease_seconds: float = settings.NOYAU.lease_seconds
        claimed = claim_next(queue=queue, lease_seconds=lease_seconds, worker=worker_name())
        if claimed is None:
            return
        grade_work(work=claimed, sandbox=sandbox, gpu=gpu)
    if queue == GPU_QUEUE:
        announce_work(queue=queue)


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Put back what dead workers held, and announce what has waited too long."""
    requeue_all_expired()
    announce_waiting()


@worker_ready.connect  # type: ignore[untyped-decorator]
def sweep_at_start(**_signal: object) -> None:
    """Look at once for what a worker that died has left."""
    sweep.delay()


@worker_shutdown.connect  # type: ignore[untyped-decorator]
def end_warm_rooms(**_signal: object) -> None:
    """End the rooms that wait. Those of a worker that is killed end with it."""
    close_loops()


@celeryd_after_setup.connect  # type: ignore[untyped-decorator]
def refuse_gpu_work_without_gpus(instance: Any, **_signal: object) -> None:  # noqa: ANN401
    """End a worker that is told to serve GPU work and has no GPU to do it on."""
    if GPU_QUEUE not in instance.app.amqp.queues.consume_from:
        return
    try:
        check_gpus(settings.NOYAU.gpus)
    except SandboxUnavailable as error:
        raise SystemExit(
            f"This worker can't serve the queue {GPU_QUEUE}. {error.reason} {error.remedy}"
        ) from error


@worker_ready.connect  # type: ignore[untyped-decorator]
def beat_from_the_start(sender: Any, **_signal: object) -> None:  # noqa: ANN401
    """Say which queues this worker serves, until it ends."""
    heartbeat = Heartbeat(name=worker_name(), queues=sender.app.amqp.queues.consume_from)
    heartbeat.start()
    worker_shutdown.connect(  # type: ignore[no-untyped-call]
        lambda **_signal: heartbeat.stop(), weak=False
    )
