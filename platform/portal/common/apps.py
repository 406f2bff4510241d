"""The common app."""

from __future__ import annotations

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Shared by every app."""

    name = "portal.common"
    label = "common"
    verbose_name = "Shared by every app"
