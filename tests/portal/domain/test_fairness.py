"""Who is served next: nobody starves anybody."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.domain import assign_course
from portal.catalogue.models import Assignment
from portal.courses.domain import create_cohort
from portal.courses.models import Cohort, Enrolment
from portal.submissions.domain import claim_next, outlook, queue_position
from portal.submissions.domain.fairness import AGEING, serving_order
from portal.submissions.models import Attempt, Check, CheckJob, State
from tests.portal.factories import add_attempt, add_student, add_user

CountQueries = Callable[[int], AbstractContextManager[object]]


def serve_all() -> list[Attempt]:
    """Claim until the queue is empty, nothing ending in between."""
    served = list(iter(lambda: claim_next(queue="cpu", lease_seconds=30), None))
    return [one for one in served if isinstance(one, Attempt)]


def another_class(cohort: Cohort) -> tuple[Cohort, Assignment]:
    other = create_cohort(course=cohort.course, name="Class B", teacher=add_user("teacher2"))
    assign_course(cohort=other)
    return other, Assignment.objects.get(cohort=other, exercise__slug="pooling")


def test_students_take_turns_however_much_one_hands_in(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    eager = [add_attempt(enrolment, assignment, ago=100 - n) for n in range(3)]
    late = [add_attempt(add_student(enrolment.cohort, "late"), assignment, ago=1)]
    assert serve_all() == [eager[0], late[0], eager[1], eager[2]]


def test_classes_take_turns_however_large_one_is(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    large = [
        add_attempt(add_student(enrolment.cohort, f"s{n}"), assignment, ago=100 - n)
        for n in range(3)
    ]
    cohort, same_exercise = another_class(enrolment.cohort)
    small = [add_attempt(add_student(cohort, f"t{n}"), same_exercise, ago=10 - n) for n in range(2)]
    assert serve_all() == [large[0], small[0], large[1], small[1], large[2]]


def test_one_person_in_two_classes_is_one_student(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    cohort, same_exercise = another_class(enrolment.cohort)
    elsewhere = Enrolment.objects.create(cohort=cohort, user=enrolment.user)
    mine = [add_attempt(enrolment, assignment, ago=9), add_attempt(elsewhere, same_exercise, ago=8)]
    other = add_attempt(add_student(enrolment.cohort, "other"), assignment, ago=1)
    assert serve_all() == [mine[0], other, mine[1]]


def test_who_was_served_lately_waits_for_who_was_not(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    add_attempt(enrolment, assignment, state=State.GRADED, score=1, ago=60)
    again = add_attempt(enrolment, assignment, ago=50)
    first = add_attempt(add_student(enrolment.cohort, "other"), assignment, ago=1)
    assert serve_all() == [first, again]


def test_what_was_served_long_ago_is_forgotten(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    add_attempt(enrolment, assignment, state=State.GRADED, score=1, ago=3600)
    again = add_attempt(enrolment, assignment, ago=50)
    first = add_attempt(add_student(enrolment.cohort, "other"), assignment, ago=1)
    assert serve_all() == [again, first]


def test_new_work_goes_before_regrades(enrolment: Enrolment, assignment: Assignment) -> None:
    regrade = add_attempt(enrolment, assignment, score=0.5, ago=100)
    fresh = add_attempt(add_student(enrolment.cohort, "other"), assignment, ago=1)
    assert serve_all() == [fresh, regrade]


def add_check(by: User, *, jobs: int, ago: float) -> list[CheckJob]:
    """Add a check as it is `ago` seconds after its author asked for it."""
    at = timezone.now() - timedelta(seconds=ago)
    check = Check.objects.create(slug="pooling", digest="0" * 64, archive="0" * 64, by=by)
    return [
        CheckJob.objects.create(
            proof=check, number=number, state=State.QUEUED, queued_at=at, role="wrong"
        )
        for number in range(1, jobs + 1)
    ]


def test_a_check_comes_after_new_work_and_takes_turns_with_regrades(
    enrolment: Enrolment, assignment: Assignment, teacher: User
) -> None:
    jobs = add_check(teacher, jobs=2, ago=60)
    regrade = add_attempt(enrolment, assignment, score=0.5, ago=30)
    fresh = add_attempt(add_student(enrolment.cohort, "other"), assignment, ago=1)
    assert [place.pk for place in serving_order(queue="cpu")] == [
        fresh.pk, jobs[0].pk, regrade.pk, jobs[1].pk,
    ]  # fmt: skip


def test_an_old_check_is_served_among_work_that_never_ends(
    enrolment: Enrolment, assignment: Assignment, teacher: User
) -> None:
    def crowd(name: str) -> list[Attempt]:
        students = [add_student(enrolment.cohort, f"{name}{n}") for n in range(3)]
        return [add_attempt(one, assignment, ago=1) for one in students]

    first, second = add_check(teacher, jobs=2, ago=60)
    new = crowd("a")
    assert serve_all_until(first) == len(new)
    CheckJob.objects.update(queued_at=timezone.now() - AGEING)
    new = crowd("b")
    # Its author has had a turn, and those who come have not.
    assert serve_all_until(second) == len(new)
    CheckJob.objects.filter(pk=second.pk).update(state=State.QUEUED)
    CheckJob.objects.update(queued_at=timezone.now() - 4 * AGEING)
    crowd("c")
    assert serve_all_until(second) == 0


def serve_all_until(job: CheckJob) -> int:
    """Claim until the job's turn has come, and return how many went before it."""
    for count in range(100):
        if claim_next(queue="cpu", lease_seconds=30) == job:
            return count
    raise AssertionError("the job is never served")


def test_a_position_is_the_place_in_which_an_attempt_is_served(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    students = [enrolment, *(add_student(enrolment.cohort, f"s{n}") for n in range(3))]
    for index in range(12):
        add_attempt(students[index * index % 4], assignment, ago=100 - index)
    promised = {attempt.pk: queue_position(attempt) for attempt in Attempt.objects.all()}
    served = {attempt.pk: place for place, attempt in enumerate(serve_all(), start=1)}
    assert promised == served


def test_everybody_who_waits_is_told_their_place_from_one_order(
    enrolment: Enrolment, assignment: Assignment, django_assert_num_queries: CountQueries
) -> None:
    students = [enrolment, *(add_student(enrolment.cohort, f"s{n}") for n in range(9))]
    waiting = [add_attempt(one, assignment, ago=9 - n) for n, one in enumerate(students)]
    outlook(waiting[0])
    cache.delete("queue-outlook-cpu")
    with django_assert_num_queries(5):
        assert [queue_position(attempt) for attempt in waiting] == list(range(1, 11))


def test_a_newcomer_is_told_their_place_at_once(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    assert queue_position(add_attempt(enrolment, assignment, ago=2)) == 1
    other = add_student(enrolment.cohort, "other")
    assert queue_position(add_attempt(other, assignment, ago=1)) == 2


def test_what_is_held_back_has_no_position_and_costs_no_query(
    enrolment: Enrolment, assignment: Assignment, django_assert_num_queries: CountQueries
) -> None:
    attempt = add_attempt(enrolment, assignment)
    attempt.ready_at = timezone.now() + timedelta(minutes=1)
    with django_assert_num_queries(0):
        assert queue_position(attempt) == 0


def test_what_does_not_wait_has_no_position(enrolment: Enrolment, assignment: Assignment) -> None:
    assert queue_position(add_attempt(enrolment, assignment, state=State.RUNNING)) == 0
