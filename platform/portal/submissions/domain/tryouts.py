"""Runs of a notebook against the public tests: nothing is earned by them, and none is kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from graders.errors import IntakeError
from graders.grader import grader_of, refused
from graders.grading import Grading
from graders.kinds.notebook import NotebookGrader
from graders.report import Report
from portal.catalogue.domain.versions import current_version, open_version
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import Enrolment
from portal.settings.env import CPU_QUEUE
from portal.submissions.domain.announce import announce_work
from portal.submissions.domain.finish import SILENT, keep, our_failure
from portal.submissions.domain.leases import BEATS, held, release, settle_expired, try_again
from portal.submissions.domain.limits import check_is_open
from portal.submissions.domain.pace import check_pace
from portal.submissions.errors import WrongKind
from portal.submissions.models import State, Tryout


def start_tryout(*, enrolment: Enrolment, assignment: Assignment, notebook: bytes) -> Tryout:
    """Queue a notebook for the public tests, in the place of the one that was tried before.

    Whoever still runs that one loses its lease, and stops before this one begins: a student never
    has two rooms by this. What can't be run is refused with a report. Raises WrongKind, also where
    a GPU would be held, and AssignmentNotOpen.
    """
    check_is_open(assignment)
    check_pace(user_id=enrolment.user_id, work="tryout")
    version = current_version(assignment.exercise)
    exercise = open_version(version)
    grader = grader_of(exercise.manifest.kind)
    if not isinstance(grader, NotebookGrader) or exercise.manifest.gpu:
        raise WrongKind(exercise.manifest.id)
    report = None
    try:
        grader.check_work(notebook, exercise)
    except IntakeError as error:
        report = refused(exercise, error.problem)
    values = {
        "version": version,
        "blob": blobs.store(notebook),
        "state": State.QUEUED if report is None else State.REFUSED,
        "queue": CPU_QUEUE,
        "queued_at": timezone.now(),
        # When the last one started stays: who was served lately comes after the others.
        "finished_at": None,
        "lease": None,
        "lease_expires_at": None,
        "tries": 0,
        "progress": {},
        "report": report and report.model_dump(mode="json"),
        "executed": "",
    }
    with transaction.atomic():
        known = Tryout.objects.filter(enrolment=enrolment, assignment=assignment)
        old = known.select_for_update().first()
        values["ready_at"] = old and _stopped_at(old)
        tryout, _made = Tryout.objects.update_or_create(
            enrolment=enrolment, assignment=assignment, defaults=values
        )
        if report is None:
            transaction.on_commit(partial(announce_work, queue=CPU_QUEUE))
    return tryout


def _stopped_at(old: Tryout) -> datetime | None:
    """Return when whoever runs this has found out that it should not, None where nobody does."""
    if old.state == State.RUNNING:
        return timezone.now() + timedelta(seconds=settings.NOYAU.lease_seconds / BEATS)
    return old.ready_at if old.state == State.QUEUED else None


def finish_tryout(*, tryout: Tryout, grading: Grading) -> bool:
    """Store the report of a tryout. False: another has taken its place, and nothing is written.

    A failure of ours is tried again, later and later.
    """
    if tryout.lease is None:
        return False
    kept = keep(grading.executed)
    with transaction.atomic():
        row = held(Tryout, tryout.pk, tryout.lease).select_for_update().first()
        if row is None:
            return False
        _settle(row, grading.report, kept)
        return True


def requeue_expired_tryouts() -> int:
    """Put back every tryout whose worker stopped renewing its lease; return how many."""
    return settle_expired(Tryout, _settle_silent)


def _settle_silent(row: Tryout) -> None:
    _settle(row, our_failure(version=row.version, message=SILENT))


def _settle(row: Tryout, report: Report, executed: str = "") -> None:
    if report.is_ours and try_again(row, report.problem):
        return
    row.state = State.FAILED if report.is_ours else State.GRADED
    row.report = report.model_dump(mode="json")
    row.executed = executed
    release(row)
    row.save()
