"""The arithmetic of a piece, in exact fractions: which pixels a window reads, what comes of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product

from exercises.explore.blocks import Convolution, Numbers, Piece, Pooling


@dataclass(frozen=True, slots=True)
class Read:
    """One pixel under a window: its place in the input (outside of it in the padding), its value.

    `weight` is what it is multiplied by, 1 in a pooling.
    """

    row: int
    column: int
    value: Fraction
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Window:
    """What one cell of the output reads, and its value."""

    reads: tuple[Read, ...]
    value: Fraction


def output_shape(piece: Piece) -> tuple[int, int]:
    """Return the rows and columns of the output; (0, 0) where no window fits."""
    spans = _spans(piece)
    sides = len(piece.input), len(piece.input[0])
    height, width = (
        _places(piece, side, span) for side, span in zip(sides, spans, strict=True)
    )  # fmt: skip
    return (height, width) if height > 0 and width > 0 else (0, 0)


def window(piece: Piece, row: int, column: int) -> Window:
    """Return what the output's cell at `row` and `column`, counted from 0, is made of."""
    top, left = (place * piece.stride - piece.padding for place in (row, column))
    if isinstance(piece, Convolution):
        return _weighted(piece, top, left)
    return _pooled(piece, top, left)


def pixel(piece: Piece, row: int, column: int) -> Fraction | None:
    """Return the value at a place, in the padding too; None where there is nothing."""
    if _holds(piece.input, row, column):
        return piece.input[row][column]
    if isinstance(piece, Pooling):
        return None
    if piece.border == "zero":
        return Fraction(0)
    last_row, last_column = len(piece.input) - 1, len(piece.input[0]) - 1
    return piece.input[min(max(row, 0), last_row)][min(max(column, 0), last_column)]


def _spans(piece: Piece) -> tuple[int, int]:
    """Return over how many rows and columns a window reaches."""
    if isinstance(piece, Convolution):
        height, width = len(piece.kernel), len(piece.kernel[0])
        return piece.dilation * (height - 1) + 1, piece.dilation * (width - 1) + 1
    return piece.size, piece.size


def _places(piece: Piece, side: int, span: int) -> int:
    room = side + 2 * piece.padding - span
    if room < 0 or (isinstance(piece, Pooling) and 2 * piece.padding > piece.size):
        return 0
    if isinstance(piece, Pooling) and piece.edge == "partial":
        places = -(-room // piece.stride) + 1
        # A last window that lies wholly beyond the edge has nothing to keep.
        return places - ((places - 1) * piece.stride - piece.padding >= side)
    return room // piece.stride + 1


def _weighted(piece: Convolution, top: int, left: int) -> Window:
    reads = tuple(
        Read(
            row := top + a * piece.dilation,
            column := left + b * piece.dilation,
            pixel(piece, row, column) or Fraction(0),
            weight,
        )
        for a, weights in enumerate(piece.kernel)
        for b, weight in enumerate(weights)
    )
    return Window(reads, sum((read.weight * read.value for read in reads), Fraction(0)))


def _pooled(piece: Pooling, top: int, left: int) -> Window:
    places = product(range(top, top + piece.size), range(left, left + piece.size))
    reads = tuple(
        Read(row, column, piece.input[row][column])
        for row, column in places
        if _holds(piece.input, row, column)
    )
    values = [read.value for read in reads]
    if piece.mode == "max":
        return Window(reads, max(values))
    total = sum(values, Fraction(0))
    return Window(reads, total / len(values) if piece.mode == "mean" else total)


def _holds(image: Numbers, row: int, column: int) -> bool:
    return 0 <= row < len(image) and 0 <= column < len(image[0])
