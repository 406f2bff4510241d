"""Facts follow reports, and what they tell of a class is what the reports say."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from graders.report import Mistake, Outcome, Report, TestResult, Text, Timings, Visibility
from portal.accounts.models import User
from portal.catalogue.domain import current_version
from portal.catalogue.models import Assignment, Extension
from portal.courses.models import Cohort, Enrolment
from portal.gradebook.models import Standing
from portal.insight.domain.exercise import exercise_insight
from portal.insight.domain.heat import Order, heat_map
from portal.insight.domain.spread import Quartiles, quartiles
from portal.insight.models import AttemptFacts, Finding
from portal.submissions.domain.finish import store_report
from portal.submissions.models import Attempt
from tests.portal.factories import add_attempt, add_student

NAMES = ("first", "second")
SWAPPED = Mistake(
    slug="axes-swapped", title=Text(fr="Axes échangés", en="Axes swapped"),
    hint=Text(fr="…", en="…"),
)  # fmt: skip


def report(passed: str, *, mistake: Mistake | None = None) -> Report:
    """Return the report of two hidden tests of a point each; the first failure shows `mistake`."""
    tests = [
        TestResult(
            name=name,
            title=Text(fr=f"Test {name}", en=f"The {name} test"),
            visibility=Visibility.HIDDEN,
            outcome=Outcome.PASSED if sign == "1" else Outcome.FAILED,
            points=1,
            earned=int(sign),
            mistake=None if sign == "1" else mistake,
        )
        for name, sign in zip(NAMES, passed, strict=True)
    ]
    return Report(
        exercise="pooling", version="0" * 64, kind="code", tests=tuple(tests),
        timings=Timings(cpu=2.0),
    )  # fmt: skip


def hand_in(
    enrolment: Enrolment,
    assignment: Assignment,
    passed: str,
    *,
    ago: float,
    mistake: Mistake | None = None,
) -> Attempt:
    """Have an attempt of `ago` hours ago graded: 1 is a test that passed."""
    attempt = add_attempt(enrolment, assignment, ago=3600 * ago)
    version = current_version(assignment.exercise)
    store_report(attempt=attempt, version=version, report=report(passed, mistake=mistake))
    return attempt


@pytest.fixture
def four(assignment: Assignment) -> list[Enrolment]:
    """Four students: one solves the exercise, one is stuck, one has begun, one has not."""
    solver, stuck, beginner, absent = (
        add_student(assignment.cohort, name) for name in ("solver", "stuck", "beginner", "absent")
    )
    hand_in(solver, assignment, "00", ago=9, mistake=SWAPPED)
    hand_in(solver, assignment, "11", ago=7)
    for ago in (8, 6, 4, 2):
        hand_in(stuck, assignment, "10", ago=ago, mistake=SWAPPED)
    hand_in(beginner, assignment, "01", ago=1)
    return [solver, stuck, beginner, absent]


def test_the_page_tells_what_the_reports_say(assignment: Assignment, four: list[Enrolment]) -> None:
    insight = exercise_insight(assignment=assignment)
    figures = insight.figures
    assert (figures.students, figures.begun, figures.solved, figures.attempts) == (4, 3, 1, 7)
    assert figures.best_scores == (0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1)
    assert figures.first_scores == (1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0)
    assert figures.attempts_each == (1, 1, 0, 1, 0, 0, 0, 0, 0, 0)
    assert figures.time_to_solve is not None
    assert figures.time_to_solve.median == pytest.approx(7200, abs=60)
    assert figures.cpu == Quartiles(2, 2, 2, 7)
    assert [(row.test.title_en, row.best, row.latest) for row in insight.tests] == [
        ("The first test", 1, 1), ("The second test", 1, 1),
    ]  # fmt: skip
    [seen] = insight.mistakes
    assert (seen.mistake.title_fr, seen.students, seen.still) == ("Axes échangés", 2, 1)
    assert (seen.attempts, sum(seen.over_time), seen.over_time[0]) == (5, 5, 1)
    [person] = insight.stuck
    assert person.enrolment == four[1]
    assert person.progress is not None
    assert person.progress.since_progress == 3


def test_a_regrade_replaces_the_facts_of_an_attempt(
    assignment: Assignment, enrolment: Enrolment
) -> None:
    attempt = hand_in(enrolment, assignment, "00", ago=1, mistake=SWAPPED)
    version = current_version(assignment.exercise)
    store_report(attempt=attempt, version=version, report=report("10"))
    facts = AttemptFacts.objects.get()
    assert (facts.score, facts.failed, facts.mistakes) == (0.5, "second", "")


def test_a_test_that_is_renamed_is_called_by_its_new_name(
    assignment: Assignment, enrolment: Enrolment
) -> None:
    attempt = hand_in(enrolment, assignment, "01", ago=1)
    old = report("01")
    title = Text(fr="Autre nom", en="Another name")
    renamed = old.model_copy(update={"tests": (old.tests[0].model_copy(update={"title": title}),)})
    version = current_version(assignment.exercise)
    store_report(attempt=attempt, version=version, report=renamed)
    assert Finding.objects.get(name="first").title_fr == "Autre nom"
    assert Finding.objects.count() == 2


def test_facts_can_be_made_anew(assignment: Assignment, four: list[Enrolment]) -> None:
    before = exercise_insight(assignment=assignment)
    AttemptFacts.objects.all().delete()
    Finding.objects.all().delete()
    assert exercise_insight(assignment=assignment).figures.begun == 0
    said = StringIO()
    call_command("rebuild_insight", stdout=said)
    after = exercise_insight(assignment=assignment)
    assert said.getvalue() == "7 attempts\n"
    assert after.figures == before.figures
    assert [row.best for row in after.tests] == [row.best for row in before.tests]
    assert len(four) == 4


@pytest.mark.usefixtures("four")
def test_facts_that_are_missing_can_be_made_alone() -> None:
    lost = AttemptFacts.objects.order_by("submitted_at").values_list("pk", flat=True)[2]
    AttemptFacts.objects.filter(pk=lost).delete()
    said = StringIO()
    for _twice in range(2):
        call_command("rebuild_insight", missing=True, stdout=said)
    assert said.getvalue() == "1 attempts\n0 attempts\n"
    assert AttemptFacts.objects.filter(pk=lost).exists()


@pytest.mark.parametrize(
    ("due_in", "extension", "absent"),
    [(None, None, []), (10, None, []), (2, None, ["absent"]), (-9, None, ["absent"]),
     (2, 10, []), (10, 1, ["absent"])],
)  # fmt: skip
def test_who_has_not_begun_is_named_near_their_own_deadline(
    assignment: Assignment,
    four: list[Enrolment],
    due_in: int | None,
    extension: int | None,
    absent: list[str],
) -> None:
    now = timezone.now()
    assignment.due_at = None if due_in is None else now + timedelta(days=due_in)
    assignment.save()
    if extension is not None:
        due_at = now + timedelta(days=extension)
        Extension.objects.create(assignment=assignment, enrolment=four[3], due_at=due_at)
    insight = exercise_insight(assignment=assignment)
    assert [person.enrolment.user.username for person in insight.absent] == absent


def test_who_waits_for_a_first_grading_has_begun(
    assignment: Assignment, four: list[Enrolment]
) -> None:
    assignment.due_at = timezone.now()
    assignment.save()
    add_attempt(four[3], assignment)
    assert exercise_insight(assignment=assignment).absent == ()


@pytest.mark.parametrize(
    ("order", "names"),
    [
        (Order.NAME, ["absent", "beginner", "solver", "stuck"]),
        (Order.POINTS, ["solver", "beginner", "stuck", "absent"]),
        (Order.ACTIVITY, ["beginner", "stuck", "solver", "absent"]),
    ],
)
def test_the_heat_map_is_sorted_as_asked(
    cohort: Cohort, four: list[Enrolment], order: Order, names: list[str]
) -> None:
    heat = heat_map(cohort=cohort, order=order)
    assert [row.enrolment.user.username for row in heat.rows] == names
    place = [one.exercise.slug for one in heat.assignments].index("pooling")
    shares = {row.enrolment.user.username: row.shares[place] for row in heat.rows}
    assert shares == {"absent": None, "beginner": 0.5, "solver": 1.0, "stuck": 0.5}
    assert heat.means[place] == pytest.approx(2 / 3)
    assert len(four) == 4


def test_the_heat_map_shows_points_that_a_teacher_gave(
    cohort: Cohort, assignment: Assignment, four: list[Enrolment]
) -> None:
    worth = assignment.exercise.points
    Standing.objects.filter(enrolment=four[1]).update(points=0.75 * worth, is_by_hand=True)
    [row] = [one for one in heat_map(cohort=cohort, order=Order.NAME).rows
             if one.enrolment == four[1]]  # fmt: skip
    assert (row.points, [share for share in row.shares if share is not None]) == (
        0.75 * worth, [0.75],
    )  # fmt: skip


def test_quartiles_lie_between_values_in_proportion() -> None:
    assert quartiles([4, 1, 3, 2]) == Quartiles(1.75, 2.5, 3.25, 4)
    assert quartiles([5]) == Quartiles(5, 5, 5, 1)
    assert quartiles([]) is None


def test_a_former_student_is_counted_nowhere(
    cohort: Cohort, assignment: Assignment, four: list[Enrolment]
) -> None:
    Enrolment.objects.filter(pk=four[1].pk).update(role="former")
    insight = exercise_insight(assignment=assignment)
    assert (insight.figures.students, insight.figures.begun, insight.stuck) == (3, 2, ())
    rows = heat_map(cohort=cohort, order=Order.NAME).rows
    assert four[1] not in [row.enrolment for row in rows]
    assert User.objects.filter(pk=four[1].user_id).exists()
