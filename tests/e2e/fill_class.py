"""Fill a class, step by step: run by the portal's own settings.

python -m tests.e2e.fill_class make USERNAME PASSWORD
python -m tests.e2e.fill_class name "Student"
python -m tests.e2e.fill_class hand-in SLUG
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import django

from portal.settings.env import select_settings


def main(step: str, *words: str) -> None:
    """Take one step."""
    select_settings()
    django.setup()
    # Models can only be imported once Django is set up.
    from tests.e2e import term  # noqa: PLC0415

    steps: dict[str, Callable[..., None]] = {
        "make": term.make,
        "name": term.name,
        "hand-in": term.hand_in_written,
    }
    steps[step](*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
