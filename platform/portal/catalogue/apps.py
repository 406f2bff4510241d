"""The catalogue app."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """Catalogue."""

    name = "portal.catalogue"
    label = "catalogue"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        """Tell the audit log the app's words."""
        # The models are not loaded yet when this module is.
        import_module("portal.catalogue.wording")
