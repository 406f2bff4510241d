"""The pages on which a teacher looks after a class."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.catalogue.domain import current_version, grant_extension
from portal.catalogue.models import Assignment, Extension
from portal.courses.domain import MOST_BYTES, change_role, record_change
from portal.courses.models import AuditLine, Cohort, Enrolment, Role
from portal.submissions.models import Attempt, State
from tests.portal.classes import add_exercises, bare_class, enrol, in_days
from tests.portal.factories import PASSWORD, add_user
from tests.portal.pages.conftest import Browser

SIZES = (1, 3, 300)
MINUTES = "%Y-%m-%dT%H:%M"


@pytest.fixture
def bare(teacher: User) -> Cohort:
    return bare_class(teacher)


@pytest.fixture
def at_desk(browser: Browser, teacher: User) -> Client:
    """The browser of the teacher of `bare`."""
    return browser(teacher)


def page(client: Client, name: str, cohort: Cohort, *args: int, **query: str) -> str:
    return client.get(reverse(name, args=[cohort.pk, *args]), query).content.decode()


def rows(assignments: list[Assignment], **changed: str) -> dict[str, str]:
    """Return what the form of the schedule sends for exercises that are set without terms."""
    fields = {f"{one.exercise.slug}-is_set": "on" for one in assignments}
    return {"do": "save", **fields, **changed}


def test_the_settings_rename_close_and_renew(at_desk: Client, bare: Cohort) -> None:
    address = reverse("class-settings", args=[bare.pk])
    at_desk.post(address, {"do": "rename", "name": " Group 2 "})
    at_desk.post(address, {"do": "close"})
    at_desk.post(address, {"do": "renew-code"})
    refused = at_desk.post(address, {"do": "rename", "name": " "}).content.decode()
    assert "This field is required." in refused
    now = Cohort.objects.get(pk=bare.pk)
    assert (now.name, now.is_open) == ("Group 2", False)
    assert now.join_code != bare.join_code
    assert f"/?code={now.join_code}" in page(at_desk, "class-settings", bare)
    actions = AuditLine.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["class-renamed", "class-opened", "code-renewed"]


def test_people_are_found_by_any_of_their_names_and_by_role(at_desk: Client, bare: Cohort) -> None:
    ada = enrol(bare, "ada")
    User.objects.filter(pk=ada.user_id).update(first_name="Augusta", last_name="King")
    Enrolment.objects.filter(pk=ada.pk).update(pseudonym="Enchantress")
    change_role(member=enrol(bare, "babbage"), role=Role.FORMER, by=ada.user)
    for word in ("ada", "august king", "enchant"):
        found = page(at_desk, "people", bare, q=word)
        assert "Augusta King" in found
        assert "1 person" in found
    assert "babbage" not in page(at_desk, "people", bare)
    assert "babbage" in page(at_desk, "people", bare, role="former")


def test_a_teacher_changes_roles_and_keeps_the_last_teacher(
    at_desk: Client, bare: Cohort, teacher: User
) -> None:
    pupil, own = enrol(bare, "pupil"), Enrolment.objects.get(cohort=bare, user=teacher)
    address = reverse("member", args=[bare.pk, pupil.pk])
    at_desk.post(address, {"do": "remove", "reason": "left"})
    assert "Bring back into the class" in page(at_desk, "member", bare, pupil.pk)
    at_desk.post(address, {"do": "role", "role": "assistant"})
    pupil.refresh_from_db()
    assert pupil.role == Role.ASSISTANT
    refused = at_desk.post(reverse("member", args=[bare.pk, own.pk]), {"do": "remove"})
    assert "A class keeps at least one teacher" in refused.content.decode()
    enrol(bare, "second", role=Role.TEACHER)
    left = at_desk.post(reverse("member", args=[bare.pk, own.pk]), {"do": "remove"})
    assert left["Location"] == reverse("home")


def test_nobody_of_another_class_is_changed_by_a_number(
    at_desk: Client, bare: Cohort, student: User
) -> None:
    other = Cohort.objects.create(course=bare.course, name="Other")
    theirs = Enrolment.objects.create(cohort=other, user=student)
    assert at_desk.post(reverse("member", args=[bare.pk, theirs.pk])).status_code == 404


def test_a_list_is_shown_then_applied_and_its_link_opens_the_account_once(
    at_desk: Client, bare: Cohort
) -> None:
    address = reverse("invite", args=[bare.pk])
    file = SimpleUploadedFile("class.csv", "login;prénom\n+zoe;Zoé\n<b>;\n".encode("cp1252"))
    shown = at_desk.post(address, {"do": "preview", "file": file}).content.decode()
    assert "Invite 1 person" in shown
    assert "&lt;b&gt;" in shown
    assert not User.objects.filter(username="+zoe").exists()
    at_desk.post(address, {"do": "invite", "text": "login,prenom\n+zoe,Zoé"})
    answer = at_desk.get(reverse("invitations-file", args=[bare.pk]))
    [head, row] = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    # A spreadsheet would compute what begins with a plus.
    assert (head[0], row[0]) == ("username", "'+zoe")
    assert "no-store" in answer["Cache-Control"]
    client = Client(headers={"accept-language": "en"})
    form = client.get(row[-1], follow=True)
    assert "Your user name is <strong>+zoe</strong>" in form.content.decode()
    chosen = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    client.post(form.request["PATH_INFO"], chosen)
    assert "Bare class" in client.get(reverse("home")).content.decode()
    assert Client().login(username="+zoe", password=PASSWORD)
    again = Client(headers={"accept-language": "en"}).get(row[-1], follow=True)
    assert "used already" in again.content.decode()
    assert "has chosen a password" in page(at_desk, "invitations", bare)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file, or paste a list."),
        ({"text": "a,b\n1,2"}, "be read as a list of people"),
        ({"file": b"login\n" + b"x" * MOST_BYTES}, "longer than the list of a class"),
        ({"file": b"PK\x03\x04\x00"}, "be read as a list of people"),
    ],
)
def test_what_is_no_list_is_refused_beside_its_field(
    at_desk: Client, bare: Cohort, sent: dict[str, str | bytes], said: str
) -> None:
    form = {
        name: SimpleUploadedFile("x", value) if isinstance(value, bytes) else value
        for name, value in sent.items()
    }
    answer = at_desk.post(reverse("invite", args=[bare.pk]), {"do": "invite", **form})
    assert said in answer.content.decode()
    assert Enrolment.objects.filter(role=Role.STUDENT).count() == 0


def test_a_schedule_is_filled_in_seen_and_saved_in_the_teachers_time_zone(
    at_desk: Client, bare: Cohort
) -> None:
    add_exercises(bare.course, 3)
    both = [*bare.assignments.select_related("exercise").order_by("exercise__position")]
    at_desk.cookies["noyau_zone"] = "America/New_York"
    address = reverse("schedule", args=[bare.pk])
    fill = {
        "do": "fill", "all-due_at": "2026-10-30T18:00", "all-late_days": "2",
        "all-late_percent": "10", "all-chapter_days": "7", "exercise-2-is_set": "on",
    }  # fmt: skip
    seen = at_desk.post(address, rows(both) | fill).content.decode()
    assert seen.count('value="2026-10-30T18:00"') == 3
    # The third is of the next chapter, a week later by the clock, which has changed meanwhile.
    assert seen.count('value="2026-11-06T18:00"') == 1
    assert "America/New York" in seen
    assert Assignment.objects.filter(due_at__isnull=False).count() == 0
    due = {f"exercise-{n}-due_at": f"2026-1{n // 2}-0{6 - n}T18:00" for n in (0, 2)}
    at_desk.post(address, rows(both, **due, **{"exercise-2-is_set": "on"}))
    saved = Assignment.objects.filter(cohort=bare).order_by("exercise__position")
    assert list(saved.values_list("exercise__slug", "due_at")) == [
        ("exercise-0", datetime(2026, 10, 6, 22, tzinfo=UTC)),
        ("exercise-1", None),
        ("exercise-2", datetime(2026, 11, 4, 23, tzinfo=UTC)),
    ]


def test_a_row_that_is_wrong_says_so_and_nothing_is_saved(at_desk: Client, bare: Cohort) -> None:
    both = [*bare.assignments.select_related("exercise").order_by("exercise__position")]
    wrong = {
        "exercise-0-opens_at": "2026-10-06T18:00",
        "exercise-0-due_at": "2026-10-06T18:00",
        "exercise-1-late_percent": "101",
        "exercise-1-late_days": "1",
    }
    answer = at_desk.post(reverse("schedule", args=[bare.pk]), rows(both, **wrong))
    said = answer.content.decode()
    assert "Due before it opens." in said
    assert "less than or equal to 100" in said
    assert AuditLine.objects.count() == 0


def test_an_exercise_that_was_worked_on_stays_set_whatever_is_sent(
    at_desk: Client, bare: Cohort
) -> None:
    used = bare.assignments.select_related("exercise__current").order_by("pk")[0]
    pupil = enrol(bare, "pupil")
    Attempt.objects.create(
        enrolment=pupil, assignment=used, version=current_version(used.exercise), number=1,
        state=State.QUEUED, blob="x", submitted_at=in_days(0),
    )  # fmt: skip
    at_desk.post(reverse("schedule", args=[bare.pk]), {"do": "save"})
    assert list(bare.assignments.all()) == [used]
    assert "in use" in page(at_desk, "schedule", bare)


def test_extensions_are_granted_listed_and_withdrawn_by_teachers_alone(
    at_desk: Client, bare: Cohort, browser: Browser
) -> None:
    pupil, assistant = enrol(bare, "pupil"), enrol(bare, "helper", role=Role.ASSISTANT)
    work = bare.assignments.order_by("pk")[0]
    Assignment.objects.filter(pk=work.pk).update(due_at=in_days(2))
    address = reverse("extensions", args=[bare.pk])
    form = {"student": pupil.pk, "assignments": [work.pk], "reason": "illness"}
    early = form | {"due_at": in_days(1).strftime(MINUTES)}
    assert "must be later" in at_desk.post(address, early).content.decode()
    late = form | {"due_at": in_days(4).strftime(MINUTES)}
    assert browser(assistant.user).post(address, late).status_code == 403
    at_desk.post(address, late)
    [granted] = Extension.objects.all()
    assert "illness" in browser(assistant.user).get(address).content.decode()
    assert "illness" not in page(at_desk, "extensions", bare, student=str(assistant.pk))
    withdraw = reverse("withdraw-extension", args=[bare.pk, granted.pk])
    assert browser(assistant.user).post(withdraw).status_code == 403
    at_desk.post(withdraw)
    assert Extension.objects.count() == 0


def test_the_log_is_told_by_student_exercise_and_change(
    at_desk: Client, bare: Cohort, teacher: User
) -> None:
    pupil = enrol(bare, "pupil")
    change_role(member=pupil, role=Role.ASSISTANT, by=teacher, reason="helps out")
    record_change(cohort=bare, by=None, action="code-renewed", before="OLD", after="NEW")
    record_change(cohort=bare, by=teacher, action="exercise-set", subject="exercise-0")
    role, code, work = "helps out", "OLD was replaced by NEW", "was set to the class"
    for query, expected in (
        ({}, {role, code, work}),
        ({"student": str(pupil.pk)}, {role}),
        ({"subject": "exercise-0"}, {work}),
        ({"action": "code-renewed"}, {code}),
        ({"student": "x", "subject": "none", "action": "none"}, {role, code, work}),
    ):
        said = page(at_desk, "class-log", bare, **query)
        assert {one for one in (role, code, work) if one in said} == expected


def test_a_choice_of_students_marks_the_one_asked_for_and_runs_nothing(
    at_desk: Client, bare: Cohort
) -> None:
    bare.assignments.update(due_at=in_days(1))
    pupil = enrol(bare, "pupil")
    User.objects.filter(pk=pupil.user_id).update(first_name="<b>", last_name='"')
    shown = page(at_desk, "extensions", bare, student=str(pupil.pk))
    assert f'<option value="{pupil.pk}" selected>&lt;b&gt; &quot; (pupil)</option>' in shown


def count(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_pages_cost_as_many_queries_for_many_people_as_for_one(
    at_desk: Client, bare: Cohort, teacher: User
) -> None:
    work = bare.assignments.select_related("exercise").order_by("pk")[0]
    work.due_at = in_days(1)
    work.save()
    names = ("people", "invitations", "extensions", "class-log", "schedule")
    counts: dict[str, list[int]] = {name: [] for name in names}
    for size in SIZES:
        for number in range(Enrolment.objects.filter(role=Role.STUDENT).count(), size):
            pupil = enrol(bare, f"pupil{number}")
            User.objects.filter(pk=pupil.user_id).update(password="!")  # noqa: S106
            grant_extension(
                enrolment=pupil, assignments=[work], due_at=in_days(2), reason="x", by=teacher
            )
        Enrolment.objects.filter(role=Role.STUDENT).update(brought_account=True)
        for name in names:
            counts[name].append(count(at_desk, reverse(name, args=[bare.pk])))
    assert counts == {name: [counts[name][0]] * len(SIZES) for name in names}


def test_a_schedule_costs_as_many_queries_however_many_exercises_it_has(
    at_desk: Client, bare: Cohort
) -> None:
    counts = []
    for size in SIZES:
        add_exercises(bare.course, size)
        counts.append(count(at_desk, reverse("schedule", args=[bare.pk])))
    assert counts == [counts[0]] * len(SIZES)


def test_too_many_wrong_passwords_are_answered_alike_for_any_name(
    client: Client, student: User
) -> None:
    answers = {}
    for name in (student.username, "nobody"):
        form = {"username": name, "password": "wrong"}
        statuses = [client.post(reverse("sign-in"), form).status_code for _n in range(12)]
        form["password"] = PASSWORD
        last = client.post(reverse("sign-in"), form, headers={"accept-language": "en"})
        answers[name] = statuses, last.status_code, "Too many tries." in last.content.decode()
    assert answers[student.username] == answers["nobody"] == ([200] * 10 + [429] * 2, 429, True)


@pytest.mark.django_db
def test_one_user_name_is_not_asked_for_at_sign_up_again_and_again(client: Client) -> None:
    form = {"username": "pupil", "password1": "x", "password2": "y"}
    statuses = [client.post(reverse("sign-up"), form).status_code for _n in range(11)]
    assert statuses == [200] * 10 + [429]


def test_an_extension_of_another_class_is_not_found(at_desk: Client, bare: Cohort) -> None:
    other = Cohort.objects.create(course=bare.course, name="Other")
    theirs = Enrolment.objects.create(cohort=other, user=add_user("theirs"))
    work = Assignment.objects.create(
        cohort=other, exercise=bare.assignments.all()[0].exercise, due_at=in_days(1)
    )
    extension = Extension.objects.create(assignment=work, enrolment=theirs, due_at=in_days(2))
    address = reverse("withdraw-extension", args=[bare.pk, extension.pk])
    assert at_desk.post(address).status_code == 404
