"""What the gradebook does when a report is stored, or an exercise's worth changes."""

from __future__ import annotations

from django.db.models import F
from django.db.models.signals import post_save
from django.dispatch import receiver

from portal.catalogue.models import Exercise
from portal.gradebook.domain.standing import update_standing
from portal.gradebook.models import Standing
from portal.submissions.models import Attempt
from portal.submissions.signals import attempt_graded


@receiver(attempt_graded, dispatch_uid="gradebook")
def follow_attempt(attempt: Attempt, **_signal: object) -> None:
    """Let the standing follow the report, in the same transaction."""
    update_standing(enrolment=attempt.enrolment, assignment=attempt.assignment)


@receiver(post_save, sender=Exercise, dispatch_uid="gradebook")
def follow_points(instance: Exercise, **_signal: object) -> None:
    """Let the points of every standing at an exercise follow what it is worth."""
    standings = Standing.objects.filter(assignment__exercise=instance)
    worth = F("score") * instance.points
    standings.exclude(points=worth).update(points=worth)
