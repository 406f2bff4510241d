"""A live portal with its worker, and browsers that look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.serving import SCREENSHOTS, NoBrowser, Portal, open_browser, serve_portal
from tests.e2e.visitor import Visitor


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Iterator[Portal]:
    """Serve the portal and its worker from a folder of their own."""
    with serve_portal(tmp_path_factory.mktemp("var"), data_dir=data_dir) as portal:
        yield portal


@pytest.fixture
def visit(portal: Portal, tmp_path: Path) -> Iterator[Callable[..., Visitor]]:
    """Return a new visitor of the portal, in a browser window of the width and theme asked for."""
    with ExitStack() as windows:
        opened = 0

        def open_window(
            *, width: int = 1280, theme: str = "light", language: str = "en"
        ) -> Visitor:
            nonlocal opened
            opened += 1
            profile = tmp_path / f"profile-{opened}"
            try:
                window = open_browser(portal, profile, screenshots=SCREENSHOTS)
                visitor = windows.enter_context(window)
            except NoBrowser as error:
                pytest.skip(str(error))
            visitor.resize(width)
            visitor.open("/sign-in/")
            visitor.press(f"button[name=language][value={language}]")
            visitor.press(f"button[name=theme][value={theme}]")
            return visitor

        yield open_window
