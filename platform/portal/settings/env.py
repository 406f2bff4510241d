"""The environment, read once and typed. No other module of the portal looks at it."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from pydantic import (
    AliasGenerator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

REPOSITORY = Path(__file__).resolve().parents[3]
SETTINGS_MODULE = "DJANGO_SETTINGS_MODULE"
CPU_QUEUE = "cpu"
GPU_QUEUE = "gpu"

_SECRETS = frozenset(
    {"SECRET_KEY", "NOYAU_DATABASE_URL", "NOYAU_BROKER_URL", "NOYAU_METRICS_TOKEN"}
)

Profile = Literal["dev", "test", "production"]


def _words(value: object) -> object:
    """Return the comma-separated words of `value`."""
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    return value


def _absolute(value: object) -> object:
    """Return `value` as an absolute path: processes don't share a working directory."""
    return Path(value).expanduser().absolute() if isinstance(value, (str, Path)) else value


def _served(data: dict[str, object]) -> tuple[str, ...]:
    """Return the queues that a worker serves by default: that of GPUs where it has some."""
    return (CPU_QUEUE, GPU_QUEUE) if data.get("gpus") else (CPU_QUEUE,)


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Folder = Annotated[Path, BeforeValidator(_absolute)]


class Environment(BaseModel):
    """Everything that an operator may set, under `NOYAU_` names.

    `SECRET_KEY` is read without the prefix. Outside production a missing one is made once and
    kept in `var/secret-key`.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        populate_by_name=True,
        alias_generator=AliasGenerator(validation_alias=lambda name: f"NOYAU_{name.upper()}"),
    )

    env: Profile = "dev"
    secret_key: Annotated[str, Field(validation_alias="SECRET_KEY", min_length=32)] = ""
    var: Folder = REPOSITORY / "var"
    database_url: str = ""
    test_database_url: str = ""
    database_pool: Annotated[int, Field(ge=0, le=1000)] = 0
    broker_url: str = ""
    sandbox: Annotated[str, Field(pattern=r"^[a-z]+$")] = "auto"
    room_python: Folder = REPOSITORY / ".venv-room" / "bin" / "python"
    rooms_dir: Folder | None = None
    room_image: str = "noyau/room:cpu"
    docker: str = "unix:///var/run/docker.sock"
    container_runtime: str | None = None
    data_dir: Folder | None = None
    exercises: Folder = REPOSITORY / "exercises"
    allowed_hosts: Words = ("localhost", "127.0.0.1", "[::1]")
    origins: Words = ()
    sign_up: Literal["open", "closed"] = "open"
    warm_memory_mib: Annotated[int, Field(ge=0, le=1_048_576)] = 1024
    worker_concurrency: Annotated[int, Field(ge=1, le=256)] = 1
    lease_seconds: Annotated[float, Field(ge=1, le=3600)] = 30
    metrics_token: Annotated[str, Field(min_length=16)] = ""
    gpus: Words = ()
    gpu_slots: Annotated[int, Field(ge=1, le=64)] = 1
    gpu_memory_mib: Annotated[int, Field(ge=1)] | None = None
    gpu_daily_seconds: Annotated[float, Field(ge=0)] = 3600
    queues: Annotated[Words, Field(min_length=1, default_factory=_served)]

    @field_validator("queues")
    @classmethod
    def _gpu_work_needs_gpus(cls, queues: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if GPU_QUEUE in queues and not info.data.get("gpus"):
            raise ValueError(f"to serve {GPU_QUEUE}, name this machine's devices in NOYAU_GPUS")
        return queues

    @classmethod
    def read(cls, variables: Mapping[str, str]) -> Self:
        """Return the environment in `variables`. Raises ImproperlyConfigured naming each error."""
        known = {
            name: value
            for name, value in variables.items()
            if value and (name == "SECRET_KEY" or name.startswith("NOYAU_"))
        }
        try:
            environment = cls.model_validate(known)
        except ValidationError as error:
            raise ImproperlyConfigured(_explain(error)) from error
        key = environment.secret_key or _default_key(environment.env, environment.var)
        return environment.model_copy(update={"secret_key": key})

    @property
    def blobs_dir(self) -> Path:
        """Where the bytes handed in are kept, by their SHA-256."""
        return self.var / "blobs"

    @property
    def versions_dir(self) -> Path:
        """Where versions of exercises are unpacked."""
        return self.var / "versions"

    @property
    def checks_dir(self) -> Path:
        """Where folders are unpacked while they are checked."""
        return self.var / "checks"

    @property
    def broker_dir(self) -> Path:
        """Where the messages of the broker that needs no server are."""
        return self.var / "broker"

    @property
    def data(self) -> Path:
        """Where the data sets are."""
        return self.data_dir or self.var / "data"

    def database(self) -> dict[str, object]:
        """Return the Django database settings. Raises ImproperlyConfigured."""
        if not self.database_url:
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": self.var / "noyau.sqlite3"}
        return parse_database_url(self.database_url)


def select_settings(*, pool: int = 0) -> None:
    """Point Django at the settings of NOYAU_ENV, unless it is already pointed somewhere.

    `pool` is how many connections to a database server this process keeps, where nobody said.
    """
    profile = os.environ.get("NOYAU_ENV") or "dev"
    os.environ.setdefault(SETTINGS_MODULE, f"portal.settings.{profile}")
    if pool:
        os.environ.setdefault("NOYAU_DATABASE_POOL", str(pool))


def parse_database_url(url: str) -> dict[str, object]:
    """Return the Django settings of `url`: sqlite:///path or postgres://user:pass@host/name.

    Query parameters become the driver's options. Raises ImproperlyConfigured.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"NOYAU_DATABASE_URL has no good port: {error}") from error
    if parts.scheme == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": unquote(parts.path[1:])}
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"NOYAU_DATABASE_URL begins with {parts.scheme!r}: "
            "expected sqlite:///path or postgres://user:password@host:port/name"
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(port or ""),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _default_key(profile: Profile, var: Path) -> str:
    """Return the secret kept in `var`, made on first use and readable by its owner alone."""
    if profile == "production":
        raise ImproperlyConfigured("SECRET_KEY must be set in production (32 characters or more)")
    path = var / "secret-key"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # Readable by its owner alone from the start.
        descriptor, fresh = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        # The portal and the worker may start together: the first link wins, and all read it.
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        Path(fresh).unlink()
    return path.read_text(encoding="ascii")


def _explain(error: ValidationError) -> str:
    lines = ["The environment can't be used."]
    for item in error.errors():
        name = item["loc"][0]
        if item["type"] == "extra_forbidden":
            lines.append(f"{name} is not a setting of this portal")
        elif name in _SECRETS:
            lines.append(f"{name} is not shown here: {item['msg']}")
        else:
            lines.append(f"{name} is {item['input']!r}: {item['msg']}")
    return "\n".join(lines)
