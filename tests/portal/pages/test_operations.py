"""What operators see: what waits, runs and fails, for the portal's staff and for Prometheus."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.domain import join_cohort
from portal.courses.models import Enrolment
from portal.submissions.domain import claim_next
from portal.submissions.domain.status import worker_status
from portal.submissions.domain.workers import note_worker
from portal.submissions.models import (
    Attempt,
    Check,
    CheckJob,
    RegradePlan,
    Regrading,
    State,
    Tryout,
)
from tests.portal.factories import add_attempt, add_user, our_report
from tests.portal.small import copied_course, set_to_class

CountQueries = Callable[[int], AbstractContextManager[object]]

TOKEN = "a token of an operator"  # noqa: S105
OK, FOUND, FORBIDDEN, MISSING, UNAUTHORIZED = (
    HTTPStatus.OK, HTTPStatus.FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND,
    HTTPStatus.UNAUTHORIZED,
)  # fmt: skip


@pytest.fixture
def assignment(tmp_path: Path, teacher: User) -> Assignment:
    """An exercise set to a small class."""
    return set_to_class(copied_course(tmp_path / "exercises", "output-size"), teacher)


@pytest.fixture
def enrolment(assignment: Assignment, student: User) -> Enrolment:
    """`student` in that class."""
    return join_cohort(user=student, code=assignment.cohort.join_code)


@pytest.fixture
def operator(client: Client, db: None) -> Client:  # noqa: ARG001
    """The browser of somebody of the portal's staff, who is in no class."""
    user = add_user("operator")
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client.force_login(user)
    return client


def give_up(enrolment: Enrolment, assignment: Assignment) -> list[Attempt | Tryout | CheckJob]:
    """Add work of three kinds that was given up just now."""
    now = timezone.now()
    attempt = add_attempt(enrolment, assignment, state=State.FAILED)
    Attempt.objects.filter(pk=attempt.pk).update(
        finished_at=now, report=our_report().model_dump(mode="json")
    )
    tryout = Tryout.objects.create(
        enrolment=enrolment, assignment=assignment, version=attempt.version,
        state=State.FAILED, started_at=now, finished_at=now,
        report={"problem": {"message": "no <room>"}},
    )  # fmt: skip
    check = Check.objects.create(slug="output-size", by=enrolment.user)
    job = CheckJob.objects.create(
        proof=check,
        number=1,
        state=State.FAILED,
        finished_at=now,
        row={"got": {"fr": "pas de moteur", "en": "no engine"}},
    )
    return [attempt, tryout, job]


@pytest.mark.parametrize("name", ["operations", "operations-state"])
def test_only_the_portals_staff_sees_how_it_runs(client: Client, teacher: User, name: str) -> None:
    address = reverse(name)
    assert client.get(address).status_code == FOUND
    client.force_login(teacher)
    assert client.get(address).status_code == FORBIDDEN
    User.objects.filter(pk=teacher.pk).update(is_staff=True)
    assert client.get(address).status_code == OK


def test_what_waits_runs_and_serves_is_told(
    operator: Client, enrolment: Enrolment, assignment: Assignment
) -> None:
    for _each in range(3):
        add_attempt(enrolment, assignment, ago=600)
    held = add_attempt(enrolment, assignment, ago=300)
    later = timezone.now() + timedelta(hours=1)
    Attempt.objects.filter(pk=held.pk).update(ready_at=later)
    claim_next(queue="cpu", lease_seconds=30, worker="host-7")
    note_worker(name="host-7", queues=["cpu"], status={"slots": 4, "warm": 2, "shares": 0})
    [depth] = operator.get(reverse("operations")).context["depths"]
    assert (depth.kind, depth.queue, depth.waiting, depth.held_back, depth.running) == (
        "attempt", "cpu", 2, 1, 1,
    )  # fmt: skip
    assert depth.oldest // timedelta(minutes=1) == 10
    context = operator.get(reverse("operations-state")).context
    [running] = context["running"]
    assert (running.worker, running.exercise, running.is_silent) == (
        "host-7", "output-size", False,
    )  # fmt: skip
    [worker] = context["workers"]
    assert (worker.is_alive, worker.busy, worker.slots, worker.warm) == (True, 1, 4, 2)


def test_a_worker_tells_how_many_gradings_and_shares_of_gpus_it_has(settings: Settings) -> None:
    more = {"worker_concurrency": 3, "gpus": ("0", "1"), "gpu_slots": 4}
    settings.NOYAU = settings.NOYAU.model_copy(update={**more, "queues": ("cpu",)})
    assert worker_status() == {"slots": 3, "warm": 0, "shares": 0}
    settings.NOYAU = settings.NOYAU.model_copy(update={**more, "queues": ("cpu", "gpu")})
    assert worker_status() == {"slots": 3, "warm": 0, "shares": 8}


