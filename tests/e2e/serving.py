"""A portal that runs with its worker, and browsers that look at it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from tests.e2e.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "var" / "screenshots"
PASSWORD = "correct horse battery staple"  # noqa: S105 (of test accounts)
CHROMIUM = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip


class NoBrowser(Exception):
    """There is no Chromium on this machine, or nothing to drive it by."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal that runs, its one class, and the environment of its processes."""

    address: str
    join_code: str
    environment: Mapping[str, str]

    def run(self, *command: str) -> str:
        """Return what a Python command beside the portal prints. Raises CalledProcessError."""
        return _run(self.environment, *command)


@contextmanager
def serve_portal(folder: Path, *, data_dir: Path) -> Iterator[Portal]:
    """Serve a portal with a worker and a class from `folder`, until the block ends."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NOYAU_")},
        "NOYAU_VAR": str(folder),
        "NOYAU_DATA_DIR": str(data_dir),
        "NOYAU_ENV": "dev",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    _run(environment, "manage.py", "prepare")
    join_code = _run(environment, "-m", "tests.e2e.make_class", "Vision", PASSWORD)
    serving = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", "0"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with serving:
        assert serving.stdout is not None
        address = serving.stdout.readline().strip().rpartition(" ")[2]
        try:
            yield Portal(address.rstrip("/"), join_code, environment)
        finally:
            serving.send_signal(signal.SIGTERM)


@contextmanager
def open_browser(portal: Portal, profile: Path, *, screenshots: Path) -> Iterator[Visitor]:
    """Yield a visitor in a browser window of their own. Raises NoBrowser."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        raise NoBrowser("needs chromium and chromedriver")
    options = Options()
    options.binary_location = chromium
    for argument in (*CHROMIUM, f"--user-data-dir={profile}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(chromedriver))
    try:
        yield Visitor(driver, portal.address, screenshots)
    finally:
        driver.quit()


def _run(environment: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return done.stdout.strip()
