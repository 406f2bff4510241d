"""What is done with exercises."""

from __future__ import annotations

from portal.catalogue.domain.assign import assign_course, open_class
from portal.catalogue.domain.deadlines import (
    ClassDeadlines,
    Deadline,
    class_deadline,
    class_deadlines,
    deadline_of,
    deadlines_of,
)
from portal.catalogue.domain.index import Index, find_exercise, index_exercises
from portal.catalogue.domain.versions import current_version, open_version

__all__ = [
    "ClassDeadlines",
    "Deadline",
    "Index",
    "assign_course",
    "class_deadline",
    "class_deadlines",
    "current_version",
    "deadline_of",
    "deadlines_of",
    "find_exercise",
    "index_exercises",
    "open_class",
    "open_version",
]
