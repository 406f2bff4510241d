"""Each student's own variant of each exercise."""

from __future__ import annotations

import hmac

from exercises.question import Question
from portal.catalogue.domain.versions import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.errors import WrongKind


def variant_seed(*, enrolment: Enrolment, assignment: Assignment) -> int:
    """Return the student's seed for this exercise: stable, and telling nothing of another's."""
    key = enrolment.seed.to_bytes(8, "big")
    drawn = hmac.digest(key, assignment.exercise.slug.encode(), "sha256")
    return int.from_bytes(drawn[:8], "big") >> 2


def question_for(*, enrolment: Enrolment, assignment: Assignment) -> Question:
    """Return the student's variant of an exercise whose answer is typed. Raises WrongKind."""
    exercise = open_version(current_version(assignment.exercise))
    if exercise.manifest.kind.needs_notebook:
        raise WrongKind(exercise.manifest.id)
    return exercise.question(variant_seed(enrolment=enrolment, assignment=assignment))
