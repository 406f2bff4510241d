"""Set a class its exercises, and the times and conditions of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from portal.accounts.models import User
from portal.catalogue.errors import AssignmentInUse
from portal.catalogue.models import Assignment, Exercise, Extension
from portal.catalogue.signals import deadline_changed
from portal.courses.domain import record_change
from portal.courses.models import Cohort

DEADLINE = frozenset({"due_at", "late_days", "late_percent"})
"""The terms on which what was handed in earlier is worth something else."""


@dataclass(frozen=True, slots=True)
class Terms:
    """When an exercise opens and is due, what being late costs, and how often it may be tried."""

    opens_at: datetime | None = None
    due_at: datetime | None = None
    late_days: int = 0
    late_percent: int = 0
    max_attempts: int | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """What is wanted of an exercise: its terms in the class, None where it is not set."""

    exercise: Exercise
    terms: Terms | None


TERMS = tuple(Terms.__dataclass_fields__)


def terms_of(assignment: Assignment) -> Terms:
    """Return the terms on which the exercise is set."""
    return Terms(**{name: getattr(assignment, name) for name in TERMS})


@transaction.atomic
def save_schedule(*, cohort: Cohort, slots: Sequence[Slot], by: User) -> int:
    """Set, change and take away exercises as `slots` want it; return how many were changed.

    Raises AssignmentInUse, and changes nothing then.
    """
    locked = Assignment.objects.select_for_update().filter(cohort=cohort)
    current = {one.exercise_id: one for one in locked}
    used = assignments_in_use(cohort.pk)
    changed = 0
    for slot in slots:
        assignment = current.get(slot.exercise.pk)
        if assignment is None:
            changed += _set(cohort, slot, by)
        elif slot.terms is None:
            if assignment.pk in used:
                raise AssignmentInUse(slot.exercise.slug)
            _unset(cohort, assignment, slot, by)
            changed += 1
        else:
            changed += _change(cohort, assignment, slot, by)
    return changed


def assignments_in_use(cohort_id: UUID) -> set[int]:
    """Return those of a class's assignments that anybody's work hangs on. One query."""
    work = Q()
    for rows in _rows_about_assignments():
        work |= Q(Exists(rows))
    return {*Assignment.objects.filter(work, cohort=cohort_id).values_list("pk", flat=True)}


def _rows_about_assignments() -> list[QuerySet]:  # type: ignore[type-arg] # of any model
    """Return, for each model of any app that knows assignments, its rows about one of them.

    Extensions are no work. Deleting an assignment would delete drafts and marks along with it, or
    fail at attempts.
    """
    return [
        relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("pk")})  # noqa: SLF001
        for relation in Assignment._meta.related_objects  # noqa: SLF001
        if relation.related_model is not Extension
    ]


def _set(cohort: Cohort, slot: Slot, by: User) -> int:
    if slot.terms is None:
        return 0
    terms = {name: getattr(slot.terms, name) for name in TERMS}
    Assignment.objects.create(cohort=cohort, exercise=slot.exercise, **terms)
    record_change(
        cohort=cohort,
        by=by,
        action="exercise-set",
        subject=slot.exercise.slug,
        after=_as_json(terms),
    )
    return 1


def _unset(cohort: Cohort, assignment: Assignment, slot: Slot, by: User) -> None:
    record_change(
        cohort=cohort,
        by=by,
        action="exercise-unset",
        subject=slot.exercise.slug,
        before=_as_json({name: getattr(assignment, name) for name in TERMS}),
    )
    assignment.delete()


def _change(cohort: Cohort, assignment: Assignment, slot: Slot, by: User) -> int:
    wanted = {name: getattr(slot.terms, name) for name in TERMS}
    before = {name: getattr(assignment, name) for name in TERMS}
    names = [name for name in TERMS if wanted[name] != before[name]]
    if not names:
        return 0
    for name in names:
        setattr(assignment, name, wanted[name])
    assignment.save(update_fields=[*names, "updated_at"])
    record_change(
        cohort=cohort,
        by=by,
        action="schedule-changed",
        subject=slot.exercise.slug,
        before=_as_json({name: before[name] for name in names}),
        after=_as_json({name: wanted[name] for name in names}),
    )
    if DEADLINE & {*names}:
        deadline_changed.send(sender=Assignment, assignment=assignment, enrolment=None)
    return 1


def _as_json(terms: dict[str, datetime | int | None]) -> dict[str, str | int | None]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in terms.items()
    }
