"""Charts of a board: models against one another, and a rank from day to day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from graders.grader import Order, Ranking
from graders.report import Metric
from portal.common.rendering.axis import axis, ranks
from portal.common.rendering.chart import (
    BOTTOM,
    GAP,
    HEIGHT,
    LETTER,
    RIGHT,
    TOP,
    WIDTH,
    Tick,
    number,
)
from portal.gradebook.domain import BoardRow, Candidate, DayRank, candidates
from portal.submissions.templatetags.problems import SHARES, measure, metric_name

MOST_PLOTS = 3
"""Metrics that are drawn against the first one, in the ranking's order."""

MOST_DAYS = 4
"""Labels below a chart over days."""

MANY_TIMES = 1000.0
"""By how much the first metric differs before its axis is logarithmic."""

INSET = 6
"""Between the frame and the outermost points."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The box of a plot, and its marked values."""

    left: float
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    right: float = WIDTH - RIGHT
    top: float = TOP
    bottom: float = BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Point:
    """One student's model, its two values as text."""

    x: float
    y: float
    name: str
    first: str
    traded: str
    is_viewer: bool
    is_best: bool

    @property
    def text(self) -> str:
        """What is read when the point is looked at."""
        return f"{self.name}: {self.first}, {self.traded}"


@dataclass(frozen=True, slots=True)
class ParetoPlot:
    """The first metric against another one. `front` is the data of an SVG path.

    `points` are in the order in which they are drawn, the viewer's last; `best` are those on the
    front, the best in the first metric first.
    """

    first: str
    traded: str
    frame: Frame
    points: tuple[Point, ...]
    best: tuple[Point, ...]
    front: str
    is_logarithmic: bool


@dataclass(frozen=True, slots=True)
class RankPlot:
    """A rank by day, the best one on top. `line` is the data of an SVG path."""

    frame: Frame
    line: str
    x: float
    y: float
    days: tuple[DayRank, ...]

    @property
    def last(self) -> DayRank:
        """The rank of the last day."""
        return self.days[-1]

    @property
    def best(self) -> int:
        """The best rank of all days."""
        return min(one.rank for one in self.days)


def pareto_plots(rows: Sequence[BoardRow], ranking: Ranking) -> list[ParetoPlot]:
    """Return the first metric of a ranking against each of the others, where there are points."""
    plots = []
    for index in range(1, min(len(ranking.orders), MOST_PLOTS + 1)):
        shown = candidates(rows, ranking=ranking, against=index)
        if shown:
            plots.append(_pareto(shown, ranking.orders[0], ranking.orders[index]))
    return plots


def rank_plot(days: Sequence[DayRank]) -> RankPlot | None:
    """Return the chart of a rank history; None for fewer days than make a line."""
    if len(days) < 2:  # noqa: PLR2004
        return None
    worst = max(one.rank for one in days)
    up = ranks(worst, start=TOP + INSET, end=BOTTOM - INSET)
    left = _left(up.ticks)
    first, last = days[0].day.toordinal(), days[-1].day.toordinal()
    width = WIDTH - RIGHT - left

    def across(ordinal: int) -> float:
        return round(left + width * (ordinal - first) / (last - first), 1)

    places = [(across(one.day.toordinal()), up.scale.at(one.rank)) for one in days]
    x, y = places[-1]
    steps = "".join(f"H{x:g}V{y:g}" for x, y in places[1:])
    return RankPlot(
        frame=Frame(left=left, across=_day_ticks(first, last, across), up=up.ticks),
        line=f"M{places[0][0]:g} {places[0][1]:g}{steps}",
        x=x,
        y=y,
        days=tuple(days),
    )


def _pareto(shown: Sequence[Candidate], first: Order, traded: Order) -> ParetoPlot:
    up = axis(
        [one.first for one in shown],
        start=BOTTOM,
        end=TOP,
        label=partial(_label, first),
        logarithmic_from=MANY_TIMES,
    )
    left = _left(up.ticks)
    along = axis(
        [one.traded for one in shown],
        start=left + INSET,
        end=WIDTH - RIGHT,
        label=partial(_label, traded),
    )
    points = [
        Point(
            x=along.scale.at(one.traded),
            y=up.scale.at(one.first),
            name=one.name,
            first=_measured(first, one.first),
            traded=_measured(traded, one.traded),
            is_viewer=one.is_viewer,
            is_best=one.is_best,
        )
        for one in shown
    ]
    best = tuple(one for one in points if one.is_best)
    return ParetoPlot(
        first=metric_name(first),
        traded=_within(metric_name(traded)),
        frame=Frame(left=left, across=_sparse(along.ticks), up=up.ticks),
        points=tuple(sorted(points, key=lambda one: (one.is_viewer, one.is_best))),
        best=best,
        front=_stairs(best, end=left if traded.greater_is_better else WIDTH - RIGHT),
        is_logarithmic=along.is_logarithmic,
    )


def _stairs(best: Sequence[Point], *, end: float) -> str:
    """Return the line beyond which no model is: a step at each point, then straight to `end`."""
    places = [(one.x, one.y) for one in reversed(best)]
    steps = "".join(f"H{x:g}V{y:g}" for x, y in places[1:])
    return f"M{places[0][0]:g} {places[0][1]:g}{steps}H{end:g}"


def _within(name: str) -> str:
    """Return a metric's name as it is written within a sentence."""
    return name if name.isupper() else f"{name[0].lower()}{name[1:]}"


def _left(ticks: Sequence[Tick]) -> float:
    return round(GAP + LETTER * max(len(tick.label) for tick in ticks), 1)


def _label(order: Order, value: float) -> str:
    mark = str(get_format("DECIMAL_SEPARATOR"))
    if order.name in SHARES:
        return _("%(number)s%%") % {"number": number(100 * value, mark=mark, digits=4)}
    return number(value, mark=mark, digits=4)


def _measured(order: Order, value: float) -> str:
    return measure(value, Metric(name=order.name, value=value))


def _sparse(ticks: Sequence[Tick]) -> tuple[Tick, ...]:
    """Return the ticks, labels left out that would touch the one before."""
    shown: list[Tick] = []
    end = float("-inf")
    for tick in ticks:
        half = LETTER * len(tick.label) / 2
        fits = tick.at - half > end + LETTER / 2
        shown.append(tick if fits else Tick(tick.at, ""))
        end = tick.at + half if fits else end
    return tuple(shown)


def _day_ticks(first: int, last: int, across: Callable[[int], float]) -> tuple[Tick, ...]:
    """Return some days, by their ordinals, as evenly apart as whole days allow."""
    apart = max(1, -(-(last - first) // (MOST_DAYS - 1)))
    return tuple(
        Tick(across(day), date_format(date.fromordinal(day), "j N"))
        for day in range(first, last + 1, apart)
    )
