"""The data sets of this machine: which source each has, and how to get a better one."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.data.download import fetch, progress_bar
from exercises.data.sets import SETS, shares_of
from exercises.errors import DataUnavailable


class Command(BaseCommand):
    """Prepares every set from what is at hand. Nothing is fetched unless it is asked for."""

    help = "Prepare the data sets that exercises score on, and say where each comes from."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sets to download first."""
        fetched = [name for name, one in SETS.items() if one.remotes]
        parser.add_argument(
            "--download", nargs="+", choices=fetched, default=[], help="fetch the real set first"
        )

    def handle(self, *, download: list[str], verbosity: int, **_options: object) -> None:
        """Fetch, prepare and print."""
        try:
            for name in download:
                for remote in SETS[name].remotes:
                    bar = progress_bar(remote.name)
                    fetch(remote, settings.NOYAU.data / name, on_progress=bar)
            for name in SETS:
                shares = shares_of(name, settings.NOYAU.data)
                if verbosity:
                    self.stdout.write(f"{name:<8} {shares.name:<14} {shares.public.parent}")
        except DataUnavailable as error:
            raise CommandError(str(error)) from error
