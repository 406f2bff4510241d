"""The Celery application. Its messages are hints: the rows of attempts are the queue."""

from __future__ import annotations

from collections.abc import Sequence

from celery import Celery

from portal.settings.env import select_settings

select_settings()
app = Celery("noyau")  # type: ignore[no-untyped-call]
app.config_from_object("django.conf:settings", namespace="CELERY")  # type: ignore[no-untyped-call]
app.autodiscover_tasks()  # type: ignore[no-untyped-call]


def worker_arguments(*, queues: Sequence[str], beat: bool) -> list[str]:
    """Return the arguments of `celery` for a worker; `beat` embeds the clock of the sweep."""
    # Workers have nothing to say to one another.
    silent = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    clock = ["--beat"] if beat else []
    # Threads: a grading waits for its rooms, and all of a worker's share the rooms that are warm.
    pool = ["--pool", "threads"]
    return ["-A", "portal.celery_app", "worker", "-Q", ",".join(queues), *pool, *silent, *clock]
