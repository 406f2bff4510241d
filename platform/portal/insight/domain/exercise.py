"""How a class gets on with one exercise: what fails, which mistakes it makes, who needs help."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.catalogue.models import Assignment, Extension
from portal.courses.models import Enrolment, Role
from portal.insight.domain.progress import Facts, Progress, progress_at
from portal.insight.domain.spread import Quartiles, counted, quartiles
from portal.insight.models import Finding
from portal.submissions.models import Attempt

SCORE_BOUNDS = tuple((10 * tenth - 1e-7) / 100 for tenth in range(1, 11))
"""Parts of the scores: tenths, and the full score in one of its own."""

MOST_ATTEMPTS = 10
"""Who has handed in more often is counted together."""

MINUTE, HOUR, DAY = 60, 3600, 86400
TIME_BOUNDS = (10 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY)
MOMENTS = 12
"""Into so many equal parts is the time of the work at an exercise cut."""

NEAR = timedelta(days=3)
"""So long before a deadline who has not begun is named."""

MOST_TESTS = 20


@dataclass(frozen=True, slots=True)
class FailedTest:
    """A test, and how many students' best and latest attempt do not earn all of it."""

    test: Finding
    best: int
    latest: int


@dataclass(frozen=True, slots=True)
class MistakeSeen:
    """A named mistake: how many students made it, in how many attempts, and when.

    `over_time` counts attempts in MOMENTS equal parts of the time of all work at the exercise;
    `still` are the students whose latest attempt shows it.
    """

    mistake: Finding
    students: int
    still: int
    attempts: int
    over_time: tuple[int, ...]
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A student, and what they have done: nothing, for who has not begun."""

    enrolment: Enrolment
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers of students and attempts, and how scores, attempts and times lie."""

    students: int
    begun: int
    solved: int
    attempts: int
    best_scores: tuple[int, ...]
    first_scores: tuple[int, ...]
    attempts_each: tuple[int, ...]
    times: tuple[int, ...]
    time_to_solve: Quartiles | None
    tries: Quartiles | None
    cpu: Quartiles | None


@dataclass(frozen=True, slots=True)
class ExerciseInsight:
    """Everything that the page of an exercise tells the staff of a class."""

    figures: Figures
    tests: tuple[FailedTest, ...]
    mistakes: tuple[MistakeSeen, ...]
    problems: tuple[tuple[str, int], ...]
    stuck: tuple[Person, ...]
    absent: tuple[Person, ...]


def exercise_insight(*, assignment: Assignment) -> ExerciseInsight:
    """Return how the class gets on with an exercise. At most six queries."""
    students = Enrolment.objects.filter(cohort=assignment.cohort_id, role=Role.STUDENT)
    work = progress_at(assignment=assignment)
    named = _findings(assignment)
    stuck = {one.enrolment_id: one for one in work if one.is_stuck}
    absent = _absent(assignment, {one.enrolment_id for one in work})
    people = students.select_related("user").in_bulk([*stuck, *absent])
    return ExerciseInsight(
        figures=_figures(work, students.count()),
        tests=_failed(work, named),
        mistakes=_mistakes(work, named),
        problems=_problems(work),
        stuck=_sorted(Person(people[pk], one) for pk, one in stuck.items() if pk in people),
        absent=_sorted(Person(people[pk]) for pk in absent if pk in people),
    )


def _findings(assignment: Assignment) -> Mapping[tuple[str, str], Finding]:
    found = Finding.objects.filter(exercise=assignment.exercise_id)
    return {(one.kind, one.name): one for one in found}


def _figures(work: Sequence[Progress], students: int) -> Figures:
    solved = [one.time_to_solve for one in work]
    times = [time.total_seconds() for time in solved if time is not None]
    tries = [len(one.attempts) for one in work]
    processor = (one.cpu for each in work for one in each.attempts)
    return Figures(
        students=students,
        begun=len(work),
        solved=len(times),
        attempts=sum(tries),
        best_scores=counted((one.best.score for one in work), SCORE_BOUNDS),
        first_scores=counted((one.first.score for one in work), SCORE_BOUNDS),
        attempts_each=counted(tries, range(2, MOST_ATTEMPTS + 1)),
        times=counted(times, TIME_BOUNDS),
        time_to_solve=quartiles(times),
        tries=quartiles(tries),
        cpu=quartiles(seconds for seconds in processor if seconds is not None),
    )


