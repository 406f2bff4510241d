"""What a student has at an exercise: from their attempts, what being late costs, and marks by hand.

This reads and computes; `standing` keeps what comes of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from portal.catalogue.domain.deadlines import Deadline, class_deadline
from portal.catalogue.models import Assignment, Extension
from portal.marking.domain import NOTHING, Marks, marks_of
from portal.submissions.models import Attempt, State


@dataclass(frozen=True, slots=True)
class Scored:
    """An attempt with its score, a share of the points."""

    attempt_id: UUID
    number: int
    score: float
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """What counts, and why: `score` is the best attempt's after what it `lost` by being late.

    `best` is None where a person alone has given points.
    """

    best: UUID | None
    score: float
    lost: float
    points: float
    attempts: int
    is_by_hand: bool
    reached_at: datetime


def tally(
    *, scored: Iterable[Scored], deadline: Deadline, worth: float, marks: Marks = NOTHING
) -> Tally | None:
    """Return what counts of these attempts; None where there is nothing, by hand neither.

    The best score counts after what being late costs, of equal ones the earliest. Rubric points
    are added to it, between none and all of the exercise's `worth`; an override replaces all.
    """
    attempts = sorted(scored, key=lambda one: (one.submitted_at, one.number))
    kept = [one.score * (1 - deadline.lost_at(one.submitted_at)) for one in attempts]
    best = attempts[kept.index(max(kept))] if attempts else None
    reached_at = best.submitted_at if best else marks.at
    if reached_at is None:
        return None
    score = max(kept, default=0.0)
    points = score * worth
    if marks.rubric is not None:
        points = min(max(points + marks.rubric, 0.0), worth)
    return Tally(
        best=best.attempt_id if best else None,
        score=score,
        lost=deadline.lost_at(best.submitted_at) if best else 0.0,
        points=points if marks.override is None else marks.override,
        attempts=len(attempts),
        is_by_hand=marks.override is not None or marks.rubric is not None,
        reached_at=reached_at,
    )


@dataclass(frozen=True, slots=True)
class Work:
    """What students have handed in at an exercise and been given by hand, read once."""

    assignment: Assignment
    attempts: Sequence[tuple[int, UUID, int, float | None, datetime]]
    marks: Mapping[int, Marks]
    extended: Mapping[int, datetime]

    @classmethod
    def of(cls, *, assignment: Assignment, enrolment_ids: Collection[int]) -> Work:
        """Read the work of these students. Five queries."""
        # The one at hand may have been read before its deadline or its worth changed.
        fresh = Assignment.objects.select_related("exercise").get(pk=assignment.pk)
        gradable = Q(score__isnull=False) | Q(state=State.FAILED)
        rows = Attempt.objects.filter(gradable, assignment=fresh, enrolment__in=enrolment_ids)
        later = Extension.objects.filter(assignment=fresh, enrolment__in=enrolment_ids)
        return cls(
            assignment=fresh,
            attempts=list(
                rows.values_list("enrolment_id", "pk", "number", "score", "submitted_at")
            ),
            marks=marks_of(assignment=fresh, enrolment_ids=enrolment_ids),
            extended=dict(later.values_list("enrolment_id", "due_at")),
        )

    def tallies(self, *, instead: Mapping[UUID, float | None] | None = None) -> dict[int, Tally]:
        """Return what counts, by enrolment, of all who have something.

        `instead` holds scores, or none, to be taken for those that attempts have.
        """
        scores = instead or {}
        scored: dict[int, list[Scored]] = {}
        for enrolment, pk, number, held, at in self.attempts:
            score = scores.get(pk, held)
            if score is not None:
                scored.setdefault(enrolment, []).append(Scored(pk, number, score, at))
        found = {
            enrolment: tally(
                scored=scored.get(enrolment, ()),
                deadline=class_deadline(self.assignment, self.extended.get(enrolment)),
                worth=self.assignment.exercise.points,
                marks=self.marks.get(enrolment, NOTHING),
            )
            for enrolment in scored.keys() | self.marks.keys()
        }
        return {enrolment: one for enrolment, one in found.items() if one is not None}
