"""Make what boards and rank histories are told from anew, from the attempts."""

from __future__ import annotations

import argparse

from django.core.management.base import BaseCommand

from portal.courses.models import Cohort
from portal.gradebook.domain.days import rebuild_days
from portal.gradebook.domain.entries import assignments_worked_on, ranking_of, rebuild_entries


class Command(BaseCommand):
    """Fills the boards of a portal that is older than they are. Safe to repeat."""

    help = "Make the boards' entries anew, and tell past ranks where none are written down."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--missing", action="store_true", help="only boards without any entry")

    def handle(self, *_args: object, missing: bool, **options: object) -> None:
        """Rebuild, and say how much there was to do."""
        assignments = assignments_worked_on()
        if missing:
            assignments = assignments.filter(board_entries__isnull=True)
        entries = sum(
            rebuild_entries(assignment=one, ranking=ranking_of(one)) for one in assignments
        )
        told = sum(rebuild_days(cohort=cohort) for cohort in Cohort.objects.order_by("pk"))
        if options["verbosity"]:
            self.stdout.write(f"{entries} entries of boards, {told} students' past ranks.")
