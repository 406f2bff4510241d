"""The accounts app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = "Accounts"
