"""What pages say of GPUs: that there is none now, what is left of the day, what was used."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from graders.report import Fault, GpuUse, Problem, ProblemCode
from portal.accounts.models import Language, User
from portal.catalogue.models import Assignment
from portal.submissions.domain.workers import note_worker
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, scored_report
from tests.portal.gpu import ask_for_gpu

NONE_NOW = {
    Language.ENGLISH: "No machine with a GPU is at work now.",
    Language.FRENCH: "Aucune machine dotée d’un GPU n’est en service actuellement.",
}
GIB = 2**30


@pytest.fixture
def waiting(attempt: Attempt, assignment: Assignment, tmp_path: Path) -> Attempt:
    """An attempt that waits for a GPU, at an exercise that asks for one."""
    ask_for_gpu(assignment, tmp_path / "exercises")
    Attempt.objects.filter(pk=attempt.pk).update(queue="gpu")
    attempt.refresh_from_db()
    return attempt


def html(client: Client, name: str, *arguments: object) -> str:
    text: str = client.get(reverse(name, args=arguments)).content.decode()
    return " ".join(text.replace("\xa0", " ").split())


def exercise_page(client: Client, attempt: Attempt) -> str:
    return html(client, "exercise", attempt.assignment.cohort_id, "pooling")


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.FRENCH])
def test_both_pages_say_that_no_gpu_is_at_work(
    at_student: Client, student: User, waiting: Attempt, language: Language
) -> None:
    User.objects.filter(pk=student.pk).update(language=language)
    assert NONE_NOW[language] in exercise_page(at_student, waiting)
    assert NONE_NOW[language] in html(at_student, "attempt", waiting.pk)
    assert NONE_NOW[language] in html(at_student, "attempt-live", waiting.pk)
    note_worker(name="one", queues=["gpu"])
    assert NONE_NOW[language] not in exercise_page(at_student, waiting)
    assert NONE_NOW[language] not in html(at_student, "attempt-live", waiting.pk)


def test_an_exercise_without_gpu_says_nothing_of_gpus(at_student: Client, attempt: Attempt) -> None:
    # A word of its own: the form's random token may hold these letters.
    for page in (exercise_page(at_student, attempt), html(at_student, "attempt", attempt.pk)):
        assert re.search(r"\bGPU\b", page) is None


def test_what_is_left_of_the_day_is_shown_until_nothing_is(
    at_student: Client, waiting: Attempt, settings: Settings
) -> None:
    settings.NOYAU = settings.NOYAU.model_copy(update={"gpu_daily_seconds": 600.0})
    spent = add_attempt(waiting.enrolment, waiting.assignment, state=State.GRADED, score=1)
    Attempt.objects.filter(pk=spent.pk).update(gpu_seconds=100.5)
    page = exercise_page(at_student, waiting)
    assert "GPU time left today: 499.5 s of 600 s." in page
    assert 'type="file"' in page
    Attempt.objects.filter(pk=spent.pk).update(gpu_seconds=700)
    page = exercise_page(at_student, waiting)
    assert "you can hand in again tomorrow" in page
    assert 'type="file"' not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.ENGLISH, "used up (700 s of 600 s). Hand in again tomorrow"),
        (Language.FRENCH, "épuisé (700 s sur 600 s). Rendez votre carnet demain"),
    ],
)
def test_a_hand_in_beyond_the_day_is_refused_in_words(
    at_student: Client, waiting: Attempt, settings: Settings, language: Language, said: str
) -> None:
    User.objects.filter(pk=waiting.enrolment.user_id).update(language=language)
    settings.NOYAU = settings.NOYAU.model_copy(update={"gpu_daily_seconds": 600.0})
    Attempt.objects.filter(pk=waiting.pk).update(gpu_seconds=700)
    address = reverse("hand-in", args=[waiting.assignment.cohort_id, "pooling"])
    response = at_student.post(address, {"notebook": BytesIO(b"{}")}, follow=True)
    assert said in response.content.decode().replace("\xa0", " ")
    assert Attempt.objects.count() == 1


def test_a_result_tells_what_was_used_of_the_gpu(at_student: Client, waiting: Attempt) -> None:
    use = GpuUse(name="Test GPU", seconds=12.34, memory=2 * GIB, peak=GIB // 2)
    problem = Problem(
        code=ProblemCode.GPU_MEMORY, fault=Fault.LIMIT, cell=3, allowed=2.0 * GIB, used=2.5 * GIB
    )
    report = scored_report(0, problem=problem).model_copy(update={"gpu": use})
    waiting.state, waiting.score = State.GRADED, 0.0
    waiting.report = report.model_dump(mode="json")
    waiting.save()
    page = html(at_student, "attempt", waiting.pk)
    assert "Test GPU, held for 12.3 s" in page
    assert "512 MiB at most, of 2,048 MiB" in page or "512 MiB at most, of 2048 MiB" in page
    assert "needed more GPU memory than is allowed" in page
    assert "2,560 MiB" in page or "2560 MiB" in page
