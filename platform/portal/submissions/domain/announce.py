"""Tell the workers that there is work. A lost message costs time, never an attempt."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal.celery_app import app
from portal.submissions.domain.kinds import KINDS
from portal.submissions.models import Leased, State

logger = logging.getLogger(__name__)

TASK = "portal.submissions.tasks.grade_next"
PATIENCE = timedelta(seconds=10)
"""How long an attempt may wait before its queue is announced again."""

MOST_AT_ONCE = 8
"""Messages that one sweep sends for one queue: enough to wake every worker of a machine."""


def announce_work(*, queue: str, times: int = 1) -> None:
    """Send the hint that work waits on `queue`. A broker that is away is logged, and no error."""
    try:
        for _time in range(times):
            app.send_task(TASK, args=[queue], queue=queue)  # type: ignore[no-untyped-call]
    except (OperationalError, OSError):
        # The attempt is safe in its row, and the sweep announces it again.
        logger.exception("no broker to announce work on %s", queue)


def announce_waiting() -> None:
    """Announce again each queue on which work has waited for longer than PATIENCE.

    Messages that nobody has taken yet are hints enough: a queue without a worker gathers few.
    """
    for queue, waiting in _overdue():
        announce_work(queue=queue, times=min(waiting, MOST_AT_ONCE) - _hints(queue))


def _hints(queue: str) -> int:
    """Return how many messages wait at the broker."""
    with app.connection_for_write() as connection:  # type: ignore[no-untyped-call]
        try:
            found = connection.default_channel.queue_declare(queue=queue, passive=True)
        except connection.channel_errors:
            return 0
        return int(found.message_count)


def _overdue() -> Iterable[tuple[str, int]]:
    now = timezone.now()
    ready = Q(state=State.QUEUED, queued_at__lt=now - PATIENCE) & ~Q(ready_at__gt=now)
    found: Counter[str] = Counter()
    for kind in KINDS:
        rows: QuerySet[Leased] = QuerySet(kind.rows).order_by().filter(ready, kind.claimable)
        found.update(dict(rows.values_list("queue").annotate(waiting=Count("pk"))))
    return found.items()
