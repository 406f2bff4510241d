"""What is kept to read a class at a glance: facts of attempts, and alike pairs of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.catalogue.models import Assignment, Exercise
from portal.courses.models import Enrolment
from portal.submissions.models import Attempt


class AttemptFacts(models.Model):
    """What a class's pages need of one graded attempt, without its report, which is long.

    `failed` holds the names of the tests that did not earn all, `mistakes` those of the mistakes
    that were named, one per line: thousands of lists would keep Python's collector busy.
    """

    attempt = models.OneToOneField(
        Attempt, on_delete=models.CASCADE, primary_key=True, related_name="facts"
    )
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="+")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="+")
    submitted_at = models.DateTimeField()
    score = models.FloatField(help_text="share of the points, 0 to 1")
    cpu = models.FloatField(null=True, help_text="seconds of processor time")
    problem = models.CharField(max_length=40, blank=True, help_text="what ended it before its end")
    failed = models.TextField(blank=True)
    mistakes = models.TextField(blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["assignment", "submitted_at"]),
            models.Index(fields=["enrolment", "-submitted_at"]),
        )

    def __str__(self) -> str:
        return f"facts of {self.attempt_id}"


class Finding(models.Model):
    """A test of an exercise, or a mistake that its tests name, as reports call it."""

    class Kind(models.TextChoices):
        """What it is."""

        TEST = "test", _("test")
        MISTAKE = "mistake", _("mistake")

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=7, choices=Kind.choices)
    name = models.CharField(max_length=500)
    title_fr = models.TextField()
    title_en = models.TextField()
    is_hidden = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["exercise", "kind", "name"], name="findings_are_told_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.exercise_id} {self.kind} {self.name}"


class Fingerprint(models.Model):
    """The fingerprint of a notebook's code: hashes of its passages, 8 bytes each, in order.

    `scheme` is that of the algorithm: another one makes other hashes. `given` is the SHA-256 of
    the code that the notebook started from, which is left out.
    """

    blob = models.CharField(max_length=64, help_text="SHA-256 of the notebook")
    given = models.CharField(max_length=64)
    scheme = models.PositiveSmallIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["blob", "given", "scheme"], name="fingerprints_are_kept_once"
            ),
        )

    def __str__(self) -> str:
        return f"fingerprint of {self.blob[:12]}"


class Comparison(models.Model):
    """The last comparison of the work at an exercise of a class."""

    assignment = models.OneToOneField(
        Assignment, on_delete=models.CASCADE, primary_key=True, related_name="comparison"
    )
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    compared = models.PositiveIntegerField(default=0, help_text="students whose work was compared")

    def __str__(self) -> str:
        return f"comparison at {self.assignment_id}"


class Decision(models.TextChoices):
    """What a teacher makes of two alike pieces of work. Nothing follows from it by itself."""

    OPEN = "open", _("to be looked at")
    WATCHED = "watched", _("kept an eye on")
    DISMISSED = "dismissed", _("dismissed")


class SimilarPair(models.Model):
    """Two students' work at an exercise that shares passages. Seen by the class's staff alone.

    `score` is the share of the smaller one's fingerprint that both have, `shared` its size.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="similar")
    first = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField()
    shared = models.PositiveIntegerField()
    is_current = models.BooleanField(
        default=True, help_text="the last comparison found it, in the work that counts"
    )
    decision = models.CharField(max_length=9, choices=Decision.choices, default=Decision.OPEN)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["first", "second"], name="pairs_are_found_once"),
        )

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}: {self.score:.0%}"
