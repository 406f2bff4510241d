"""Until when a student may hand in, what being late costs, and who is told of changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.domain import (
    Deadline,
    Slot,
    Terms,
    class_deadlines,
    deadline_of,
    deadlines_of,
    grant_extension,
    save_schedule,
    terms_of,
    withdraw_extension,
)
from portal.catalogue.errors import AssignmentInUse, NoLaterDeadline
from portal.catalogue.models import Assignment, Extension
from portal.catalogue.signals import deadline_changed
from portal.courses.models import AuditLine, Cohort, Enrolment
from portal.gradebook.models import Standing
from portal.submissions.domain.limits import check_may_submit
from portal.submissions.errors import AssignmentClosed
from tests.portal.classes import bare_class, enrol, in_days

PARIS = ZoneInfo("Europe/Paris")
DUE = datetime(2026, 10, 23, 23, 59, tzinfo=PARIS)
"""Two days before summer time ends."""

Change = tuple[Assignment, Enrolment | None]


@pytest.fixture
def bare(teacher: User) -> Cohort:
    return bare_class(teacher)


@pytest.fixture
def pupil(bare: Cohort) -> Enrolment:
    return enrol(bare, "pupil")


@pytest.fixture
def work(bare: Cohort) -> Assignment:
    return bare.assignments.select_related("exercise").order_by("exercise__position")[0]


@pytest.fixture
def changes() -> Iterator[list[Change]]:
    """Whose deadlines the portal has said to have changed."""
    told: list[Change] = []

    def listen(assignment: Assignment, enrolment: Enrolment | None, **_signal: object) -> None:
        told.append((assignment, enrolment))

    deadline_changed.connect(listen, dispatch_uid="test")
    yield told
    deadline_changed.disconnect(dispatch_uid="test")


def set_terms(work: Assignment, **terms: object) -> None:
    Assignment.objects.filter(pk=work.pk).update(**terms)
    work.refresh_from_db()


@pytest.mark.parametrize(
    ("after", "days", "lost"),
    [
        (timedelta(0), 0, 0.0),
        (timedelta(seconds=1), 1, 0.4),
        (timedelta(days=1), 1, 0.4),
        (timedelta(days=1, seconds=1), 2, 0.8),
        (timedelta(days=400), 400, 1.0),
    ],
)
def test_each_day_begun_costs_and_no_more_than_all_is_lost(
    after: timedelta, days: int, lost: float
) -> None:
    due_at = datetime(2025, 1, 10, 12, tzinfo=PARIS)
    at = (due_at + after).astimezone(UTC)
    due = Deadline(due_at=due_at, late_days=3, late_percent=40)
    assert (due.days_late(at), due.lost_at(at)) == (days, lost)


@pytest.mark.parametrize("zone", ["Europe/Paris", "Pacific/Auckland"])
def test_late_days_end_at_the_hour_of_the_deadline_when_the_clock_changes(zone: str) -> None:
    deadline = Deadline(due_at=DUE.astimezone(UTC), late_days=3, late_percent=10)
    with timezone.override(zone):
        last = datetime(2026, 10, 26, 23, 59, tzinfo=PARIS)
        assert deadline.closes_at == last
        assert deadline.is_open(last)
        assert deadline.lost_at(last) == pytest.approx(0.3)
        assert deadline.is_closed(last + timedelta(seconds=1))


def test_an_exercise_without_a_deadline_is_never_late() -> None:
    at = datetime(2100, 1, 1, tzinfo=UTC)
    never = Deadline()
    assert (never.is_late(at), never.is_closed(at), never.lost_at(at)) == (False, False, 0.0)


def test_an_extension_counts_until_the_class_is_given_more(
    pupil: Enrolment, work: Assignment, teacher: User
) -> None:
    set_terms(work, due_at=in_days(1), late_days=1, late_percent=10)
    more = in_days(5)
    grant_extension(enrolment=pupil, assignments=[work], due_at=more, reason="ill", by=teacher)
    own = deadline_of(enrolment=pupil, assignment=work)
    assert (own.due_at, own.is_extended, own.closes_at) == (more, True, more + timedelta(days=1))
    set_terms(work, due_at=in_days(9))
    later = deadline_of(enrolment=pupil, assignment=work)
    assert (later.due_at, later.is_extended) == (work.due_at, False)


def test_deadlines_are_the_same_one_by_one_for_a_student_and_for_a_class(
    bare: Cohort, pupil: Enrolment, work: Assignment, teacher: User
) -> None:
    set_terms(work, due_at=in_days(-1))
    classmate = enrol(bare, "classmate")
    grant_extension(
        enrolment=pupil, assignments=[work], due_at=in_days(2), reason="ill", by=teacher
    )
    for member in (pupil, classmate):
        with CaptureQueriesContext(connection) as queries:
            all_of_them = deadlines_of(enrolment=member)
        assert len(queries) == 1
        everybody = class_deadlines(cohort=bare)
        for one in bare.assignments.all():
            single = deadline_of(enrolment=member, assignment=one)
            assert all_of_them[one.pk] == single
            assert everybody.of(enrolment_id=member.pk, assignment=one) == single
    assert deadline_of(enrolment=pupil, assignment=work).is_open()
    assert deadline_of(enrolment=classmate, assignment=work).is_closed()


def test_work_is_taken_in_late_and_no_longer_after_the_last_late_day(
    pupil: Enrolment, work: Assignment, teacher: User
) -> None:
    due = in_days(-1.5)
    set_terms(work, due_at=due, late_days=2, late_percent=10)
    check_may_submit(enrolment=pupil, assignment=work)
    set_terms(work, late_days=1)
    with pytest.raises(AssignmentClosed) as refused:
        check_may_submit(enrolment=pupil, assignment=work)
    assert refused.value.due_at == due + timedelta(days=1)
    grant_extension(
        enrolment=pupil, assignments=[work], due_at=in_days(1), reason="ill", by=teacher
    )
    check_may_submit(enrolment=pupil, assignment=work)


def test_an_extension_must_be_later_than_every_deadline_it_replaces(
    bare: Cohort, pupil: Enrolment, work: Assignment, teacher: User
) -> None:
    set_terms(work, due_at=in_days(1))
    both = [work, *bare.assignments.exclude(pk=work.pk)]
    with pytest.raises(NoLaterDeadline):
        grant_extension(
            enrolment=pupil, assignments=both, due_at=in_days(3), reason="ill", by=teacher
        )
    with pytest.raises(NoLaterDeadline):
        grant_extension(
            enrolment=pupil, assignments=[work], due_at=in_days(1), reason="ill", by=teacher
        )
    assert (Extension.objects.count(), AuditLine.objects.count()) == (0, 0)


def test_extensions_are_logged_and_told(
    pupil: Enrolment, work: Assignment, teacher: User, changes: list[Change]
) -> None:
    set_terms(work, due_at=in_days(1))
    first, second = in_days(2), in_days(3)
    for until in (first, second):
        [extension] = grant_extension(
            enrolment=pupil, assignments=[work], due_at=until, reason="ill", by=teacher
        )
    withdraw_extension(extension=extension, by=teacher)
    lines = AuditLine.objects.order_by("pk").values_list("action", "student", "before", "after")
    assert list(lines) == [
        ("extension-granted", pupil.pk, None, first.isoformat()),
        ("extension-granted", pupil.pk, first.isoformat(), second.isoformat()),
        ("extension-withdrawn", pupil.pk, second.isoformat(), None),
    ]
    assert changes == [(work, pupil)] * 3


def test_a_schedule_is_saved_logged_and_told_where_deadlines_changed(
    bare: Cohort, work: Assignment, teacher: User, changes: list[Change]
) -> None:
    due = in_days(7)
    first, second = (one.exercise for one in bare.assignments.order_by("exercise__position"))
    slots = [
        Slot(first, Terms(due_at=due, late_days=2, late_percent=25)),
        Slot(second, Terms(max_attempts=3)),
    ]
    assert save_schedule(cohort=bare, slots=slots, by=teacher) == 2
    assert save_schedule(cohort=bare, slots=slots, by=teacher) == 0
    work.refresh_from_db()
    assert terms_of(work) == slots[0].terms
    assert changes == [(work, None)]
    lines = AuditLine.objects.order_by("pk").values_list("action", "subject", "before", "after")
    assert list(lines) == [
        (
            "schedule-changed",
            first.slug,
            {"due_at": None, "late_days": 0, "late_percent": 0},
            {"due_at": due.isoformat(), "late_days": 2, "late_percent": 25},
        ),
        ("schedule-changed", second.slug, {"max_attempts": None}, {"max_attempts": 3}),
    ]


def test_an_exercise_is_taken_away_and_set_again_only_while_nothing_hangs_on_it(
    bare: Cohort, pupil: Enrolment, work: Assignment, teacher: User
) -> None:
    other = bare.assignments.exclude(pk=work.pk).get()
    away = [Slot(work.exercise, None), Slot(other.exercise, None)]
    # Nothing was handed in, but a teacher gave points by hand.
    Standing.objects.create(
        enrolment=pupil, assignment=work, score=0, points=3, attempts=0,
        reached_at=timezone.now(), is_by_hand=True,
    )  # fmt: skip
    with pytest.raises(AssignmentInUse):
        save_schedule(cohort=bare, slots=away, by=teacher)
    assert bare.assignments.count() == 2
    save_schedule(cohort=bare, slots=away[1:], by=teacher)
    assert list(bare.assignments.all()) == [work]
    save_schedule(cohort=bare, slots=[Slot(other.exercise, Terms(late_days=1))], by=teacher)
    assert bare.assignments.get(exercise=other.exercise).late_days == 1
    actions = AuditLine.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["exercise-unset", "exercise-set"]
