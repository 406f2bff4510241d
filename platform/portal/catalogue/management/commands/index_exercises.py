"""Bring the exercises folder into the database."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.catalogue.domain import index_exercises


class Command(BaseCommand):
    """Indexes every course; a folder that is malformed is told and left as it was."""

    help = "Index the exercises folder."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, and whether a malformed exercise is an error."""
        parser.add_argument("--root", type=Path, default=settings.NOYAU.exercises)
        parser.add_argument("--strict", action="store_true", help="fail on a malformed folder")

    def handle(self, *, root: Path, strict: bool, verbosity: int, **_options: object) -> None:
        """Index, then say what was found."""
        index = index_exercises(root=root)
        for error in index.refused:
            self.stderr.write(str(error))
        if verbosity:
            self.stdout.write(f"{len(index.versions)} exercises, {len(index.refused)} refused")
            for slug in index.left:
                self.stdout.write(f"{slug} is written in the browser, and was left as it is")
        if strict and index.refused:
            raise CommandError("Some exercises are malformed.")
