"""An exercise answered by a file of predictions, from the form to the boards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from exercises.data import sets
from graders.report import Metric, Report
from portal.accounts.models import Language
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment
from portal.submissions.domain import accept_file, claim_next, next_attempt_at
from portal.submissions.domain.rooms import portal_sandbox
from portal.submissions.domain.run import grade_claimed
from portal.submissions.errors import DailyLimitReached
from portal.submissions.models import Attempt, State
from portal.submissions.signals import attempt_graded
from tests.portal.factories import add_attempt, add_student, scored_report

DAILY = 5


@pytest.fixture(autouse=True)
def few_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw fewer tiles: their number matters to no page."""
    monkeypatch.setattr(sets, "TILES", {"public": 20, "hidden": 60})


@pytest.fixture(autouse=True)
def static_root(tmp_path: Path, settings: Settings) -> None:
    """Give WhiteNoise the folder that `collectstatic` would have made."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def cactus(cohort: Cohort) -> Assignment:
    """The exercise, set to the class, due in a week."""
    assignment = Assignment.objects.select_related("exercise__current").get(
        cohort=cohort, exercise__slug="aerial-cactus"
    )
    assignment.due_at = timezone.now() + timedelta(days=7)
    assignment.save()
    return assignment


@pytest.fixture
def browser() -> Callable[[Enrolment], Client]:
    """Return a signed-in browser for a member."""

    def sign_in(enrolment: Enrolment) -> Client:
        client = Client()
        client.force_login(enrolment.user)
        return client

    return sign_in


def scored(
    enrolment: Enrolment, assignment: Assignment, public: float, private: float, *, ago: float = 0
) -> Attempt:
    """Add a graded attempt with these values of the metric."""
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=0.5, ago=ago)
    report = scored_report(0.5).model_copy(
        update={
            "metrics": (Metric(name="auc", value=public),),
            "private": (Metric(name="auc", value=private),),
        }
    )
    attempt.report = report.model_dump(mode="json")
    attempt.save()
    with transaction.atomic():
        attempt_graded.send(sender=Attempt, attempt=attempt)
    return attempt


def page(client: Client, name: str, assignment: Assignment) -> str:
    address = reverse(name, args=[assignment.cohort_id, assignment.exercise.slug])
    html: str = client.get(address).content.decode()
    return html


def test_the_form_asks_for_a_file_of_predictions(
    browser: Callable[[Enrolment], Client], enrolment: Enrolment, cactus: Assignment
) -> None:
    html = page(browser(enrolment), "exercise", cactus)
    assert 'accept=".csv,.npz"' in html
    assert ".csv, .npz: at most 1.0" in html
    assert "5 scored files a day." in html
    assert "data/sample_submission.csv" in html
    assert "data/aerial.npz" in html
    assert "aerial-drawn" in html
    assert "hidden.npz" not in html


def test_the_data_is_handed_out_and_the_labels_are_not(
    browser: Callable[[Enrolment], Client], enrolment: Enrolment, cactus: Assignment
) -> None:
    client = browser(enrolment)

    def status(name: str) -> int:
        address = reverse("public-file", args=[cactus.cohort_id, "aerial-cactus", name])
        return client.get(address).status_code

    assert [status(name) for name in ("aerial.npz", "sample_submission.csv")] == [200, 200]
    assert [status(name) for name in ("aerial_hidden.npz", "hidden.npz", "secret")] == [404] * 3
    starter = client.get(reverse("starter", args=[cactus.cohort_id, "aerial-cactus"]))
    assert b"BatchNorm2d" not in starter.content


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_a_file_travels_from_the_form_to_its_result(
    browser: Callable[[Enrolment], Client],
    enrolment: Enrolment,
    cactus: Assignment,
    settings: Settings,
) -> None:
    client = browser(enrolment)
    exercise = open_version(current_version(cactus.exercise))
    sample = exercise.public_files(settings.NOYAU.data)["sample_submission.csv"].read_text()
    spoiled = sample.replace(",0.5", ";nan", 1).replace(",", ";")
    address = reverse("hand-in", args=[cactus.cohort_id, "aerial-cactus"])
    for content in (spoiled, sample):
        form = {"notebook": SimpleUploadedFile("mine.csv", content.encode())}
        assert client.post(address, form).status_code == 302
        claimed = claim_next(queue="cpu", lease_seconds=30)
        assert isinstance(claimed, Attempt)
        assert grade_claimed(attempt=claimed, sandbox=portal_sandbox())
    wrong, right = Attempt.objects.order_by("number")
    said = client.get(reverse("attempt", args=[wrong.pk])).content.decode()
    shown = client.get(reverse("attempt", args=[right.pk])).content.decode()
    assert "Line 2: &#x27;nan&#x27; in place of a finite number." in said
    assert (right.score, Report.model_validate(right.report).data) == (0.2, "aerial-drawn")
    assert "Measured on the public share" in shown
    assert "0.5" in shown
    assert "On the private share" not in shown
    download = client.get(reverse("attempt-file", args=[right.pk]))
    assert download["Content-Disposition"] == 'attachment; filename="aerial-cactus-2.csv"'
    assert download.content.decode() == sample


def test_a_file_that_is_too_large_is_refused_and_explained(
    browser: Callable[[Enrolment], Client], enrolment: Enrolment, cactus: Assignment
) -> None:
    content = b"id,has_cactus\n" + b"a,0.5\n" * 200_000
    attempt = accept_file(enrolment=enrolment, assignment=cactus, filename="a.csv", content=content)
    html = browser(enrolment).get(reverse("attempt", args=[attempt.pk])).content.decode()
    assert attempt.state == State.REFUSED
    assert "This file is far larger than its predictions can be. Allowed: 1 MiB" in html


def test_a_day_has_so_many_scored_files(
    browser: Callable[[Enrolment], Client], enrolment: Enrolment, cactus: Assignment
) -> None:
    def again_at() -> object:
        return next_attempt_at(enrolment=enrolment, assignment=cactus, daily=DAILY)

    scored(enrolment, cactus, 0.9, 0.9, ago=25 * 3600)
    for _unread in range(DAILY):
        add_attempt(enrolment, cactus, state=State.GRADED, score=0)
    first, *_others = (scored(enrolment, cactus, 0.9, 0.9, ago=60 - n) for n in range(DAILY - 1))
    assert again_at() is None
    last = add_attempt(enrolment, cactus, state=State.QUEUED)
    assert again_at() == first.submitted_at + timedelta(hours=24)
    with pytest.raises(DailyLimitReached):
        accept_file(enrolment=enrolment, assignment=cactus, filename="a.csv", content=b"id")
    html = page(browser(enrolment), "exercise", cactus)
    assert "Your 5 attempts of the day are used. The next one:" in html
    assert 'type="file"' not in html
    last.delete()
    assert again_at() is None


def test_the_boards_rank_each_ones_best_public_file(
    browser: Callable[[Enrolment], Client],
    enrolment: Enrolment,
    teaching: Enrolment,
    cactus: Assignment,
) -> None:
    rival = add_student(cactus.cohort, "student2", pseudonym="Pixel")
    scored(enrolment, cactus, 0.91, 0.99)
    scored(enrolment, cactus, 0.95, 0.71)
    scored(rival, cactus, 0.93, 0.82)
    before = page(browser(enrolment), "exercise-leaderboard", cactus)
    assert before.index("0.9500") < before.index("0.9300")
    assert "opens after the deadline" in before
    assert "0.7100" not in before
    assert "0.8200" not in before
    seen = page(browser(teaching), "exercise-leaderboard", cactus)
    assert seen.index("0.8200") < seen.index("0.7100")
    assert "0.9900" not in seen
    cactus.due_at = timezone.now() - timedelta(minutes=1)
    cactus.save()
    after = page(browser(enrolment), "exercise-leaderboard", cactus)
    assert after.index("0.8200") < after.index("0.7100")


def test_ones_private_score_opens_with_the_deadline(
    browser: Callable[[Enrolment], Client], enrolment: Enrolment, cactus: Assignment
) -> None:
    client, attempt = browser(enrolment), scored(enrolment, cactus, 0.9, 0.8765)

    def shown() -> str:
        html: str = client.get(reverse("attempt", args=[attempt.pk])).content.decode()
        return html

    assert "0.8765" not in shown()
    assert "shown after the deadline" in shown()
    cactus.due_at = timezone.now() - timedelta(minutes=1)
    cactus.save()
    assert "0.8765" in shown()


def test_the_form_speaks_french(
    browser: Callable[[Enrolment], Client], cohort: Cohort, cactus: Assignment
) -> None:
    member = add_student(cohort, "student4")
    member.user.language = Language.FRENCH
    member.user.save()
    html = page(browser(member), "exercise", cactus)
    assert "Vos prédictions" in html
    assert "5 fichiers notés par jour." in html
