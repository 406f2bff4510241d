"""What a worker does with each kind of work: grade it, or put back what a dead worker held."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.submissions.domain.checks import requeue_expired_check_jobs
from portal.submissions.domain.finish import requeue_expired
from portal.submissions.domain.plans import requeue_expired_regradings
from portal.submissions.domain.proving import grade_claimed_check_job
from portal.submissions.domain.run import (
    grade_claimed,
    grade_claimed_regrading,
    grade_claimed_trial,
    grade_claimed_tryout,
)
from portal.submissions.domain.trials import requeue_expired_trials
from portal.submissions.domain.tryouts import requeue_expired_tryouts
from portal.submissions.models import Attempt, CheckJob, Leased, Regrading, Trial, Tryout
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox


@dataclass(frozen=True, slots=True)
class Handler:
    """How one kind is graded by who has claimed it, and put back where that worker is silent."""

    grade: Callable[[Any, Sandbox, GpuShare | None], bool]
    requeue: Callable[[], int]


HANDLERS: Mapping[type[Leased], Handler] = {
    Attempt: Handler(
        lambda work, sandbox, gpu: grade_claimed(attempt=work, sandbox=sandbox, gpu=gpu),
        requeue_expired,
    ),
    Trial: Handler(
        lambda work, sandbox, gpu: grade_claimed_trial(trial=work, sandbox=sandbox, gpu=gpu),
        requeue_expired_trials,
    ),
    Tryout: Handler(
        lambda work, sandbox, _gpu: grade_claimed_tryout(tryout=work, sandbox=sandbox),
        requeue_expired_tryouts,
    ),
    Regrading: Handler(
        lambda work, sandbox, gpu: grade_claimed_regrading(
            regrading=work, sandbox=sandbox, gpu=gpu
        ),
        requeue_expired_regradings,
    ),
    CheckJob: Handler(
        lambda work, sandbox, gpu: grade_claimed_check_job(job=work, sandbox=sandbox, gpu=gpu),
        requeue_expired_check_jobs,
    ),
}


def grade_work(*, work: Leased, sandbox: Sandbox, gpu: GpuShare | None) -> bool:
    """Grade what this process has claimed. False: the lease was lost on the way."""
    return HANDLERS[type(work)].grade(work, sandbox, gpu)


def requeue_all_expired() -> int:
    """Put back all work whose workers stopped renewing their leases; return how much."""
    return sum(handler.requeue() for handler in HANDLERS.values())
