"""What workers do when they are told to look."""

from __future__ import annotations

import logging
import os
from contextlib import ExitStack
from typing import Any

from celery import shared_task
from celery.signals import celeryd_after_setup, worker_ready, worker_shutdown
from django.conf import settings

from portal.settings.env import GPU_QUEUE
from portal.submissions.domain.announce import announce_waiting, announce_work
from portal.submissions.domain.claim import claim_next
from portal.submissions.domain.finish import requeue_expired
from portal.submissions.domain.gpus import hold_device
from portal.submissions.domain.rooms import close_loops, portal_sandbox
from portal.submissions.domain.run import grade_claimed, grade_claimed_trial, grade_claimed_tryout
from portal.submissions.domain.trials import requeue_expired_trials
from portal.submissions.domain.tryouts import requeue_expired_tryouts
from portal.submissions.heartbeat import Heartbeat
from portal.submissions.models import Attempt, Trial, Tryout
from sandbox.errors import SandboxUnavailable
from sandbox.gpu import NoFreeShare, check_gpus

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def grade_next(queue: str) -> None:
    """Grade the attempt of `queue`, or the job of a sweep, whose turn it is, if any waits."""
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
        claimed = claim_next(queue=queue, lease_seconds=settings.NOYAU.lease_seconds)
        if claimed is None:
            return
        match claimed:
            case Attempt():
                grade_claimed(attempt=claimed, sandbox=sandbox, gpu=gpu)
            case Trial():
                grade_claimed_trial(trial=claimed, sandbox=sandbox, gpu=gpu)
            case Tryout():
                grade_claimed_tryout(tryout=claimed, sandbox=sandbox)
    if queue == GPU_QUEUE:
        announce_work(queue=queue)


@shared_task  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Put back what dead workers held, and announce what has waited too long."""
    requeue_expired()
    requeue_expired_trials()
    requeue_expired_tryouts()
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
    name = f"{sender.hostname}-{os.getpid()}"
    heartbeat = Heartbeat(name=name, queues=sender.app.amqp.queues.consume_from)
    heartbeat.start()
    worker_shutdown.connect(  # type: ignore[no-untyped-call]
        lambda **_signal: heartbeat.stop(), weak=False
    )
