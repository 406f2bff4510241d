"""The boards of an exercise that is ranked by metrics: the public one, and the private one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count

from graders.grader import Ranking
from graders.report import Metric
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment, Role
from portal.submissions.models import Attempt, State

PUBLIC = "report__metrics"
PRIVATE = "report__private"

Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One student's line, with a metric, or None, for each column.

    Equal values share a rank; the next rank is skipped.
    """

    rank: int
    name: str
    metrics: tuple[Metric | None, ...]
    attempts: int
    is_viewer: bool


def board(
    *, assignment: Assignment, ranking: Ranking, private: bool, viewer: Enrolment | None = None
) -> list[BoardRow]:
    """Return the students by the attempt that is their best on the public share. Three queries.

    An attempt without the first metric is not ranked, and one without a further metric comes after
    its equals. The private board ranks these same attempts by the private share: to choose among
    one's attempts by it would make it a second public one.
    """
    graded = Attempt.objects.filter(
        assignment=assignment,
        state=State.GRADED,
        enrolment__role=Role.STUDENT,
        **{f"{PUBLIC}__0__isnull": False},
    )
    best: dict[int, tuple[Values, Values]] = {}
    for enrolment, public, hidden in graded.order_by("submitted_at", "number").values_list(
        "enrolment_id", PUBLIC, PRIVATE
    ):
        values = _values(public, ranking)
        if values[0] is None:
            continue
        if enrolment not in best or _key(values, ranking) < _key(best[enrolment][0], ranking):
            best[enrolment] = values, _values(hidden or (), ranking)
    tried = dict(graded.order_by().values_list("enrolment_id").annotate(Count("pk")))
    people = Enrolment.objects.select_related("user").in_bulk(best)
    ordered = sorted(
        ((values[private], people[enrolment]) for enrolment, values in best.items()),
        key=lambda row: _key(row[0], ranking),
    )
    return list(_ranked(ordered, ranking, tried, viewer))


def _values(metrics: Iterable[Mapping[str, object]], ranking: Ranking) -> Values:
    """Return the value of each metric of the ranking, None where the report has none."""
    found = {one["name"]: one["value"] for one in reversed([*metrics])}
    values = (found.get(order.name) for order in ranking.orders)
    return tuple(value if isinstance(value, int | float) else None for value in values)


def _key(values: Values, ranking: Ranking) -> list[tuple[bool, float]]:
    """Return what sorts the best values first, and missing ones last."""
    return [
        (value is None, (value or 0.0) * (-1 if order.greater_is_better else 1))
        for value, order in zip(values, ranking.orders, strict=True)
    ]


def _ranked(
    ordered: Iterable[tuple[Values, Enrolment]],
    ranking: Ranking,
    tried: Mapping[int, int],
    viewer: Enrolment | None,
) -> Iterable[BoardRow]:
    rank, last = 0, None
    for place, (values, enrolment) in enumerate(ordered, start=1):
        rank, last = (rank if values == last else place), values
        yield BoardRow(
            rank=rank,
            name=enrolment.public_name,
            metrics=tuple(
                None if value is None else Metric(name=order.name, value=value)
                for value, order in zip(values, ranking.orders, strict=True)
            ),
            attempts=tried[enrolment.pk],
            is_viewer=viewer is not None and viewer.pk == enrolment.pk,
        )
