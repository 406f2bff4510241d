"""Attempts: what students handed in, how far its grading is, and every report it ever got."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.catalogue.models import Assignment, ExerciseVersion
from portal.common.models import Identified
from portal.courses.models import Enrolment


class State(models.TextChoices):
    """Where an attempt stands.

    queued -> running -> graded, and back to queued by a regrade or a lost lease.
    `refused` bytes were never gradable; `failed` is ours, given up after many tries; `stopped` was
    called back by its author before the tests ran. None of them counts as an attempt.
    """

    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    GRADED = "graded", _("graded")
    REFUSED = "refused", _("refused")
    FAILED = "failed", _("failed")
    STOPPED = "stopped", _("stopped")


class Leased(models.Model):
    """Work that one worker at a time does, for as long as it renews its lease.

    The row is the truth of the queue; a Celery message is only a hint.
    """

    state = models.CharField(max_length=8, choices=State.choices)
    queue = models.CharField(max_length=20, default="cpu")
    queued_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(
        null=True, blank=True, help_text="not to be tried before, after a failure of ours"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=255, blank=True, help_text="who took it last")
    tries = models.PositiveSmallIntegerField(default=0)
    progress = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True
        indexes: ClassVar[tuple[models.Index, ...]] = (
            models.Index(fields=["state", "queue", "queued_at"]),
            models.Index(fields=["state", "lease_expires_at"]),
            models.Index(fields=["queue", "started_at"]),
        )


class Attempt(Identified, Leased):
    """One hand-in. That of a sweep is never claimed itself: its trials are."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attempts")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="attempts")
    version = models.ForeignKey(ExerciseVersion, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    filename = models.CharField(max_length=255, blank=True)
    blob = models.CharField(max_length=64, help_text="SHA-256 of the bytes handed in")
    size = models.PositiveBigIntegerField(default=0)
    submitted_at = models.DateTimeField()
    trial_count = models.PositiveSmallIntegerField(
        default=0, help_text="jobs of a sweep; 0 where the work is graded as a whole"
    )

    report = models.JSONField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True, help_text="share of the points, 0 to 1")
    gpu_seconds = models.FloatField(
        default=0, help_text="for which a GPU was held, of the student's seconds of the day"
    )
    executed = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the notebook run")
    transcript = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of what its tests were answered"
    )
    weights = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the model that it trained"
    )
    regrade_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="who asked for the report to be replaced",
    )

    class Meta(Leased.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["enrolment", "assignment", "number"], name="attempts_are_numbered"
            ),
        )
        indexes = (
            *Leased.Meta.indexes,
            # A class's attempts are counted without being read.
            models.Index(fields=["enrolment", "assignment", "state"], name="attempts_to_count"),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} {self.assignment} #{self.number}"

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen to this attempt by itself."""
        return self.state not in (State.QUEUED, State.RUNNING)


class Trial(Identified, Leased):
    """One job of a sweep: the notebook of an attempt, to be run with parameters of the grid."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="trials")
    version = models.ForeignKey(ExerciseVersion, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    parameters = models.JSONField()
    report = models.JSONField(null=True, blank=True)
    executed = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the notebook run")

    class Meta(Leased.Meta):
        constraints = (
            models.UniqueConstraint(fields=["attempt", "number"], name="trials_are_numbered"),
        )

    def __str__(self) -> str:
        return f"{self.attempt}, job {self.number}"


class Tryout(Identified, Leased):
    """The latest run of a student's notebook against the public tests of an exercise.

    It is no attempt: it earns nothing, and the next one takes its place.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="tryouts")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="tryouts")
    version = models.ForeignKey(ExerciseVersion, on_delete=models.PROTECT, related_name="+")
    blob = models.CharField(max_length=64, help_text="SHA-256 of the notebook")
    report = models.JSONField(null=True, blank=True)
    executed = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the notebook run")

    class Meta(Leased.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["enrolment", "assignment"], name="tryouts_are_one_per_exercise"
            ),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} {self.assignment}, tried out"

    @property
    def is_settled(self) -> bool:
        """Whether nothing more will happen to it by itself."""
        return self.state not in (State.QUEUED, State.RUNNING)


class LiveCurves(models.Model):
    """What a running attempt's notebook has logged so far, apart from what lists of attempts load.

    A settled attempt has none: its curves are in its report.
    """

    attempt = models.OneToOneField(
        Attempt, on_delete=models.CASCADE, primary_key=True, related_name="live_curves"
    )
    curves = models.JSONField()

    def __str__(self) -> str:
        return f"curves of {self.attempt}"


class LiveJobCurves(models.Model):
    """What a job of a running sweep has logged so far. A settled sweep has none."""

    trial = models.OneToOneField(
        Trial, on_delete=models.CASCADE, primary_key=True, related_name="live_curves"
    )
    curves = models.JSONField()

    def __str__(self) -> str:
        return f"curves of {self.trial}"


class LiveLog(models.Model):
    """The last lines that a running attempt's notebook has printed so far.

    A settled attempt has none: its executed notebook holds everything.
    """

    attempt = models.OneToOneField(
        Attempt, on_delete=models.CASCADE, primary_key=True, related_name="live_log"
    )
    tail = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"log of {self.attempt}"


class PastReport(models.Model):
    """A report that a regrade replaced, and who asked for it."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="past_reports")
    report = models.JSONField()
    score = models.FloatField()
    version = models.ForeignKey(ExerciseVersion, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(auto_now_add=True)
    replaced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.attempt} before {self.replaced_at}"


class RegradePlan(Identified):
    """All graded attempts at an exercise of a class, graded again by `version` for a preview.

    Nothing counts before it is applied, and nothing ever does of one that is dropped.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="plans")
    version = models.ForeignKey(ExerciseVersion, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    anew = models.BooleanField(default=False, help_text="run the notebooks again, not their tests")
    applied_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.assignment} graded again, planned {self.created_at}"


class Regrading(Identified, Leased):
    """One attempt of a plan, graded again. What it came to is kept here until it is applied."""

    plan = models.ForeignKey(RegradePlan, on_delete=models.CASCADE, related_name="regradings")
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="regradings")
    old_score = models.FloatField(null=True, blank=True, help_text="when this was planned")
    is_applied = models.BooleanField(default=False)
    report = models.JSONField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True, help_text="share of the points, 0 to 1")
    executed = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the notebook run")
    transcript = models.CharField(max_length=64, blank=True)
    weights = models.CharField(max_length=64, blank=True)

    class Meta(Leased.Meta):
        constraints = (
            models.UniqueConstraint(fields=["plan", "attempt"], name="regradings_are_one_each"),
        )

    def __str__(self) -> str:
        return f"{self.attempt} in {self.plan_id}"


class Check(Identified):
    """A folder of an exercise, proven before a class sees it: `archive` is a blob's SHA-256."""

    slug = models.SlugField(max_length=60)
    digest = models.CharField(max_length=64)
    archive = models.CharField(max_length=64)
    variants = models.PositiveSmallIntegerField(
        default=1, help_text="on which the reference is graded"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="checks"
    )

    def __str__(self) -> str:
        return f"{self.slug}@{self.digest[:12]} checked"


class CheckJob(Identified, Leased):
    """One solution of a check, graded on its variants: the reference, a starter, a wrong one.

    `row` is what it should earn and what it earned, once that is known.
    """

    # Not `check`: that is a model's own method.
    proof = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="jobs")
    number = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=9)
    solution = models.CharField(max_length=120)
    row = models.JSONField(null=True, blank=True)

    class Meta(Leased.Meta):
        constraints = (
            models.UniqueConstraint(fields=["proof", "number"], name="check_jobs_are_numbered"),
        )

    def __str__(self) -> str:
        return f"{self.proof}: {self.solution}"


class ServedQueue(models.Model):
    """A queue that a worker serves, and when that worker last said so."""

    worker = models.CharField(max_length=255)
    queue = models.CharField(max_length=20)
    seen_at = models.DateTimeField()
    status = models.JSONField(default=dict, blank=True, help_text="its rooms and devices")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["queue", "worker"], name="workers_serve_a_queue_once"),
        )

    def __str__(self) -> str:
        return f"{self.worker} serves {self.queue}"
