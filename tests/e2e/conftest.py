"""A live portal with its worker, and browsers that look at it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
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


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal that runs, and its one class."""

    address: str
    join_code: str


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Iterator[Portal]:
    """Serve the portal and its worker from a folder of their own."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("NOYAU_")},
        "NOYAU_VAR": str(tmp_path_factory.mktemp("var")),
        "NOYAU_DATA_DIR": str(data_dir),
        "NOYAU_ENV": "dev",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    def run(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    run("manage.py", "prepare")
    join_code = run("-m", "tests.e2e.make_class", "Vision", PASSWORD)
    serving = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", "0"],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with serving:
        assert serving.stdout is not None
        address = serving.stdout.readline().strip().rpartition(" ")[2]
        yield Portal(address.rstrip("/"), join_code)
        serving.send_signal(signal.SIGTERM)


@pytest.fixture
def visit(portal: Portal, tmp_path: Path) -> Iterator[Callable[..., Visitor]]:
    """Return a new visitor of the portal, in a browser window of the width and theme asked for."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip("needs chromium and chromedriver")
    drivers: list[webdriver.Chrome] = []

    def open_window(*, width: int = 1280, theme: str = "light", language: str = "en") -> Visitor:
        options = Options()
        options.binary_location = chromium
        for argument in (*CHROMIUM, f"--user-data-dir={tmp_path / f'profile-{len(drivers)}'}"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        driver = webdriver.Chrome(options=options, service=Service(chromedriver))
        drivers.append(driver)
        visitor = Visitor(driver, portal.address, SCREENSHOTS)
        visitor.resize(width)
        visitor.open("/sign-in/")
        visitor.press(f"button[name=language][value={language}]")
        visitor.press(f"button[name=theme][value={theme}]")
        return visitor

    yield open_window
    for driver in drivers:
        driver.quit()
