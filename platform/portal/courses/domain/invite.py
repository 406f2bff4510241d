"""Bring the people of a list into a class: what would happen to each, and doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.courses.domain.members import change_role
from portal.courses.domain.roster import Person
from portal.courses.models import AuditLine, Cohort, Enrolment, Role

LONGEST_NAME = 150
USERNAME_RULES = (User.username_validator, MaxLengthValidator(LONGEST_NAME))


class Fate(models.TextChoices):
    """What becomes of a line of the list; from `NO_NAME` on nothing does."""

    ACCOUNT = "account", _("a new account is made")
    ENROL = "enrol", _("their account is enrolled")
    BACK = "back", _("was removed, comes back")
    MEMBER = "member", _("in the class already")
    NO_NAME = "no-name", _("neither a user name nor an e-mail address")
    BAD_NAME = "bad-name", _("not a user name: letters, digits and @ . + - _ only, 150 at most")
    BAD_EMAIL = "bad-email", _("not an e-mail address")
    LONG_NAME = "long-name", _("a name of more than 150 letters")
    TWICE = "twice", _("in this list already, further up")
    SHARED = "shared", _("several accounts have this e-mail address: give the user name")

    @property
    def is_change(self) -> bool:
        """Whether something is done."""
        return self in (Fate.ACCOUNT, Fate.ENROL, Fate.BACK)

    @property
    def is_error(self) -> bool:
        """Whether the line can't be followed as it stands."""
        return not self.is_change and self is not Fate.MEMBER


@dataclass(frozen=True, slots=True)
class Invited:
    """A person of the list, the user name they have or get, and what becomes of them."""

    person: Person
    username: str
    fate: Fate
    user: User | None = None


def plan_invitations(*, cohort: Cohort, people: Sequence[Person]) -> list[Invited]:
    """Return what would become of each person, in the order of the list. Three queries."""
    wanted = [_username(person) for person in people]
    accounts = _Accounts.of(people, wanted)
    roles = dict(
        Enrolment.objects.filter(cohort=cohort, user__in=accounts.ids()).values_list("user", "role")
    )
    rows: list[Invited] = []
    seen: set[str] = set()
    for person, username in zip(people, wanted, strict=True):
        found = accounts.find(person, username)
        fate = _malformed(person, username) or _fate(found, roles)
        name = found[0].username if len(found) == 1 else username
        if not fate.is_error and name in seen:
            fate = Fate.TWICE
        seen.add(name)
        rows.append(Invited(person, name, fate, found[0] if len(found) == 1 else None))
    return rows


@transaction.atomic
def invite(*, cohort: Cohort, people: Sequence[Person], by: User) -> Counter[Fate]:
    """Bring the people into the class as students, and return how many had which fate.

    Lines with errors are left out. A new account has no password; see `waiting_for_password`.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    rows = plan_invitations(cohort=cohort, people=people)
    fresh = [row for row in rows if row.fate is Fate.ACCOUNT]
    made = User.objects.bulk_create(_account(row, by) for row in fresh)
    known = [row.user for row in rows if row.fate is Fate.ENROL and row.user]
    enrolled = Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, user=user, brought_account=is_new)
        for users, is_new in ((made, True), (known, False))
        for user in users
    )
    AuditLine.objects.bulk_create(
        AuditLine(
            cohort=cohort,
            by=by,
            action="member-invited",
            student=one,
            after=str(Fate.ACCOUNT if one.brought_account else Fate.ENROL),
        )
        for one in enrolled
    )
    back = [row.user for row in rows if row.fate is Fate.BACK]
    for member in Enrolment.objects.filter(cohort=cohort, user__in=back):
        change_role(member=member, role=Role.STUDENT, by=by)
    return Counter(row.fate for row in rows)


@dataclass(frozen=True, slots=True)
class _Accounts:
    """The accounts that a list may mean, by user name and by address in lower case."""

    by_name: Mapping[str, User]
    by_email: Mapping[str, Sequence[User]]

    @classmethod
    def of(cls, people: Iterable[Person], wanted: Iterable[str]) -> _Accounts:
        """Read them. Two queries."""
        emails = {person.email.lower() for person in people if not person.username} - {""}
        by_email: dict[str, list[User]] = {}
        for user in User.objects.annotate(lower=Lower("email")).filter(lower__in=emails):
            by_email.setdefault(user.email.lower(), []).append(user)
        named = User.objects.filter(username__in={*wanted})
        return cls({user.username: user for user in named}, by_email)

    def find(self, person: Person, username: str) -> Sequence[User]:
        """Return who is meant: by the user name, or else by the address."""
        if username in self.by_name:
            return [self.by_name[username]]
        return () if person.username else self.by_email.get(person.email.lower(), ())

    def ids(self) -> set[int]:
        """Return everybody's."""
        users = [*self.by_name.values(), *(one for many in self.by_email.values() for one in many)]
        return {user.pk for user in users}


def _username(person: Person) -> str:
    return User.normalize_username(person.username or person.email.lower())


def _malformed(person: Person, username: str) -> Fate | None:
    """Return what is wrong with a line, None where nothing is."""
    if not username:
        return Fate.NO_NAME
    if person.email and not _passes(person.email, [validate_email]):
        return Fate.BAD_EMAIL
    if not _passes(username, USERNAME_RULES):
        return Fate.BAD_NAME
    if max(len(person.first_name), len(person.last_name)) > LONGEST_NAME:
        return Fate.LONG_NAME
    return None


def _passes(value: str, validators: Iterable[Callable[[str], None]]) -> bool:
    try:
        for validate in validators:
            validate(value)
    except ValidationError:
        return False
    return True


def _fate(found: Sequence[User], roles: Mapping[int, str]) -> Fate:
    if not found:
        return Fate.ACCOUNT
    if len(found) > 1:
        return Fate.SHARED
    role = roles.get(found[0].pk)
    if role is None:
        return Fate.ENROL
    return Fate.BACK if role == Role.FORMER else Fate.MEMBER


def _account(row: Invited, by: User) -> User:
    return User(
        username=row.username,
        email=row.person.email,
        first_name=row.person.first_name,
        last_name=row.person.last_name,
        language=by.language,
        password=make_password(None),
    )
