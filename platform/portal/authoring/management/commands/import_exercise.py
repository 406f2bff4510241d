"""Bring a folder, such as one of a git repository, into an author's manuscripts."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.archive import EQUIVALENT, read_folder
from exercises.errors import MalformedExercise
from portal.accounts.models import User
from portal.authoring.domain import begin_from, open_exercise, replace_files
from portal.authoring.errors import AuthoringError
from portal.catalogue.errors import CatalogueError
from portal.catalogue.models import Exercise
from portal.courses.models import Course


class Command(BaseCommand):
    """Puts the folder into a manuscript of its author's, who checks and publishes it."""

    help = "Import a folder as an author's manuscript, to be checked and published in the browser."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder, whose manuscript it becomes and of which course."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--author", required=True, help="a user name")
        parser.add_argument("--course", default="cnn")

    def handle(self, *, folder: Path, author: str, course: str, **_options: object) -> None:
        """Begin a manuscript, or replace the files of the one that there is."""
        slug = folder.resolve().name
        try:
            files = read_folder(folder)
            if (folder / EQUIVALENT).is_file():
                files[EQUIVALENT] = (folder / EQUIVALENT).read_bytes()
            user = User.objects.get(username=author)
            there = user.manuscripts.filter(slug=slug).first()
            exercise = Exercise.objects.filter(slug=slug).select_related("current").first()
            if there is None and exercise is not None:
                if not (user.is_staff or exercise.owner == user):
                    raise CommandError(f"{slug} is not {author}'s.")
                there = open_exercise(author=user, exercise=exercise)
            if there is None:
                begin_from(
                    author=user, course=Course.objects.get(slug=course), slug=slug, files=files
                )
            else:
                replace_files(manuscript=there, files=files)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user {author!r}.") from error
        except Course.DoesNotExist as error:
            raise CommandError(f"There is no course {course!r}.") from error
        except (AuthoringError, CatalogueError, MalformedExercise, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{slug}: {len(files)} files, to be checked and published")
