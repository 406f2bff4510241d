"""Check an exercise before a class sees it."""

from __future__ import annotations

import asyncio
import sys

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises.errors import ExerciseError
from graders.check import CheckRow, check_exercise
from graders.errors import GraderError
from graders.grader import RoomGrader, grader_of
from portal.catalogue.domain import find_exercise
from portal.catalogue.errors import UnknownExercise
from portal.submissions.domain.accept import queue_for
from portal.submissions.domain.gpus import hold_device
from portal.submissions.domain.rooms import portal_sandbox
from sandbox.errors import SandboxError, SandboxUnavailable

CAN_NOT_GRADE = 3


class Command(BaseCommand):
    """Grades the reference, the starter and each wrong solution, and prints a line for each."""

    help = "Check that an exercise's solutions earn what they should."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an exercise, and how thoroughly to check it."""
        parser.add_argument("slug")
        parser.add_argument("--variants", type=int, help="of the reference, by default by kind")
        parser.add_argument("--sandbox", default="", help="auto, or a sandbox's name")

    def handle(self, *, slug: str, variants: int | None, sandbox: str, **_options: object) -> None:
        """Check and print. Exits with 1 where a solution did not earn what it should."""
        try:
            exercise = find_exercise(root=settings.NOYAU.exercises, slug=slug)
            grader = grader_of(exercise.manifest.kind)
            rooms = portal_sandbox(sandbox) if isinstance(grader, RoomGrader) else None
            self.stdout.write(f"{'':<4} {'solution':<30} {'expected':<46} got")
            with hold_device(queue_for(exercise)) as gpu:
                table = asyncio.run(
                    check_exercise(
                        exercise=exercise,
                        sandbox=rooms,
                        data_dir=settings.NOYAU.data,
                        variants=variants or grader.variants,
                        gpu=gpu,
                        on_row=self._row,
                    )
                )
        except UnknownExercise as error:
            raise CommandError(f"There is no exercise {slug!r}.") from error
        except SandboxUnavailable as error:
            self.stderr.write(f"{error.reason}\n{error.remedy}")
            sys.exit(CAN_NOT_GRADE)
        except (ExerciseError, GraderError, SandboxError) as error:
            raise CommandError(str(error)) from error
        if not table.ok:
            raise CommandError("Some solutions did not earn what they should.")

    def _row(self, row: CheckRow) -> None:
        mark = "ok" if row.ok else "NO"
        self.stdout.write(f"{mark:<4} {row.solution:<30} {row.expected.en:<46} {row.got.en}")
