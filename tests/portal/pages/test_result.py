"""What an attempt's page shows, to its author and to the class's staff."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from graders.report import (
    Fault,
    Metric,
    Mistake,
    Outcome,
    Problem,
    ProblemCode,
    Report,
    TestResult,
    Text,
    Visibility,
)
from portal.accounts.models import User
from portal.common.moments import moment
from portal.submissions.domain import receipt
from portal.submissions.models import Attempt, PastReport, State

SECRET = "expected 42 for max_pool2d(secret)"  # noqa: S105 (of a hidden test)


def said(text: str) -> Text:
    return Text(fr=f"{text} (fr)", en=text)


def hidden_test(*, mistake: Mistake | None = None) -> TestResult:
    problem = Problem(
        code=ProblemCode.FUNCTION_RAISED, fault=Fault.STUDENT, cell=2, line=3, name="max_pool2d",
        exception="ValueError", message=SECRET, remark=said(SECRET), traceback=SECRET,
    )  # fmt: skip
    return TestResult(
        name="test_edge", title=said("The edge"), hint=said("Think of the edge."),
        visibility=Visibility.HIDDEN, outcome=Outcome.FAILED, points=2, earned=0,
        problem=problem, message=SECRET, mistake=mistake,
    )  # fmt: skip


def public_test() -> TestResult:
    return TestResult(
        name="test_example", title=said("The example"), visibility=Visibility.PUBLIC,
        outcome=Outcome.FAILED, points=1, earned=0, message="expected 4, got 5",
    )  # fmt: skip


def page(client: Client, attempt: Attempt, report: Report, *, state: State = State.GRADED) -> str:
    """Return the attempt's page once it has this report."""
    attempt.report = report.model_dump(mode="json")
    attempt.state, attempt.score = state, report.score
    attempt.save()
    response = client.get(reverse("attempt", args=[attempt.pk]))
    assert response.status_code == 200
    html: str = response.content.decode()
    return html


def a_report(*tests: TestResult, **more: object) -> Report:
    return Report(exercise="pooling", version="0" * 64, kind="code", tests=tests, **more)


def test_a_student_reads_a_hidden_tests_title_hint_and_place_but_not_its_content(
    at_student: Client, attempt: Attempt
) -> None:
    html = page(at_student, attempt, a_report(hidden_test()))
    assert "The edge" in html
    assert "Think of the edge." in html
    assert "Cell 2, line 3" in html
    assert SECRET not in html


def test_a_teacher_reads_everything(at_teacher: Client, attempt: Attempt) -> None:
    assert SECRET in page(at_teacher, attempt, a_report(hidden_test()))


def test_a_public_tests_message_is_shown(at_student: Client, attempt: Attempt) -> None:
    assert "expected 4, got 5" in page(at_student, attempt, a_report(public_test()))


def test_what_a_test_expected_is_said_in_the_readers_language_and_once(
    at_student: Client, student: User, attempt: Attempt
) -> None:
    remark = Text(fr="la réponse vaut 5", en="the answer is 5")
    problem = Problem(
        code=ProblemCode.WRONG_VALUE, fault=Fault.STUDENT, message=remark.en, remark=remark
    )
    test = public_test().model_copy(
        update={"problem": problem, "message": f"{remark.en}\n\nprinted by the notebook"}
    )
    html = page(at_student, attempt, a_report(test))
    assert html.count("the answer is 5") == 1
    assert "<pre>printed by the notebook</pre>" in html
    User.objects.filter(pk=student.pk).update(language="fr")
    html = page(at_student, attempt, a_report(test))
    assert "<pre>la réponse vaut 5</pre>" in html
    assert "the answer is 5" not in html


def passed_test() -> TestResult:
    return TestResult(
        name="test_sum", title=said("The sum"), visibility=Visibility.PUBLIC,
        outcome=Outcome.PASSED, points=2, earned=2,
    )  # fmt: skip


def test_what_to_mend_first_comes_first_and_what_is_right_is_folded_away(
    at_student: Client, attempt: Attempt
) -> None:
    attempt.executed = "0" * 64
    hidden = hidden_test()
    later = hidden.model_copy(update={"name": "test_later", "title": said("Later")})
    html = page(at_student, attempt, a_report(hidden, later, passed_test(), public_test()))
    order = ["Start here", "The example", "expected 4, got 5", "The other tests", "The edge",
             "Later", "1 test passes (2 points)", "The sum"]  # fmt: skip
    places = [html.index(text) for text in order]
    assert places == sorted(places)
    assert html.index("<details", places[-3]) < places[-2] < html.index("</details>", places[-1])
    notebook = reverse("attempt-notebook", args=[attempt.pk])
    assert f'<a href="{notebook}#cell-2-3">Cell 2, line 3</a>' in html


def test_where_all_is_right_there_is_nothing_to_start_with(
    at_student: Client, attempt: Attempt
) -> None:
    html = page(at_student, attempt, a_report(passed_test(), passed_test()))
    assert "All 2 tests pass (4 points)" in html
    assert "Start here" not in html


