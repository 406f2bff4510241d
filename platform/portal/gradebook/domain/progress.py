"""How far a student is: chapter by chapter, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from graders.report import Text
from portal.courses.models import Course
from portal.gradebook.domain.tables import Cell

MOST_NEXT = 3
ROUNDING = 1e-9
PER_CENT = 100


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's title, None where the course names none, and its exercises."""

    title: Text | None
    cells: tuple[Cell, ...]

    @property
    def points(self) -> float:
        """The student's points in this chapter."""
        return round(sum(cell.points or 0 for cell in self.cells), 6)

    @property
    def worth(self) -> float:
        """The points that there are in it."""
        return round(sum(cell.assignment.exercise.points for cell in self.cells), 6)

    @property
    def per_cent(self) -> int:
        """The share of the points that the student has, rounded down."""
        return int(PER_CENT * self.points / self.worth + ROUNDING) if self.worth else 0


def chapters_of(*, course: Course, cells: Sequence[Cell]) -> list[Chapter]:
    """Return the cells, which come in the order of the course, under their chapters' titles."""
    titles = {one["id"]: Text.model_validate(one["title"]) for one in course.chapters}
    grouped = groupby(cells, key=lambda cell: cell.assignment.exercise.chapter)
    return [Chapter(titles.get(slug), tuple(group)) for slug, group in grouped]


def next_up(cells: Sequence[Cell]) -> list[Cell]:
    """Return what to work on: what is due next comes first, then the course's order.

    Left out is what takes nothing in now, can't earn more, or is being graded.
    """
    gainful = [cell for cell in cells if _may_gain(cell)]
    return sorted(gainful, key=_urgency)[:MOST_NEXT]


def _may_gain(cell: Cell) -> bool:
    reached = cell.standing.score if cell.standing else 0.0
    within_reach = 1 - cell.deadline.lost_at()
    is_possible = cell.deadline.is_open() and cell.attempts_left != 0
    return is_possible and not cell.waiting and within_reach > reached + ROUNDING


def _urgency(cell: Cell) -> tuple[bool, float]:
    deadline = cell.deadline
    at = deadline.closes_at if deadline.is_late() else deadline.due_at
    return (True, 0.0) if at is None else (False, at.timestamp())
