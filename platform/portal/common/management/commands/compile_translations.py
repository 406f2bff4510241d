"""Compile the catalogues of translations."""

from __future__ import annotations

import os
from pathlib import Path

import polib
from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Writes each .po as a .mo where it is older or missing. GNU gettext is not needed."""

    help = "Compile the translations."
    requires_system_checks = ()

    def handle(self, *, verbosity: int, **_options: object) -> None:
        """Compile what changed."""
        portal: Path = settings.PORTAL
        for source in sorted(portal.rglob("locale/*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
                continue
            _compile(source, compiled)
            if verbosity:
                self.stdout.write(f"compiled {source.relative_to(portal)}")


def _compile(source: Path, compiled: Path) -> None:
    # A portal that starts now must not read half a file, nor one that compiles too disturb it.
    fresh = compiled.with_suffix(f".mo.{os.getpid()}")
    catalogue = polib.pofile(str(source), encoding="utf-8")  # type: ignore[no-untyped-call]
    catalogue.save_as_mofile(str(fresh))
    fresh.rename(compiled)
