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
from portal.catalogue.domain.extensions import grant_extension, withdraw_extension
from portal.catalogue.domain.index import Index, checked, find_exercise, index_exercises
from portal.catalogue.domain.publish import make_current, publish
from portal.catalogue.domain.questions import keep_questions
from portal.catalogue.domain.schedule import (
    TERMS,
    Slot,
    Terms,
    assignments_in_use,
    save_schedule,
    terms_of,
)
from portal.catalogue.domain.versions import current_version, open_version

__all__ = [
    "TERMS",
    "ClassDeadlines",
    "Deadline",
    "Index",
    "Slot",
    "Terms",
    "assign_course",
    "assignments_in_use",
    "checked",
    "class_deadline",
    "class_deadlines",
    "current_version",
    "deadline_of",
    "deadlines_of",
    "find_exercise",
    "grant_extension",
    "index_exercises",
    "keep_questions",
    "make_current",
    "open_class",
    "open_version",
    "publish",
    "save_schedule",
    "terms_of",
    "withdraw_extension",
]
