"""The authoring app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class AuthoringConfig(AppConfig):
    """Write exercises in the browser."""

    name = "portal.authoring"
    label = "authoring"
    verbose_name = "Authoring"

    def ready(self) -> None:
        """Give the app's lines in the audit log their words."""
        # The models are not loaded yet when this module is.
        import_module("portal.authoring.audit_words")
