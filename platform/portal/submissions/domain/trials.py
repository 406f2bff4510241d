"""The jobs of a sweep: queued with their attempt, graded one by one, gathered once."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.db import transaction

from exercises.exercise import Exercise
from graders.grader import GroupGrader, grader_of, shown_trial
from graders.grading import Grading
from graders.protocol import Progress
from graders.report import Report
from portal.catalogue.domain.versions import open_version
from portal.catalogue.models import ExerciseVersion
from portal.common import blobs
from portal.submissions.domain.finish import SILENT, give_up, keep, our_failure, store_report
from portal.submissions.domain.leases import expired, held, release, try_again
from portal.submissions.models import Attempt, State, Trial


def split(*, attempt: Attempt, version: ExerciseVersion, exercise: Exercise) -> int:
    """Queue the jobs of a queued attempt that is graded as such; return how many messages it needs.

    Earlier ones are gone, and whoever works on them has lost its lease. Must run in the
    transaction that queues the attempt.
    """
    grader = grader_of(exercise.manifest.kind)
    grid = grader.trials(exercise) if isinstance(grader, GroupGrader) else ()
    if attempt.trial_count:
        attempt.trials.all().delete()
    Trial.objects.bulk_create(
        Trial(
            attempt=attempt,
            version=version,
            number=number,
            parameters=dict(parameters),
            state=State.QUEUED,
            queue=attempt.queue,
            queued_at=attempt.queued_at,
        )
        for number, parameters in enumerate(grid, start=1)
    )
    attempt.trial_count = len(grid)
    attempt.save(update_fields=["trial_count", "updated_at"])
    return max(len(grid), 1)


def finish_trial(*, trial: Trial, grading: Grading) -> bool:
    """Store the report of one job; that of the last one is followed by the attempt's.

    A failure of ours is tried again, later and later; a job that is given up takes its sweep
    with it. False: the lease was lost, and nothing is written.
    """
    if trial.lease is None:
        return False
    kept = keep(grading.executed)
    with transaction.atomic():
        attempt = _locked(trial.attempt_id)
        row = held(Trial, trial.pk, trial.lease).select_for_update().first()
        if attempt is None or row is None:
            return False
        if grading.report.is_ours:
            _put_back(attempt=attempt, trial=row, report=grading.report)
            return True
        row.state = State.GRADED
        row.report = grading.report.model_dump(mode="json")
        row.executed = kept
        release(row)
        row.save()
        if not attempt.trials.exclude(state=State.GRADED).exists():
            _gather(attempt=attempt, version=trial.version)
        return True


def requeue_expired_trials() -> int:
    """Put back every job whose worker stopped renewing its lease; return how many."""
    lost = expired(Trial).values_list("pk", "attempt_id")
    return sum(_requeue(trial_id, attempt_id) for trial_id, attempt_id in lost)


def trials_progress(attempt: Attempt) -> Progress:
    """Return how many of a sweep's jobs are done."""
    done = attempt.trials.filter(state=State.GRADED).count()
    return Progress(phase="jobs", done=done, total=attempt.trial_count)


def _locked(attempt_id: UUID) -> Attempt | None:
    """Return the attempt, locked: those who end jobs of one sweep wait for one another here."""
    return Attempt.objects.select_for_update().filter(pk=attempt_id).first()


def _requeue(trial_id: UUID, attempt_id: UUID) -> bool:
    with transaction.atomic():
        attempt = _locked(attempt_id)
        trial = expired(Trial).select_for_update().filter(pk=trial_id).first()
        if attempt is None or trial is None:
            return False
        report = our_failure(version=trial.version, message=SILENT)
        _put_back(attempt=attempt, trial=trial, report=report)
        return True


def _put_back(*, attempt: Attempt, trial: Trial, report: Report) -> None:
    if not try_again(trial, report.problem):
        attempt.trials.all().delete()
        give_up(attempt=attempt, report=report)


def _gather(*, attempt: Attempt, version: ExerciseVersion) -> None:
    """Settle the attempt by the reports of its jobs, in their order."""
    exercise = open_version(version)
    grader = cast("GroupGrader", grader_of(exercise.manifest.kind))
    trials = list(attempt.trials.order_by("number"))
    report = grader.gather(
        exercise=exercise,
        work=blobs.read(attempt.blob),
        reports=[Report.model_validate(trial.report) for trial in trials],
    )
    executed = trials[shown_trial(report) - 1].executed
    store_report(attempt=attempt, version=version, report=report, executed=executed)
