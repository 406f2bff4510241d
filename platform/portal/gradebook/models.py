"""What counts: the best attempt of each student at each exercise."""

from __future__ import annotations

from django.db import models

from portal.catalogue.models import Assignment
from portal.common.models import Timestamped
from portal.courses.models import Enrolment
from portal.submissions.models import Attempt


class Standing(Timestamped):
    """A student's best graded attempt at one exercise. `points` are score x the exercise's."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="standings")
    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="standings")
    best = models.ForeignKey(Attempt, on_delete=models.PROTECT, related_name="+")
    score = models.FloatField()
    points = models.FloatField()
    attempts = models.PositiveIntegerField()
    reached_at = models.DateTimeField(help_text="when the best attempt was handed in")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["enrolment", "assignment"], name="one_standing_each"),
        )

    def __str__(self) -> str:
        return f"{self.enrolment} {self.assignment}: {self.score:.0%}"
