"""What a board is told from follows the reports, whatever happens to them."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO

from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from graders.grader import Order, Ranking
from graders.report import Metric
from portal.catalogue.models import Assignment
from portal.gradebook.domain import BoardRow, board, candidates, ranking_of
from portal.gradebook.models import BoardEntry
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_student
from tests.portal.gradebook.conftest import grade, record_values


def entry() -> tuple[Attempt, dict[str, float], int]:
    found = BoardEntry.objects.get()
    return found.attempt, found.public, found.attempts


def everything() -> list[tuple[object, ...]]:
    fields = ("enrolment", "assignment", "attempt", "public", "private", "attempts")
    return [*BoardEntry.objects.order_by("enrolment").values_list(*fields)]


def test_a_better_model_takes_the_place_of_the_last_and_a_worse_one_is_counted(
    record: Assignment,
) -> None:
    ada = add_student(record.cohort, "ada")
    first = grade(ada, record, record_values(0.97, 9_000, 30))
    assert entry() == (first, record_values(0.97, 9_000, 30), 1)
    smaller = grade(ada, record, record_values(0.97, 8_000, 40))
    assert entry() == (smaller, record_values(0.97, 8_000, 40), 2)
    grade(ada, record, record_values(0.96, 100, 1))
    assert entry() == (smaller, record_values(0.97, 8_000, 40), 3)


def test_an_entry_follows_a_regrade_down_and_away(record: Assignment) -> None:
    ada = add_student(record.cohort, "ada")
    other = grade(ada, record, record_values(0.95, 9_000, 30))
    best = grade(ada, record, record_values(0.99, 9_000, 30))
    grade(ada, record, record_values(0.94, 9_000, 30), attempt=best)
    assert entry() == (other, record_values(0.95, 9_000, 30), 2)
    grade(ada, record, {}, attempt=other)
    assert entry() == (best, record_values(0.94, 9_000, 30), 1)
    grade(ada, record, {"seconds": 3}, attempt=best)
    assert not BoardEntry.objects.exists()


def test_what_waits_to_be_graded_again_keeps_its_place(record: Assignment) -> None:
    ada = add_student(record.cohort, "ada")
    best = grade(ada, record, record_values(0.99, 9_000, 30))
    Attempt.objects.filter(pk=best.pk).update(state=State.QUEUED)
    grade(ada, record, record_values(0.9, 9_000, 30))
    assert entry() == (best, record_values(0.99, 9_000, 30), 2)


def test_a_new_ranking_chooses_among_all_attempts_anew(
    record: Assignment, rank_by: Callable[[str], None]
) -> None:
    ada, ben = add_student(record.cohort, "ada"), add_student(record.cohort, "ben")
    grade(ada, record, record_values(0.99, 9_000, 30))
    small = grade(ada, record, record_values(0.9, 500, 20))
    grade(ben, record, record_values(0.95, 700, 20))
    rank_by('ranking = ["-parameters"]')
    record.exercise.refresh_from_db()
    ranking = ranking_of(record)
    assert ranking == Ranking((Order("parameters", greater_is_better=False),))
    rows = board(assignment=record, ranking=ranking, private=False)
    assert [(row.rank, row.name) for row in rows] == [(1, "ada"), (2, "ben")]
    assert BoardEntry.objects.get(enrolment=ada).attempt == small
    # A worker that still holds the exercise as it was goes by the ranking that counts now.
    best = grade(ben, record, record_values(0.1, 400, 20))
    assert BoardEntry.objects.get(enrolment=ben).attempt == best


def test_an_exercise_that_ranks_no_longer_has_no_board(
    record: Assignment, rank_by: Callable[[str], None]
) -> None:
    ada = add_student(record.cohort, "ada")
    grade(ada, record, record_values(0.99, 9_000, 30))
    rank_by("")
    assert not BoardEntry.objects.exists()
    grade(ada, record, record_values(0.99, 9_000, 30))
    assert not BoardEntry.objects.exists()


def test_boards_that_are_missing_are_rebuilt_as_they_would_have_been_kept(
    record: Assignment,
) -> None:
    for name, accuracy in (("ada", 0.9), ("ben", 0.95), ("cleo", 0.8)):
        student = add_student(record.cohort, name)
        grade(student, record, record_values(accuracy, 9_000, 30))
        grade(student, record, record_values(accuracy - 0.1, 9_000, 30))
    kept = everything()
    assert len(kept) == 3
    for arguments in (["--missing"], []):
        BoardEntry.objects.all().delete()
        out = StringIO()
        call_command("rebuild_boards", *arguments, stdout=out)
        assert everything() == kept
        assert "3 entries" in out.getvalue()


def _metric(value: float) -> Metric:
    return Metric(name="any", value=value)


METRICS = st.tuples(st.integers(0, 4), st.integers(0, 4))


@given(st.lists(METRICS, max_size=12), st.tuples(st.booleans(), st.booleans()))
@settings(max_examples=60)
def test_the_front_is_what_no_other_model_beats(
    models: list[tuple[int, int]], rises: tuple[bool, bool]
) -> None:
    orders = (
        Order("a", greater_is_better=rises[0]),
        Order("b", greater_is_better=rises[1]),
    )

    def worth(model: tuple[float, float]) -> tuple[float, ...]:
        return tuple(
            value if order.greater_is_better else -value
            for value, order in zip(model, orders, strict=True)
        )

    def is_beaten(model: tuple[float, float]) -> bool:
        mine = worth(model)
        others = map(worth, models)
        return any(
            other != mine and all(a >= b for a, b in zip(other, mine, strict=True))
            for other in others
        )

    rows = [
        BoardRow(1, str(place), (_metric(model[0]), _metric(model[1])), 1, is_viewer=False)
        for place, model in enumerate(models)
    ]
    shown = candidates(rows, ranking=Ranking(orders), against=1)
    assert sorted((one.first, one.traded) for one in shown) == sorted(models)
    assert [one.is_best for one in shown] == [
        not is_beaten((one.first, one.traded)) for one in shown
    ]
