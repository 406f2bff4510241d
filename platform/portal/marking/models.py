"""What a person adds to a grade: overrides with their reasons, rubric points, comments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from portal.catalogue.models import Assignment
from portal.common.models import Timestamped
from portal.courses.models import Enrolment
from portal.submissions.models import Attempt


class Withdrawable(Timestamped):
    """Something that a person said, and may take back: then it no longer counts, but is kept."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class Override(Withdrawable):
    """The points that a teacher gives in place of those that would count. One is in force."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="overrides")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="overrides")
    points = models.FloatField()
    reason = models.TextField()
    withdrawn_because = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["enrolment", "assignment"],
                condition=Q(withdrawn_at=None),
                name="one_override_in_force",
            ),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} {self.assignment}: {self.points} by hand"


class RubricItem(Timestamped):
    """Something that staff may find in a student's work, and the points it adds or takes."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="rubric")
    title_fr = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200)
    points = models.FloatField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return f"{self.assignment}: {self.title_en} {self.points:+g}"


class RubricMark(models.Model):
    """An item of the rubric that applies to a student's work."""

    item = models.ForeignKey(RubricItem, on_delete=models.CASCADE, related_name="marks")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="rubric_marks")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["item", "enrolment"], name="one_mark_per_item"),
        )

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.item}"


class Comment(Withdrawable):
    """What staff says of an attempt, to its author: about one cell, or about the whole.

    `text` is Markdown, to be sanitised where it is shown.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="comments")
    cell = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="code cells are counted from 1; none: the whole"
    )
    text = models.TextField()

    class Meta:
        indexes = (models.Index(fields=["attempt", "cell"]),)

    def __str__(self) -> str:
        return f"{self.attempt}, cell {self.cell or '-'}"
