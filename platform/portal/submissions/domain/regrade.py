"""Grade again what was graded, by the exercise as it is now."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from exercises.exercise import Exercise
from graders.grader import InstantGrader, grader_of
from portal.accounts.models import User
from portal.catalogue.domain.versions import current_version, open_version
from portal.catalogue.models import ExerciseVersion
from portal.common import blobs
from portal.submissions.domain.accept import queue_for
from portal.submissions.domain.announce import announce_work
from portal.submissions.domain.finish import store_report
from portal.submissions.domain.seeds import variant_seed
from portal.submissions.domain.trials import split
from portal.submissions.models import Attempt, PastReport, State

REGRADABLE = (State.GRADED, State.FAILED)


def regrade(*, attempts: Iterable[Attempt], by: User) -> int:
    """Grade settled attempts again and return how many; refused and waiting ones are left alone.

    The old report and score count until the new report is there, and are kept after that.
    """
    return sum(_regrade(attempt, by) for attempt in attempts)


def past_reports(attempt: Attempt) -> QuerySet[PastReport]:
    """Return the reports that regrades replaced, the latest first."""
    replaced = attempt.past_reports.select_related("replaced_by", "version")
    return replaced.defer("report").order_by("-replaced_at", "-pk")


@transaction.atomic
def _regrade(attempt: Attempt, by: User) -> bool:
    locked = Attempt.objects.select_for_update(of=("self",)).select_related(
        "enrolment", "assignment__exercise__current__exercise"
    )
    fresh = locked.filter(pk=attempt.pk, state__in=REGRADABLE).first()
    if fresh is None:
        return False
    fresh.regrade_by = by
    version = current_version(fresh.assignment.exercise)
    exercise = open_version(version)
    grader = grader_of(exercise.manifest.kind)
    if isinstance(grader, InstantGrader):
        seed = variant_seed(enrolment=fresh.enrolment, assignment=fresh.assignment)
        report = grader.grade(exercise=exercise, work=blobs.read(fresh.blob), seed=seed)
        store_report(attempt=fresh, version=version, report=report)
    else:
        _queue(fresh, version=version, exercise=exercise)
    return True


def _queue(attempt: Attempt, *, version: ExerciseVersion, exercise: Exercise) -> None:
    attempt.state = State.QUEUED
    attempt.queue = queue_for(exercise)
    attempt.queued_at = timezone.now()
    attempt.ready_at = attempt.started_at = attempt.finished_at = None
    attempt.tries = 0
    attempt.save()
    times = split(attempt=attempt, version=version, exercise=exercise)
    transaction.on_commit(partial(announce_work, queue=attempt.queue, times=times))
