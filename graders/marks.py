"""Read what a test is worth, and what it is called, from its pytest marks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import ValidationError

from graders.errors import TestsMalformed
from graders.report import Mistake, Text, Visibility

MARKERS = (
    "points(n): what the test is worth",
    "title(fr, en): what the test is called",
    "hint(fr, en): what a student who fails it may read",
    'visibility(which): "public" or "hidden"; by default the file\'s name says it',
    "mistake(slug, fr, en, hint_fr, hint_en): the mistake that a failure shows",
)


@dataclass(frozen=True, slots=True)
class TestMarks:
    """What one test's marks say."""

    __test__ = False

    name: str
    points: float
    title: Text
    hint: Text | None
    visibility: Visibility
    mistakes: tuple[Mistake, ...]


def read_marks(item: pytest.Item) -> TestMarks:
    """Return the marks of a collected test. Raises TestsMalformed, which names the test."""
    file = Path(item.location[0]).name
    try:
        return TestMarks(
            name=f"{file}::{item.name}",
            points=_points(item),
            title=_text(_needed(item, "title")),
            hint=_text(hint) if (hint := item.get_closest_marker("hint")) else None,
            visibility=_visibility(item, file),
            mistakes=tuple(map(_mistake, reversed(list(item.iter_markers("mistake"))))),
        )
    except (ValidationError, TypeError, ValueError, IndexError, KeyError) as exc:
        raise TestsMalformed(f"{file}::{item.name}: {exc}") from exc


def _needed(item: pytest.Item, name: str) -> pytest.Mark:
    mark = item.get_closest_marker(name)
    if mark is None:
        raise ValueError(f"it needs a mark {name!r}")
    return mark


def _points(item: pytest.Item) -> float:
    points = _needed(item, "points").args[0]
    if isinstance(points, bool) or not isinstance(points, int | float) or not points >= 0:
        raise ValueError(f"points must be a number of 0 or more, not {points!r}")
    return float(points)


def _text(mark: pytest.Mark) -> Text:
    return Text(**mark.kwargs)


def _visibility(item: pytest.Item, file: str) -> Visibility:
    mark = item.get_closest_marker("visibility")
    if mark is not None:
        return Visibility(mark.args[0])
    return Visibility.PUBLIC if file.startswith("test_public") else Visibility.HIDDEN


def _mistake(mark: pytest.Mark) -> Mistake:
    texts = mark.kwargs
    return Mistake(
        slug=mark.args[0],
        title=Text(fr=texts["fr"], en=texts["en"]),
        hint=Text(fr=texts["hint_fr"], en=texts["hint_en"]),
    )
