"""Whether a student may hand in now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from portal.catalogue.domain import deadline_of
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.errors import (
    AssignmentClosed,
    AssignmentNotOpen,
    AttemptLimitReached,
    DailyLimitReached,
    TooManyWaiting,
)
from portal.submissions.models import Attempt, State

WAITING = (State.QUEUED, State.RUNNING)
COUNTING = (*WAITING, State.GRADED)
"""The states of an attempt that counts towards the limit."""

DAY = timedelta(hours=24)

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


def next_attempt_at(
    *, enrolment: Enrolment, assignment: Assignment, daily: int | None
) -> datetime | None:
    """Return when a student who has used up a day's attempts may hand in again, None for now.

    A file that could not be scored has told nothing, and is not counted.
    """
    if daily is None:
        return None
    used = Attempt.objects.filter(
        Q(state__in=WAITING) | Q(report__metrics__0__isnull=False),
        enrolment=enrolment,
        assignment=assignment,
        submitted_at__gt=timezone.now() - DAY,
    )
    latest = used.order_by("-submitted_at").values_list("submitted_at", flat=True)[:daily]
    return latest[daily - 1] + DAY if len(latest) == daily else None


def check_is_open(assignment: Assignment) -> None:
    """Raise AssignmentNotOpen before the moment from which the exercise is worked on."""
    if assignment.opens_at is not None and timezone.now() < assignment.opens_at:
        raise AssignmentNotOpen(assignment.opens_at)


def check_may_submit(
    *, enrolment: Enrolment, assignment: Assignment, daily: int | None = None
) -> None:
    """Raise the SubmissionError that says why the student may not hand in, if there is one."""
    check_is_open(assignment)
    deadline = deadline_of(enrolment=enrolment, assignment=assignment)
    if deadline.closes_at is not None and deadline.is_closed():
        raise AssignmentClosed(deadline.closes_at)
    limit = assignment.attempts_allowed
    if limit is not None and attempts_left(enrolment=enrolment, assignment=assignment) == 0:
        raise AttemptLimitReached(limit)
    again_at = next_attempt_at(enrolment=enrolment, assignment=assignment, daily=daily)
    if daily is not None and again_at is not None:
        raise DailyLimitReached(daily, again_at)
    waiting = Attempt.objects.filter(enrolment__user=enrolment.user_id, state__in=WAITING)
    if waiting.count() >= MOST_WAITING:
        raise TooManyWaiting(MOST_WAITING)
