"""Bar charts as places in a small drawing: bars, ticks and their labels. Needs no framework."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.common.rendering.chart import (
    BOTTOM,
    GAP,
    HEIGHT,
    LETTER,
    RIGHT,
    TICKS_UP,
    TOP,
    WIDTH,
    Scale,
    Tick,
    number,
    round_values,
)

FILLED = 0.84
"""The share of a part's width that its bars take."""

SPARK_WIDTH, SPARK_HEIGHT = 96, 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar. `style` is its series', counted from 1."""

    x: float
    y: float
    width: float
    height: float
    style: int = 1


@dataclass(frozen=True, slots=True)
class Bars:
    """What is drawn in a box of WIDTH by HEIGHT; the plot goes from `left` to `right`."""

    bars: tuple[Bar, ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    left: float
    right: float = WIDTH - RIGHT
    bottom: float = BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def draw_bars(labels: Sequence[str], series: Sequence[Sequence[int]], *, mark: str = ".") -> Bars:
    """Return the chart of counts, one of each series for each label, side by side.

    `mark` stands between a number's whole part and its decimals.
    """
    most = max((count for counts in series for count in counts), default=0)
    ticks = round_values(0, max(most, 1), most=TICKS_UP, whole=True)
    top = max(ticks[-1], most, 1)
    texts = [number(tick, mark=mark) for tick in ticks]
    left = round(GAP + LETTER * max(map(len, texts)), 1)
    rising = Scale(0, top, BOTTOM, TOP)
    part = (WIDTH - RIGHT - left) / max(len(labels), 1)
    wide = part * FILLED / max(len(series), 1)
    bars = (
        Bar(
            x=round(left + part * (index + (1 - FILLED) / 2) + wide * place, 1),
            y=rising.at(count),
            width=round(wide, 1),
            height=round(BOTTOM - rising.at(count), 1),
            style=place + 1,
        )
        for place, counts in enumerate(series)
        for index, count in enumerate(counts)
        if count
    )
    return Bars(
        bars=tuple(bars),
        across=tuple(
            Tick(round(left + part * (index + 0.5), 1), label) for index, label in enumerate(labels)
        ),
        up=tuple(Tick(rising.at(tick), text) for tick, text in zip(ticks, texts, strict=True)),
        left=left,
    )


def draw_spark(counts: Sequence[int]) -> tuple[Bar, ...]:
    """Return small bars without axes, in a box of SPARK_WIDTH by SPARK_HEIGHT."""
    rising = Scale(0, max(*counts, 1), SPARK_HEIGHT, 0)
    part = SPARK_WIDTH / len(counts)
    return tuple(
        Bar(
            x=round(part * index, 1),
            y=rising.at(count),
            width=round(part * FILLED, 1),
            height=round(SPARK_HEIGHT - rising.at(count), 1),
        )
        for index, count in enumerate(counts)
        if count
    )
