"""Which students' models no other one beats in one metric without losing in another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graders.grader import Ranking
from portal.gradebook.domain.boards import BoardRow


@dataclass(frozen=True, slots=True)
class Candidate:
    """One student's model: the metric to be traded, and the board's first metric.

    `is_best` says that it lies on the Pareto front of the two.
    """

    name: str
    rank: int
    traded: float
    first: float
    is_viewer: bool
    is_best: bool


def candidates(rows: Sequence[BoardRow], *, ranking: Ranking, against: int) -> list[Candidate]:
    """Return the rows that have both metrics, by the first one and then the other, best first.

    `against` is the place of the other metric in the ranking.
    """
    signs = [-1 if order.greater_is_better else 1 for order in ranking.orders]
    found = []
    for row in rows:
        first, traded = row.metrics[0], row.metrics[against]
        if first is not None and traded is not None:
            found.append((signs[0] * first.value, signs[against] * traded.value, row))
    found.sort(key=lambda one: one[:2])
    shown: list[Candidate] = []
    best: tuple[float, float] | None = None
    for first_key, traded_key, row in found:
        # In this order, what is not beaten is cheaper than all before it, or the same as the last.
        is_best = best is None or traded_key < best[1] or (first_key, traded_key) == best
        if is_best:
            best = first_key, traded_key
        shown.append(
            Candidate(
                name=row.name,
                rank=row.rank,
                traded=signs[against] * traded_key,
                first=signs[0] * first_key,
                is_viewer=row.is_viewer,
                is_best=is_best,
            )
        )
    return shown
