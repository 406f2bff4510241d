"""The Celery application. Its messages are hints: the rows of attempts are the queue."""

from __future__ import annotations

from celery import Celery

from portal.settings.env import select_settings

select_settings()
app = Celery("noyau")  # type: ignore[no-untyped-call]
app.config_from_object("django.conf:settings", namespace="CELERY")  # type: ignore[no-untyped-call]
app.autodiscover_tasks()  # type: ignore[no-untyped-call]
