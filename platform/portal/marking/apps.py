"""The marking app."""

from __future__ import annotations

from django.apps import AppConfig


class MarkingConfig(AppConfig):
    """What a person adds to a grade: overrides, rubric points, comments."""

    name = "portal.marking"
    label = "marking"
    verbose_name = "Marking"
