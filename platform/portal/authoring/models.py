"""Manuscripts: folders of exercises as their authors write them, and what they were before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.catalogue.models import Exercise, ExerciseVersion
from portal.common.models import Identified, Timestamped
from portal.courses.models import Course


class Manuscript(Identified):
    """The folder of an exercise that somebody writes; nobody else sees it.

    `base` is the version that it was opened from or last published as, so that two authors can't
    publish over each other unseen. `revision` counts the saves of all its files. `remarks` says of
    an imported assignment what did not come along: a list of `place`, `fr` and `en`.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="manuscripts"
    )
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=60)
    exercise = models.ForeignKey(
        Exercise, on_delete=models.SET_NULL, null=True, blank=True, related_name="manuscripts"
    )
    base = models.ForeignKey(
        ExerciseVersion, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=0)
    remarks = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["author", "slug"], name="manuscripts_are_one_per_name"),
        )

    def __str__(self) -> str:
        return f"{self.slug} by {self.author}"


class ManuscriptFile(Timestamped):
    """One file of a manuscript, byte for byte. `revision` counts its own saves."""

    manuscript = models.ForeignKey(Manuscript, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=200)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["manuscript", "path"], name="files_have_own_paths"),
        )
        ordering = ("path",)

    def __str__(self) -> str:
        return f"{self.manuscript_id}/{self.path}"


class Reason(models.TextChoices):
    """Why a state was kept."""

    BEGUN = "begun", _("as it was begun")
    WRITTEN = "written", _("while it was written")
    KEPT = "kept", _("kept by hand")
    CONFLICT = "conflict", _("as another page had it")
    REPLACED = "replaced", _("before something was replaced")
    CHECKED = "checked", _("checked")
    PUBLISHED = "published", _("published")


class ManuscriptState(models.Model):
    """What a manuscript was at a moment worth going back to: a blob's SHA-256 by each path."""

    manuscript = models.ForeignKey(Manuscript, on_delete=models.CASCADE, related_name="states")
    tree = models.JSONField()
    digest = models.CharField(max_length=64, help_text="of the folder, as versions have it")
    reason = models.CharField(max_length=9, choices=Reason.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    kept_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-kept_at", "-pk")

    def __str__(self) -> str:
        return f"{self.manuscript_id} {self.reason} {self.kept_at}"


class Publication(models.Model):
    """A version became the one that students see: published anew, or gone back to."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="publications")
    version = models.ForeignKey(
        ExerciseVersion, on_delete=models.CASCADE, related_name="publications"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.version} published {self.at}"
