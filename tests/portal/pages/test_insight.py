"""A class at a glance: what its staff reads, in how many queries, and who may decide what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.accounts.models import User
from portal.catalogue.domain import index_exercises
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import AuditLine, Cohort, Course, Enrolment, Role
from portal.gradebook.models import Standing
from portal.insight.domain.facts import keep_facts
from portal.insight.models import Comparison, Decision, SimilarPair
from portal.insight.tasks import compare
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, add_student, add_user
from tests.portal.insight.test_similar import BREAKS, COPY, LOOPS, notebook
from tests.portal.pages.conftest import Browser
from tests.portal.small import copied_course

SIZES = (1, 3, 300)


@pytest.fixture
def course(db: None, tmp_path: Path) -> Course:  # noqa: ARG001
    """The course with one exercise for a notebook, and one that is answered on the page."""
    folder = copied_course(tmp_path / "exercises", "pooling", "convolution-by-hand")
    index_exercises(root=folder.parent)
    return Course.objects.get()


def hand_in(enrolment: Enrolment, assignment: Assignment, content: bytes) -> Attempt:
    """Add a graded attempt with these bytes, which counts."""
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=1.0)
    attempt.blob = blobs.store(content)
    attempt.save()
    keep_facts(attempts=[attempt])
    Standing.objects.create(
        enrolment=enrolment,
        assignment=assignment,
        best=attempt,
        score=1.0,
        points=assignment.exercise.points,
        attempts=1,
        reached_at=attempt.submitted_at,
    )
    return attempt


@pytest.fixture
def pair(assignment: Assignment) -> SimilarPair:
    """Two of three students' work, alike; the comparison has found it."""
    for name, work in (("one", LOOPS), ("<b>two</b>", COPY), ("three", BREAKS)):
        hand_in(add_student(assignment.cohort, name), assignment, notebook(work))
    compare(assignment.pk)
    return SimilarPair.objects.get()


@pytest.fixture
def place(pair: SimilarPair) -> str:
    """The address of the pair's page."""
    cohort = pair.assignment.cohort_id
    return reverse("similar-pair", args=[cohort, "pooling", pair.pk])


@pytest.mark.parametrize("name", ["insight", "exercise-insight"])
def test_a_large_class_takes_no_more_queries(
    at_teacher: Client, assignment: Assignment, name: str
) -> None:
    slug = [] if name == "insight" else ["pooling"]
    address = reverse(name, args=[assignment.cohort_id, *slug])
    counts = []
    for size in SIZES:
        for number in range(Standing.objects.count(), size):
            user = User.objects.create(username=f"pupil{number}")
            enrolment = Enrolment.objects.create(cohort=assignment.cohort, user=user)
            hand_in(enrolment, assignment, b"{}")
        at_teacher.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert at_teacher.get(address).status_code == 200
        counts.append(len(queries))
    assert counts == [counts[0]] * len(SIZES)


def test_a_cell_of_the_map_leads_to_the_students_work(
    at_teacher: Client, assignment: Assignment, enrolment: Enrolment
) -> None:
    hand_in(enrolment, assignment, b"{}")
    page = reverse("insight", args=[assignment.cohort_id])
    html = at_teacher.get(page, {"sort": "nonsense"}).content.decode()
    link = f"../students/{enrolment.pk}/pooling/"
    assert f'<td class="heat-10"><a href="{link}">100</a></td>' in html
    home = reverse("class", args=[assignment.cohort_id])
    work = reverse("student-work", args=[assignment.cohort_id, enrolment.pk, "pooling"])
    assert page == f"{home}insight/"
    assert work == home + link.removeprefix("../")


def test_an_exercise_that_nobody_has_begun_says_so(
    at_teacher: Client, assignment: Assignment, enrolment: Enrolment
) -> None:
    assert enrolment.is_staff is False
    page = reverse("exercise-insight", args=[assignment.cohort_id, "pooling"])
    assert "Nobody has a graded attempt yet." in at_teacher.get(page).content.decode()


def test_only_notebooks_are_compared(at_teacher: Client, typed: Assignment) -> None:
    slug = typed.exercise.slug
    for name, status in (("exercise-insight", 200), ("similar", 404)):
        assert at_teacher.get(reverse(name, args=[typed.cohort_id, slug])).status_code == status


