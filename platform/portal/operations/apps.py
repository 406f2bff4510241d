"""The operations app."""

from __future__ import annotations

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """What the portal's operators watch."""

    name = "portal.operations"
    label = "operations"
    verbose_name = "Operations"
