"""`manage.py rebuild_insight`: the facts of all attempts anew, from their reports."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.insight.domain.facts import rebuild_facts


class Command(BaseCommand):
    """Read every report again. Needed for attempts graded before the portal kept their facts."""

    help = "Make what teachers' pages read of attempts anew from their reports."

    def handle(self, **_options: Any) -> None:  # noqa: ANN401
        """Rebuild, and say how many attempts there are."""
        self.stdout.write(f"{rebuild_facts()} attempts")
