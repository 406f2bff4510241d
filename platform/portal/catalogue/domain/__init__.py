"""What is done with exercises."""

from __future__ import annotations

from portal.catalogue.domain.assign import assign_course, open_class
from portal.catalogue.domain.index import Index, find_exercise, index_exercises
from portal.catalogue.domain.versions import current_version, open_version

__all__ = [
    "Index",
    "assign_course",
    "current_version",
    "find_exercise",
    "index_exercises",
    "open_class",
    "open_version",
]
