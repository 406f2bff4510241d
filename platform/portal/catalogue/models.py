"""The exercises folder as rows: exercises, their immutable versions, and what a class is set."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils import timezone

from portal.common.models import Timestamped
from portal.common.moments import days_later
from portal.courses.models import Cohort, Course, Enrolment


class Exercise(Timestamped):
    """One exercise of a course; what it asks is in its versions.

    Without an owner it follows the exercises folder, and only the portal's staff may change it;
    with one it was written in the browser, and the folder no longer changes it.
    """

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="exercises")
    slug = models.SlugField(unique=True, max_length=60)
    kind = models.CharField(max_length=12)
    chapter = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    title_fr = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    points = models.FloatField()
    max_attempts = models.PositiveIntegerField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="exercises",
    )
    current = models.ForeignKey(
        "ExerciseVersion", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return self.slug


class ExerciseVersion(models.Model):
    """One state of an exercise's folder, kept for ever: `archive` is a blob's SHA-256."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="versions")
    digest = models.CharField(max_length=64, unique=True)
    archive = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=200, blank=True, help_text="what its author said of it")
    questions = models.CharField(
        max_length=64,
        blank=True,
        help_text="SHA-256 of questions drawn in a room; without, they are drawn as they are asked",
    )

    def __str__(self) -> str:
        return f"{self.exercise_id}@{self.digest[:12]}"


class DrawnQuestions(models.Model):
    """The questions of a folder, published or not, as they were drawn in a room: a blob."""

    digest = models.CharField(max_length=64, unique=True)
    blob = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"questions of {self.digest[:12]}"


class Assignment(Timestamped):
    """An exercise set to a class, with its deadline and its number of attempts.

    For `late_days` days after the deadline work is still taken in, and loses `late_percent`
    per cent of its score for each day begun.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="assignments")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="assignments")
    opens_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    late_days = models.PositiveSmallIntegerField(default=0)
    late_percent = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(100)])
    max_attempts = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["cohort", "exercise"], name="one_assignment_per_class"),
        )

    def __str__(self) -> str:
        return f"{self.exercise} in {self.cohort}"

    @property
    def is_closed(self) -> bool:
        """Whether the class may hand in no more, late or not.

        For one student ask `catalogue.domain.deadlines`: they may have an extension.
        """
        return self.due_at is not None and timezone.now() > days_later(self.due_at, self.late_days)

    @property
    def attempts_allowed(self) -> int | None:
        """How often a student may hand in: the class's rule, else the exercise's, else no limit."""
        return self.exercise.max_attempts if self.max_attempts is None else self.max_attempts


class Extension(Timestamped):
    """A later deadline for one student at one exercise. The late days follow it."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="extensions")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="extensions")
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["assignment", "enrolment"], name="one_extension_each"),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} {self.assignment}: until {self.due_at}"
