"""What a notebook logged, as the charts of a page: what belongs together in one chart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from graders.curves import thinned
from graders.report import Curve
from portal.common.rendering.chart import Chart, draw, number

MOST_LINES = 6
"""In one chart: as many as its colours tell apart."""

MOST_POINTS = 240
"""Of one line: more than its width can show."""

DIGITS = 4
FAMILIES: tuple[tuple[tuple[str, ...], Promise], ...] = (
    (("loss", "perte", "erreur", "error"), gettext_lazy("Loss")),
    (("acc", "exactitude"), gettext_lazy("Accuracy")),
)
"""Words in the names of what is drawn together, and what that is called."""

RUN = re.compile(r" \([^()]*\)$")
"""What a second run of a SummaryWriter adds to its names."""

Group: TypeAlias = tuple[str, list[Curve]]


@dataclass(frozen=True, slots=True)
class Facts:
    """A curve in numbers, as text. `style` is that of its line; 0: it has no point to draw."""

    name: str
    style: int = 0
    first: str = ""
    lowest: str = ""
    highest: str = ""
    last: str = ""
    step: str = ""
    not_finite: int = 0


@dataclass(frozen=True, slots=True)
class Drawing:
    """One chart with its title, and its curves in numbers. `chart` is None where all are empty."""

    title: str
    facts: tuple[Facts, ...]
    chart: Chart | None


def drawings(curves: Iterable[Curve]) -> tuple[Drawing, ...]:
    """Return the charts of these curves in the active language, losses first, then accuracies."""
    mark = str(get_format("DECIMAL_SEPARATOR"))
    return tuple(
        _drawing(title, part, mark)
        for title, group in _groups(curves)
        for part in (
            group[start : start + MOST_LINES] for start in range(0, len(group), MOST_LINES)
        )
    )


def overlaid(groups: Mapping[str, Sequence[Curve]]) -> tuple[Drawing, ...]:
    """Return a chart for each title, with its curves, MOST_LINES at most, over each other."""
    mark = str(get_format("DECIMAL_SEPARATOR"))
    return tuple(_drawing(title, group[:MOST_LINES], mark) for title, group in groups.items())


def _groups(curves: Iterable[Curve]) -> list[Group]:
    families = {str(title): list[Curve]() for _, title in FAMILIES}
    others: dict[str, list[Curve]] = {}
    for curve in curves:
        family = _family(curve.name)
        if family is not None:
            families[family].append(curve)
        else:
            others.setdefault(RUN.sub("", curve.name).partition("/")[0], []).append(curve)
    return [group for group in (*families.items(), *others.items()) if group[1]]


def _family(name: str) -> str | None:
    lower = name.lower()
    return next(
        (str(title) for words, title in FAMILIES if any(map(lower.__contains__, words))), None
    )


def _drawing(title: str, curves: Sequence[Curve], mark: str) -> Drawing:
    shown = [curve for curve in curves if curve.points]
    lines = [(curve.name, thinned(curve.points, most=MOST_POINTS)) for curve in shown]
    facts = [_facts(curve, style, mark) for style, curve in enumerate(shown, start=1)]
    facts += [
        Facts(curve.name, not_finite=curve.not_finite) for curve in curves if not curve.points
    ]
    return Drawing(title, tuple(facts), draw(lines, mark=mark) if lines else None)


def _facts(curve: Curve, style: int, mark: str) -> Facts:
    values = [value for _, value in curve.points]
    first, lowest, highest, last, step = (
        number(value, mark=mark, digits=DIGITS)
        for value in (values[0], min(values), max(values), values[-1], curve.points[-1][0])
    )
    return Facts(curve.name, style, first, lowest, highest, last, step, curve.not_finite)
