"""How the points of one student at one exercise came to be, line by line."""

from __future__ import annotations

from dataclasses import dataclass

from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.marking.domain import overrides_of
from portal.marking.models import Override, RubricItem
from portal.submissions.models import Attempt

PRECISION = 1e-9


@dataclass(frozen=True, slots=True)
class Account:
    """The best attempt's points, what lateness took, the rubric's items, and an override.

    `earned` is what the attempt was graded, `late` what that lost (points, at least 0), `bounded`
    what the rubric would have come to beyond none and all of the points, None where it did not.
    """

    best: Attempt | None
    earned: float
    late: float
    lost: float
    items: tuple[RubricItem, ...]
    bounded: float | None
    override: Override | None
    points: float | None

    @property
    def says_more(self) -> bool:
        """Whether the points are not simply the best attempt's."""
        return bool(self.late > PRECISION or self.items or self.override)


def account_of(*, enrolment: Enrolment, assignment: Assignment) -> Account:
    """Return how what counts came to be. Three queries."""
    standing = (
        Standing.objects.filter(enrolment=enrolment, assignment=assignment)
        .select_related("best")
        .defer("best__report", "best__progress")
        .first()
    )
    worth = assignment.exercise.points
    items = tuple(RubricItem.objects.filter(assignment=assignment, marks__enrolment=enrolment))
    best = standing.best if standing else None
    earned = (best.score or 0.0) * worth if best else 0.0
    kept = (standing.score if standing else 0.0) * worth
    total = kept + sum(one.points for one in items)
    return Account(
        best=best,
        earned=earned,
        late=earned - kept,
        lost=standing.lost if standing else 0.0,
        items=items,
        bounded=None if -PRECISION <= total <= worth + PRECISION else min(max(total, 0.0), worth),
        override=overrides_of(enrolment=enrolment, assignment=assignment)
        .filter(withdrawn_at=None)
        .first(),
        points=standing.points if standing else None,
    )
