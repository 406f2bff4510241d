"""What the page of an exercise draws, with the words and numbers of the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from graders.report import Fault, Problem, ProblemCode
from portal.common.rendering.bars import Bar, Bars, draw_bars, draw_spark
from portal.insight.domain.exercise import MOST_ATTEMPTS, Figures, MistakeSeen
from portal.submissions.wording import explain

TENTHS = 10
TIMES: tuple[Promise, ...] = (
    gettext_lazy("10 min"),
    gettext_lazy("1 h"),
    gettext_lazy("6 h"),
    gettext_lazy("1 d"),
    gettext_lazy("3 d"),
    gettext_lazy("7 d"),
    gettext_lazy("more"),
)


@dataclass(frozen=True, slots=True)
class Series:
    """One column of numbers of a chart's table. `style` is that of its bars."""

    name: str
    counts: Sequence[int]
    style: int


@dataclass(frozen=True, slots=True)
class BarChart:
    """A bar chart, and the same in words: a title, a row for each label, a column per series."""

    title: str
    axis: str
    chart: Bars
    series: tuple[Series, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class MistakeRow:
    """A mistake with its small chart over time."""

    seen: MistakeSeen
    spark: tuple[Bar, ...]


def charts_of(figures: Figures) -> tuple[BarChart, ...]:
    """Return the charts of how scores, attempts and times lie."""
    return tuple(filter(None, (_scores(figures), _attempts(figures), _times(figures))))


def mistake_rows(mistakes: Sequence[MistakeSeen]) -> tuple[MistakeRow, ...]:
    """Return the mistakes with what is drawn of them."""
    return tuple(MistakeRow(one, draw_spark(one.over_time)) for one in mistakes)


def endings(problems: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """Return in words what ended attempts early, with the number of students."""
    return tuple(
        (explain(Problem(code=ProblemCode(code), fault=Fault.STUDENT)).cause, count)
        for code, count in problems
    )


def _scores(figures: Figures) -> BarChart:
    labels = [str(TENTHS * tenth) for tenth in range(TENTHS + 1)]
    names = [
        _("%(low)s to less than %(high)s%%") % {"low": low, "high": low + TENTHS}
        for low in range(0, 100, TENTHS)
    ]
    series = ((_("best attempt"), figures.best_scores), (_("first attempt"), figures.first_scores))
    axis = _("per cent of the points, from … on")
    return _chart(_("Scores"), axis, labels, [*names, _("%(number)s%%") % {"number": 100}], series)


def _attempts(figures: Figures) -> BarChart:
    labels = [*map(str, range(1, MOST_ATTEMPTS)), f"{MOST_ATTEMPTS}+"]
    names = [
        *(
            ngettext("%(count)s attempt", "%(count)s attempts", count) % {"count": count}
            for count in range(1, MOST_ATTEMPTS)
        ),
        _("%(count)s attempts or more") % {"count": MOST_ATTEMPTS},
    ]
    series = ((_("students"), figures.attempts_each),)
    return _chart(_("Attempts per student"), _("attempts"), labels, names, series)


def _times(figures: Figures) -> BarChart | None:
    if not figures.solved:
        return None
    labels = [str(label) for label in TIMES]
    names = [_("at most %(time)s") % {"time": label} for label in labels[:-1]] + labels[-1:]
    title = _("From the first attempt to all points")
    series = ((_("students"), figures.times),)
    return _chart(title, _("at most"), labels, names, series)


def _chart(
    title: str,
    axis: str,
    labels: Sequence[str],
    names: Sequence[str],
    series: Sequence[tuple[str, Sequence[int]]],
) -> BarChart:
    counts = [one for _name, one in series]
    mark = str(get_format("DECIMAL_SEPARATOR"))
    return BarChart(
        title=title,
        axis=axis,
        chart=draw_bars(labels, counts, mark=mark),
        series=tuple(
            Series(name, one, style) for style, (name, one) in enumerate(series, start=1)
        ),
        rows=tuple(zip(names, zip(*counts, strict=True), strict=True)),
    )  # fmt: skip
