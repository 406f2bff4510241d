"""The insight app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """Read a class at a glance."""

    name = "portal.insight"
    label = "insight"
    verbose_name = "Insight"

    def ready(self) -> None:
        """Connect the app's receivers, and name its actions in the audit log."""
        # The models are not loaded yet when this module is.
        import_module("portal.insight.receivers")
        import_module("portal.insight.wording")
