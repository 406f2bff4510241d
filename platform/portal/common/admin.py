"""Bases for the administration."""

from __future__ import annotations

from typing import TypeVar

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

Row = TypeVar("Row", bound=Model)


class ReadOnlyAdmin(admin.ModelAdmin[Row]):
    """Rows that only the portal itself writes: nobody adds, changes or deletes them by hand."""

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Nobody adds rows."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: Row | None = None) -> bool:
        """Nobody changes rows."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: Row | None = None) -> bool:
        """Nobody deletes rows."""
        return False
