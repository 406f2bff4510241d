"""Axes of charts whose values may be of very different sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from portal.common.rendering.chart import Scale, Tick, round_values

MOST_TICKS = 5
FINE_DECADES = 2.5
"""Over more powers of ten only these themselves are marked, over fewer 2 and 5 times them, too."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The marked values of an axis, and the scale that places any other."""

    ticks: tuple[Tick, ...]
    scale: Scale
    is_logarithmic: bool = False


def axis(
    values: Sequence[float],
    *,
    start: float,
    end: float,
    label: Callable[[float], str],
    logarithmic_from: float = 10.0,
) -> Axis:
    """Return an axis from place `start` to `end` that holds all values, of which there is one.

    It is logarithmic where all are positive and the greatest is `logarithmic_from` times the least.
    """
    low, high = min(values), max(values)
    if low > 0 and high >= low * logarithmic_from:
        marks = _decades(low, high)
        scale = Scale(math.log10(marks[0]), math.log10(marks[-1]), start, end, measure=math.log10)
        return Axis(_ticks(marks, scale, label), scale, is_logarithmic=True)
    marks = _rounded(low, high)
    scale = Scale(marks[0], marks[-1], start, end)
    return Axis(_ticks(marks, scale, label), scale)


def ranks(worst: int, *, start: float, end: float) -> Axis:
    """Return an axis of ranks, whole numbers from 1 to at least `worst`."""
    worst = max(worst, 2)
    inner = [mark for mark in round_values(1, worst, most=MOST_TICKS, whole=True) if mark > 1]
    marks = [1.0, *inner]
    scale = Scale(1, max(worst, marks[-1]), start, end)
    return Axis(_ticks(marks, scale, lambda mark: str(round(mark))), scale)


def _ticks(marks: Sequence[float], scale: Scale, label: Callable[[float], str]) -> tuple[Tick, ...]:
    return tuple(Tick(scale.at(mark), label(mark)) for mark in marks)


def _rounded(low: float, high: float) -> list[float]:
    """Return round values from below `low` to above `high`."""
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        room = 0.1 * max(abs(low), abs(high)) or 1.0
        low, high = low - room, high + room
    inside = round_values(low, high, most=MOST_TICKS, whole=False)
    step = inside[1] - inside[0] if len(inside) > 1 else high - low
    below = [inside[0] - step] if inside[0] > low + 1e-9 * step else []
    above = [inside[-1] + step] if inside[-1] < high - 1e-9 * step else []
    return [*below, *inside, *above]


def _decades(low: float, high: float) -> list[float]:
    """Return powers of ten, or 1, 2 and 5 times them, from below `low` to above `high`."""
    factors = (1, 2, 5) if math.log10(high / low) <= FINE_DECADES else (1,)
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    apart = math.ceil((last - first) / MOST_TICKS) if factors == (1,) else 1
    marks = [
        factor * 10.0**power for power in range(first, last + apart, apart) for factor in factors
    ]
    start = max(index for index, mark in enumerate(marks) if mark <= low * (1 + 1e-9))
    end = min(index for index, mark in enumerate(marks) if mark >= high * (1 - 1e-9))
    return marks[start : end + 1]
