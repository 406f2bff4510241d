"""The marking app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class MarkingConfig(AppConfig):
    """What a person adds to a grade: overrides, rubric points, comments."""

    name = "portal.marking"
    label = "marking"
    verbose_name = "Marking"

    def ready(self) -> None:
        """Give the app's lines in the audit log their words."""
        # The models are not loaded yet when this module is.
        import_module("portal.marking.wording")
