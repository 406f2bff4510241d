"""The web server shares few connections among many pages, and outlives the loss of all of them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.servers import has_servers, postgres

pytestmark = pytest.mark.skipif(not has_servers(), reason="needs postgresql (and redis-server)")
PROGRAM = """
import threading
from portal.asgi import application
from django.conf import settings
from django.db import connection

POOL = settings.NOYAU.database_pool
assert POOL == 16
everyone = threading.Barrier(parties=POOL, timeout=30)
ENDED = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
)


def ask(sql, found, *, together=False):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found.append(cursor.fetchone()[0])
        if together:
            everyone.wait()
    connection.close()


def pages(count, sql, **how):
    found = []
    threads = [threading.Thread(target=ask, args=(sql, found), kwargs=how) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


WHO = "SELECT pg_backend_pid()"
first = pages(4 * POOL, WHO, together=True)
assert len(first) == 4 * POOL and len(set(first)) == POOL, first
ended = pages(1, ENDED)
assert ended[0] >= POOL - 1, ended
after = pages(4 * POOL, WHO, together=True)
assert len(after) == 4 * POOL and len(set(after) - set(first)) >= POOL - 1, (first, after)
print("held")
"""


def test_pages_share_connections_and_find_new_ones_when_those_are_gone(tmp_path: Path) -> None:
    with postgres(tmp_path) as url:
        variables = {
            **{name: value for name, value in os.environ.items() if name != "NOYAU_DATABASE_POOL"},
            "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
            "NOYAU_VAR": str(tmp_path / "var"),
            "NOYAU_DATABASE_URL": url,
        }
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=variables, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert done.stdout == "held\n", done.stderr
    assert done.returncode == 0
