"""How the portal's own style sheets and scripts are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client
from pytest_django import Settings

from portal.common.middleware import StaticFilesMiddleware

SHEET = "/static/css/tokens.css"


def sheet() -> bytes:
    found = finders.find("css/tokens.css")
    assert isinstance(found, str)
    return Path(found).read_bytes()


def test_an_asgi_server_sends_a_static_file_whole_and_without_a_warning(
    async_client: AsyncClient,
) -> None:
    # Warnings are errors in the tests: one about streaming would end this one.
    response = asyncio.run(async_client.get(SHEET))
    assert (response.status_code, response.streaming) == (HTTPStatus.OK, False)
    assert response.content == sheet()


def test_a_part_of_a_file_and_its_headers_alone_can_be_had(client: Client) -> None:
    part = client.get(SHEET, headers={"range": "bytes=3-9"})
    assert (part.status_code, part.content) == (HTTPStatus.PARTIAL_CONTENT, sheet()[3:10])
    head = client.head(SHEET)
    assert (head.content, head["Content-Length"]) == (b"", str(len(sheet())))


def test_a_file_that_changed_since_the_start_is_sent_with_its_own_length(
    tmp_path: Path, settings: Settings
) -> None:
    settings.WHITENOISE_AUTOREFRESH = False
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.STATIC_ROOT.mkdir()
    file = settings.STATIC_ROOT / "grown.css"
    file.write_text("a {}")
    middleware: Callable[[HttpRequest], HttpResponse] = StaticFilesMiddleware(  # type: ignore[no-untyped-call]
        lambda _request: HttpResponse(status=404)
    )
    file.write_text("a {} b {}")
    request = HttpRequest()
    request.method, request.path_info = "GET", "/static/grown.css"
    response = middleware(request)
    assert (response.content, response["Content-Length"]) == (b"a {} b {}", "9")


@pytest.mark.parametrize("path", ["/static/../settings/base.py", "/static/nothing.css"])
def test_nothing_else_is_sent(client: Client, db: None, path: str) -> None:  # noqa: ARG001
    assert client.get(path).status_code == HTTPStatus.NOT_FOUND
