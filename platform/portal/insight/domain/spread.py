"""How values lie: their quartiles, and how many fall between given bounds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class Quartiles:
    """A quarter of the values lie up to `low`, half up to `median`, three quarters to `high`."""

    low: float
    median: float
    high: float
    count: int


def quartiles(values: Iterable[float]) -> Quartiles | None:
    """Return the quartiles of values, between them in proportion; None where there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    if len(ordered) == 1:
        return Quartiles(ordered[0], ordered[0], ordered[0], 1)
    low, median, high = quantiles(ordered, n=4, method="inclusive")
    return Quartiles(low, median, high, len(ordered))


def counted(values: Iterable[float], bounds: Sequence[float]) -> tuple[int, ...]:
    """Return how many values lie in each part: part i holds bounds[i - 1] <= value < bounds[i].

    There is one part more than bounds, which must rise.
    """
    counts = [0] * (len(bounds) + 1)
    for value in values:
        counts[bisect_right(bounds, value)] += 1
    return tuple(counts)
