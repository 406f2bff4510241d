"""The courses app."""

from __future__ import annotations

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """Courses."""

    name = "portal.courses"
    label = "courses"
    verbose_name = "Courses"
