"""The insight app."""

from __future__ import annotations

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Read a class at a glance."""

    name = "portal.insight"
    label = "insight"
    verbose_name = "Insight"
