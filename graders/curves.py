"""Curves that may grow without end and stay small: what a notebook logs while it trains."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import TypeAlias

from graders.protocol import Measured
from graders.report import MAX_CURVES, MAX_POINTS, Curve

LONGEST_NAME = 60
LARGEST = 1e100
"""What is farther from zero is as good as infinite. Sums and differences of the rest are finite."""

Place: TypeAlias = tuple[float, float]


class Curves:
    """Up to MAX_CURVES curves by name, in the order in which they began.

    Steps never go back: one that does, as where a second training counts from the start again,
    goes on from where the last ended.
    """

    def __init__(self, *, most_points: int = MAX_POINTS) -> None:
        self._most = most_points
        self._growing: dict[str, _Growing] = {}

    def add(self, name: str, step: float, value: float) -> float | None:
        """Add a point; return its step on the curve, None where the point is not kept.

        A value that is no finite number is counted instead.
        """
        growing = self._find(name)
        if growing is None:
            return None
        if not (-LARGEST <= step <= LARGEST and -LARGEST <= value <= LARGEST):
            growing.not_finite += 1
            return None
        return growing.add(float(step), float(value))

    def count_not_finite(self, name: str, count: int) -> None:
        """Note that `count` values of a curve could not be sent as points."""
        growing = self._find(name)
        if growing is not None:
            growing.not_finite = max(growing.not_finite, count)

    def take(self, news: Measured) -> None:
        """Add what a judge told of."""
        for point in news.points:
            self.add(point.name, point.step, point.value)
        for name, count in news.not_finite.items():
            self.count_not_finite(name, count)

    def drawn(self) -> tuple[Curve, ...]:
        """Return the curves as they are now."""
        return tuple(
            Curve(
                name=name,
                points=tuple(thinned(growing.points, most=self._most)),
                not_finite=growing.not_finite,
            )
            for name, growing in self._growing.items()
        )

    def _find(self, name: str) -> _Growing | None:
        name = clean_name(name)
        if name not in self._growing:
            if not name or len(self._growing) == MAX_CURVES:
                return None
            self._growing[name] = _Growing(self._most)
        return self._growing[name]


class _Growing:
    def __init__(self, most: int) -> None:
        self.points: list[Place] = []
        self.not_finite = 0
        self._most = most
        self._shift = 0.0
        self._gap = 1.0

    def add(self, step: float, value: float) -> float | None:
        last = self.points[-1][0] if self.points else step
        at = step + self._shift
        if at < last:
            self._shift = last + self._gap - step
            at = last + self._gap
        if at > LARGEST:
            return None
        self._gap = at - last or self._gap
        self.points.append((at, value))
        if len(self.points) >= 2 * self._most:
            self.points = thinned(self.points, most=self._most)
        return at


def thinned(points: Sequence[Place], *, most: int) -> list[Place]:
    """Return at most `most` of the points, which are in the order of their steps.

    The first and the last are kept, and the lowest and the highest of each of as many stretches of
    equal length: how dense the points are does not matter, so thinned points can be thinned again.
    """
    if len(points) <= most:
        return list(points)
    stretches = (most - 2) // 2
    start, end = points[0][0], points[-1][0]
    length = (end - start) / stretches or 1.0

    def stretch(index: int) -> int:
        return min(int((points[index][0] - start) / length), stretches - 1)

    kept = {0, len(points) - 1}
    for _, members in groupby(range(len(points)), key=stretch):
        indices = list(members)
        kept.add(min(indices, key=lambda index: points[index][1]))
        kept.add(max(indices, key=lambda index: points[index][1]))
    return [points[index] for index in sorted(kept)]


def clean_name(name: str) -> str:
    """Return a name fit to stand beside a curve: one short line without anything unseen."""
    return _clean(name[: 4 * LONGEST_NAME])


# Each point of a curve says its name.
@lru_cache(maxsize=4 * MAX_CURVES)
def _clean(name: str) -> str:
    text = unicodedata.normalize("NFC", " ".join(name.split()))
    # Controls and marks that turn, hide or stack up letters.
    shown = (letter for letter in text if unicodedata.category(letter)[0] not in "CM")
    return "".join(shown)[:LONGEST_NAME].strip()
