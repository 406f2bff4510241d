"""The class of the portal's tests, for what goes wrong in it."""

from __future__ import annotations

from tests.portal.conftest import (
    assignment,
    attempt,
    cohort,
    course,
    django_db_modify_db_settings,
    enrolment,
    no_rooms_left_waiting,
    notebook,
    nothing_remembered,
    shelf,
    student,
    teacher,
    var,
)
from tests.sandbox.conftest import docker

__all__ = [
    "assignment",
    "attempt",
    "cohort",
    "course",
    "django_db_modify_db_settings",
    "docker",
    "enrolment",
    "no_rooms_left_waiting",
    "notebook",
    "nothing_remembered",
    "shelf",
    "student",
    "teacher",
    "var",
]
