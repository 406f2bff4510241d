"""The authoring app."""

from __future__ import annotations

from django.apps import AppConfig


class AuthoringConfig(AppConfig):
    """Write exercises in the browser."""

    name = "portal.authoring"
    label = "authoring"
    verbose_name = "Authoring"
