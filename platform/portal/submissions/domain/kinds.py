"""The kinds of work that wait in queues: whose each row is, when it came, what comes with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Value
from django.utils import timezone

from portal.submissions.models import (
    Attempt,
    CheckJob,
    Leased,
    Regrading,
    State,
    Trial,
    Tryout,
)

ALL = Q()
NEW = Value(value=False)


def _nothing(_row: Any) -> None:  # noqa: ANN401
    """Change nothing but the row that was taken."""


def _start_sweep(trial: Trial) -> None:
    """Let the first job of a sweep that is taken start its attempt."""
    now = timezone.now()
    waiting = Attempt.objects.filter(pk=trial.attempt_id, state=State.QUEUED)
    waiting.update(state=State.RUNNING, started_at=now, updated_at=now)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of leased rows, by lookups from such a row.

    A turn counts for its `user` and its `cohort`, if it has one. Rows of one `group` are served by
    their `number`. Those that `is_later` finds come after new work; a kind that `ages` catches up.
    `claimable` leaves out rows that are never claimed themselves. `related` is loaded with a row
    that was taken, and `on_claim` told of it.
    """

    rows: type[Leased]
    user: str
    cohort: str | None
    came: str
    group: str
    related: tuple[str, ...]
    number: str | None = None
    is_later: Q | Value = NEW
    ages: bool = False
    claimable: Q = ALL
    on_claim: Callable[[Any], None] = _nothing


ATTEMPT = Kind(
    rows=Attempt,
    user="enrolment__user_id",
    cohort="enrolment__cohort_id",
    came="submitted_at",
    group="pk",
    number="number",
    related=("version__exercise", "assignment__exercise__current__exercise", "enrolment"),
    is_later=Q(score__isnull=False),
    claimable=Q(trial_count=0),
)
TRIAL = Kind(
    rows=Trial,
    user="attempt__enrolment__user_id",
    cohort="attempt__enrolment__cohort_id",
    came="attempt__submitted_at",
    group="attempt_id",
    number="number",
    related=("version__exercise", "attempt__assignment__exercise", "attempt__enrolment"),
    is_later=Q(attempt__score__isnull=False),
    on_claim=_start_sweep,
)
TRYOUT = Kind(
    rows=Tryout,
    user="enrolment__user_id",
    cohort="enrolment__cohort_id",
    came="created_at",
    group="pk",
    related=("version__exercise", "assignment", "enrolment"),
)
REGRADING = Kind(
    rows=Regrading,
    user="attempt__enrolment__user_id",
    cohort="attempt__enrolment__cohort_id",
    came="created_at",
    group="pk",
    related=("plan__version__exercise", "attempt__enrolment", "attempt__assignment__exercise"),
    is_later=Value(value=True),
)
CHECK_JOB = Kind(
    rows=CheckJob,
    user="proof__by_id",
    cohort=None,
    came="created_at",
    group="proof_id",
    number="number",
    related=("proof",),
    is_later=Value(value=True),
    ages=True,
)
KINDS = (ATTEMPT, TRIAL, TRYOUT, REGRADING, CHECK_JOB)