def test_what_was_given_up_is_told_with_its_reason_and_tried_again(
    operator: Client, enrolment: Enrolment, assignment: Assignment
) -> None:
    given_up = give_up(enrolment, assignment)
    page = operator.get(reverse("operations"))
    assert {failure.pk for failure in page.context["failures"]} == {row.pk for row in given_up}
    assert "no &lt;room&gt;" in page.content.decode()
    assert "no engine" in page.content.decode()
    for row in given_up[1:]:
        address = reverse("operations-retry", args=[type(row).__name__.lower(), row.pk])
        assert operator.post(address).status_code == FOUND
        row.refresh_from_db()
        assert (row.state, row.tries) == (State.QUEUED, 0)
        # What is no longer given up is left alone.
        operator.post(address)
    assert {failure.pk for failure in operator.get(reverse("operations")).context["failures"]} == {
        given_up[0].pk
    }


def test_only_the_portals_staff_tries_again(
    client: Client, teacher: User, enrolment: Enrolment, assignment: Assignment
) -> None:
    [attempt, *_more] = give_up(enrolment, assignment)
    address = reverse("operations-retry", args=["attempt", attempt.pk])
    client.force_login(teacher)
    assert client.post(address).status_code == FORBIDDEN
    attempt.refresh_from_db()
    assert attempt.state == State.FAILED


def test_what_belongs_to_an_applied_plan_is_not_tried_again(
    operator: Client, enrolment: Enrolment, assignment: Assignment
) -> None:
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=1)
    plan = RegradePlan.objects.create(
        assignment=assignment, version=attempt.version, applied_at=timezone.now()
    )
    row = Regrading.objects.create(plan=plan, attempt=attempt, state=State.FAILED)
    operator.post(reverse("operations-retry", args=["regrading", row.pk]))
    row.refresh_from_db()
    assert row.state == State.FAILED
    unknown = reverse("operations-retry", args=["user", row.pk])
    assert operator.post(unknown).status_code == MISSING


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_page_costs_as_many_queries_however_much_there_is(
    count: int,
    operator: Client,
    enrolment: Enrolment,
    assignment: Assignment,
    django_assert_num_queries: CountQueries,
) -> None:
    give_up(enrolment, assignment)
    version = assignment.exercise.current
    fields = {"enrolment": enrolment, "assignment": assignment, "version": version}
    now = timezone.now()
    Attempt.objects.bulk_create(
        Attempt(**fields, number=2 + each, state=state, submitted_at=now, finished_at=now)
        for each, state in enumerate([State.QUEUED, State.RUNNING, State.FAILED] * count)
    )
    for each in range(min(count, 5)):
        note_worker(name=f"host-{each}", queues=["cpu", "gpu"])
    operator.get(reverse("operations"))
    with django_assert_num_queries(23):
        operator.get(reverse("operations"))


def scrape(client: Client, token: str) -> dict[tuple[str, tuple[str, ...]], float]:
    """Return the metrics by their names and labels."""
    response = client.get(reverse("metrics"), headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == OK
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_prometheus_reads_what_waits_ended_and_is_kept(
    client: Client, enrolment: Enrolment, assignment: Assignment, settings: Settings
) -> None:
    settings.NOYAU = settings.NOYAU.model_copy(update={"metrics_token": TOKEN})
    add_attempt(enrolment, assignment, ago=60)
    now = timezone.now()
    for seconds in (0.2, 4, 40):
        attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=1, ago=seconds)
        Attempt.objects.filter(pk=attempt.pk).update(finished_at=now)
    give_up(enrolment, assignment)
    note_worker(name="host-7", queues=["cpu", "made-up"], status={"slots": 4, "warm": 2})
    blobs.store(b"twelve bytes")
    found = scrape(client, TOKEN)
    assert found["noyau_queue_waiting", ("attempt", "cpu")] == 1
    assert 59 < found["noyau_queue_oldest_seconds", ("attempt", "cpu")] < 120
    assert found["noyau_attempts", ("graded",)] == 3
    assert found["noyau_attempts", ("refused",)] == 0
    assert found["noyau_ended_last_hour", ("tryout", "failed")] == 1
    lengths = "noyau_grading_seconds_last_hour_bucket"
    assert [found[lengths, ("attempt", end)] for end in ("0.5", "5.0", "30.0", "+Inf")] == [
        1, 2, 2, 3,
    ]  # fmt: skip
    assert found["noyau_workers", ("cpu",)] == found["noyau_workers", ("other",)] == 1
    assert (found["noyau_worker_slots", ()], found["noyau_rooms_waiting", ()]) == (4, 2)
    version = assignment.exercise.current
    assert version is not None
    kept = len(blobs.read(version.archive)) + len(b"twelve bytes")
    assert (found["noyau_blobs", ()], found["noyau_blobs_bytes", ()]) == (2, kept)
    assert found["noyau_database_bytes", ()] > 0
    assert 0 < found["noyau_disk_free_bytes", ()] < found["noyau_disk_bytes", ()]


@pytest.mark.django_db
def test_metrics_want_the_operators_token(operator: Client, settings: Settings) -> None:
    assert operator.get(reverse("metrics")).status_code == MISSING
    settings.NOYAU = settings.NOYAU.model_copy(update={"metrics_token": TOKEN})
    for header in ("", TOKEN, f"bearer {TOKEN}", f"Bearer {TOKEN} ", "Bearer ", "Bearer é"):
        response = operator.get(reverse("metrics"), headers={"Authorization": header})
        assert (response.status_code, response.content) == (UNAUTHORIZED, b"")
