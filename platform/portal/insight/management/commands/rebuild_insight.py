"""`manage.py rebuild_insight`: the facts of all attempts anew, from their reports."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from portal.insight.domain.facts import rebuild_facts


class Command(BaseCommand):
    """Read every report again. Needed for attempts graded before the portal kept their facts."""

    help = "Make what teachers' pages read of attempts anew from their reports."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--missing", action="store_true", help="of attempts without any")

    def handle(self, *, missing: bool, verbosity: int, **_options: Any) -> None:  # noqa: ANN401
        """Rebuild, and say of how many attempts."""
        count = rebuild_facts(missing=missing)
        if verbosity:
            self.stdout.write(f"{count} attempts")
