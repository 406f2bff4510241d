"""Grade a file without portal or database."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import NoReturn, cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from exercises.errors import ExerciseError
from exercises.exercise import Exercise
from graders.errors import GraderError, IntakeError
from graders.grader import InstantGrader, RoomGrader, grader_of, refused
from graders.report import Report
from graders.rooms import ColdRooms
from portal.catalogue.domain import find_exercise
from portal.catalogue.errors import UnknownExercise
from portal.submissions.domain.accept import queue_for
from portal.submissions.domain.gpus import hold_device
from portal.submissions.domain.rooms import portal_sandbox
from portal.submissions.report_text import report_text
from sandbox.errors import SandboxError, SandboxUnavailable

REFUSED = 2
CAN_NOT_GRADE = 3


class Command(BaseCommand):
    """Grades one file in the sandbox and prints its report.

    Exits with 0 when it was graded, whatever its score; with 2 when the input is refused; with
    3 when nothing can be graded here.
    """

    help = "Grade a notebook (for typed exercises: answers in JSON) and print the report."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take an exercise, a file, and how to grade it."""
        parser.add_argument("slug")
        parser.add_argument("notebook", type=Path)
        parser.add_argument("--sandbox", default="", help="auto, or a sandbox's name")
        parser.add_argument("--seed", type=int, default=0, help="of the student's variant")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(
        self, *, slug: str, notebook: Path, sandbox: str, seed: int, json: bool, **_options: object
    ) -> None:
        """Grade and print."""
        try:
            exercise = find_exercise(root=settings.NOYAU.exercises, slug=slug)
            content = notebook.read_bytes()
            report = _grade(exercise, content, sandbox=sandbox, seed=seed)
        except UnknownExercise:
            self._stop(REFUSED, f"There is no exercise {slug!r} in {settings.NOYAU.exercises}.")
        except OSError as error:
            self._stop(REFUSED, f"{notebook} can't be read: {error.strerror}.")
        except IntakeError as error:
            self._print(refused(exercise, error.problem), json=json)
            sys.exit(REFUSED)
        except SandboxUnavailable as error:
            self._stop(CAN_NOT_GRADE, f"{error.reason}\n{error.remedy}")
        except (SandboxError, GraderError, ExerciseError) as error:
            self._stop(CAN_NOT_GRADE, str(error))
        self._print(report, json=json)
        if report.is_ours:
            sys.exit(CAN_NOT_GRADE)

    def _print(self, report: Report, *, json: bool) -> None:
        if json:
            self.stdout.write(report.model_dump_json(indent=2))
            return
        with translation.override("en"):
            self.stdout.write(report_text(report, "en"))

    def _stop(self, status: int, message: str) -> NoReturn:
        self.stderr.write(message)
        sys.exit(status)


def _grade(exercise: Exercise, content: bytes, *, sandbox: str, seed: int) -> Report:
    grader = grader_of(exercise.manifest.kind)
    if isinstance(grader, RoomGrader):
        grader.check_work(content, exercise)
        with hold_device(queue_for(exercise)) as gpu:
            grading = asyncio.run(
                grader.grade(
                    exercise=exercise,
                    work=content,
                    rooms=ColdRooms(portal_sandbox(sandbox)),
                    data_dir=settings.NOYAU.data,
                    seed=seed,
                    gpu=gpu,
                )
            )
        return grading.report
    return cast("InstantGrader", grader).grade(exercise=exercise, work=content, seed=seed)
