"""Say something of an attempt to its author, and take it back."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.common.rendering.notebook import MAX_CELLS
from portal.courses.domain import record_change
from portal.courses.models import Enrolment
from portal.marking.errors import BadComment, NotYours
from portal.marking.models import Comment
from portal.submissions.models import Attempt

LONGEST = 5000
MOST = 200
"""Comments on one attempt."""


@transaction.atomic
def comment(*, attempt: Attempt, cell: int | None, text: str, by: User) -> Comment:
    """Tell the author of an attempt something about one of its cells, or about the whole.

    Raises BadComment.
    """
    said = text.replace("\r\n", "\n").strip()
    if not 0 < len(said) <= LONGEST:
        raise BadComment(f"a comment has between 1 and {LONGEST} characters")
    if cell is not None and not 1 <= cell <= MAX_CELLS:
        raise BadComment(f"no notebook has a cell {cell}")
    if Comment.objects.filter(attempt=attempt).count() >= MOST:
        raise BadComment(f"there are {MOST} comments already")
    made = Comment.objects.create(attempt=attempt, cell=cell, text=said, by=by)
    _record(made, by, "commented", after=_about(made))
    return made


@transaction.atomic
def withdraw_comment(*, comment: Comment, by: Enrolment) -> bool:
    """Take back a comment: one's own, or as a teacher anybody's. False: it was withdrawn already.

    Raises NotYours.
    """
    if comment.by_id != by.user_id and not by.is_teacher:
        raise NotYours(str(comment.pk))
    withdrawn = Comment.objects.filter(pk=comment.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by=by.user
    )
    if withdrawn:
        _record(comment, by.user, "comment-withdrawn", before=_about(comment))
    return bool(withdrawn)


def comments_on(attempt: Attempt) -> QuerySet[Comment]:
    """Return what is said of an attempt: first of the whole, then by cell, the earliest first."""
    said = Comment.objects.filter(attempt=attempt, withdrawn_at=None).select_related("by")
    return said.order_by(F("cell").asc(nulls_first=True), "created_at", "pk")


def _about(comment: Comment) -> dict[str, object]:
    return {"attempt": comment.attempt.number, "cell": comment.cell, "text": comment.text}


def _record(
    comment: Comment, by: User, action: str, *, before: object = None, after: object = None
) -> None:
    attempt = comment.attempt
    record_change(
        cohort=attempt.assignment.cohort,
        by=by,
        action=action,
        student=attempt.enrolment,
        subject=attempt.assignment.exercise.slug,
        before=before,
        after=after,
    )
