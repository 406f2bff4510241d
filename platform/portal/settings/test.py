"""The test suite: the real database and no slow password hashes."""

from __future__ import annotations

from portal.settings.base import *  # noqa: F403
from portal.settings.base import DATABASES, NOYAU
from portal.settings.env import parse_database_url

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
WHITENOISE_AUTOREFRESH = True
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT = ""
CELERY_BROKER_TRANSPORT_OPTIONS = {}
if NOYAU.test_database_url:
    DATABASES["default"] = parse_database_url(NOYAU.test_database_url)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # What a test writes need not outlive a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
