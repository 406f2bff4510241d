"""Drafts: notebooks as students write them in the page, with what they were before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.catalogue.models import Assignment
from portal.common.models import Identified
from portal.courses.models import Enrolment


class Draft(Identified):
    """The notebook that a student is writing for an exercise.

    `cells` holds the source of each cell in order; `revision` counts the saves, so that two pages
    that are open at once can't overwrite each other unseen.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="drafts")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="drafts")
    revision = models.PositiveIntegerField(default=0)
    cells = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["enrolment", "assignment"], name="drafts_are_one_per_exercise"
            ),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} {self.assignment} r{self.revision}"


class Reason(models.TextChoices):
    """Why a version was kept."""

    CONFLICT = "conflict", _("written in another page at the same time")
    HANDED_IN = "handed-in", _("handed in")
    REPLACED = "replaced", _("before it was replaced")


class DraftVersion(models.Model):
    """What a draft was at a moment worth going back to."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="versions")
    cells = models.JSONField()
    reason = models.CharField(max_length=9, choices=Reason.choices)
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-kept_at", "-pk")

    def __str__(self) -> str:
        return f"{self.draft} {self.reason} {self.kept_at}"
