"""What insight does when a report is stored."""

from __future__ import annotations

from django.dispatch import receiver

from portal.insight.domain.facts import keep_facts
from portal.submissions.models import Attempt
from portal.submissions.signals import attempt_graded


@receiver(attempt_graded, dispatch_uid="insight")
def follow_attempt(attempt: Attempt, **_signal: object) -> None:
    """Let the attempt's facts follow its report, in the same transaction."""
    keep_facts(attempts=[attempt])
