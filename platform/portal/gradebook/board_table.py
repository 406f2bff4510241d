"""A board as a table of a page: it is sorted by any column, and shows a page of its rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from graders.grader import Order, Ranking
from portal.common.moments import short_moment
from portal.common.templatetags.portal import points
from portal.gradebook.domain import BoardRow, LeaderboardRow, Listing, listing
from portal.submissions.templatetags.problems import measure, metric_name

NOTHING = "–"
LONGEST_NUMBER = 6


class Ranked(Protocol):
    """A row of any board."""

    @property
    def rank(self) -> int:
        """The place, shared by equals."""

    @property
    def name(self) -> str:
        """As the student wants to be called."""

    @property
    def is_viewer(self) -> bool:
        """Whether it is the visitor's own."""


AnyRow = TypeVar("AnyRow", bound=Ranked)


@dataclass(frozen=True, slots=True)
class Column(Generic[AnyRow]):
    """A column after rank and name. `order` sorts by it; `falls`: the greatest comes first."""

    key: str
    title: str
    text: Callable[[AnyRow], str]
    order: Callable[[AnyRow], Any]
    falls: bool = False
    moment: Callable[[AnyRow], datetime] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column. `href` sorts by it, `sort` is the `aria-sort` of the one that does."""

    title: str
    href: str
    sort: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One cell; `at` is the moment that its text tells of."""

    text: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One row."""

    rank: int
    name: str
    values: tuple[Value, ...]
    is_viewer: bool


@dataclass(frozen=True, slots=True)
class BoardTable:
    """What the template needs. `own` is the visitor's line where it stands on another page."""

    name: str
    title: str
    heads: tuple[Head, ...]
    lines: tuple[Line, ...]
    own: Line | None
    own_href: str
    listing: Listing[Any]
    previous_href: str
    next_href: str


def points_table(
    rows: Sequence[LeaderboardRow], *, name: str, title: str, asked: QueryDict
) -> BoardTable:
    """Return the leaderboard by points."""
    columns: list[Column[LeaderboardRow]] = [
        Column(
            "points",
            _("Points"),
            lambda row: points(row.points),
            lambda row: row.points,
            falls=True,
        ),
        _attempts(),
        Column(
            "reached",
            _("Reached"),
            lambda row: short_moment(row.reached_at),
            lambda row: row.reached_at,
            moment=lambda row: row.reached_at,
        ),
    ]
    return _table(rows, columns, name=name, title=title, asked=asked)


def metrics_table(
    rows: Sequence[BoardRow], *, ranking: Ranking, name: str, title: str, asked: QueryDict
) -> BoardTable:
    """Return a board by metrics, with a column for each in the ranking's order."""
    columns = [_metric(index, order) for index, order in enumerate(ranking.orders)]
    return _table(rows, [*columns, _attempts()], name=name, title=title, asked=asked)


def _attempts() -> Column[Any]:
    return Column(
        "attempts", _("Attempts"), lambda row: str(row.attempts), lambda row: row.attempts
    )


def _metric(index: int, order: Order) -> Column[BoardRow]:
    worst = -math.inf if order.greater_is_better else math.inf

    def value(row: BoardRow) -> float:
        metric = row.metrics[index]
        return worst if metric is None else metric.value

    def text(row: BoardRow) -> str:
        metric = row.metrics[index]
        return NOTHING if metric is None else measure(metric.value, metric)

    return Column(order.name, metric_name(order), text, value, falls=order.greater_is_better)


def _table(
    rows: Sequence[AnyRow],
    columns: Sequence[Column[AnyRow]],
    *,
    name: str,
    title: str,
    asked: QueryDict,
) -> BoardTable:
    by_name: Column[AnyRow] = Column(
        "name", _("Name"), text=lambda row: row.name, order=lambda row: row.name.casefold()
    )
    known = {column.key: column for column in (by_name, *columns)}
    chosen = known.get(asked.get(f"{name}-by", ""))
    shown = listing(
        rows,
        page=page_number(asked.get(f"{name}-page", "")),
        order=chosen.order if chosen else None,
        falls=chosen.falls if chosen else False,
        is_own=lambda row: row.is_viewer,
    )

    def href(by: str, page: int = 1) -> str:
        query = {f"{name}-by": by} if by else {}
        if page > 1:
            query[f"{name}-page"] = str(page)
        return f"?{urlencode(query)}#{name}"

    def head(column: Column[AnyRow]) -> Head:
        sort = "" if column is not chosen else "descending" if column.falls else "ascending"
        is_number = column is not by_name and column.moment is None
        return Head(column.title, href(column.key), sort, is_number=is_number)

    by = chosen.key if chosen else ""
    rank = Head(_("Rank"), href(""), "" if chosen else "ascending", is_number=True)
    return BoardTable(
        name=name,
        title=title,
        heads=(rank, head(by_name), *map(head, columns)),
        lines=tuple(_line(row, columns) for row in shown.rows),
        own=_line(shown.own, columns) if shown.own else None,
        own_href=href(by, shown.own_page) if shown.own_page else "",
        listing=shown,
        previous_href=href(by, shown.page - 1) if shown.page > 1 else "",
        next_href=href(by, shown.page + 1) if shown.page < shown.pages else "",
    )


def _line(row: AnyRow, columns: Sequence[Column[AnyRow]]) -> Line:
    values = tuple(Value(one.text(row), one.moment(row) if one.moment else None) for one in columns)
    return Line(rank=row.rank, name=row.name, values=values, is_viewer=row.is_viewer)


def page_number(asked: str) -> int:
    """Return the number of the page that is asked for, the first one for anything else."""
    is_number = asked.isascii() and asked.isdecimal() and len(asked) <= LONGEST_NUMBER
    return int(asked) if is_number else 1
