"""Whether a student may hand in now."""

from __future__ import annotations

from django.utils import timezone

from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.errors import (
    AssignmentClosed,
    AssignmentNotOpen,
    AttemptLimitReached,
    TooManyWaiting,
)
from portal.submissions.models import Attempt, State

WAITING = (State.QUEUED, State.RUNNING)
COUNTING = (*WAITING, State.GRADED)
"""The states of an attempt that counts towards the limit."""

MOST_WAITING = 5
"""Attempts of one student that may wait at once, over all exercises."""


def attempts_left(*, enrolment: Enrolment, assignment: Assignment) -> int | None:
    """Return how many attempts the student still has, None without a limit."""
    limit = assignment.attempts_allowed
    if limit is None:
        return None
    used = Attempt.objects.filter(
        enrolment=enrolment, assignment=assignment, state__in=COUNTING
    ).count()
    return max(0, limit - used)


def check_may_submit(*, enrolment: Enrolment, assignment: Assignment) -> None:
    """Raise the SubmissionError that says why the student may not hand in, if there is one."""
    now = timezone.now()
    if assignment.opens_at is not None and now < assignment.opens_at:
        raise AssignmentNotOpen(assignment.opens_at)
    if assignment.due_at is not None and now > assignment.due_at:
        raise AssignmentClosed(assignment.due_at)
    limit = assignment.attempts_allowed
    if limit is not None and attempts_left(enrolment=enrolment, assignment=assignment) == 0:
        raise AttemptLimitReached(limit)
    waiting = Attempt.objects.filter(enrolment__user=enrolment.user_id, state__in=WAITING)
    if waiting.count() >= MOST_WAITING:
        raise TooManyWaiting(MOST_WAITING)
