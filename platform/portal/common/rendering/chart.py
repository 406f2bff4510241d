"""Line charts as places in a small drawing: lines, ticks and their labels. Needs no framework."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

Place: TypeAlias = tuple[float, float]

WIDTH, HEIGHT = 320, 204
TOP, RIGHT, BOTTOM = 8, 16, 162
LETTER = 7.0
"""How wide a letter of a label is, at most, in the units of the drawing."""

GAP = 8
TICKS_UP, TICKS_ACROSS = 5, 5
MANY_POINTS = 100
"""Of so many points a line has an average that shows where it goes."""

AVERAGED = 40
"""The share of a line over which it is averaged: one in so many."""

MANY_DECADES = 3
"""From so many powers of ten on, a scale is logarithmic."""

NEGLIGIBLE = 1e-30
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
THIN_SPACE = "\u202f"


@dataclass(frozen=True, slots=True)
class Tick:
    """A marked value of an axis, and where it stands."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the data of an SVG path, and its last point. `style` counts from 1.

    `average` is the path of its moving average, empty for a line of few points.
    """

    name: str
    style: int
    path: str
    x: float
    y: float
    average: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn in a box of WIDTH by HEIGHT; the plot goes from `left` to `right`."""

    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    left: float
    is_logarithmic: bool
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight way from values to places; through logarithms where `low` and `high` are ones."""

    low: float
    high: float
    start: float
    end: float
    measure: Callable[[float], float] = float

    def at(self, value: float) -> float:
        """Return the place of a value, to a tenth."""
        share = (self.measure(value) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start), 1)


def draw(series: Sequence[tuple[str, Sequence[Place]]], *, mark: str = ".") -> Chart:
    """Return the chart of named lines, of which each has a point at least and none is infinite.

    `mark` stands between a number's whole part and its decimals.
    """
    points = list(chain.from_iterable(line for _, line in series))
    steps = [step for step, _ in points]
    values = [_plain(value) for _, value in points]
    is_logarithmic = min(values) > 0 and max(values) >= min(values) * 10**MANY_DECADES
    up, rising = (_decades if is_logarithmic else _rounded)(min(values), max(values))
    labels = [number(tick, mark=mark) for tick in up]
    left = round(GAP + LETTER * max(map(len, labels)), 1)
    going = Scale(*_wide(min(steps), max(steps)), start=left, end=WIDTH - RIGHT)
    across = round_values(
        min(steps), max(steps), most=TICKS_ACROSS, whole=all(map(_is_whole, steps))
    )
    return Chart(
        lines=tuple(
            _line(name, style, line, going, rising)
            for style, (name, line) in enumerate(series, start=1)
        ),
        across=tuple(Tick(going.at(tick), number(tick, mark=mark)) for tick in across),
        up=tuple(
            Tick(rising.at(tick), label) for tick, label in zip(up, labels, strict=True)
        ),
        left=left,
        is_logarithmic=is_logarithmic,
    )  # fmt: skip


def _line(name: str, style: int, points: Sequence[Place], going: Scale, rising: Scale) -> Line:
    places = [(going.at(step), rising.at(_plain(value))) for step, value in points]
    average = _path(_averaged(places)) if len(places) >= MANY_POINTS else ""
    return Line(name, style, _path(places), *places[-1], average)


def _path(places: Sequence[Place]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)


def _averaged(places: Sequence[Place]) -> list[Place]:
    """Return some places at the mean height of those around, fewer of them towards the ends."""
    last, most = len(places) - 1, len(places) // AVERAGED
    averaged = []
    for index in (*range(0, last, max(most // 3, 1)), last):
        reach = min(most, index, last - index)
        around = places[index - reach : index + reach + 1]
        averaged.append((places[index][0], round(sum(y for _, y in around) / len(around), 1)))
    return averaged


def _plain(value: float) -> float:
    """Return 0 for what is too small for arithmetic with it to make sense."""
    return value if abs(value) > NEGLIGIBLE else 0.0


def _is_whole(number: float) -> bool:
    return float(number).is_integer()


def _rounded(low: float, high: float) -> tuple[list[float], Scale]:
    """Return ticks from below `low` to above `high`, and the scale between the outer two."""
    low, high = _wide(low, high)
    step = _step((high - low) / TICKS_UP)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [index * step for index in range(first, last + 1)]
    return ticks, Scale(ticks[0], ticks[-1], BOTTOM, TOP)


def _decades(low: float, high: float) -> tuple[list[float], Scale]:
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    apart = math.ceil((last - first) / TICKS_UP)
    last += -(last - first) % apart
    ticks = [10.0**power for power in range(first, last + 1, apart)]
    return ticks, Scale(first, last, BOTTOM, TOP, measure=math.log10)


def _wide(low: float, high: float) -> Place:
    """Return bounds that are apart, around those given."""
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    room = 0.1 * max(abs(low), abs(high)) or 1.0
    return low - room, high + room


def round_values(low: float, high: float, *, most: int, whole: bool) -> list[float]:
    """Return at most `most` + 1 round values between the bounds."""
    if low == high:
        return [low]
    step = _step((high - low) / most)
    if whole:
        step = max(step, 1.0)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)] or [low, high]


def _step(least: float) -> float:
    """Return the smallest of 1, 2 and 5 times a power of ten that is not below `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= least * (1 - 1e-9))


def number(value: float, *, mark: str = ".", digits: int = 6) -> str:
    """Return a number in few letters: at most `digits` digits, a power of ten where that helps."""
    if value == 0:
        return "0"
    power = math.floor(math.log10(abs(value)))
    if -4 < power < 6:  # noqa: PLR2004
        text = f"{value:,.{max(digits - 1 - power, 0)}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        mantissa, _, exponent = f"{value:.{min(digits, 4) - 1}e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        text = f"{mantissa}×10{str(int(exponent)).translate(SUPERSCRIPTS)}"
        text = text.replace("1×", "", 1) if mantissa in ("1", "-1") else text
    return text.translate({ord("."): mark, ord(","): THIN_SPACE, ord("-"): "\u2212"})
