"""Set the rubric of an exercise, and say which of its items apply to a student's work."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.courses.domain import record_change
from portal.courses.models import Enrolment
from portal.marking.domain.marks import Change
from portal.marking.errors import BadRubric
from portal.marking.models import RubricItem, RubricMark
from portal.marking.signals import marks_changed

MOST_ITEMS = 30
MOST_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Criterion:
    """An item as it is to be: `number` is that of the item it changes, None for a new one."""

    title_fr: str
    title_en: str
    points: float
    number: int | None = None


@transaction.atomic
def set_rubric(*, assignment: Assignment, criteria: Sequence[Criterion], by: User) -> None:
    """Make `criteria`, in their order, the exercise's rubric in a class.

    An item that is left out is removed with its marks; points follow. Raises BadRubric.
    """
    _check(criteria)
    # Two teachers who set it at once wait for one another here.
    Assignment.objects.select_for_update().get(pk=assignment.pk)
    items = {one.pk: one for one in RubricItem.objects.filter(assignment=assignment)}
    if not {one.number for one in criteria if one.number is not None} <= items.keys():
        raise BadRubric("an item that is to be changed is none of this exercise's")
    before = [_told(one) for one in items.values()]
    wanted = [_item(assignment, items, place, one) for place, one in enumerate(criteria)]
    after = [_told(one) for one in wanted]
    if after == before:
        return
    kept = {one.pk for one in wanted if one.pk is not None}
    RubricItem.objects.filter(assignment=assignment).exclude(pk__in=kept).delete()
    for item in wanted:
        item.save()
    record_change(
        cohort=assignment.cohort,
        by=by,
        action="rubric-set",
        subject=assignment.exercise.slug,
        before=before,
        after=after,
    )
    _tell(assignment, None, Change("points-after-rubric", by))


@transaction.atomic
def mark_rubric(
    *, enrolment: Enrolment, assignment: Assignment, items: Collection[int], by: User
) -> bool:
    """Let exactly these items of the rubric apply to a student's work. False: they did already.

    What is no item of this exercise is left out: it was removed meanwhile.
    """
    # Two who mark the same student at once wait for one another here.
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    known = set(RubricItem.objects.filter(assignment=assignment).values_list("pk", flat=True))
    wanted = known & set(items)
    marks = RubricMark.objects.filter(enrolment=enrolment, item__assignment=assignment)
    held = set(marks.values_list("item", flat=True))
    if wanted == held:
        return False
    marks.exclude(item__in=wanted).delete()
    RubricMark.objects.bulk_create(
        RubricMark(item_id=item, enrolment=enrolment, by=by) for item in sorted(wanted - held)
    )
    titles = RubricItem.objects.filter(pk__in=wanted).values_list("title_fr", "title_en")
    items_told = tuple({"fr": french, "en": english} for french, english in titles)
    _tell(assignment, enrolment, Change("rubric-marked", by, items=items_told, always=True))
    return True


def rubric_of(assignment: Assignment) -> QuerySet[RubricItem]:
    """Return the items of the exercise's rubric in their order."""
    return RubricItem.objects.filter(assignment=assignment)


def _check(criteria: Sequence[Criterion]) -> None:
    if len(criteria) > MOST_ITEMS:
        raise BadRubric(f"more than {MOST_ITEMS} items")
    for one in criteria:
        if not (one.title_fr.strip() and one.title_en.strip()):
            raise BadRubric("an item has no title")
        if not (math.isfinite(one.points) and abs(one.points) <= MOST_POINTS):
            raise BadRubric(f"an item has more than {MOST_POINTS} points")
    numbers = [one.number for one in criteria if one.number is not None]
    if len(numbers) != len(set(numbers)):
        raise BadRubric("an item stands there twice")


def _item(
    assignment: Assignment, items: dict[int, RubricItem], place: int, wanted: Criterion
) -> RubricItem:
    item = items[wanted.number] if wanted.number is not None else RubricItem(assignment=assignment)
    item.title_fr, item.title_en = wanted.title_fr.strip(), wanted.title_en.strip()
    item.points, item.position = wanted.points, place
    return item


def _told(item: RubricItem) -> dict[str, object]:
    return asdict(Criterion(item.title_fr, item.title_en, item.points, item.pk))


def _tell(assignment: Assignment, enrolment: Enrolment | None, change: Change) -> None:
    marks_changed.send(sender=RubricMark, assignment=assignment, enrolment=enrolment, change=change)
