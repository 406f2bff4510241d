"""The workbench app."""

from __future__ import annotations

from django.apps import AppConfig


class WorkbenchConfig(AppConfig):
    """Work on a notebook in the page."""

    name = "portal.workbench"
    label = "workbench"
    verbose_name = "Workbench"
