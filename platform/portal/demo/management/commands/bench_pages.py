"""Measure the portal's pages in a class of two hundred with a hundred thousand attempts."""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.accounts.models import User
from portal.catalogue.domain import open_version
from portal.courses.models import Cohort, Enrolment, Role
from portal.demo import crowd
from portal.demo.pages import QueryCount, Visit, address_of, cookie_of, page_names, visit
from portal.submissions.models import Attempt

OK = 200
MILLISECONDS = 1000
PERCENTILE = 95
TRIES = 3


@dataclass(frozen=True, slots=True)
class Figures:
    """One page as one role sees it: milliseconds of server time, queries, and kilobytes.

    `cpu` is the median of the processor's milliseconds of the portal's process.
    """

    who: str
    page: str
    visits: int
    queries: int
    cpu: float
    median: float
    p95: float
    size: float


class Command(BaseCommand):
    """Fills an empty database with a class, then visits every page of a student and a teacher."""

    help = "Print median and 95th percentile of the server time of every page, and its queries."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--students", type=int, default=200)
        parser.add_argument("--attempts", type=int, default=100_000)
        parser.add_argument("--visits", type=int, default=40, help="of each page by each role")
        parser.add_argument("--page", action="append", help="visit only the pages of this name")
        parser.add_argument(
            "--limit", type=float, help="milliseconds that no 95th percentile passes"
        )
        parser.add_argument("--output", type=Path, help="where the figures go as JSON")

    def handle(
        self,
        *_args: object,
        students: int,
        attempts: int,
        visits: int,
        page: list[str] | None,
        limit: float | None,
        output: Path | None,
        **_options: object,
    ) -> None:
        """Fill, visit, print and write. Raises CommandError where a page is over the limit."""
        call_command("prepare", verbosity=0)
        cohort = self._crowd(students, attempts)
        self.stdout.write(
            f"{connection.vendor}: {Attempt.objects.count()} attempts of {students} students at "
            f"{cohort.assignments.count()} exercises"
        )
        # A server's process has made no class, nor kept anything of one.
        gc.collect()
        gc.freeze()
        figures = sorted(measure(cohort, visits, page), key=lambda one: -one.p95)
        self.stdout.write(
            f"{'who':<9}{'page':<24}{'visits':>7}{'queries':>9}{'cpu ms':>9}{'median ms':>11}"
            f"{'p95 ms':>9}{'kB':>8}"
        )
        for one in figures:
            self.stdout.write(
                f"{one.who:<9}{one.page:<24}{one.visits:>7}{one.queries:>9}{one.cpu:>9.1f}"
                f"{one.median:>11.1f}{one.p95:>9.1f}{one.size:>8.0f}"
            )
        if output:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(json.dumps([asdict(one) for one in figures], indent=2) + "\n")
        slow = sorted({one.page for one in figures if limit is not None and one.p95 > limit})
        if slow:
            raise CommandError(f"over {limit:g} ms: {', '.join(slow)}")

    def _crowd(self, students: int, attempts: int) -> Cohort:
        """Return the class, made in a database that holds nobody else."""
        found = Cohort.objects.filter(name=crowd.NAME).first()
        if found is not None:
            return found
        if User.objects.exists():
            raise CommandError("this database is in use; name an empty one")
        self.stdout.write("making the class …")
        made = crowd.make_crowd(students=students, attempts=attempts)
        with connection.cursor() as cursor:
            # As a database that has been at work for a term is by itself.
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        return made


def measure(cohort: Cohort, visits: int, only: list[str] | None) -> Iterator[Figures]:
    """Yield the figures of each page that a student or a teacher of the class may open."""
    rng = random.Random(1)  # noqa: S311 - the same pages at each run
    assignments = [*cohort.assignments.select_related("exercise__current__exercise")]
    for assignment in assignments:
        if assignment.exercise.current is not None:
            open_version(assignment.exercise.current)
    students = [*Enrolment.objects.filter(cohort=cohort, role=Role.STUDENT).select_related("user")]
    teacher = Enrolment.objects.select_related("user").get(cohort=cohort, role=Role.TEACHER)
    with QueryCount() as count:
        for who in ("student", "teacher"):
            for name, parts in page_names():
                if only and name not in only:
                    continue
                seen: list[Visit] = []
                for _visit in range(visits + 1):
                    student = rng.choice(students)
                    known = known_to(cohort, student, rng.choice(assignments).pk)
                    address = address_of(name, parts, known)
                    if address is None or is_elsewhere(seen):
                        break
                    visitor = student if who == "student" else teacher
                    seen.append(visit(address, cookie=cookie_of(visitor.user), count=count))
                # The first one finds templates and modules that were never read before.
                shown = [one for one in seen[1:] if one.status == OK]
                if shown:
                    yield figures_of(who, name, shown)


def is_elsewhere(visits: list[Visit]) -> bool:
    """Return whether a page has shown itself to nobody, so that there is no more use in trying."""
    return len(visits) >= TRIES and all(one.status != OK for one in visits)


def known_to(cohort: Cohort, student: Enrolment, assignment_id: int) -> Mapping[str, object]:
    """Return what addresses are made of, about one student and, mostly, one exercise."""
    attempts = Attempt.objects.filter(enrolment=student).select_related("assignment__exercise")
    there = attempts.filter(assignment=assignment_id).order_by("number")
    attempt = there.last() or attempts.order_by("pk").first()
    if attempt is None:
        return {"cohort_id": cohort.pk, "enrolment_id": student.pk}
    return {
        "cohort_id": cohort.pk,
        "enrolment_id": student.pk,
        "slug": attempt.assignment.exercise.slug,
        "attempt_id": attempt.pk,
    }


def figures_of(who: str, page: str, visits: list[Visit]) -> Figures:
    """Return what visits to one page come to."""
    times = sorted(MILLISECONDS * one.seconds for one in visits)
    return Figures(
        who=who,
        page=page,
        visits=len(visits),
        queries=max(one.queries for one in visits),
        cpu=statistics.median(MILLISECONDS * one.cpu for one in visits),
        median=statistics.median(times),
        p95=times[min(len(times) - 1, PERCENTILE * len(times) // 100)],
        size=max(one.size for one in visits) / 1000,
    )
