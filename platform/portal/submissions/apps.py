"""The submissions app."""

from __future__ import annotations

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """Submissions."""

    name = "portal.submissions"
    label = "submissions"
    verbose_name = "Submissions"
