"""Enter a class."""

from __future__ import annotations

from portal.accounts.models import User
from portal.courses.errors import CohortClosed, UnknownJoinCode, WasRemoved
from portal.courses.models import Cohort, Enrolment, Role


def join_cohort(*, user: User, code: str, pseudonym: str = "") -> Enrolment:
    """Enrol `user` as a student in the class with this code, once. A member stays as they are.

    Case, spaces and dashes in the code don't matter.
    Raises UnknownJoinCode, CohortClosed, WasRemoved.
    """
    wanted = "".join(letter for letter in code.upper() if letter.isalnum())
    cohort = Cohort.objects.filter(join_code=wanted).first()
    if cohort is None:
        raise UnknownJoinCode(wanted)
    member = Enrolment.objects.filter(cohort=cohort, user=user).first()
    if member is not None and member.role == Role.FORMER:
        raise WasRemoved(cohort.name)
    if member is not None:
        return member
    if not cohort.is_open:
        raise CohortClosed(cohort.name)
    enrolment, _created = Enrolment.objects.get_or_create(
        cohort=cohort, user=user, defaults={"pseudonym": pseudonym.strip()[:40]}
    )
    return enrolment
