"""The environment is read once, typed, and its errors name what to mend."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal.settings.env import Environment, parse_database_url

KEY = "k" * 40


def read(tmp_path: Path, **variables: str) -> Environment:
    return Environment.read({"NOYAU_VAR": str(tmp_path), **variables})


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    environment = read(tmp_path)
    assert (environment.env, environment.sandbox, environment.queues) == ("dev", "auto", ("cpu",))
    assert environment.database() == {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "noyau.sqlite3",
    }


def test_values_are_typed(tmp_path: Path) -> None:
    environment = read(
        tmp_path,
        NOYAU_QUEUES="cpu, slow",
        NOYAU_WORKER_CONCURRENCY="4",
        NOYAU_LEASE_SECONDS="2.5",
        NOYAU_SIGN_UP="closed",
        NOYAU_ALLOWED_HOSTS="noyau.example,www.noyau.example",
    )
    assert environment.queues == ("cpu", "slow")
    assert (environment.worker_concurrency, environment.lease_seconds) == (4, 2.5)
    assert environment.allowed_hosts == ("noyau.example", "www.noyau.example")


def test_a_machine_with_gpus_serves_their_queue_unless_told_otherwise(tmp_path: Path) -> None:
    assert read(tmp_path, NOYAU_GPUS="0,1").queues == ("cpu", "gpu")
    environment = read(tmp_path, NOYAU_GPUS="MIG-a, GPU-b", NOYAU_QUEUES="gpu")
    assert (environment.gpus, environment.queues) == (("MIG-a", "GPU-b"), ("gpu",))


def test_the_queue_of_gpus_needs_gpus(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"NOYAU_QUEUES is .* in NOYAU_GPUS"):
        read(tmp_path, NOYAU_QUEUES="cpu,gpu")


def test_an_empty_variable_is_one_that_is_not_set(tmp_path: Path) -> None:
    assert read(tmp_path, NOYAU_SANDBOX="").sandbox == "auto"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NOYAU_WORKER_CONCURRENCY", "many"),
        ("NOYAU_LEASE_SECONDS", "0"),
        ("NOYAU_SIGN_UP", "perhaps"),
        ("NOYAU_ENV", "staging"),
        ("NOYAU_QUEUES", ","),
        ("SECRET_KEY", "short"),
        ("NOYAU_SANDBX", "bubblewrap"),
    ],
)
def test_an_error_names_its_variable(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=rf"\b{name} is "):
        read(tmp_path, **{name: value})


@pytest.mark.parametrize("name", ["SECRET_KEY", "NOYAU_METRICS_TOKEN"])
def test_an_error_does_not_tell_a_secret(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        read(tmp_path, **{name: "tell-nobody"})
    assert "tell-nobody" not in str(refused.value)


def test_production_wants_a_secret_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        read(tmp_path, NOYAU_ENV="production")
    assert read(tmp_path, NOYAU_ENV="production", SECRET_KEY=KEY).secret_key == KEY
    assert list(tmp_path.iterdir()) == []


def test_elsewhere_one_secret_is_made_and_kept_for_every_process(tmp_path: Path) -> None:
    var = tmp_path / "var"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _n: read(var).secret_key, range(16)))
    (key,) = keys
    kept = var / "secret-key"
    assert kept.read_text() == key
    assert len(key) >= 50
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert list(var.iterdir()) == [kept]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://noyau:p%40ss@db:5433/noyau?sslmode=require",
            {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": "noyau",
                "USER": "noyau",
                "PASSWORD": "p@ss",
                "HOST": "db",
                "PORT": "5433",
                "OPTIONS": {"sslmode": "require"},
            },
        ),
        (
            "sqlite:////srv/noyau.sqlite3",
            {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/noyau.sqlite3"},
        ),
    ],
)
def test_a_database_is_named_by_a_url(url: str, expected: dict[str, object]) -> None:
    assert parse_database_url(url) == expected


@pytest.mark.parametrize("url", ["mysql://db/noyau", "noyau.sqlite3", "postgres://db:port/noyau"])
def test_another_database_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="NOYAU_DATABASE_URL"):
        parse_database_url(url)
