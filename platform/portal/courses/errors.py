"""What can go wrong with classes.

CourseError
├── UnknownJoinCode   no class has this code
└── CohortClosed      the class takes nobody in any more
"""

from __future__ import annotations

from portal.common.errors import PortalError


class CourseError(PortalError):
    """Base: an action on a class was refused."""


class UnknownJoinCode(CourseError):
    """No class has this code."""


class CohortClosed(CourseError):
    """The class takes nobody in any more."""
