"""Wrong answers to a question, each right but for one cell, or for how its cells are laid out."""

from __future__ import annotations

from collections.abc import Iterator

from exercises.question import Grid


def wrong_grids(right: Grid) -> Iterator[Grid]:
    """Yield the grid with one cell 1 more, 1 less or of the other sign, and its cells elsewhere.

    None equals the right grid, and no two are alike; some have another shape.
    """
    seen = {right}
    for grid in (*_of_cells(right), *_of_places(right)):
        if grid not in seen:
            seen.add(grid)
            yield grid


def _of_cells(right: Grid) -> Iterator[Grid]:
    for i, row in enumerate(right):
        for j, cell in enumerate(row):
            for other in (cell + 1, cell - 1, -cell):
                changed = (*row[:j], other, *row[j + 1 :])
                yield (*right[:i], changed, *right[i + 1 :])


def _of_places(right: Grid) -> Iterator[Grid]:
    yield tuple(zip(*right, strict=True))
    yield right[::-1]
    yield tuple(row[::-1] for row in right)
