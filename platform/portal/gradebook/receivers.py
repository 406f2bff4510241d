"""What the gradebook does when a report is stored, and when what it rests on changes."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Q
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from portal.catalogue.models import Assignment, Exercise
from portal.catalogue.signals import deadline_changed
from portal.courses.models import Enrolment
from portal.gradebook.domain.days import record_total
from portal.gradebook.domain.entries import ranking_of, rebuild_entries, update_entry
from portal.gradebook.domain.standing import update_standing, update_standings
from portal.gradebook.models import Standing
from portal.marking.domain import Change
from portal.marking.signals import marks_changed
from portal.submissions.models import Attempt
from portal.submissions.signals import attempt_graded


@receiver(attempt_graded, dispatch_uid="gradebook")
def follow_attempt(attempt: Attempt, *, is_last: bool = True, **_signal: object) -> None:
    """Let the standing and the board follow the report, in the same transaction."""
    if not is_last:
        return
    # The first keeps other reports of the student waiting, for both.
    update_standing(
        enrolment=attempt.enrolment, assignment=attempt.assignment, change=_regraded(attempt)
    )
    update_entry(enrolment=attempt.enrolment, assignment=attempt.assignment)


@receiver(marks_changed, dispatch_uid="gradebook")
def follow_marks(
    assignment: Assignment, enrolment: Enrolment | None, change: Change, **_signal: object
) -> None:
    """Let the standings follow what a person has added to them, in the same transaction."""
    people = None if enrolment is None else (enrolment.pk,)
    update_standings(assignment=assignment, enrolment_ids=people, change=change)


@receiver(deadline_changed, dispatch_uid="gradebook")
def follow_deadline(assignment: Assignment, enrolment: Enrolment | None, **_signal: object) -> None:
    """Let the standings follow what being late costs now, in the same transaction."""
    people = None if enrolment is None else (enrolment.pk,)
    change = Change("points-after-deadline")
    update_standings(assignment=assignment, enrolment_ids=people, change=change)


@receiver(post_save, sender=Exercise, dispatch_uid="gradebook")
@transaction.atomic
def follow_points(instance: Exercise, **_signal: object) -> None:
    """Let the points of every standing at an exercise follow what it is worth."""
    standings = Standing.objects.filter(assignment__exercise=instance)
    # Whether those by hand are as they should be, only working them out tells.
    doubtful = standings.filter(~Q(points=F("score") * instance.points) | Q(is_by_hand=True))
    people: dict[int, list[int]] = {}
    for assignment, enrolment in doubtful.values_list("assignment_id", "enrolment_id"):
        people.setdefault(assignment, []).append(enrolment)
    for one in Assignment.objects.filter(pk__in=people).select_related("exercise", "cohort"):
        change = Change("points-after-worth")
        update_standings(assignment=one, enrolment_ids=people[one.pk], change=change)


@receiver(pre_save, sender=Exercise, dispatch_uid="gradebook")
def follow_ranking(instance: Exercise, **_signal: object) -> None:
    """Make the boards of an exercise anew when another version of it is set to students."""
    before = Exercise.objects.filter(pk=instance.pk).values_list("current_id", flat=True).first()
    if instance.current_id in {before, None}:
        return
    for assignment in Assignment.objects.filter(exercise=instance):
        assignment.exercise = instance
        if Attempt.objects.filter(assignment=assignment, score__isnull=False).exists():
            rebuild_entries(assignment=assignment, ranking=ranking_of(assignment))


@receiver(post_save, sender=Standing, dispatch_uid="gradebook")
def follow_standing(instance: Standing, **_signal: object) -> None:
    """Write down what the student's points come to, in the same transaction."""
    record_total(enrolment_id=instance.enrolment_id)


@receiver(post_delete, sender=Standing, dispatch_uid="gradebook")
def follow_withdrawn(instance: Standing, origin: object, **_signal: object) -> None:
    """Write down what is left, unless the student goes as well."""
    if isinstance(origin, Standing) or getattr(origin, "model", None) is Standing:
        record_total(enrolment_id=instance.enrolment_id)


def _regraded(attempt: Attempt) -> Change | None:
    """Return that a report took another's place, and for whom; None for the first report."""
    replaced = (
        attempt.past_reports.select_related("replaced_by")
        .defer("report")
        .order_by("-replaced_at", "-pk")
        .first()
    )
    return None if replaced is None else Change("points-after-regrade", replaced.replaced_by)
