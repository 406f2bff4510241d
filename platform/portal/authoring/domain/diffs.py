"""What changed between two folders, file by file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

MOST_LINES = 2000
LONGEST_LINE = 500
# Of more lines than this, a diff takes seconds.
LARGEST_TEXT = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a unified diff. `sign` is a plus, a minus, a space, or an @ for a place."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file that differs. Without lines, it is no text or too long to be compared."""

    path: str
    was_added: bool
    was_removed: bool
    lines: tuple[Line, ...]
    is_cut: bool


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[FileDiff, ...]:
    """Return the files that differ, by path."""
    return tuple(
        _compared(path, old.get(path), new.get(path))
        for path in sorted({*old, *new})
        if old.get(path) != new.get(path)
    )


def _compared(path: str, old: bytes | None, new: bytes | None) -> FileDiff:
    lines = _lines(old or b"", new or b"")
    shown = tuple(islice(lines, MOST_LINES))
    is_cut = next(lines, None) is not None
    return FileDiff(path, old is None, new is None, shown, is_cut)


def _lines(old: bytes, new: bytes) -> Iterator[Line]:
    try:
        before, after = old.decode().splitlines(), new.decode().splitlines()
    except UnicodeDecodeError:
        return
    if max(len(before), len(after)) > LARGEST_TEXT:
        return
    for number, line in enumerate(difflib.unified_diff(before, after, lineterm="")):
        # The first two lines name the files.
        if number > 1:
            yield Line(line[:1], line[1:LONGEST_LINE])
