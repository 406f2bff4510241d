"""What the pytest plugin makes of tests, run by pytest itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.plugin import GradingPlugin
from graders.report import Fault, Outcome, Problem, ProblemCode, TestResult, Visibility
from tests.graders.room import RoomInProcess
from tests.graders.samples import one_test

pytest_plugins = ["pytester"]

MISTAKE = '@pytest.mark.mistake("{0}", fr="F", en="E", hint_fr="HF", hint_en="HE")\n'


@pytest.fixture
def run(pytester: pytest.Pytester) -> Any:
    """Run one module of tests with the plugin; return the plugin."""

    def run(tests: str, *, file: str = "test_hidden.py", **given: Any) -> GradingPlugin:
        pytester.path.joinpath(file).write_text(tests)
        names = given.pop("names", {"double": lambda value: 2 * value})
        caller = RoomInProcess(names, lost=given.pop("lost", None))
        plugin = GradingPlugin(caller=caller, seed=given.pop("seed", 1), **given)
        pytester.inline_run("-p", "no:asyncio", "-p", "no:django", plugins=[plugin])
        return plugin

    return run


def only(plugin: GradingPlugin) -> TestResult:
    [result] = plugin.results
    return result


def test_a_passing_test_earns_its_points(run: Any) -> None:
    result = only(run(one_test("assert student.double(4) == 8", points=2.5)))
    assert (result.outcome, result.points, result.earned) == (Outcome.PASSED, 2.5, 2.5)
    assert (result.problem, result.message, result.mistake) == (None, None, None)
    assert result.title.in_language("fr") == "Titre"


def test_a_failed_assertion_is_a_wrong_value_of_the_students(run: Any) -> None:
    result = only(run(one_test("assert student.double(4) == 9")))
    assert (result.outcome, result.earned) == (Outcome.FAILED, 0)
    assert result.problem is not None
    assert (result.problem.code, result.problem.fault) == (
        ProblemCode.WRONG_VALUE,
        Fault.STUDENT,
    )
    assert "assert 8 == 9" in (result.message or "")
    assert "where 8 = student.double(4)" in (result.message or "")


def test_an_error_of_the_test_itself_is_ours(run: Any) -> None:
    result = only(run(one_test("rng.no_such_thing\nstudent.double(4)")))
    assert result.problem is not None
    assert (result.problem.code, result.problem.fault) == (ProblemCode.BROKEN_TEST, Fault.OURS)
    assert result.problem.exception == "AttributeError"


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (np.ones(2), "assert student.f() == 1"),
        ([[1], [1, 2]], "np.asarray(student.f())"),
        ({}, "student.f()['weights']"),
        (None, "len(student.f())"),
        (float("nan"), "credit(student.f())"),
        (float("inf"), 'measure("loss", student.f())'),
        ("\ud800", "pytest.fail(student.f())"),
    ],
)
def test_an_answer_that_a_test_does_not_foresee_is_the_students(
    run: Any, answer: object, body: str
) -> None:
    problem = only(run(one_test(body), names={"f": lambda: answer})).problem
    assert problem is not None
    assert problem.fault is Fault.STUDENT


@pytest.mark.parametrize("body", ['mistake("no such mark")', 'open("no such file")'])
def test_what_no_answer_can_bring_about_is_ours_after_an_answer_too(run: Any, body: str) -> None:
    problem = only(run(one_test(f"student.double(1)\n{body}"))).problem
    assert problem is not None
    assert (problem.code, problem.fault) == (ProblemCode.BROKEN_TEST, Fault.OURS)


def test_public_tests_come_before_all_that_is_hidden(run: Any) -> None:
    hidden = one_test("pass")
    public = hidden.partition("\n\n\n")[2].replace("test_it", "test_shown")
    mark = '@pytest.mark.visibility("public")\n'
    results = run(f"{hidden}\n\n{mark}{public}").results
    assert [result.visibility for result in results] == [Visibility.PUBLIC, Visibility.HIDDEN]


def test_an_error_in_a_fixture_is_ours(run: Any) -> None:
    tests = (
        one_test("pass").replace("def test_it(student", "def test_it(broken, student")
        + "\n@pytest.fixture\ndef broken():\n    raise OSError\n"
    )
    problem = only(run(tests)).problem
    assert problem is not None
    assert problem.code is ProblemCode.BROKEN_TEST


def test_a_missing_function_is_the_students_and_no_named_mistake(run: Any) -> None:
    result = only(run(one_test("student.triple(1)", marks=MISTAKE.format("m"))))
    assert result.problem is not None
    assert (result.problem.code, result.problem.name) == (ProblemCode.MISSING_NAME, "triple")
    assert result.mistake is None


def test_the_only_mistake_of_a_failing_test_is_named(run: Any) -> None:
    result = only(run(one_test("expect_close(student.double(4), 9)", marks=MISTAKE.format("m"))))
    assert result.mistake is not None
    assert (result.mistake.slug, result.mistake.hint.en) == ("m", "HE")


def test_of_several_mistakes_the_test_names_one_or_none(run: Any) -> None:
    marks = MISTAKE.format("one") + MISTAKE.format("two")
    assert only(run(one_test("assert False", marks=marks))).mistake is None
    named = only(run(one_test('mistake("two")\nassert False', marks=marks))).mistake
    assert named is not None
    assert named.slug == "two"


def test_a_passing_test_names_no_mistake(run: Any) -> None:
    assert only(run(one_test('mistake("m")', marks=MISTAKE.format("m")))).mistake is None


@pytest.mark.parametrize(
    ("body", "outcome", "earned"),
    [
        ("credit(1)", Outcome.PASSED, 4.0),
        ("credit(0.25)", Outcome.PARTIAL, 1.0),
        ("credit(0)", Outcome.FAILED, 0.0),
        ("credit(7)", Outcome.PASSED, 4.0),
        ("credit(-1)", Outcome.FAILED, 0.0),
        ("credit(0.5)\nassert False", Outcome.PARTIAL, 2.0),
    ],
)
def test_credit_sets_the_share_that_is_earned(
    run: Any, body: str, outcome: Outcome, earned: float
) -> None:
    result = only(run(one_test(body, points=4)))
    assert (result.outcome, result.earned) == (outcome, earned)


def test_a_share_of_nan_is_an_error_of_the_test(run: Any) -> None:
    result = only(run(one_test('credit(float("nan"))')))
    assert result.earned == 0
    assert result.problem is not None
    assert result.problem.code is ProblemCode.BROKEN_TEST


def test_random_numbers_follow_from_the_seed_and_the_name(run: Any) -> None:
    body = 'measure("draw", rng.random())'
    first = run(one_test(body)).metrics[0].value
    assert run(one_test(body)).metrics[0].value == first
    assert run(one_test(body), seed=2).metrics[0].value != first


def test_measures_are_kept_with_their_interval(run: Any) -> None:
    plugin = run(one_test('measure("accuracy", 97.1, low=96, high=98, unit="%")'))
    [metric] = plugin.metrics
    assert (metric.name, metric.value, metric.low, metric.high) == ("accuracy", 97.1, 96, 98)


def test_hidden_files_are_read_without_pickle(run: Any, tmp_path: Path) -> None:
    np.savez(tmp_path / "plain.npz", labels=np.arange(3))
    np.savez(tmp_path / "sly.npz", labels=np.array([{}], dtype=object))
    plain = 'assert hidden.load("plain.npz")["labels"].sum() == 3'
    assert only(run(one_test(plain), hidden_folder=tmp_path)).outcome is Outcome.PASSED
    problem = only(run(one_test('hidden.load("sly.npz")'), hidden_folder=tmp_path)).problem
    assert problem is not None
    assert problem.exception == "ValueError"


@pytest.mark.parametrize(
    ("file", "visibility"),
    [
        ("test_public.py", Visibility.PUBLIC),
        ("test_hidden.py", Visibility.HIDDEN),
        ("test_other.py", Visibility.HIDDEN),
    ],
)
def test_the_file_says_who_may_read_a_test(run: Any, file: str, visibility: Visibility) -> None:
    assert only(run(one_test("pass"), file=file)).visibility is visibility


def test_only_public_tests_run_where_only_these_are_asked_for(run: Any) -> None:
    assert run(one_test("pass"), public_only=True).results == []
    assert len(run(one_test("pass"), file="test_public.py", public_only=True).results) == 1


@pytest.mark.parametrize(
    ("tests", "said"),
    [
        (one_test("pass").replace("@pytest.mark.points(1)\n", ""), "'points'"),
        (one_test("pass").replace("points(1)", "points(-1)"), "points must be"),
        (one_test("pass").replace("points(1)", "points(float('nan'))"), "points must be"),
        (one_test("pass").replace("points(1)", 'points("1")'), "points must be"),
        (one_test("pass").replace('fr="Titre", ', ""), "fr"),
        (one_test("pass", marks='@pytest.mark.visibility("some")\n'), "'some'"),
        (one_test("pass", marks='@pytest.mark.mistake("m", fr="F", en="E")\n'), "hint_fr"),
        ("def test_it(:", "SyntaxError"),
        ("import no_such_module", "no_such_module"),
    ],
)
def test_malformed_tests_are_refused_and_say_why(run: Any, tests: str, said: str) -> None:
    plugin = run(tests)
    assert plugin.results == []
    assert said in plugin.broken[0]


def test_a_lost_kernel_leaves_every_test_listed_and_not_run(run: Any) -> None:
    lost = Problem(code=ProblemCode.MEMORY, fault=Fault.LIMIT)
    result = only(run(one_test("student.double(1)", points=3), lost=lost))
    assert (result.outcome, result.points, result.earned) == (Outcome.NOT_RUN, 3, 0)


def test_results_keep_the_order_of_the_file(run: Any) -> None:
    first = one_test("pass")
    second = first.partition("\n\n\n")[2].replace("test_it", "test_a")
    plugin = run(first + "\n\n" + second)
    assert [result.name for result in plugin.results] == [
        "test_hidden.py::test_it",
        "test_hidden.py::test_a",
    ]
