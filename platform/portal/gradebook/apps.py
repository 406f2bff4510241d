"""The gradebook app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class GradebookConfig(AppConfig):
    """Gradebook."""

    name = "portal.gradebook"
    label = "gradebook"
    verbose_name = "Gradebook"

    def ready(self) -> None:
        """Connect the app's receivers, and give its lines in the audit log their words."""
        # The models are not loaded yet when this module is.
        import_module("portal.gradebook.receivers")
        import_module("portal.gradebook.wording")
