"""How long a student's notebooks may hold a GPU in one day."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Sum

from portal.common.moments import start_of_today
from portal.courses.models import Enrolment
from portal.submissions.errors import GpuBudgetSpent
from portal.submissions.models import Attempt


@dataclass(frozen=True, slots=True)
class GpuBudget:
    """Seconds that a student may hold a GPU today, and those that are used."""

    allowed: float
    used: float

    @property
    def left(self) -> float:
        """What is left of today's seconds."""
        return max(0.0, self.allowed - self.used)


def gpu_budget(enrolment: Enrolment) -> GpuBudget | None:
    """Return the student's budget of today over all classes, None where there is no limit.

    What counts is the wall time for which a room held its share of a device, on the day of the
    hand-in. A regrade is not the student's doing, nor is a grading that failed on our side.
    """
    allowed: float = settings.NOYAU.gpu_daily_seconds
    if not allowed:
        return None
    # The portal's day: the reader's zone is the browser's word, and must not give seconds back.
    today = Attempt.objects.filter(
        enrolment__user=enrolment.user_id, submitted_at__gte=start_of_today()
    )
    used: float = today.aggregate(used=Sum("gpu_seconds"))["used"] or 0.0
    return GpuBudget(allowed=allowed, used=used)


def check_gpu_budget(enrolment: Enrolment) -> None:
    """Raise GpuBudgetSpent where nothing is left of the student's seconds of today."""
    budget = gpu_budget(enrolment)
    if budget is not None and budget.left <= 0:
        raise GpuBudgetSpent(allowed=budget.allowed, used=budget.used)
