"""Tables as files that a spreadsheet opens, and runs nothing of."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that a spreadsheet would compute."""

Cell = str | int | float | None


def write_csv(
    rows: Iterable[Sequence[Cell]], *, separator: str = ",", encoding: str = "utf-8-sig"
) -> bytes:
    """Return the rows as CSV, by default with the mark by which spreadsheets know UTF-8.

    Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode(encoding)


def harmless(text: str) -> str:
    """Return `text` with an apostrophe before it where a spreadsheet would compute it.

    `unguarded` takes it away again.
    """
    return f"'{text}" if _is_formula(text) else text


def unguarded(text: str) -> str:
    """Return the text that `harmless` was given."""
    return text[1:] if text.startswith("'") and _is_formula(text[1:]) else text


def _is_formula(text: str) -> bool:
    # What looks like a guarded text is guarded as well, so that reading it back is no guess.
    return text != "-" and text.lstrip("' ").startswith(FORMULA)
