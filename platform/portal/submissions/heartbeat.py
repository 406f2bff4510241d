"""A worker's heartbeat: a thread that says, again and again, which queues are served here."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable

from django.db import Error, connections

from portal.submissions.domain.status import worker_status
from portal.submissions.domain.workers import BEAT, forget_worker, note_worker

logger = logging.getLogger(__name__)


class Heartbeat(threading.Thread):
    """Beats until it is told to stop, or its process ends."""

    def __init__(self, *, name: str, queues: Iterable[str]) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._worker = name
        self._queues = tuple(queues)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Renew this worker's rows, and remove them at the end."""
        try:
            while True:
                self._beat()
                if self._stopping.wait(BEAT.total_seconds()):
                    break
            forget_worker(name=self._worker)
        except Error:
            logger.exception("worker %s could not say that it ends", self._worker)
        finally:
            connections.close_all()

    def stop(self) -> None:
        """Say that this worker ends. Returns once that is written."""
        self._stopping.set()
        self.join(BEAT.total_seconds())

    def _beat(self) -> None:
        try:
            note_worker(name=self._worker, queues=self._queues, status=worker_status())
        except Error:
            # The next beat tries again.
            logger.exception("worker %s could not say that it lives", self._worker)
        finally:
            # A connection that is open when the pool forks would be shared with a child.
            connections.close_all()
