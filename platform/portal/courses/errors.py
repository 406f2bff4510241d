"""What can go wrong with classes.

CourseError
├── UnknownJoinCode   no class has this code
├── CohortClosed      the class takes nobody in any more
├── WasRemoved        a teacher removed this person from the class
├── LastTeacher       a class can't be left without a teacher
├── RosterTooLong     a list of people is longer than any class: more than `rows`
└── RosterUnreadable  a list of people is no text, or does not name its columns
"""

from __future__ import annotations

from portal.common.errors import PortalError


class CourseError(PortalError):
    """Base: an action on a class was refused."""


class UnknownJoinCode(CourseError):
    """No class has this code."""


class CohortClosed(CourseError):
    """The class takes nobody in any more."""


class WasRemoved(CourseError):
    """A teacher removed this person from the class: only a teacher brings them back."""


class LastTeacher(CourseError):
    """A class can't be left without a teacher."""


class RosterTooLong(CourseError):
    """A list of people is longer than any class."""

    def __init__(self, rows: int) -> None:
        super().__init__(f"more than {rows} lines")
        self.rows = rows


class RosterUnreadable(CourseError):
    """A list of people is no text, or does not name its columns."""
