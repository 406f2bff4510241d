"""The best attempt of a student at an exercise."""

from __future__ import annotations

from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.submissions.models import Attempt


def update_standing(*, enrolment: Enrolment, assignment: Assignment) -> Standing | None:
    """Work out the standing anew from every report there is. Must run in a transaction.

    The highest score counts, of equal ones the earliest. A regrade that waits for its new
    report still counts with the old one.
    """
    # Two gradings of one student that end together must see each other's scores.
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    scored = Attempt.objects.filter(enrolment=enrolment, assignment=assignment, score__isnull=False)
    best = scored.order_by("-score", "submitted_at", "number").first()
    if best is None or best.score is None:
        return None
    standing, _created = Standing.objects.update_or_create(
        enrolment=enrolment,
        assignment=assignment,
        defaults={
            "best": best,
            "score": best.score,
            "points": best.score * assignment.exercise.points,
            "attempts": scored.count(),
            "reached_at": best.submitted_at,
        },
    )
    return standing
