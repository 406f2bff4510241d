"""What can go wrong when work is marked by hand. Nothing is changed then.

MarkingError
├── ReasonMissing      points are changed for a reason, which everybody concerned may read
├── PointsOutOfRange   less than nothing, or more than the exercise is `worth`
├── BadComment         no text, too long a text, or about a cell that no notebook has
├── BadRubric          an item without a title, with points beyond what it may have, or too many
└── NotYours           another person's comment, which teachers alone may withdraw
"""

from __future__ import annotations

from portal.common.errors import PortalError


class MarkingError(PortalError):
    """Base: a mark was not given as it was asked for."""


class ReasonMissing(MarkingError):
    """No reason was given."""


class PointsOutOfRange(MarkingError):
    """The points are not between 0 and what the exercise is `worth`."""

    def __init__(self, worth: float) -> None:
        super().__init__(f"the exercise is worth {worth} points")
        self.worth = worth


class BadComment(MarkingError):
    """There is nothing to say, or too much, or no such cell."""


class BadRubric(MarkingError):
    """The items can't be a rubric."""


class NotYours(MarkingError):
    """Somebody else wrote it."""
