"""One person at the portal, in a browser that obeys."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

PATIENCE = 90
HEIGHT = 900
TALLEST = 6000
AXE = Path(__file__).resolve().parents[2] / "platform/frontend/node_modules/axe-core/axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A heading cell that holds MathML alone counts as empty to axe-core, though it is read aloud.
RUN_AXE = """
const [standards, done] = arguments;
const rules = {'empty-table-header': {enabled: false}};
axe.run(document, {runOnly: standards, iframes: false, rules}).then(
    found => done(found.violations.map(one => [one.id, one.nodes.map(node => node.html)])));
"""


class Visitor:
    """Finds by CSS selector, waits for what it was told to expect, and takes pictures."""

    def __init__(self, driver: Chrome, address: str, screenshots: Path) -> None:
        self.driver = driver
        self.address = address
        self.screenshots = screenshots

    def open(self, path: str) -> None:
        """Go to a page by its path."""
        self.driver.get(path if path.startswith("http") else self.address + path)

    def find(self, selector: str) -> WebElement:
        """Return the first element that fits, once there is one."""
        found: list[WebElement] = self.until(lambda: self.all(selector))
        return found[0]

    def all(self, selector: str) -> list[WebElement]:
        """Return every element that fits, now."""
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector: str = "main") -> str:
        """Return the visible text of the first element that fits."""
        return self.find(selector).text

    def press(self, selector: str) -> None:
        """Press a link or a button that leads to another page, and wait until that is there."""
        page = self.find("html")
        self.find(selector).click()
        self.until(
            lambda: self.find("html") != page and self.run("document.readyState") == "complete"
        )

    def press_in_place(self, selector: str) -> None:
        """Press a button whose answer is swapped into the page."""
        self.find(selector).click()

    def type(self, selector: str, text: str) -> None:
        """Replace the text of a field."""
        field = self.find(selector)
        field.clear()
        field.send_keys(text)

    def follow(self, text: str) -> None:
        """Press the link with this text."""
        page = self.find("html")
        self.driver.find_element(By.LINK_TEXT, text).click()
        self.until(lambda: self.find("html") != page)

    def run(self, expression: str) -> Any:
        """Return the value of a JavaScript expression."""
        return self.driver.execute_script(f"return {expression.strip()}")

    def until(self, condition: Callable[[], Any]) -> Any:
        """Return what `condition` returns once that is true."""
        # What was found may be swapped for its next state before it is read.
        swapped = (StaleElementReferenceException,)
        waiting = WebDriverWait(
            self.driver, PATIENCE, poll_frequency=0.1, ignored_exceptions=swapped
        )
        return waiting.until(lambda _driver: condition())

    def sign_in(self, username: str, password: str) -> None:
        """Sign in through the form."""
        self.open("/sign-in/")
        self.type("#id_username", username)
        self.type("#id_password", password)
        self.press("main form button")

    def resize(self, width: int, height: int = HEIGHT) -> None:
        """Make the window this large, smaller than a desktop would allow where asked."""
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def picture(self, name: str) -> None:
        """Keep a picture of the whole page."""
        self.screenshots.mkdir(parents=True, exist_ok=True)
        width = self.run("innerWidth")
        self.resize(width, min(self.run("document.documentElement.scrollHeight"), TALLEST))
        self.driver.save_screenshot(str(self.screenshots / f"{name}.png"))
        self.resize(width)

    def barriers(self) -> list[Any]:
        """Return what axe-core finds against the accessibility guidelines on this page."""
        self.driver.execute_script(AXE.read_text(encoding="utf-8"))
        found: list[Any] = self.driver.execute_async_script(RUN_AXE, STANDARDS)
        return found

    def complaints(self) -> list[str]:
        """Return what the browser's console said since the last call: errors, refused resources."""
        return [entry["message"] for entry in self.driver.get_log("browser")]  # type: ignore[no-untyped-call]
