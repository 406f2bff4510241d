"""Plain text of unknown origin, made harmless to read."""

from __future__ import annotations

import re

_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# From the start of a line alone: from every place of a long one would take its length squared.
_REWRITTEN_LINE = re.compile(r"^[^\n]*\r(?!\n)", re.MULTILINE)


def plain(text: str, *, limit: int) -> str:
    """Return `text` without terminal codes, its direction marks made visible, at most `limit` long.

    A line that carriage returns rewrote, as progress bars do, keeps its last state. What is too
    long loses its middle.
    """
    # Cleaning costs time in proportion: what will not be shown is not cleaned.
    text = shortened(text, limit=4 * limit)
    text = _ANSI.sub("", text).replace("\r\n", "\n")
    text = _REWRITTEN_LINE.sub("", text)
    text = _BIDI.sub(lambda match: f"\u27e8U+{ord(match[0]):04X}\u27e9", text)
    return shortened(_CONTROL.sub("\ufffd", text), limit=limit)


def shortened(text: str, *, limit: int) -> str:
    """Return `text`, its middle replaced by an ellipsis on its own line where it is too long."""
    if len(text) <= limit:
        return text
    head = limit * 2 // 3
    return f"{text[:head]}\n\u2026\n{text[len(text) - (limit - head) :]}"
