"""The boards of an exercise that is ranked by metrics: the public one, and the private one."""

from __future__ import annotations

from dataclasses import dataclass

from graders.grader import Ranking
from graders.report import Metric
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment, Role
from portal.gradebook.domain.entries import Values, order_key
from portal.gradebook.models import BoardEntry


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
    """Return the students by the attempt that is their best on the public share. One query.

    A student without the first metric is not ranked, and one without a further metric comes after
    their equals. The private board ranks the same attempts by the private share.
    """
    entries = BoardEntry.objects.filter(assignment=assignment, enrolment__role=Role.STUDENT)
    found: list[tuple[Values, BoardEntry]] = [
        (entry.private if private else entry.public, entry)
        for entry in entries.select_related("enrolment__user")
    ]
    found.sort(key=lambda row: (order_key(row[0], ranking), row[1].enrolment_id))
    rows: list[BoardRow] = []
    rank, last = 0, None
    for place, (values, entry) in enumerate(found, start=1):
        key = order_key(values, ranking)
        rank, last = (rank if key == last else place), key
        rows.append(
            BoardRow(
                rank=rank,
                name=entry.enrolment.public_name,
                metrics=_metrics(values, ranking),
                attempts=entry.attempts,
                is_viewer=viewer is not None and viewer.pk == entry.enrolment_id,
            )
        )
    return rows


def _metrics(values: Values, ranking: Ranking) -> tuple[Metric | None, ...]:
    return tuple(
        Metric(name=order.name, value=values[order.name]) if order.name in values else None
        for order in ranking.orders
    )
