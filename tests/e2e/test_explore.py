"""A piece to explore in a real browser: by keyboard, by mouse, with other numbers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.keys import Keys

from tests.e2e.serving import Portal
from tests.e2e.test_story import sign_up_and_join
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e
Visit = Callable[..., Visitor]

LIT = "[...document.querySelectorAll('.piece .lit')].map(cell => cell.dataset.at)"
OUTPUT = "[...document.querySelectorAll('.piece [data-out]')].map(cell => cell.textContent)"
PASTED = """
const data = new DataTransfer();
data.setData('text/plain', arguments[0]);
document.activeElement.dispatchEvent(
    new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
"""
DESCRIBED = (
    "return document.getElementById(arguments[0].getAttribute('aria-describedby')).textContent"
)


def press_keys(student: Visitor, *keys: str) -> None:
    ActionChains(student.driver).send_keys(*keys).perform()


def line(student: Visitor) -> str:
    return student.text(".piece-sum")


def choose(student: Visitor, name: str, value: str) -> None:
    student.find(f"[data-choice={name}] input[value='{value}']").click()


def test_a_convolution_is_explored_and_filled_in(visit: Visit, portal: Portal) -> None:
    student = visit(language="fr", width=390)
    sign_up_and_join(student, portal, "explorer")
    student.follow("La convolution à la main")
    assert line(student) == "ligne 0, colonne 0 : 1 × 1 + 2 × 2 + 0 × 0 + (−1) × 1 = 4"
    student.find(".piece [data-out='0,0']").click()
    press_keys(student, Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ARROW_UP, Keys.ARROW_UP)
    assert student.run("document.activeElement.dataset.out") == "0,1"
    assert student.run(LIT) == ["0,1", "0,2", "1,1", "1,2"]
    assert line(student).endswith("1 × 2 + 2 × 0 + 0 × 1 + (−1) × 3 = −1")

    choose(student, "stride", "2")
    assert student.run(OUTPUT) == ["4", "1", "1", "7"]
    ActionChains(student.driver).move_to_element(student.find("[data-out='1,1']")).perform()
    assert student.run(LIT) == ["2,2", "2,3", "3,2", "3,3"]
    student.find(".piece [aria-label='Noyau, ligne 1, colonne 1']").click()
    press_keys(student, "0,5")
    assert line(student).endswith("1 × 1 + 2 × 4 + 0 × 0 + 0,5 × 2 = 10")
    press_keys(student, Keys.TAB)
    student.find(".piece [aria-label='Entrée, ligne 2, colonne 2']").click()
    student.driver.execute_script(PASTED, "3\t-1\n1/4\t8")
    assert line(student).endswith("1 × 3 + 2 × (−1) + 0 × 0,25 + 0,5 × 8 = 5")
    assert student.barriers() == []
    student.picture("explore")
    student.find(".piece-choices button").click()
    assert student.run(OUTPUT) == ["4", "−1", "1", "2", "6", "1", "1", "2", "7"]

    # The grid of answers is filled in as a spreadsheet; Enter does not hand in.
    student.find("table.cells input").click()
    student.driver.execute_script(PASTED, "1\t2\t3\n4\t5\t6")
    press_keys(student, Keys.ENTER, Keys.ENTER, Keys.ENTER)
    assert student.run("document.activeElement.name") == "stride-1.0.1"
    typed = "[...document.querySelectorAll('table.cells input')].map(cell => cell.value)"
    assert student.run(typed)[:7] == ["1", "2", "3", "4", "5", "6", ""]
    assert student.all("#attempts tbody tr") == []
    student.press_in_place("form.answer button")
    student.until(lambda: len(student.all(".cells .verdict")) == 13)
    cell = student.find(".cells .wrong input")
    assert student.driver.execute_script(DESCRIBED, cell).endswith("faux")
    cell.send_keys("0")
    assert len(student.all(".cells .verdict")) == 12

    student.driver.back()
    student.follow("Les autres convolutions")
    choose(student, "dilation", "3")
    assert "la fenêtre s’étend sur 7 lignes et 7 colonnes" in line(student)
    assert student.run(OUTPUT) == []
    assert student.barriers() == []
    assert student.run("document.documentElement.scrollWidth <= innerWidth")
    assert student.complaints() == []
