"""The networks that exercises start from: trained here, from the data at hand."""

from __future__ import annotations

import asyncio

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.data.sets import SETS, shares_of
from exercises.errors import DataUnavailable
from graders.trained import missing_trainings, train_missing
from portal.submissions.domain.rooms import portal_sandbox
from sandbox.errors import SandboxError


class Command(BaseCommand):
    """Trains in a room what is not there yet. What is there stays, since scores hang on it."""

    help = "Train the networks that exercises start from, and say where each is."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the sandbox to train in."""
        parser.add_argument("--sandbox", default="", help="auto, or a sandbox's name")

    def handle(self, *, sandbox: str, verbosity: int, **_options: object) -> None:
        """Train and print."""
        data = settings.NOYAU.data
        for name in (name for name, one in SETS.items() if one.trainings):
            try:
                if missing_trainings(name, data):
                    training = train_missing(name, sandbox=portal_sandbox(sandbox), data_dir=data)
                    asyncio.run(training)
            except (DataUnavailable, SandboxError) as error:
                raise CommandError(f"{name}: no network could be trained. {error}") from error
            if verbosity:
                for one in SETS[name].trainings:
                    path = shares_of(name, data).further(one.file)
                    self.stdout.write(f"{name:<9} {path.stat().st_size:>9} bytes  {path}")
