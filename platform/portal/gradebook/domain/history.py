"""How a student's rank over all exercises has changed from day to day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter

from portal.courses.models import Enrolment, Role
from portal.gradebook.models import DayTotal


@dataclass(frozen=True, slots=True)
class DayRank:
    """A student's rank at the end of a day, among so many who had a total by then."""

    day: date
    rank: int
    among: int
    points: float


def rank_history(*, enrolment: Enrolment) -> list[DayRank]:
    """Return the days on which the student's rank or points changed, the first one first.

    Equal points share a rank. One query, of a row for each change of anybody's points by day.
    """
    rows = DayTotal.objects.filter(
        enrolment__cohort=enrolment.cohort_id, enrolment__role=Role.STUDENT
    ).order_by("day")
    changes = rows.values_list("day", "enrolment_id", "points")
    return list(_changes(_ranks(changes, enrolment.pk)))


def _ranks(changes: Iterable[tuple[date, int, float]], viewer: int) -> Iterator[DayRank]:
    totals: dict[int, float] = {}
    for day, of_the_day in groupby(changes, key=itemgetter(0)):
        totals.update((student, points) for _day, student, points in of_the_day)
        mine = totals.get(viewer)
        if mine is not None:
            ahead = sum(points > mine for points in totals.values())
            yield DayRank(day=day, rank=ahead + 1, among=len(totals), points=mine)


def _changes(ranks: Iterator[DayRank]) -> Iterator[DayRank]:
    last: tuple[int, float] | None = None
    for one in ranks:
        if (one.rank, one.points) != last:
            last = one.rank, one.points
            yield one
