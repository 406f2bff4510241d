"""Make a class with its teacher, and an operator; print the join code.

Run by the portal's own settings.
"""

from __future__ import annotations

import sys

import django

from portal.settings.env import select_settings


def main(name: str, password: str) -> None:
    """Make the class `name`, led by `teacher`, with the whole course set to it, and `operator`."""
    select_settings()
    django.setup()
    # Models can only be imported once Django is set up.
    from portal.accounts.models import User  # noqa: PLC0415
    from portal.catalogue.domain import assign_course  # noqa: PLC0415
    from portal.courses.domain import create_cohort  # noqa: PLC0415
    from portal.courses.models import Course  # noqa: PLC0415

    teacher = User.objects.create_user("teacher", password=password)
    User.objects.create_superuser("operator", password=password)
    cohort = create_cohort(course=Course.objects.get(slug="cnn"), name=name, teacher=teacher)
    assign_course(cohort=cohort)
    print(cohort.join_code)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
