"""Keep what each student has at each exercise, and tell the audit log why it changed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict

from portal.catalogue.models import Assignment
from portal.courses.domain import record_change
from portal.courses.models import Enrolment
from portal.gradebook.domain.tally import Tally, Work
from portal.gradebook.models import Standing
from portal.marking.domain import Change

PRECISION = 1e-9
"""Points that differ by less are the same."""


def update_standing(
    *, enrolment: Enrolment, assignment: Assignment, change: Change | None = None
) -> Standing | None:
    """Work out a student's standing anew; None where they have nothing. See update_standings."""
    found = update_standings(assignment=assignment, enrolment_ids=(enrolment.pk,), change=change)
    return found.get(enrolment.pk)


def update_standings(
    *,
    assignment: Assignment,
    enrolment_ids: Collection[int] | None = None,
    change: Change | None = None,
) -> dict[int, Standing]:
    """Work out the standings at an exercise anew, of these students or of all. By enrolment.

    Every report there is counts; a regrade that waits for its new report still counts with the
    old one. What was not a new hand-in says what it was in `change`: a line is left in the audit
    log for each student whose points it changes. Must run in a transaction.
    """
    people = Enrolment.objects.filter(cohort=assignment.cohort_id)
    if enrolment_ids is not None:
        people = people.filter(pk__in=enrolment_ids)
    # Two gradings of one student that end together must see each other's scores.
    locked = {one.pk: one for one in people.select_for_update().order_by("pk")}
    found = Work.of(assignment=assignment, enrolment_ids=locked.keys()).tallies()
    standings = Standing.objects.filter(assignment=assignment, enrolment__in=locked.keys())
    held = {one.enrolment_id: one for one in standings}
    kept: dict[int, Standing] = {}
    for number in sorted(found.keys() | held.keys()):
        before = held[number].points if number in held else None
        standing = _keep(assignment, locked[number], held.get(number), found.get(number))
        if standing is not None:
            kept[number] = standing
        if change is not None:
            after = standing.points if standing else None
            _record(assignment, locked[number], change, before, after)
    return kept


def _keep(
    assignment: Assignment, enrolment: Enrolment, held: Standing | None, found: Tally | None
) -> Standing | None:
    if found is None:
        if held is not None:
            held.delete()
        return None
    values = asdict(found)
    values["best_id"] = values.pop("best")
    standing = held or Standing(enrolment=enrolment, assignment=assignment)
    if held is None or any(getattr(held, name) != value for name, value in values.items()):
        for name, value in values.items():
            setattr(standing, name, value)
        standing.save()
    return standing


def _record(
    assignment: Assignment,
    student: Enrolment,
    change: Change,
    before: float | None,
    after: float | None,
) -> None:
    has_changed = (before is None) != (after is None) or abs(
        (before or 0) - (after or 0)
    ) > PRECISION
    if not (has_changed or change.always):
        return
    result: dict[str, object] = {"points": after}
    if change.items:
        result["items"] = list(change.items)
    record_change(
        cohort=assignment.cohort,
        by=change.by,
        action=change.action,
        student=student,
        subject=assignment.exercise.slug,
        before={"points": before},
        after=result,
        reason=change.reason,
    )
