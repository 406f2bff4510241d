"""The project as a whole: its migrations, its tasks, its settings for a public server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from portal.celery_app import app
from portal.submissions.domain.announce import TASK

REPOSITORY = Path(__file__).parents[2]


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_what_is_announced_is_a_task_of_ours() -> None:
    app.loader.import_default_modules()
    swept = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {TASK, *swept} <= set(app.tasks)


def test_settings_for_a_public_server_pass_djangos_own_audit(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "NOYAU_ENV": "production",
        "NOYAU_VAR": str(tmp_path),
        "NOYAU_ALLOWED_HOSTS": "noyau.example",
        "NOYAU_ORIGINS": "https://noyau.example",
        "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    }
    audit = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (audit.returncode, audit.stderr) == (0, "")
