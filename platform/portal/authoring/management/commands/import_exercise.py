"""Bring a folder, or an assignment of nbgrader or Otter, into an author's manuscripts."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.archive import EQUIVALENT, read_folder
from exercises.errors import ExerciseError
from portal.accounts.models import User
from portal.authoring.domain import (
    begin_assignment,
    begin_from,
    open_exercise,
    read_assignment,
    replace_files,
)
from portal.authoring.errors import AuthoringError
from portal.catalogue.errors import CatalogueError
from portal.catalogue.models import Exercise
from portal.courses.models import Course


class Command(BaseCommand):
    """Puts it into a manuscript of its author's, who checks and publishes it."""

    help = (
        "Import a folder, or a notebook of nbgrader or Otter, as an author's manuscript, "
        "to be checked and published in the browser."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the folder or notebook, whose manuscript it becomes and of which course."""
        parser.add_argument("folder", type=Path, help="a folder, or a notebook (.ipynb) or zip")
        parser.add_argument("--author", required=True, help="a user name")
        parser.add_argument("--course", default="cnn")
        parser.add_argument("--chapter", default="", help="of an assignment; else the first")

    def handle(
        self, *, folder: Path, author: str, course: str, chapter: str, **_options: object
    ) -> None:
        """Begin a manuscript, or replace the files of the one that there is."""
        try:
            if folder.is_file():
                self._begin(folder, author=author, course=course, chapter=chapter)
            else:
                self._bring(folder, author=author, course=course)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user {author!r}.") from error
        except Course.DoesNotExist as error:
            raise CommandError(f"There is no course {course!r}.") from error
        except (AuthoringError, CatalogueError, ExerciseError, OSError) as error:
            raise CommandError(str(error)) from error

    def _begin(self, path: Path, *, author: str, course: str, chapter: str) -> None:
        """Begin a manuscript from an assignment, and say what did not come along."""
        owner = User.objects.get(username=author)
        place = Course.objects.get(slug=course)
        chapters = [str(one["id"]) for one in place.chapters]
        chapter = chapter or chapters[0]
        if chapter not in chapters:
            raise CommandError(f"{course} has no chapter {chapter!r}.")
        imported = read_assignment(path.read_bytes())
        manuscript = begin_assignment(
            author=owner, course=place, chapter=chapter, slug="", imported=imported
        )
        for remark in imported.remarks:
            self.stdout.write(f"{remark.place or path.name}: {remark.en}")
        self.stdout.write(f"{manuscript.slug}: {len(imported.files)} files, to be checked")

    def _bring(self, folder: Path, *, author: str, course: str) -> None:
        """Begin a manuscript of a folder, or replace the files of the one that there is."""
        slug = folder.resolve().name
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
            begin_from(author=user, course=Course.objects.get(slug=course), slug=slug, files=files)
        else:
            replace_files(manuscript=there, files=files)
        self.stdout.write(f"{slug}: {len(files)} files, to be checked and published")
