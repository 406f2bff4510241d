"""Bring the database, the translations, the assets, the catalogue and the data up to date."""

from __future__ import annotations

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """Does what a new checkout or a new release needs before it can serve. Safe to repeat."""

    help = (
        "Migrate the database, compile translations, collect assets, index exercises, fill boards "
        "and facts that are missing, prepare data and the networks that exercises start from."
    )

    def handle(self, *_args: object, **options: object) -> None:
        """Prepare everything, quietly where nothing is wrong."""
        verbosity = options["verbosity"]
        settings.NOYAU.var.mkdir(parents=True, exist_ok=True)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("compile_translations", verbosity=verbosity)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("index_exercises", verbosity=verbosity)
        call_command("rebuild_boards", missing=True, verbosity=0)
        call_command("rebuild_insight", missing=True, verbosity=0)
        call_command("data_sets", verbosity=verbosity)
        try:
            call_command("base_model", verbosity=verbosity)
        except CommandError as error:
            # A portal may stand on a machine without rooms: its workers train in theirs.
            self.stderr.write(str(error))
