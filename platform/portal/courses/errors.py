"""What can go wrong with classes.

CourseError
├── UnknownJoinCode   no class has this code
├── CohortClosed      the class takes nobody in any more
├── WasRemoved        a teacher removed this person from the class
└── LastTeacher       a class can't be left without a teacher
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