def test_what_stopped_the_notebook_is_said_once_and_before_any_test(
    at_student: Client, attempt: Attempt
) -> None:
    problem = Problem(
        code=ProblemCode.CELL_RAISED, fault=Fault.STUDENT, cell=2, line=3, exception="ValueError",
        message="not like this",
    )  # fmt: skip
    tests = [
        public_test().model_copy(
            update={"name": name, "problem": problem, "message": problem.message}
        )
        for name in ("test_one", "test_two")
    ]
    html = page(at_student, attempt, a_report(*tests, problem=problem))
    assert html.index("What happened") < html.index("not like this") < html.index("The example")
    assert html.count("not like this") == 1
    assert "Start here" not in html


def test_a_named_mistake_comes_with_its_hint(at_student: Client, attempt: Attempt) -> None:
    mistake = Mistake(slug="x", title=said("You flipped it"), hint=said("Do not flip $k$."))
    html = page(at_student, attempt, a_report(hidden_test(mistake=mistake)))
    assert "You flipped it" in html
    assert "Do not flip <math" in html


def test_our_fault_is_said_and_quotes_no_test_of_ours(
    at_student: Client, at_teacher: Client, attempt: Attempt
) -> None:
    problem = Problem(code=ProblemCode.BROKEN_TEST, fault=Fault.OURS, message=SECRET)
    report = a_report(public_test(), problem=problem)
    html = page(at_student, attempt, report, state=State.FAILED)
    assert "our fault, not yours" in html
    assert SECRET not in html
    assert SECRET in page(at_teacher, attempt, report, state=State.FAILED)


def test_a_limit_says_what_was_allowed_and_used(at_student: Client, attempt: Attempt) -> None:
    problem = Problem(
        code=ProblemCode.MEMORY, fault=Fault.LIMIT, cell=1, allowed=2.0**30, used=1.5 * 2.0**30
    )
    html = page(at_student, attempt, a_report(problem=problem))
    assert "Allowed: 1,024 MiB; used: 1,536 MiB." in html or "Allowed: 1024 MiB" in html


def test_a_metric_is_shown_with_its_interval(at_student: Client, attempt: Attempt) -> None:
    metric = Metric(name="accuracy", value=0.9712, low=0.96, high=0.98)
    html = page(at_student, attempt, a_report(metrics=(metric,), data="mnist-5k"))
    assert "97.1%" in html
    assert "95% confidence interval: 96.0% to 98.0%" in html
    assert '<rect class="range" x="96.00" y="1" width="2.00"' in html
    assert "mnist-5k" in html


def test_the_receipt_is_on_the_page(at_student: Client, attempt: Attempt) -> None:
    html = page(at_student, attempt, a_report(public_test()))
    assert attempt.blob in html
    assert receipt(attempt) in html


def test_a_test_that_was_not_run_gives_no_hint(at_student: Client, attempt: Attempt) -> None:
    assert "Think of the edge." in page(at_student, attempt, a_report(hidden_test()))
    not_run = hidden_test().model_copy(update={"outcome": Outcome.NOT_RUN})
    assert "Think of the edge." not in page(at_student, attempt, a_report(not_run))


def test_staff_alone_see_which_results_a_regrade_replaced(
    at_student: Client, at_teacher: Client, teacher: User, graded: Attempt
) -> None:
    address = reverse("attempt", args=[graded.pk])
    assert "Replaced results" not in at_teacher.get(address).content.decode()
    PastReport.objects.create(
        attempt=graded, report={}, score=0.25, version=graded.version, replaced_by=teacher
    )
    assert "Replaced results" not in at_student.get(address).content.decode()
    html = " ".join(at_teacher.get(address).content.decode().split())
    replaced_at = moment(graded.past_reports.get().replaced_at)
    assert f"<strong>2.5 / 10</strong>, until {replaced_at}, replaced for teacher" in html


def test_what_a_student_printed_is_only_ever_text(at_student: Client, attempt: Attempt) -> None:
    evil = "<script>alert(1)</script>\u202e\x1b[31m"
    test = public_test().model_copy(update={"message": evil})
    html = page(at_student, attempt, a_report(test))
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert not {"\u202e", "\x1b"} & set(html)


def test_the_page_follows_the_grading_step_by_step(at_student: Client, attempt: Attempt) -> None:
    live = reverse("attempt-live", args=[attempt.pk])

    def now(**change: object) -> str:
        Attempt.objects.filter(pk=attempt.pk).update(**change)
        return at_student.get(live).content.decode()

    assert "number 1 in the queue" in now()
    assert "A clean room is being opened." in now(state=State.RUNNING)
    step = {"phase": "cells", "done": 1, "total": 4}
    html = now(progress=step)
    assert "1 of 4 cells done" in html
    assert '<progress max="4" value="1"' in html
    assert "3 of 6 done" in now(progress={"phase": "tests", "done": 3, "total": 6})
    report = a_report(public_test()).model_dump(mode="json")
    html = now(state=State.GRADED, score=0.0, report=report)
    assert "hx-get" not in html
    assert 'data-announce="0 of 10 points"' in html


def test_a_regrade_shows_progress_again(at_student: Client, attempt: Attempt) -> None:
    page(at_student, attempt, a_report(public_test()))
    Attempt.objects.filter(pk=attempt.pk).update(state=State.QUEUED)
    html = at_student.get(reverse("attempt", args=[attempt.pk])).content.decode()
    assert "In the queue" in html
