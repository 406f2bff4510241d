"""Write numbers and grids as LaTeX math."""

from __future__ import annotations

from exercises.question import Grid


def number(value: float) -> str:
    """Return a number as short as it can be: 3 for 3.0."""
    return f"{value:g}"


def matrix(grid: Grid) -> str:
    """Return a grid as a LaTeX matrix in parentheses."""
    rows = r" \\ ".join(" & ".join(map(number, row)) for row in grid)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"
