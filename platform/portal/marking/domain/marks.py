"""What counts of the marks that were given by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.marking.models import Override, RubricMark


@dataclass(frozen=True, slots=True)
class Marks:
    """One student's marks at one exercise: the sum of their rubric, and the points in force.

    `rubric` and `override` are None where there is none; `at` is when the last was given.
    """

    rubric: float | None = None
    override: float | None = None
    at: datetime | None = None


NOTHING = Marks()


@dataclass(frozen=True, slots=True)
class Change:
    """Why points change: the action's name in the audit log, who did it, and for what reason.

    `items` are what applies of a rubric now, each in both languages. `always`: it is told even
    where the points stay as they are.
    """

    action: str
    by: User | None = None
    reason: str = ""
    items: tuple[Mapping[str, str], ...] = ()
    always: bool = False


def marks_of(
    *, assignment: Assignment, enrolment_ids: Collection[int] | None = None
) -> Mapping[int, Marks]:
    """Return the marks at an exercise by enrolment, where there are any. Two queries.

    None asks for everybody's.
    """
    overrides = Override.objects.filter(assignment=assignment, withdrawn_at=None)
    rubric = RubricMark.objects.filter(item__assignment=assignment)
    if enrolment_ids is not None:
        overrides = overrides.filter(enrolment__in=enrolment_ids)
        rubric = rubric.filter(enrolment__in=enrolment_ids)
    found: dict[int, Marks] = {}
    for enrolment, points, at in rubric.values_list("enrolment", "item__points", "at"):
        held = found.get(enrolment, NOTHING)
        latest = at if held.at is None else max(at, held.at)
        found[enrolment] = Marks(rubric=(held.rubric or 0.0) + points, at=latest)
    for enrolment, points, at in overrides.values_list("enrolment", "points", "created_at"):
        held = found.get(enrolment, NOTHING)
        found[enrolment] = Marks(rubric=held.rubric, override=points, at=at)
    return found
