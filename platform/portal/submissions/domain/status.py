"""What a worker tells of itself with each beat of its heart."""

from __future__ import annotations

from django.conf import settings

from portal.settings.env import GPU_QUEUE, Environment
from portal.submissions.domain.rooms import rooms_waiting


def worker_status() -> dict[str, int]:
    """Return how many gradings this process does at once, and what it has ready for them.

    `warm` counts pairs of rooms that wait, `shares` those that its GPUs are cut into.
    """
    environment: Environment = settings.NOYAU
    has_gpus = GPU_QUEUE in environment.queues
    return {
        "slots": environment.worker_concurrency,
        "warm": rooms_waiting(),
        "shares": len(environment.gpus) * environment.gpu_slots if has_gpus else 0,
    }
