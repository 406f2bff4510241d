"""What is done with marks by hand."""

from __future__ import annotations

from portal.marking.domain.comments import comment, comments_on, withdraw_comment
from portal.marking.domain.marks import NOTHING, Change, Marks, marks_of
from portal.marking.domain.overrides import override_points, overrides_of, withdraw_override
from portal.marking.domain.rubric import Criterion, mark_rubric, rubric_of, set_rubric

__all__ = [
    "NOTHING",
    "Change",
    "Criterion",
    "Marks",
    "comment",
    "comments_on",
    "mark_rubric",
    "marks_of",
    "override_points",
    "overrides_of",
    "rubric_of",
    "set_rubric",
    "withdraw_comment",
    "withdraw_override",
]
