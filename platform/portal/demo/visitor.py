"""A browser without the browser, for the demonstration and the bench."""

from __future__ import annotations

import re
from http import HTTPStatus

import requests

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TIMEOUT = 30.0


class PortalRefused(Exception):
    """The portal answered something else than a browser would have needed."""


class Visitor:
    """One signed-in person at the portal's `address`."""

    def __init__(self, address: str, *, username: str, password: str) -> None:
        self.address = address
        self.session = requests.Session()
        self.session.trust_env = False
        self._post("/sign-in/", {"username": username, "password": password})

    def hand_in(self, page: str, *, to: str, filename: str, content: bytes) -> str:
        """Upload a notebook through the form on `page` and return the attempt's page."""
        return self._post(page, {}, to=to, files={"notebook": (filename, content)})

    def get(self, page: str) -> str:
        """Return the page's HTML."""
        response = self.session.get(self.address + page, timeout=TIMEOUT)
        if response.status_code != HTTPStatus.OK:
            raise PortalRefused(f"{page} answered {response.status_code}")
        return response.text

    def _post(
        self,
        page: str,
        fields: dict[str, str],
        *,
        to: str | None = None,
        files: dict[str, tuple[str, bytes]] | None = None,
    ) -> str:
        """Send the form on `page` to its address and return the path that it leads to."""
        token = TOKEN.search(self.get(page))
        if token is None:
            raise PortalRefused(f"{page} has no form")
        response = self.session.post(
            self.address + (to or page),
            data={**fields, "csrfmiddlewaretoken": token[1]},
            files=files,
            timeout=TIMEOUT,
            allow_redirects=False,
        )
        if response.status_code != HTTPStatus.FOUND:
            raise PortalRefused(f"{page} answered {response.status_code} to its form")
        return response.headers["Location"]
