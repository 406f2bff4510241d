"""What operators see of the portal, and the little that they do to it."""

from __future__ import annotations

from portal.operations.domain.failures import Failure, recent_failures, try_again
from portal.operations.domain.queues import Depth, Running, queue_depths, running_work
from portal.operations.domain.storage import Storage, storage
from portal.operations.domain.workers import Worker, workers

__all__ = [
    "Depth",
    "Failure",
    "Running",
    "Storage",
    "Worker",
    "queue_depths",
    "recent_failures",
    "running_work",
    "storage",
    "try_again",
    "workers",
]
