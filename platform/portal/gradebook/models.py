"""What counts: the best attempt of each student at each exercise."""

from __future__ import annotations

from django.db import models

from portal.catalogue.models import Assignment
from portal.common.models import Timestamped
from portal.courses.models import Enrolment
from portal.submissions.models import Attempt


class Standing(Timestamped):
    """What a student has at one exercise: by their best attempt, or as a teacher has it.

    `score` is the best attempt's after what it lost by being late, `lost` that share;
    `points` are what counts: score x the exercise's, with rubric points and a teacher's override.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="standings")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="standings")
    best = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, related_name="+")
    score = models.FloatField()
    lost = models.FloatField(default=0, help_text="share of the score lost by being late")
    is_by_hand = models.BooleanField(default=False, help_text="a teacher changed the points")
    points = models.FloatField()
    attempts = models.PositiveIntegerField()
    reached_at = models.DateTimeField(help_text="when the best attempt was handed in")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["enrolment", "assignment"], name="one_standing_each"),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} {self.assignment}: {self.score:.0%}"


class BoardEntry(Timestamped):
    """A student's best attempt at an exercise that is ranked by metrics, on the public share.

    `public` and `private` hold the ranking's metrics by name, as far as they were measured.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="board_entries")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="board_entries"
    )
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    public = models.JSONField()
    private = models.JSONField()
    attempts = models.PositiveIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["enrolment", "assignment"], name="one_entry_each"),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} {self.assignment}: {self.public}"


class DayTotal(models.Model):
    """A student's points over all exercises at the end of a day on which they changed.

    From these the history of ranks is told. Days are the portal's, in its own time zone.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="day_totals")
    day = models.DateField()
    points = models.FloatField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["enrolment", "day"], name="one_total_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} {self.day}: {self.points}"
