"""Roles, removals, lists of people and the log of what was done about them."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from portal.accounts.models import User
from portal.courses.domain import (
    MOST_BYTES,
    MOST_ROWS,
    Fate,
    change_role,
    decode_roster,
    invite,
    join_cohort,
    open_cohort,
    plan_invitations,
    read_roster,
    record_change,
    rename_cohort,
    renew_join_code,
    waiting_for_password,
)
from portal.courses.errors import (
    LastTeacher,
    RosterTooLong,
    RosterUnreadable,
    UnknownJoinCode,
    WasRemoved,
)
from portal.courses.models import AuditLine, Cohort, Enrolment, Role
from portal.courses.wording import sentence
from tests.portal.classes import bare_class, enrol


@pytest.fixture
def bare(teacher: User) -> Cohort:
    return bare_class(teacher, exercises=1)


def test_who_is_removed_stays_out_until_a_teacher_brings_them_back(
    bare: Cohort, teacher: User
) -> None:
    pupil = enrol(bare, "pupil")
    change_role(member=pupil, role=Role.FORMER, by=teacher, reason="left the school")
    with pytest.raises(WasRemoved):
        join_cohort(user=pupil.user, code=bare.join_code)
    change_role(member=pupil, role=Role.STUDENT, by=teacher)
    assert join_cohort(user=pupil.user, code=bare.join_code) == pupil
    lines = AuditLine.objects.order_by("pk").values_list("action", "before", "after", "reason")
    assert list(lines) == [
        ("member-removed", "student", "former", "left the school"),
        ("member-brought-back", "former", "student", ""),
    ]


@pytest.mark.parametrize("role", [Role.STUDENT, Role.ASSISTANT, Role.FORMER])
def test_a_class_keeps_a_teacher(bare: Cohort, teacher: User, role: Role) -> None:
    only = Enrolment.objects.get(cohort=bare, user=teacher)
    enrol(bare, "assistant", role=Role.ASSISTANT)
    with pytest.raises(LastTeacher):
        change_role(member=only, role=role, by=teacher)
    second = enrol(bare, "second", role=Role.TEACHER)
    change_role(member=only, role=role, by=teacher)
    with pytest.raises(LastTeacher):
        change_role(member=second, role=role, by=second.user)


def test_a_new_code_makes_the_old_one_worthless(bare: Cohort, teacher: User, student: User) -> None:
    fresh = renew_join_code(cohort=bare, by=teacher)
    with pytest.raises(UnknownJoinCode):
        join_cohort(user=student, code=bare.join_code)
    assert join_cohort(user=student, code=fresh).cohort == bare


def test_what_stays_as_it_was_is_no_change(bare: Cohort, teacher: User) -> None:
    rename_cohort(cohort=bare, name=bare.name, by=teacher)
    open_cohort(cohort=bare, is_open=True, by=teacher)
    change_role(member=enrol(bare, "pupil"), role=Role.STUDENT, by=teacher)
    assert AuditLine.objects.count() == 0


def test_lines_are_told_in_the_readers_language_and_unknown_ones_by_their_values(
    bare: Cohort, teacher: User
) -> None:
    rename_cohort(cohort=bare, name="B", by=teacher)
    record_change(cohort=bare, by=None, action="some-new-thing", before=1, after={"a": [2]})
    unknown, renamed = AuditLine.objects.all()
    with translation.override("fr"):
        assert sentence(renamed) == "La classe «\xa0Bare class\xa0» a été renommée «\xa0B\xa0»."
    with translation.override("en"):
        assert sentence(renamed) == "The class was renamed from “Bare class” to “B”."
        assert sentence(unknown) == "Some new thing: 1 → a: [2]"


@pytest.mark.parametrize(
    "text",
    [
        "username,email,first_name,last_name\nzoe,zoe@x.org,Zoé,Le Gall\n",
        "\ufeffIdentifiant;Courriel;Prénom;NOM\r\n\r\nzoe;zoe@x.org;Zoé;Le Gall\r\n",
        "Last name\tShoe size\tUser name\tE-mail\tFirst name\nLe  Gall\t38\tzoe\tzoe@x.org\tZoé",
        'nom,prenom,login,mail\n"Le\nGall",Zoé,zoe,zoe@x.org',
    ],
)
def test_a_list_is_read_as_spreadsheets_save_it(text: str) -> None:
    [person] = read_roster(text)
    found = (person.username, person.email, person.first_name, person.last_name)
    assert found == ("zoe", "zoe@x.org", "Zoé", "Le Gall")


def test_addresses_alone_are_a_list() -> None:
    people = read_roster("a@x.org\n\nb@x.org")
    assert [(one.line, one.email) for one in people] == [(1, "a@x.org"), (3, "b@x.org")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encoding_of_its_spreadsheet(encoding: str) -> None:
    assert decode_roster("login\nzoé".encode(encoding)) == "login\nzoé"


@pytest.mark.parametrize("text", ["", "a,b\nc,d", "first_name\nZoé", f'login\n"{"x" * 140_000}'])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(RosterUnreadable):
        read_roster(text)


def test_what_is_longer_than_any_class_is_refused() -> None:
    lines = [f"pupil{number}" for number in range(MOST_ROWS + 1)]
    assert len(read_roster("\n".join(["login", *lines[1:]]))) == MOST_ROWS
    with pytest.raises(RosterTooLong):
        read_roster("\n".join(["login", *lines]))
    with pytest.raises(RosterTooLong):
        decode_roster(b"x" * (MOST_BYTES + 1))
    with pytest.raises(RosterUnreadable):
        decode_roster(b"PK\x03\x04\x00\x00")


LIST = """username,email,first_name,last_name
newcomer,new@x.org,New,Comer
student1,,,
pupil,,,
left,,,
,student2@x.org,,
newcomer,,,
bad name,,,
good,not-an-address,,
,twins@x.org,,
,,Nobody,
,pupil@x.org,,
"""


@pytest.fixture
def invited(bare: Cohort, teacher: User) -> Cohort:
    """The class before LIST is applied to it."""
    User.objects.create(username="student1")
    pupil = enrol(bare, "pupil")
    User.objects.filter(pk=pupil.user_id).update(email="pupil@x.org")
    change_role(member=enrol(bare, "left"), role=Role.FORMER, by=teacher)
    User.objects.create(username="student2", email="Student2@x.org")
    User.objects.bulk_create(User(username=f"twin{n}", email="twins@x.org") for n in (1, 2))
    return bare


def test_a_list_says_what_becomes_of_each_line_and_does_that(
    invited: Cohort, teacher: User
) -> None:
    people = read_roster(LIST)
    planned = plan_invitations(cohort=invited, people=people)
    assert [(row.person.line, row.username, row.fate) for row in planned] == [
        (2, "newcomer", Fate.ACCOUNT),
        (3, "student1", Fate.ENROL),
        (4, "pupil", Fate.MEMBER),
        (5, "left", Fate.BACK),
        (6, "student2", Fate.ENROL),
        (7, "newcomer", Fate.TWICE),
        (8, "bad name", Fate.BAD_NAME),
        (9, "good", Fate.BAD_EMAIL),
        (10, "twins@x.org", Fate.SHARED),
        (11, "", Fate.NO_NAME),
        (12, "pupil", Fate.TWICE),
    ]
    assert User.objects.filter(username="newcomer").count() == 0
    done = invite(cohort=invited, people=people, by=teacher)
    assert (done[Fate.ACCOUNT], done[Fate.ENROL], done[Fate.BACK]) == (1, 2, 1)
    members = Enrolment.objects.filter(cohort=invited, role=Role.STUDENT)
    names = ["left", "newcomer", "pupil", "student1", "student2"]
    assert sorted(one.user.username for one in members.select_related("user")) == names
    again = invite(cohort=invited, people=people, by=teacher)
    assert again[Fate.MEMBER] == 5
    lines = AuditLine.objects.filter(action="member-invited").values_list("after", flat=True)
    assert sorted(map(str, lines)) == ["account", "enrol", "enrol"]


def test_the_way_in_is_handed_out_only_for_accounts_of_the_class_that_nobody_has_used(
    invited: Cohort, teacher: User
) -> None:
    invite(cohort=invited, people=read_roster(LIST), by=teacher)
    [waiting] = waiting_for_password(cohort=invited)
    assert waiting.user.username == "newcomer"
    # Another class may enrol them, and gets no way into their account by it.
    other = Cohort.objects.create(course=invited.course, name="Other")
    invite(cohort=other, people=read_roster("login\nnewcomer"), by=teacher)
    assert list(waiting_for_password(cohort=other)) == []
    waiting.user.set_password("a password of their own")
    waiting.user.save()
    assert list(waiting_for_password(cohort=invited)) == []


def test_a_list_costs_as_many_queries_however_long_it_is(bare: Cohort) -> None:
    counts = []
    for size in (1, 3, 300):
        text = "\n".join(["login,mail", *(f"p{n},p{n}@x.org" for n in range(size))])
        with CaptureQueriesContext(connection) as queries:
            plan_invitations(cohort=bare, people=read_roster(text))
        counts.append(len(queries))
    assert counts == [counts[0]] * 3
