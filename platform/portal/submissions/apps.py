"""The submissions app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class SubmissionsConfig(AppConfig):
    """Submissions."""

    name = "portal.submissions"
    label = "submissions"
    verbose_name = "Submissions"

    def ready(self) -> None:
        """Give the app's lines in the audit log their words."""
        # The models are not loaded yet when this module is.
        import_module("portal.submissions.audit_words")
