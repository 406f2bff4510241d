"""The demonstration: a class, its people, and what they hand in."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Commands that show and measure the portal from outside. It has no rows of its own."""

    name = "portal.demo"
    label = "demo"
