"""Visit the portal's pages inside this process, through the application that serves them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Self

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.accounts.models import User
from portal.asgi import application

Execute = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Visit:
    """One answer: its status, the seconds until its last byte, its size and its queries.

    `cpu` are the processor's seconds of this process alone: they tell what a busy machine hides.
    """

    status: int
    seconds: float
    cpu: float
    size: int
    queries: int


class QueryCount:
    """Counts the queries of every connection that is opened while it is in use."""

    def __init__(self) -> None:
        self.queries = 0

    def __enter__(self) -> Self:
        connection_created.connect(self._watch)
        return self

    def __exit__(self, *_raised: object) -> None:
        connection_created.disconnect(self._watch)

    def _watch(self, connection: BaseDatabaseWrapper, **_signal: object) -> None:
        if self._count not in connection.execute_wrappers:
            connection.execute_wrappers.append(self._count)

    def _count(
        self, execute: Execute, sql: str, params: object, many: object, context: object
    ) -> object:
        self.queries += 1
        return execute(sql, params, many, context)


def cookie_of(user: User) -> bytes:
    """Return the cookie of a browser in which `user` has signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}".encode()


def page_names() -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of every page of the portal, and what its address is made of."""
    for pattern in _patterns(get_resolver().url_patterns):
        if pattern.name:
            yield pattern.name, frozenset(pattern.pattern.converters)


def address_of(name: str, parts: frozenset[str], known: Mapping[str, object]) -> str | None:
    """Return a page's address, None where it is made of something that is not known."""
    if not parts <= known.keys():
        return None
    return reverse(name, kwargs={part: known[part] for part in parts})


def visit(address: str, *, cookie: bytes, count: QueryCount) -> Visit:
    """Get a page as the web server asks for it, but without a socket."""
    return asyncio.run(_visit(address, cookie, count))


async def _visit(address: str, cookie: bytes, count: QueryCount) -> Visit:
    asked = asyncio.Event()
    answers: list[Mapping[str, Any]] = []

    async def receive() -> Mapping[str, Any]:
        if not asked.is_set():
            asked.set()
            return {"type": "http.request", "body": b"", "more_body": False}
        # Whoever asks again waits for the visitor to hang up, and is cancelled with the answer.
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https" if settings.SECURE_SSL_REDIRECT else "http",
        "path": address,
        "raw_path": address.encode(),
        "query_string": b"",
        "headers": [(b"host", settings.ALLOWED_HOSTS[0].encode()), (b"cookie", cookie)],
        "client": ("127.0.0.1", 0),
        "server": (settings.ALLOWED_HOSTS[0], 80),
    }
    before, worked, began = count.queries, time.process_time(), time.perf_counter()
    await application(scope, receive, send)
    seconds, cpu = time.perf_counter() - began, time.process_time() - worked
    return Visit(
        status=answers[0]["status"],
        seconds=seconds,
        cpu=cpu,
        size=sum(len(answer.get("body", b"")) for answer in answers),
        queries=count.queries - before,
    )


def _patterns(found: Sequence[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLPattern):
            yield one
        elif not one.namespace:
            yield from _patterns(one.url_patterns)
