"""Grade again what was graded, by the exercise as it is now."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import TypedDict

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django_stubs_ext import WithAnnotations

from exercises.exercise import Exercise
from graders.grader import InstantGrader, grader_of
from graders.grading import Grading
from graders.report import Report
from portal.accounts.models import User
from portal.catalogue.domain.versions import current_version, open_version
from portal.catalogue.models import ExerciseVersion
from portal.common import blobs
from portal.common.errors import BlobError
from portal.submissions.domain.accept import queue_for
from portal.submissions.domain.announce import announce_work
from portal.submissions.domain.finish import store_report
from portal.submissions.domain.seeds import variant_seed
from portal.submissions.domain.trials import split
from portal.submissions.models import Attempt, PastReport, State

logger = logging.getLogger(__name__)

REGRADABLE = (State.GRADED, State.FAILED)


class Noted(TypedDict):
    """What is told of a past report whose rest is not loaded."""

    rescored: bool | None


def regrade(*, attempts: Iterable[Attempt], by: User, anew: bool = False) -> int:
    """Grade settled attempts again and return how many; refused and waiting ones are left alone.

    The old report and score count until the new report is there, and are kept after that. A run
    of which enough was kept is scored again as it was, unless the work is to be graded `anew`.
    """
    return sum(_regrade(attempt, by, anew=anew) for attempt in attempts)


def kept_run(attempt: Attempt) -> Grading | None:
    """Return what was kept of the attempt's run to score it again, None without a transcript."""
    if not attempt.transcript or attempt.report is None:
        return None
    try:
        transcript = blobs.read(attempt.transcript)
    except BlobError:
        logger.exception("the transcript of attempt %s is lost", attempt.pk)
        return None
    return Grading(Report.model_validate(attempt.report), transcript=transcript)


def past_reports(attempt: Attempt) -> QuerySet[WithAnnotations[PastReport, Noted]]:
    """Return the reports that regrades replaced, the latest first."""
    replaced = attempt.past_reports.select_related("replaced_by", "version")
    noted = replaced.defer("report").annotate(rescored=F("report__rescored"))
    return noted.order_by("-replaced_at", "-pk")


@transaction.atomic
def _regrade(attempt: Attempt, by: User, *, anew: bool) -> bool:
    locked = Attempt.objects.select_for_update(of=("self",)).select_related(
        "enrolment", "assignment__exercise__current__exercise"
    )
    fresh = locked.filter(pk=attempt.pk, state__in=REGRADABLE).first()
    if fresh is None:
        return False
    fresh.regrade_by = by
    if anew:
        fresh.transcript = ""
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