def test_a_teacher_has_the_work_compared(
    at_teacher: Client,
    assignment: Assignment,
    enrolment: Enrolment,
) -> None:
    hand_in(enrolment, assignment, notebook(LOOPS))
    page = reverse("similar", args=[assignment.cohort_id, "pooling"])
    assert at_teacher.post(page).status_code == 302
    assert "is being compared" in at_teacher.get(page).content.decode()
    assert Comparison.objects.get().done_at is None
    compare(assignment.pk)
    html = at_teacher.get(page).content.decode()
    assert "Work of 1 student compared" in html
    assert "No two students’ work is that much alike." in html


def test_a_pair_is_shown_side_by_side_as_text(
    at_teacher: Client, pair: SimilarPair, place: str
) -> None:
    page = reverse("similar", args=[pair.assignment.cohort_id, "pooling"])
    listed = at_teacher.get(page).content.decode()
    assert "one · &lt;b&gt;two&lt;/b&gt;" in listed
    html = at_teacher.get(place).content.decode()
    assert 'id="left-1"' in html
    assert 'href="#right-1"' in html
    assert "tmp = np.zeros((nr, nc))" in html


def test_a_decision_is_kept_with_its_reason_and_survives_the_next_comparison(
    at_teacher: Client, teacher: User, pair: SimilarPair, place: str
) -> None:
    assert at_teacher.post(place, {"decision": "dismissed", "reason": " "}).status_code == 200
    pair.refresh_from_db()
    assert pair.decision == Decision.OPEN
    form = {"decision": "dismissed", "reason": "They worked together, as they may."}
    assert at_teacher.post(place, form).status_code == 302
    compare(pair.assignment_id)
    pair.refresh_from_db()
    assert (pair.decision, pair.decided_by, pair.is_current) == ("dismissed", teacher, True)
    line = AuditLine.objects.get(action="similar-work")
    assert (line.subject, line.reason) == ("pooling", form["reason"])
    assert line.after == {"decision": "dismissed", "students": ["one", "<b>two</b>"]}


def test_new_work_is_looked_at_anew(pair: SimilarPair, at_teacher: Client, place: str) -> None:
    at_teacher.post(place, {"decision": "watched", "reason": "Ask them."})
    second = pair.second.enrolment
    fresh = add_attempt(second, pair.assignment, state=State.GRADED, score=1.0)
    fresh.blob = blobs.store(notebook(f"{COPY}\nx = 1\n"))
    fresh.save()
    Standing.objects.filter(enrolment=second).update(best=fresh)
    compare(pair.assignment_id)
    pairs = SimilarPair.objects.order_by("pk").values_list("is_current", "decision", "second")
    assert list(pairs) == [
        (False, "watched", pair.second_id), (True, "open", fresh.pk),
    ]  # fmt: skip


def test_lost_and_broken_notebooks_are_like_nothing(assignment: Assignment) -> None:
    broken = [b"", b"\xff", b"{}", b"[" * 100_000, json.dumps({"nbformat": 4}).encode()]
    for number, content in enumerate(broken):
        hand_in(add_student(assignment.cohort, f"s{number}"), assignment, content)
    Attempt.objects.filter(enrolment__user__username="s0").update(blob="0" * 64)
    Comparison.objects.create(assignment=assignment, asked_at=assignment.created_at)
    compare(assignment.pk)
    assert SimilarPair.objects.count() == 0
    assert Comparison.objects.get().compared == len(broken)


@pytest.mark.parametrize(
    ("role", "statuses"),
    [(None, (404, 404)), (Role.STUDENT, (403, 403)), (Role.ASSISTANT, (200, 403)),
     (Role.TEACHER, (200, 302))],
)  # fmt: skip
def test_staff_reads_and_teachers_alone_decide(
    browser: Browser, cohort: Cohort, place: str, role: Role | None, statuses: tuple[int, int]
) -> None:
    read, decide = statuses
    visitor = add_user("visitor")
    if role is not None:
        Enrolment.objects.create(cohort=cohort, user=visitor, role=role)
    client = browser(visitor)
    listed = reverse("similar", args=[cohort.pk, "pooling"])
    assert (client.get(place).status_code, client.get(listed).status_code) == (read, read)
    form = {"decision": "watched", "reason": "…"}
    assert client.post(place, form).status_code == decide
    assert client.post(listed).status_code == decide


def test_a_pair_of_another_class_is_not_found(
    browser: Browser, pair: SimilarPair, stranger: User
) -> None:
    other = Cohort.objects.create(course=pair.assignment.cohort.course, name="Class B")
    Enrolment.objects.create(cohort=other, user=stranger, role=Role.TEACHER)
    Assignment.objects.create(cohort=other, exercise=pair.assignment.exercise)
    page = reverse("similar-pair", args=[other.pk, "pooling", pair.pk])
    assert browser(stranger).get(page).status_code == 404
