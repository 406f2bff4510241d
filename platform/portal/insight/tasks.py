"""What workers do for teachers' pages."""

from __future__ import annotations

import logging

from celery import shared_task

from portal.catalogue.models import Assignment
from portal.insight.domain.comparisons import compare_work

logger = logging.getLogger(__name__)


@shared_task  # type: ignore[untyped-decorator]
def compare(assignment_id: int) -> None:
    """Compare the work at an exercise of a class, if it is still set."""
    assignment = Assignment.objects.select_related("exercise__current").filter(pk=assignment_id)
    found = assignment.first()
    if found is None:
        logger.warning("assignment %s is gone, nothing to compare", assignment_id)
        return
    compare_work(assignment=found)
