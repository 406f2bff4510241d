"""The boards of an exercise that is ranked by a metric: the public one, and the private one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from graders.grader import Ranking
from graders.report import Metric
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment, Role
from portal.submissions.models import Attempt, State

PUBLIC = "report__metrics__0__value"
PRIVATE = "report__private__0__value"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One student's line. Equal values share a rank; the next rank is skipped."""

    rank: int
    name: str
    metric: Metric
    attempts: int
    is_viewer: bool


def board(
    *, assignment: Assignment, ranking: Ranking, private: bool, viewer: Enrolment | None = None
) -> list[BoardRow]:
    """Return the students by the attempt that is their best on the public share. Three queries.

    The private board ranks these same attempts by the private share: to choose among one's
    attempts by it would make it a second public one.
    """
    sign = -1 if ranking.greater_is_better else 1
    graded = Attempt.objects.filter(
        assignment=assignment,
        state=State.GRADED,
        enrolment__role=Role.STUDENT,
        **{f"{PUBLIC}__isnull": False},
    )
    best: dict[int, tuple[float, float]] = {}
    for enrolment, public, hidden in graded.order_by("submitted_at", "number").values_list(
        "enrolment_id", PUBLIC, PRIVATE
    ):
        if enrolment not in best or sign * public < sign * best[enrolment][0]:
            best[enrolment] = public, hidden
    tried = dict(graded.order_by().values_list("enrolment_id").annotate(Count("pk")))
    people = Enrolment.objects.select_related("user").in_bulk(best)
    ordered = sorted(
        ((value[private], people[enrolment]) for enrolment, value in best.items()),
        key=lambda row: sign * row[0],
    )
    return list(_ranked(ordered, ranking.metric, tried, viewer))


def _ranked(
    ordered: Iterable[tuple[float, Enrolment]],
    metric: str,
    tried: dict[int, int],
    viewer: Enrolment | None,
) -> Iterable[BoardRow]:
    last: BoardRow | None = None
    for place, (value, enrolment) in enumerate(ordered, start=1):
        shares = last is not None and last.metric.value == value
        last = BoardRow(
            rank=last.rank if last is not None and shares else place,
            name=enrolment.public_name,
            metric=Metric(name=metric, value=value),
            attempts=tried[enrolment.pk],
            is_viewer=viewer is not None and viewer.pk == enrolment.pk,
        )
        yield last
