"""What a notebook logs while it runs: kept as curves, and told to the worker now and then.

The student's side is `sandbox/inside/noyau.py`. Its messages may be forged, at no one's cost but
the forger's: curves are shown, and nothing is scored by them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice

from graders.curves import Curves
from graders.protocol import MOST_NEWS, Measured, Point
from graders.report import MAX_CURVES, Curve

# Seconds between two pieces of news.
PAUSE = 0.4
# In one message of the kernel's, beyond what an honest one sends in half a second.
MOST_POINTS = 20_000
# In all the news of one grading: some megabytes. The curves themselves go on.
MOST_TOLD = 30_000
MOST_COUNTED = 10**9


class Measurements:
    """The curves of one notebook. `tell` is given what is new, a few times a second at most."""

    def __init__(self, tell: Callable[[Measured], None]) -> None:
        self._tell = tell
        self._curves = Curves()
        self._news = Curves(most_points=MOST_NEWS // MAX_CURVES)
        self._told = 0
        self._told_at = -PAUSE
        self._is_news = False

    def take(self, bundle: object) -> None:
        """Take in what one message of the kernel's brings."""
        for name, step, value in islice(_points(bundle), MOST_POINTS):
            at = self._curves.add(name, step, value)
            if at is not None:
                self._news.add(name, at, value)
        for name, count in _counts(bundle):
            self._curves.count_not_finite(name, count)
            self._news.count_not_finite(name, count)
        self._is_news = True
        if time.monotonic() - self._told_at >= PAUSE:
            self.tell()

    def tell(self) -> None:
        """Tell what has not been told yet."""
        if not self._is_news or self._told > MOST_TOLD:
            return
        curves = self._news.drawn()
        points = tuple(
            Point(name=curve.name, step=step, value=value)
            for curve in curves
            for step, value in curve.points
        )
        lost = {curve.name: curve.not_finite for curve in curves if curve.not_finite}
        self._tell(Measured(points=points, not_finite=lost))
        self._news = Curves(most_points=MOST_NEWS // MAX_CURVES)
        self._told += len(points)
        self._told_at = time.monotonic()
        self._is_news = False

    def curves(self) -> tuple[Curve, ...]:
        """Return what was logged in all."""
        return self._curves.drawn()


def _points(bundle: object) -> Iterator[tuple[str, float, float]]:
    for name, points in _by_name(bundle, "points"):
        for point in points if isinstance(points, list) else ():
            match point:
                case [int() | float() as step, int() | float() as value]:
                    yield name, step, value


def _counts(bundle: object) -> Iterator[tuple[str, int]]:
    for name, count in _by_name(bundle, "not_finite"):
        if isinstance(count, int) and count > 0:
            yield name, min(count, MOST_COUNTED)


def _by_name(bundle: object, key: str) -> list[tuple[str, object]]:
    held = bundle.get(key) if isinstance(bundle, dict) else None
    return list(islice(held.items(), MAX_CURVES)) if isinstance(held, dict) else []
