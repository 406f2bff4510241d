"""The catalogue app."""

from __future__ import annotations

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Catalogue."""

    name = "portal.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"
