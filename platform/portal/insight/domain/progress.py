"""What one student's graded attempts at an exercise say of how they get on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, Self

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FloatField, Func
from django.db.models.sql.compiler import SQLCompiler

from portal.catalogue.models import Assignment
from portal.courses.models import Role
from portal.insight.models import AttemptFacts

FULL = 1 - 1e-9
"""From this score on an exercise is solved: sums of points are floats."""

PATIENCE = 3
"""So many attempts in a row without a better score, and a student is stuck."""


class Facts(NamedTuple):
    """One graded attempt, as `AttemptFacts` has it. Thousands of model instances take too long."""

    enrolment_id: int
    at: float
    """When it was handed in, in seconds since 1970: a datetime takes ten times as long to read."""

    score: float
    cpu: float | None
    problem: str
    failed: str
    mistakes: str

    @property
    def submitted_at(self) -> datetime:
        """The same moment."""
        return datetime.fromtimestamp(self.at, UTC)


class Epoch(Func):
    """A moment as seconds since 1970, to the millisecond at least."""

    output_field = FloatField()
    template = "EXTRACT(EPOCH FROM %(expressions)s)::double precision"

    def as_sqlite(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        **context: Any,  # noqa: ANN401
    ) -> tuple[str, Any]:
        """Return what SQLite calls it: days, from noon of a day long ago."""
        template = "(julianday(%(expressions)s) - 2440587.5) * 86400"
        return self.as_sql(compiler, connection, template=template, **context)


@dataclass(frozen=True, slots=True)
class Progress:
    """One student's attempts in the order in which they were handed in; there is one at least."""

    enrolment_id: int
    attempts: Sequence[Facts]
    best: Facts
    """The attempt of the highest score, of equal ones the earliest."""

    @classmethod
    def of(cls, enrolment_id: int, attempts: Sequence[Facts]) -> Self:
        """Return the progress that these attempts of a student show."""
        return cls(enrolment_id, attempts, max(attempts, key=attrgetter("score")))

    @property
    def first(self) -> Facts:
        """The first attempt."""
        return self.attempts[0]

    @property
    def latest(self) -> Facts:
        """The last attempt."""
        return self.attempts[-1]

    @property
    def is_solved(self) -> bool:
        """Whether an attempt has earned all points."""
        return self.best.score >= FULL

    @property
    def time_to_solve(self) -> timedelta | None:
        """The time from the first attempt to the first that earned all, None without one."""
        solved = (one.at for one in self.attempts if one.score >= FULL)
        at = next(solved, None)
        return None if at is None else timedelta(seconds=at - self.first.at)

    @property
    def since_progress(self) -> int:
        """How many attempts came after the best one, none of them better."""
        return len(self.attempts) - 1 - self.attempts.index(self.best)

    @property
    def is_stuck(self) -> bool:
        """Whether the last PATIENCE attempts have brought nothing, and something is missing."""
        return not self.is_solved and self.since_progress >= PATIENCE


def progress_at(*, assignment: Assignment) -> tuple[Progress, ...]:
    """Return what the students of a class have done at one exercise. One query."""
    rows = AttemptFacts.objects.filter(assignment=assignment, enrolment__role=Role.STUDENT)
    columns = (Epoch("submitted_at") if name == "at" else name for name in Facts._fields)
    facts = map(Facts._make, rows.values_list(*columns).order_by("submitted_at"))
    ordered = sorted(facts, key=attrgetter("enrolment_id"))
    return tuple(
        Progress.of(enrolment, tuple(attempts))
        for enrolment, attempts in groupby(ordered, key=attrgetter("enrolment_id"))
    )
