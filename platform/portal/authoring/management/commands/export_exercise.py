"""Write a published exercise into a folder, such as one of a git repository."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.archive import EQUIVALENT, read_folder, write_files
from portal.authoring.domain import version_files
from portal.catalogue.domain import current_version
from portal.catalogue.errors import UnknownExercise
from portal.catalogue.models import Exercise


class Command(BaseCommand):
    """Makes the folder hold what students see now, byte for byte, and nothing else."""

    help = "Export an exercise's current version into a folder of its name."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the exercise, and the folder that its folder lies in."""
        parser.add_argument("slug")
        parser.add_argument("folder", type=Path, help="where the exercise's folder is, or will be")

    def handle(self, *, slug: str, folder: Path, **_options: object) -> None:
        """Write the files, and remove those that the version does not have."""
        try:
            exercise = Exercise.objects.select_related("current").get(slug=slug)
            files = version_files(current_version(exercise))
        except (Exercise.DoesNotExist, UnknownExercise) as error:
            raise CommandError(f"There is no exercise {slug!r}.") from error
        target = folder / slug
        target.mkdir(parents=True, exist_ok=True)
        # An author's judgements are no part of a version, and hidden files not of the folder.
        for name in set(read_folder(target)) - set(files) - {EQUIVALENT}:
            (target / name).unlink()
        write_files(files, target)
        self.stdout.write(f"{len(files)} files in {target}")