def _failed(
    work: Iterable[Progress], named: Mapping[tuple[str, str], Finding]
) -> tuple[FailedTest, ...]:
    best, latest = Counter[str](), Counter[str]()
    for one in work:
        best.update(one.best.failed.splitlines())
        latest.update(one.latest.failed.splitlines())
    rows = [
        FailedTest(test, best[name], latest[name])
        for name in best.keys() | latest.keys()
        if (test := named.get((Finding.Kind.TEST, name))) is not None
    ]
    rows.sort(key=lambda row: (-row.best, -row.latest, row.test.name))
    return tuple(rows[:MOST_TESTS])


def _mistakes(
    work: Sequence[Progress], named: Mapping[tuple[str, str], Finding]
) -> tuple[MistakeSeen, ...]:
    still = Counter[str]()
    for each in work:
        still.update(each.latest.mistakes.splitlines())
    # In the order of time, a mistake's first and last attempt are those at the ends.
    attempts = sorted((one for each in work for one in each.attempts), key=attrgetter("at"))
    parts = _parts(attempts)
    seen: dict[str, list[int]] = {}
    for place, attempt in enumerate(attempts):
        for slug in attempt.mistakes.splitlines():
            seen.setdefault(slug, []).append(place)
    rows = [
        _seen(
            mistake, [attempts[one] for one in places], [parts[one] for one in places], still[slug]
        )
        for slug, places in seen.items()
        if (mistake := named.get((Finding.Kind.MISTAKE, slug))) is not None
    ]
    return tuple(sorted(rows, key=lambda row: (-row.students, -row.attempts, row.mistake.name)))


def _parts(attempts: Sequence[Facts]) -> list[int]:
    """Return in which of the MOMENTS parts of the time each attempt lies; they come by time."""
    if not attempts:
        return []
    start, end = attempts[0].at, attempts[-1].at
    bounds = [start + (end - start) * index / MOMENTS for index in range(1, MOMENTS)]
    return [bisect_right(bounds, one.at) for one in attempts]


def _seen(
    mistake: Finding, attempts: Sequence[Facts], parts: Sequence[int], still: int
) -> MistakeSeen:
    counts = Counter(parts)
    return MistakeSeen(
        mistake=mistake,
        students=len({one.enrolment_id for one in attempts}),
        still=still,
        attempts=len(attempts),
        over_time=tuple(counts[part] for part in range(MOMENTS)),
        first_at=attempts[0].submitted_at,
        last_at=attempts[-1].submitted_at,
    )


def _problems(work: Iterable[Progress]) -> tuple[tuple[str, int], ...]:
    """Return what ended students' latest attempts early, by how many, the most frequent first."""
    found = Counter(one.latest.problem for one in work if one.latest.problem)
    return tuple(found.most_common())


def _absent(assignment: Assignment, begun: set[int]) -> list[int]:
    """Return the students whose deadline is near or past, and who have handed in nothing."""
    extended = dict(
        Extension.objects.filter(assignment=assignment).values_list("enrolment_id", "due_at")
    )
    if assignment.due_at is None and not extended:
        return []
    handed_in = Attempt.objects.filter(assignment=assignment, enrolment=OuterRef("pk"))
    students = Enrolment.objects.filter(cohort=assignment.cohort_id, role=Role.STUDENT)
    silent = students.exclude(pk__in=begun).exclude(Exists(handed_in))
    return [
        pk
        for pk in silent.values_list("pk", flat=True)
        if _is_near(extended.get(pk, assignment.due_at))
    ]


def _is_near(due_at: datetime | None) -> bool:
    return due_at is not None and due_at - timezone.now() < NEAR


def _sorted(people: Iterable[Person]) -> tuple[Person, ...]:
    def name(person: Person) -> tuple[str, str, int]:
        user = person.enrolment.user
        return user.last_name, user.display_name, person.enrolment.pk

    return tuple(sorted(people, key=name))
