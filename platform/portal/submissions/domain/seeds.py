"""The secret seeds: of each student's variants, and of each attempt's hidden inputs."""

from __future__ import annotations

import hmac

from exercises.question import Question
from exercises.spec import Form
from portal.catalogue.domain.versions import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.errors import WrongKind
from portal.submissions.models import Attempt


def variant_seed(*, enrolment: Enrolment, assignment: Assignment) -> int:
    """Return the student's seed for this exercise: stable, and telling nothing of another's."""
    return _drawn(enrolment, assignment.exercise.slug)


def attempt_seed(attempt: Attempt) -> int:
    """Return the seed of what hidden tests draw for this attempt.

    It is another one for each hand-in, so that inputs seen once are worth nothing the next time,
    and the same whenever an attempt is graded again, so that its score is.
    """
    return _drawn(attempt.enrolment, f"{attempt.assignment.exercise.slug}/{attempt.pk}")


def _drawn(enrolment: Enrolment, purpose: str) -> int:
    key = enrolment.seed.to_bytes(8, "big")
    return int.from_bytes(hmac.digest(key, purpose.encode(), "sha256")[:8], "big") >> 2


def question_for(*, enrolment: Enrolment, assignment: Assignment) -> Question:
    """Return the student's variant of an exercise whose answer is typed. Raises WrongKind."""
    exercise = open_version(current_version(assignment.exercise))
    if exercise.manifest.kind.form is not Form.ANSWERS:
        raise WrongKind(exercise.manifest.id)
    return exercise.question(variant_seed(enrolment=enrolment, assignment=assignment))
