"""Who may see an attempt: its author, and the staff of its class."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from graders.report import Report
from portal.catalogue.domain import deadline_of
from portal.courses.access import membership
from portal.courses.models import Enrolment
from portal.submissions.models import Attempt


@dataclass(frozen=True, slots=True)
class Sight:
    """An attempt, and who looks at it."""

    attempt: Attempt
    viewer: Enrolment

    @property
    def is_own(self) -> bool:
        """Whether the viewer is the author."""
        return self.viewer.pk == self.attempt.enrolment_id

    @property
    def report(self) -> Report | None:
        """The attempt's report, as much of it as the viewer may read."""
        if not self.viewer.is_staff:
            return student_report(self.attempt, is_closed=self._is_closed())
        report = self.attempt.report
        return None if report is None else Report.model_validate(report)

    def _is_closed(self) -> bool:
        attempt = self.attempt
        return deadline_of(enrolment=attempt.enrolment, assignment=attempt.assignment).is_closed()


def student_report(attempt: Attempt, *, is_closed: bool) -> Report | None:
    """Return the attempt's report without what its author may not read, now or ever."""
    report = attempt.report
    if report is None:
        return None
    return Report.model_validate(report).for_student(is_closed=is_closed)


def visible_attempt(request: HttpRequest, attempt_id: UUID) -> Sight:
    """Return the attempt and its viewer. Raises Http404 where it is none of the visitor's."""
    attempt = (
        Attempt.objects.select_related(
            "assignment__exercise", "assignment__cohort", "enrolment__user", "version__exercise"
        )
        .filter(pk=attempt_id)
        .first()
    )
    if attempt is None:
        raise Http404
    viewer = membership(request, attempt.assignment.cohort_id)
    sight = Sight(attempt, viewer)
    if not (viewer.is_staff or sight.is_own):
        raise Http404
    return sight


def own_attempt(request: HttpRequest, attempt_id: UUID) -> Attempt:
    """Return an attempt of the visitor's own.

    Raises Http404 for what the visitor can't see, PermissionDenied for the class's staff.
    """
    sight = visible_attempt(request, attempt_id)
    if not sight.is_own:
        raise PermissionDenied
    return sight.attempt


def gradable_attempt(request: HttpRequest, attempt_id: UUID) -> Sight:
    """Return an attempt that the visitor may have graded again.

    Raises Http404 for what the visitor can't see, PermissionDenied for students.
    """
    sight = visible_attempt(request, attempt_id)
    if not sight.viewer.is_staff:
        raise PermissionDenied
    return sight
