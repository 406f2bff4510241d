"""What the gradebook does when a report is stored."""

from __future__ import annotations

from django.dispatch import receiver

from portal.gradebook.domain.standing import update_standing
from portal.submissions.models import Attempt
from portal.submissions.signals import attempt_graded


@receiver(attempt_graded, dispatch_uid="gradebook")
def follow_attempt(attempt: Attempt, **_signal: object) -> None:
    """Let the standing follow the report, in the same transaction."""
    update_standing(enrolment=attempt.enrolment, assignment=attempt.assignment)
