"""One page of a long table, and the viewer's own row wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

PAGE_ROWS = 100


AnyRow = TypeVar("AnyRow")


@dataclass(frozen=True, slots=True)
class Listing(Generic[AnyRow]):
    """Rows `first` to `last` of `total`, counted from 1, on page `page` of `pages`.

    `own` is the viewer's row where it stands on another page, which is `own_page`.
    """

    rows: tuple[AnyRow, ...]
    page: int
    pages: int
    total: int
    own: AnyRow | None
    own_page: int | None
    size: int = PAGE_ROWS

    @property
    def first(self) -> int:
        """The place of the page's first row."""
        return (self.page - 1) * self.size + 1

    @property
    def last(self) -> int:
        """The place of the page's last row."""
        return self.first + len(self.rows) - 1


def listing(
    rows: Sequence[AnyRow],
    *,
    page: int = 1,
    size: int = PAGE_ROWS,
    order: Callable[[AnyRow], Any] | None = None,
    falls: bool = False,
    is_own: Callable[[AnyRow], bool] | None = None,
) -> Listing[AnyRow]:
    """Return a page of the rows, by `order` where one is given; a page that is not there is near.

    Equals stay in the order in which they come.
    """
    ordered = list(rows) if order is None else sorted(rows, key=order, reverse=falls)
    pages = max(1, -(-len(ordered) // size))
    page = min(max(page, 1), pages)
    start = (page - 1) * size
    shown = tuple(ordered[start : start + size])
    own = filter(lambda at: is_own is not None and is_own(ordered[at]), range(len(ordered)))
    place = next(own, None)
    is_elsewhere = place is not None and not start <= place < start + size
    return Listing(
        rows=shown,
        page=page,
        pages=pages,
        total=len(ordered),
        own=ordered[place] if place is not None and is_elsewhere else None,
        own_page=place // size + 1 if place is not None and is_elsewhere else None,
        size=size,
    )
