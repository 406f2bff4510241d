"""A piece to explore as a figure that is complete without a script, which brings it to life."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from exercises.explore import Convolution, Piece, Window, output_shape, pixel, window
from portal.common.rendering.arithmetic import Marks, arithmetic, show
from portal.common.rendering.words import piece_words

MANY_COLUMNS = 8
"""With more columns than these, cells are narrow."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table: what it says, and the classes that say how it looks."""

    text: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of numbers with its caption."""

    caption: str
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def is_narrow(self) -> bool:
        """Whether it has so many columns that its cells must be narrow."""
        return len(self.rows[0]) > MANY_COLUMNS


def render_piece(piece: Piece) -> SafeString:
    """Return the figure of a piece in the active language, with one cell of its output worked."""
    words = piece_words()
    marks = Marks(words["mark"], words["list"])
    row, column = piece.cell
    at = window(piece, row, column)
    context = {
        "name": piece.title or words[_kind(piece)],
        "title": piece.title,
        "data": json.dumps(_plain(piece), default=str),
        "words": json.dumps(words, ensure_ascii=False),
        "tables": _tables(piece, at, words, marks),
        "place": words["at"].format(row=row, column=column) + words["colon"],
        "sum": arithmetic(piece, at, marks),
    }
    return SafeString(render_to_string("common/piece.html", context))


def _plain(piece: Piece) -> dict[str, object]:
    return {"kind": _kind(piece), **dict(piece)}


def _kind(piece: Piece) -> str:
    return "convolution" if isinstance(piece, Convolution) else "pooling"


def _tables(piece: Piece, at: Window, words: dict[str, str], marks: Marks) -> list[Table]:
    tables = [_input_table(piece, at, words, marks)]
    if isinstance(piece, Convolution):
        kernel = (tuple(Cell(show(one, marks)) for one in line) for line in piece.kernel)
        tables.append(Table(words["kernel"], tuple(kernel)))
    height, width = output_shape(piece)
    output = (
        tuple(
            Cell(show(window(piece, i, j).value, marks), "at" if (i, j) == piece.cell else "")
            for j in range(width)
        )
        for i in range(height)
    )
    return [*tables, Table(words["output"], tuple(output))]


def _input_table(piece: Piece, at: Window, words: dict[str, str], marks: Marks) -> Table:
    around = piece.padding
    rows = range(-around, len(piece.input) + around)
    columns = range(-around, len(piece.input[0]) + around)
    cells = (
        tuple(_input_cell(piece, at, row, column, marks) for column in columns) for row in rows
    )
    return Table(words["padded" if around else "input"], tuple(cells))


def _input_cell(piece: Piece, at: Window, row: int, column: int, marks: Marks) -> Cell:
    value = pixel(piece, row, column)
    is_inside = 0 <= row < len(piece.input) and 0 <= column < len(piece.input[0])
    is_lit = any((read.row, read.column) == (row, column) for read in at.reads)
    is_max = not isinstance(piece, Convolution) and piece.mode == "max"
    return Cell(
        "" if value is None else show(value, marks),
        _css(pad=not is_inside, lit=is_lit, won=is_lit and is_max and value == at.value),
    )


def _css(**holds: bool) -> str:
    names: Iterable[str] = (name for name, is_so in holds.items() if is_so)
    return " ".join(names)
