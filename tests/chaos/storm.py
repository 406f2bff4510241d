"""Hand in many notebooks through the real portal while its parts are killed, and count.

    python -m tests.chaos.storm --count 200 --seed 1 [--servers] [--sandbox docker]

Everything is real: portal, broker, workers, rooms. The figures are printed as JSON, the exit
status tells whether every notebook was graded once and with the right score.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django

from tests.chaos.servers import Server, postgres, redis
from tests.chaos.work import make_exercises


def main() -> int:
    """Prepare a portal in a folder of its own, let the storm rage, return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sandbox", default="bubblewrap")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--concurrency", type=int, default=2)
    parser.add_argument("--servers", action="store_true", help="PostgreSQL and Redis")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="storm-") as name, ExitStack() as servers:
        folder = Path(name)
        variables = {
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "NOYAU_VAR": str(folder / "var"),
            "NOYAU_EXERCISES": str(make_exercises(folder / "exercises")),
            "NOYAU_SANDBOX": options.sandbox,
            "NOYAU_LEASE_SECONDS": "4",
        }
        broker: Server | None = None
        if options.servers:
            variables["NOYAU_DATABASE_URL"] = servers.enter_context(postgres(folder))
            variables["NOYAU_BROKER_URL"], broker = servers.enter_context(redis(folder))
        os.environ.update(variables)
        django.setup()
        # Models can be imported only now.
        from tests.chaos.day import Day  # noqa: PLC0415

        day = Day(options, folder=folder, broker=broker)
        figures = asyncio.run(day.run())
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return 1 if figures["wrong"] or figures["left"] else 0


if __name__ == "__main__":
    sys.exit(main())
