"""Otter's older master notebooks, whose marks stand in Markdown, with those of version 1 instead.

There a question begins with a fenced block in a cell of Markdown, its tests are code cells whose
first line says so, and it ends where something else follows them: Otter Assign's documentation
before version 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from exercises.importers.parts import Cell

# Up to the next fence only, or looking for its end would take without end.
BLOCK = re.compile(
    r"^```[^\n`]*\n[ \t]*(BEGIN|END)[ \t]+(ASSIGNMENT|QUESTION)\b[^\n`]*\n"
    r"((?:(?!```).)*)```[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
TEST = re.compile(r"^#+\s*(HIDDEN\s+)?TEST\s*#*$", re.IGNORECASE)
SOLUTION = re.compile(r"^\s*(\*\*|<strong>)\s*solution\b", re.IGNORECASE)


def has_fences(cell: Cell) -> bool:
    """Return whether a mark of the older kind stands in this cell."""
    return cell.cell_type == "markdown" and BLOCK.search(cell.source) is not None


def with_marks(cells: Iterable[Cell]) -> list[Cell]:
    """Return the cells with raw ones around each question, its tests and its answer in prose."""
    turner = _Turner()
    for cell in cells:
        turner.turn(cell)
    turner.end_question()
    return turner.cells


class _Turner:
    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.in_question = False
        self.in_tests = False

    def turn(self, cell: Cell) -> None:
        first, _, rest = cell.source.strip("\n").partition("\n")
        if block := BLOCK.search(cell.source) if cell.cell_type == "markdown" else None:
            self._block(cell, block)
        elif self.in_question and cell.cell_type == "code" and (mark := TEST.match(first.strip())):
            if not self.in_tests:
                self._raw("BEGIN TESTS")
                self.in_tests = True
            source = f"# HIDDEN\n{rest}" if mark[1] else rest
            self.cells.append(cell.model_copy(update={"source": source}))
        elif self.in_question and cell.cell_type == "markdown" and SOLUTION.match(first):
            self._raw("BEGIN SOLUTION")
            self.cells.append(cell)
            self._raw("END SOLUTION")
        else:
            if self.in_tests:
                self.end_question()
            self.cells.append(cell)

    def end_question(self) -> None:
        if self.in_tests:
            self._raw("END TESTS")
        if self.in_question:
            self._raw("END QUESTION")
        self.in_question = self.in_tests = False

    def _block(self, cell: Cell, block: re.Match[str]) -> None:
        edge, kind, settings = block[1], block[2], block[3]
        if kind == "QUESTION":
            self.end_question()
        if edge == "BEGIN" and kind == "ASSIGNMENT":
            self._raw(f"ASSIGNMENT CONFIG\n{settings}")
        elif edge == "BEGIN":
            self._raw(f"BEGIN QUESTION\n{settings}")
            self.in_question = True
        prose = cell.source[: block.start()] + cell.source[block.end() :]
        if prose.strip():
            self.cells.append(cell.model_copy(update={"source": prose.strip()}))

    def _raw(self, mark: str) -> None:
        self.cells.append(Cell(cell_type="raw", source=f"# {mark}".rstrip()))
