"""Prove an exercise's folder: each of its solutions is a job that a worker grades in rooms."""

from __future__ import annotations

import logging
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from pydantic import TypeAdapter

from exercises.exercise import Exercise
from graders.check import CheckRow, Finding
from graders.grader import Role, grader_of
from graders.report import Problem, Text
from portal.accounts.models import User
from portal.submissions.domain.accept import queue_for
from portal.submissions.domain.announce import announce_work
from portal.submissions.domain.finish import SILENT, our_problem
from portal.submissions.domain.leases import held, release, settle_expired, try_again
from portal.submissions.domain.limits import WAITING
from portal.submissions.errors import TooManySolutions
from portal.submissions.models import Check, CheckJob, State

logger = logging.getLogger(__name__)

MOST_VARIANTS = 10
"""On which a reference is graded unless it was asked otherwise."""

MOST_SOLUTIONS = 60
LONGEST_NAME = 120
NOTHING = Text(fr="", en="")
_ROW = TypeAdapter(CheckRow)


def start_check(*, source: Exercise, archive: str, by: User, variants: int | None = None) -> Check:
    """Queue a job for each solution of the folder `source`, whose packed bytes are in `archive`.

    The reference is graded on so many `variants`, by default on as many as its kind asks, at most
    MOST_VARIANTS. A check of the same author and exercise that is not done is given up for this
    one. Raises TooManySolutions.
    """
    grader = grader_of(source.manifest.kind)
    planned = grader.planned(source)
    if len(planned) > MOST_SOLUTIONS:
        raise TooManySolutions(MOST_SOLUTIONS)
    queue = queue_for(source)
    now = timezone.now()
    with transaction.atomic():
        # Whoever grades for an earlier one loses its lease, and stops.
        Check.objects.filter(
            by=by, slug=source.manifest.id, jobs__state__in=WAITING
        ).distinct().delete()
        check = Check.objects.create(
            slug=source.manifest.id,
            digest=source.digest,
            archive=archive,
            variants=variants or min(grader.variants, MOST_VARIANTS),
            by=by,
        )
        CheckJob.objects.bulk_create(
            CheckJob(
                proof=check,
                number=number,
                role=role.value,
                solution=name[:LONGEST_NAME],
                state=State.QUEUED,
                queue=queue,
                queued_at=now,
            )
            for number, (name, role) in enumerate(planned, start=1)
        )
        transaction.on_commit(partial(announce_work, queue=queue, times=len(planned)))
    return check


def check_jobs(check: Check) -> QuerySet[CheckJob]:
    """Return a check's jobs: the reference, what earns nothing, each wrong solution."""
    return check.jobs.order_by("number")


def is_proven(check: Check) -> bool | None:
    """Return whether every solution earned what it should, None while that is not known."""
    jobs = check.jobs.all()
    if jobs.filter(state__in=WAITING).exists():
        return None
    return not jobs.exclude(Q(state=State.GRADED) & Q(row__ok=True)).exists()


def finish_check_job(*, job: CheckJob, outcome: CheckRow | Problem) -> bool:
    """Keep what a solution earned. False: the lease was lost, and nothing is written.

    A problem is ours: the job is tried again, later and later, and at last given up.
    """
    if job.lease is None:
        return False
    with transaction.atomic():
        row = held(CheckJob, job.pk, job.lease).select_for_update().first()
        if row is None:
            return False
        if isinstance(outcome, Problem):
            _put_back(row, outcome)
        else:
            _settle(row, outcome, state=State.GRADED)
        return True


def requeue_expired_check_jobs() -> int:
    """Put back every job whose worker stopped renewing its lease; return how many."""
    return settle_expired(CheckJob, lambda row: _put_back(row, our_problem(SILENT)))


def unsound(job: CheckJob, message: str) -> CheckRow:
    """Return the row of a solution that can't be graded, since the folder itself is not sound."""
    findings = (Finding("", 0.0, 0.0, message),)
    said = Text(fr=message, en=message)
    return CheckRow(job.solution, Role(job.role), NOTHING, said, False, 0, 0.0, findings)  # noqa: FBT003


def _put_back(row: CheckJob, problem: Problem) -> None:
    if not try_again(row, problem):
        _settle(row, unsound(row, f"{problem.code}: {problem.message}"), state=State.FAILED)


def _settle(row: CheckJob, earned: CheckRow, *, state: State) -> None:
    row.state = state
    row.row = _ROW.dump_python(earned, mode="json")
    release(row)
    row.save()
