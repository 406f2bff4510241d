"""The entry of a student on the board of an exercise that is ranked by metrics.

Entries are kept beside the reports, so that a board reads no report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from graders.grader import Ranking, grader_of
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.gradebook.models import BoardEntry
from portal.submissions.models import Attempt

PUBLIC = "report__metrics"
PRIVATE = "report__private"

Values: TypeAlias = Mapping[str, float]


def ranking_of(assignment: Assignment) -> Ranking | None:
    """Return what students are ranked by at this exercise as it is now, None for points alone."""
    exercise = open_version(current_version(assignment.exercise))
    return grader_of(exercise.manifest.kind).ranking(exercise)


def order_key(values: Values, ranking: Ranking) -> list[tuple[bool, float]]:
    """Return what sorts the best values first, and missing ones last."""
    found = ((values.get(order.name), order.greater_is_better) for order in ranking.orders)
    return [(value is None, (value or 0.0) * (-1 if falls else 1)) for value, falls in found]


def update_entry(*, enrolment: Enrolment, assignment: Assignment) -> BoardEntry | None:
    """Work out the student's entry anew from all their reports; None where they have none.

    Must run in a transaction that keeps other reports of this student waiting. What waits to be
    graded again counts with its old report.
    """
    # The exercise may have got another ranking while this attempt was being graded.
    fresh = _with_version(Assignment.objects.filter(pk=assignment.pk)).get()
    ranking = ranking_of(fresh)
    if ranking is None:
        return None
    entries = _entries(_scored(fresh).filter(enrolment=enrolment), ranking)
    found = next(iter(entries.values()), None)
    if found is None:
        BoardEntry.objects.filter(enrolment=enrolment, assignment=fresh).delete()
        return None
    entry, _made = BoardEntry.objects.update_or_create(
        enrolment=enrolment,
        assignment=fresh,
        defaults={
            "attempt_id": found.attempt_id,
            "public": found.public,
            "private": found.private,
            "attempts": found.attempts,
        },
    )
    return entry


@transaction.atomic
def rebuild_entries(*, assignment: Assignment, ranking: Ranking | None) -> int:
    """Make all entries of an exercise's board anew, by `ranking`; return how many there are."""
    BoardEntry.objects.filter(assignment=assignment).delete()
    if ranking is None:
        return 0
    return len(BoardEntry.objects.bulk_create(_entries(_scored(assignment), ranking).values()))


def assignments_worked_on() -> QuerySet[Assignment]:
    """Return every exercise set to a class that somebody has a score at."""
    worked_on = Attempt.objects.filter(score__isnull=False).order_by().values("assignment")
    return _with_version(Assignment.objects.filter(pk__in=worked_on)).order_by("pk")


def _with_version(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return assignments.select_related("exercise__current__exercise")


def _scored(assignment: Assignment) -> QuerySet[Attempt]:
    """Return the attempts with at least one metric, the earliest first."""
    return Attempt.objects.filter(
        assignment=assignment, score__isnull=False, **{f"{PUBLIC}__0__isnull": False}
    ).order_by("submitted_at", "number")


def _entries(attempts: QuerySet[Attempt], ranking: Ranking) -> dict[int, BoardEntry]:
    """Return each student's entry: the attempt that is best on the public share.

    The private share chooses nothing: that would make it a second public one. A student without
    the first metric in any attempt has no entry.
    """
    best: dict[int, BoardEntry] = {}
    tried: dict[int, int] = {}
    rows = attempts.values_list("pk", "enrolment_id", "assignment_id", PUBLIC, PRIVATE)
    for attempt, enrolment, assignment, metrics, hidden in rows.iterator():
        tried[enrolment] = tried.get(enrolment, 0) + 1
        public = _values(metrics, ranking)
        if ranking.orders[0].name not in public:
            continue
        held = best.get(enrolment)
        if held is None or order_key(public, ranking) < order_key(held.public, ranking):
            private = _values(hidden or (), ranking)
            best[enrolment] = _entry(attempt, enrolment, assignment, public, private)
    for enrolment, entry in best.items():
        entry.attempts = tried[enrolment]
    return best


def _entry(
    attempt: UUID, enrolment: int, assignment: int, public: Values, private: Values
) -> BoardEntry:
    return BoardEntry(
        attempt_id=attempt,
        enrolment_id=enrolment,
        assignment_id=assignment,
        public=public,
        private=private,
    )


def _values(metrics: Iterable[Mapping[str, object]], ranking: Ranking) -> dict[str, float]:
    """Return the metrics of the ranking by name, without those that the report has not."""
    wanted = {order.name for order in ranking.orders}
    # Of two of one name the first counts.
    found = {str(one["name"]): one["value"] for one in reversed([*metrics])}
    return {
        name: float(value)
        for name, value in found.items()
        if name in wanted and isinstance(value, int | float)
    }
