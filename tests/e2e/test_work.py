"""A notebook written in the page, in a real browser: saved as it is typed, then handed in."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from exercises.loader import load_exercise
from tests.e2e.serving import PASSWORD, ROOT, Portal
from tests.e2e.test_story import sign_up_and_join
from tests.e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.bwrap]
Visit = Callable[..., Visitor]

FUNCTIONS = 2
"""The code cell of `pooling`, from 0, that holds its functions."""

SOURCES = "[...document.querySelectorAll('[data-code]')].map(cell => cell.value)"


def solution() -> str:
    """Return the code of the reference, in one cell."""
    reference = json.loads(load_exercise(ROOT / "exercises/cnn/pooling").reference())
    code = ["".join(c["source"]) for c in reference["cells"] if c["cell_type"] == "code"]
    return "\n\n".join(code[:-1])


def rewrite(student: Visitor, number: int, text: str) -> None:
    """Replace what stands in a code cell, by the keyboard alone."""
    host = student.all(".code-editor")[number]
    host.shadow_root.find_element(By.CSS_SELECTOR, ".cm-content").click()
    keys = ActionChains(student.driver)
    keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(Keys.DELETE)
    keys.perform()
    # As pasted: typed line by line, the editor would indent by itself.
    student.driver.execute_cdp_cmd("Input.insertText", {"text": text})


def is_saved(student: Visitor) -> bool:
    state = student.text("[data-state]")
    return state.startswith("Saved,") and not student.run("localStorage.length")


def test_what_is_typed_is_saved_and_handed_in(visit: Visit, portal: Portal) -> None:
    student = visit(language="en")
    sign_up_and_join(student, portal, "writer")
    student.follow("Pooling")
    student.follow("Work in the page")
    place = student.driver.current_url
    rewrite(student, FUNCTIONS, "x = 1")
    student.until(lambda: is_saved(student))
    student.picture("work")
    student.open(place)
    assert student.run(SOURCES)[FUNCTIONS] == "x = 1"

    rewrite(student, FUNCTIONS, "x = 1\n1 / 0")
    student.press_in_place("button[value=try]")
    student.until(lambda: student.all("#tryout [data-problem]"))
    marked = student.all(".code-editor")[FUNCTIONS].shadow_root
    student.until(lambda: marked.find_elements(By.CSS_SELECTOR, ".cm-lint-marker-error"))
    student.picture("work-tried-out")

    rewrite(student, FUNCTIONS, solution())
    student.press_in_place("button[value=try]")
    student.until(lambda: len(student.all("#tryout .tests .passed")) > 1)
    assert student.all("#tryout .tests .failed") == []
    # Not saved yet: the button saves first.
    student.press("button[value=hand-in]")
    student.until(lambda: "10 of 10 points" in student.text())
    assert student.complaints() == []


def test_two_pages_of_one_notebook_lose_nothing(visit: Visit, portal: Portal) -> None:
    student = visit(language="en")
    sign_up_and_join(student, portal, "two-pages")
    student.follow("Pooling")
    student.follow("Work in the page")
    place = student.driver.current_url
    first = student.driver.current_window_handle
    student.driver.switch_to.new_window("tab")
    student.open(place)
    rewrite(student, FUNCTIONS, "x = 'second'")
    student.until(lambda: is_saved(student))
    student.driver.switch_to.window(first)
    rewrite(student, FUNCTIONS, "x = 'first'")
    student.until(lambda: student.find("[data-conflict]").is_displayed())
    student.press_in_place("[data-keep=theirs]")
    assert student.run(SOURCES)[FUNCTIONS] == "x = 'second'"
    student.open(place)
    assert "in another page at the same time" in student.run("document.body.textContent")
    # A page that is behind is told so with a status that the browser notes down.
    assert [line for line in student.complaints() if "409" not in line] == []


def test_work_that_could_not_be_saved_comes_back(visit: Visit, portal: Portal) -> None:
    student = visit(language="en")
    sign_up_and_join(student, portal, "cut-off")
    student.follow("Pooling")
    student.follow("Work in the page")
    place = student.driver.current_url
    network = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    student.driver.execute_cdp_cmd("Network.enable", {})
    student.driver.execute_cdp_cmd("Network.emulateNetworkConditions", network)
    rewrite(student, FUNCTIONS, "x = 'kept'")
    student.until(lambda: "Not saved yet" in student.text("[data-state]"))
    network["offline"] = False
    # Gone before it could be saved, as when a browser is closed.
    student.driver.execute_cdp_cmd("Page.navigate", {"url": "about:blank"})
    student.driver.execute_cdp_cmd("Network.emulateNetworkConditions", network)
    # Another student at the same browser sees nothing of it.
    student.open("/")
    student.press(".who button")
    sign_up_and_join(student, portal, "passer-by")
    student.open(place)
    assert "kept" not in student.run(SOURCES)[FUNCTIONS]
    student.press(".who button")
    student.sign_in("cut-off", PASSWORD)
    student.open(place)
    student.until(lambda: student.run(SOURCES)[FUNCTIONS] == "x = 'kept'")
    student.until(lambda: is_saved(student))
