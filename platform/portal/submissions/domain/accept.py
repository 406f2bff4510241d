"""Take in what a student hands in."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from exercises.exercise import Exercise
from graders.answer import Answers
from graders.errors import IntakeError
from graders.grader import InstantGrader, RoomGrader, grader_of, refused
from graders.kinds.answer.grader import write_answers
from graders.report import Report
from portal.catalogue.domain.versions import current_version, open_version
from portal.catalogue.models import Assignment, ExerciseVersion
from portal.common import blobs
from portal.courses.models import Enrolment
from portal.settings.env import CPU_QUEUE, GPU_QUEUE
from portal.submissions.domain.announce import announce_work
from portal.submissions.domain.budget import check_gpu_budget
from portal.submissions.domain.limits import check_may_submit
from portal.submissions.domain.pace import check_pace
from portal.submissions.domain.seeds import variant_seed
from portal.submissions.domain.trials import split
from portal.submissions.errors import WrongKind
from portal.submissions.models import Attempt, State
from portal.submissions.signals import attempt_graded

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class _Work:
    """What was handed in, kept already, and for what."""

    enrolment: Enrolment
    assignment: Assignment
    version: ExerciseVersion
    filename: str
    blob: str
    size: int
    daily: int | None = None


def accept_file(
    *, enrolment: Enrolment, assignment: Assignment, filename: str, content: bytes
) -> Attempt:
    """Keep the bytes and queue them for grading; what can't be graded is refused with a report.

    Raises WrongKind, AssignmentNotOpen, AssignmentClosed, AttemptLimitReached,
    DailyLimitReached, TooFast, TooManyWaiting, GpuBudgetSpent.
    """
    check_pace(user_id=enrolment.user_id, work="hand-in")
    version = current_version(assignment.exercise)
    exercise = open_version(version)
    grader = grader_of(exercise.manifest.kind)
    if not isinstance(grader, RoomGrader):
        raise WrongKind(exercise.manifest.id)
    daily = grader.daily_limit(exercise)
    check_may_submit(enrolment=enrolment, assignment=assignment, daily=daily)
    if exercise.manifest.gpu:
        check_gpu_budget(enrolment)
    blob = blobs.store(content)
    work = _Work(enrolment, assignment, version, _clean(filename), blob, len(content), daily)
    refusal = _refusal(grader, exercise, content)
    with transaction.atomic():
        if refusal is not None:
            return _add(work, state=State.REFUSED, report=refusal)
        queue = queue_for(exercise)
        attempt = _add(work, state=State.QUEUED, queue=queue)
        times = split(attempt=attempt, version=version, exercise=exercise)
        transaction.on_commit(partial(announce_work, queue=queue, times=times))
        return attempt


def accept_answers(*, enrolment: Enrolment, assignment: Assignment, answers: Answers) -> Attempt:
    """Keep the typed answers and grade them at once.

    Raises WrongKind, AssignmentNotOpen, AssignmentClosed, AttemptLimitReached, TooFast,
    TooManyWaiting.
    """
    check_pace(user_id=enrolment.user_id, work="hand-in")
    check_may_submit(enrolment=enrolment, assignment=assignment)
    version = current_version(assignment.exercise)
    exercise = open_version(version)
    grader = grader_of(exercise.manifest.kind)
    if not isinstance(grader, InstantGrader):
        raise WrongKind(exercise.manifest.id)
    content = write_answers(answers)
    seed = variant_seed(enrolment=enrolment, assignment=assignment)
    report = grader.grade(exercise=exercise, work=content, seed=seed)
    work = _Work(enrolment, assignment, version, "", blobs.store(content), len(content))
    with transaction.atomic():
        attempt = _add(work, state=State.GRADED, report=report, score=report.score)
        attempt_graded.send(sender=Attempt, attempt=attempt, is_last=True)
        return attempt


def queue_for(exercise: Exercise) -> str:
    """Return the queue on which the exercise's hand-ins wait."""
    return GPU_QUEUE if exercise.manifest.gpu else CPU_QUEUE


def read_answers(attempt: Attempt) -> Answers:
    """Return the answers typed in `attempt`. Raises BlobError."""
    answers: Answers = json.loads(blobs.read(attempt.blob))
    return answers


def _add(
    work: _Work,
    *,
    state: State,
    queue: str = "",
    report: Report | None = None,
    score: float | None = None,
) -> Attempt:
    """Add the student's next attempt. Must run in a transaction."""
    # Hand-ins of one student wait for one another here, so that limits hold and numbers are unique.
    Enrolment.objects.select_for_update().get(pk=work.enrolment.pk)
    check_may_submit(enrolment=work.enrolment, assignment=work.assignment, daily=work.daily)
    earlier = Attempt.objects.filter(enrolment=work.enrolment, assignment=work.assignment)
    last: int = earlier.aggregate(last=Max("number"))["last"] or 0
    now = timezone.now()
    return Attempt.objects.create(
        enrolment=work.enrolment,
        assignment=work.assignment,
        version=work.version,
        number=last + 1,
        state=state,
        filename=work.filename,
        blob=work.blob,
        size=work.size,
        submitted_at=now,
        queue=queue,
        queued_at=now if state is State.QUEUED else None,
        started_at=now if state is State.GRADED else None,
        finished_at=None if state is State.QUEUED else now,
        report=report.model_dump(mode="json") if report else None,
        score=score,
    )


def _refusal(grader: RoomGrader, exercise: Exercise, content: bytes) -> Report | None:
    try:
        grader.check_work(content, exercise)
    except IntakeError as error:
        return refused(exercise, error.problem)
    return None


def _clean(filename: str) -> str:
    """Return a name fit to be shown and offered for download: no folder, no control character."""
    name = PurePosixPath(filename.replace("\\", "/")).name
    printable = "".join(letter for letter in name if letter.isprintable()).strip()
    return printable if len(printable) <= LONGEST_NAME else f"{printable[:200]}{printable[-50:]}"
