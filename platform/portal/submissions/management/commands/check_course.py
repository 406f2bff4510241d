"""Check the exercises of the courses, and write down what the check found."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.errors import ExerciseError
from exercises.exercise import Exercise
from exercises.loader import load_course
from graders.check_course import CourseRow, Thoroughness, check_course
from graders.course_table import course_page
from graders.errors import GraderError
from graders.grader import RoomGrader, grader_of
from graders.warm import warm_rooms
from portal.catalogue.domain import find_exercise
from portal.catalogue.errors import UnknownExercise
from portal.settings.env import REPOSITORY
from portal.submissions.domain.accept import queue_for
from portal.submissions.domain.gpus import hold_device
from portal.submissions.domain.rooms import portal_sandbox
from sandbox.errors import SandboxError, SandboxUnavailable
from sandbox.room import Sandbox

CAN_NOT_GRADE = 3
PAGE = REPOSITORY / "docs" / "course.md"


class Command(BaseCommand):
    """Proves each exercise in turn, and prints a line for it."""

    help = "Check that the solutions of the courses' exercises earn what they should."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the exercises, and how thoroughly to check them."""
        parser.add_argument("slugs", nargs="*", help="by default all exercises")
        parser.add_argument("--fast", action="store_true", help="one variant, and no mutants")
        parser.add_argument("--no-mutants", action="store_true", help="grade no mutants")
        parser.add_argument("--variants", type=int, help="of the reference, by default by kind")
        parser.add_argument("--write", action="store_true", help="put the rows into docs/course.md")
        parser.add_argument("--cores", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--sandbox", default="", help="auto, or a sandbox's name")

    def handle(
        self,
        *,
        slugs: Sequence[str],
        fast: bool,
        no_mutants: bool,
        variants: int | None,
        write: bool,
        cores: int,
        sandbox: str,
        **_options: object,
    ) -> None:
        """Check, print and write row by row. Exits with 1 where a row failed."""
        if write and (fast or no_mutants or variants):
            raise CommandError("Only a whole check is written down.")
        thoroughness = Thoroughness(fast=fast, mutants=not no_mutants, variants=variants)
        try:
            exercises = _found(slugs)
            graders = [grader_of(exercise.manifest.kind) for exercise in exercises]
            needs_rooms = any(isinstance(grader, RoomGrader) for grader in graders)
            rooms = portal_sandbox(sandbox) if needs_rooms else None
            checked = self._checked(exercises, rooms, thoroughness, cores, write=write)
            is_sound = asyncio.run(checked)
        except UnknownExercise as error:
            raise CommandError(f"There is no exercise {error}.") from error
        except SandboxUnavailable as error:
            self.stderr.write(f"{error.reason}\n{error.remedy}")
            sys.exit(CAN_NOT_GRADE)
        except (ExerciseError, GraderError, SandboxError) as error:
            raise CommandError(str(error)) from error
        if not is_sound:
            raise CommandError("Some exercises are not as they should be.")

    async def _checked(
        self,
        exercises: Iterable[Exercise],
        sandbox: Sandbox | None,
        thoroughness: Thoroughness,
        cores: int,
        *,
        write: bool,
    ) -> bool:
        """Return whether every exercise is as it should be."""
        is_sound = True
        async with warm_rooms(sandbox, most=2 * cores) if sandbox else nullcontext() as rooms:
            async for row in check_course(
                exercises,
                rooms=rooms,
                data_dir=settings.NOYAU.data,
                thoroughness=thoroughness,
                cores=cores,
                hold=lambda exercise: hold_device(queue_for(exercise)),
            ):
                self._print(row)
                is_sound &= not row.failures
                if write:
                    _write(row)
        return is_sound

    def _print(self, row: CourseRow) -> None:
        mark = "NO" if row.failures else "ok"
        name, hunt = row.exercise.manifest.id, row.hunt
        mutants = f"{hunt.killed} of {len(hunt.fates)} mutants caught" if hunt else ""
        solutions = f"{len(row.table.rows)} solutions"
        took = f"{row.seconds:>7.1f} s {row.cpu:>6.1f} s of CPU"
        self.stdout.write(f"{mark:<4} {name:<24} {took}  {solutions:<14} {mutants}")
        for failure in row.failures:
            self.stdout.write(f"     {failure}")
        for mutant in hunt.survivors if hunt else ():
            self.stdout.write(f"     survives: {mutant.name} in {mutant.within or 'the notebook'}")
            self.stdout.write(f"       - {mutant.before}\n       + {mutant.after}")


def _found(slugs: Sequence[str]) -> list[Exercise]:
    """Return the exercises of these names, all of them without names. Raises ExerciseError."""
    root = settings.NOYAU.exercises
    if slugs:
        return [find_exercise(root=root, slug=slug) for slug in slugs]
    courses = [load_course(toml.parent) for toml in sorted(root.glob("*/course.toml"))]
    return [exercise for course in courses for exercise in course.exercises]


def _write(row: CourseRow) -> None:
    known = {toml.parent.name for toml in settings.NOYAU.exercises.glob("*/*/exercise.toml")}
    earlier = PAGE.read_text() if PAGE.is_file() else ""
    PAGE.write_text(course_page([row], known=known, earlier=earlier))
