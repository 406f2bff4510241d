"""An exercise written in a real browser: begun, mended, proven in rooms, published."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.e2e.serving import PASSWORD
from tests.e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.bwrap]
Visit = Callable[..., Visitor]
TEXT = "document.querySelector('[data-author] textarea').value"


def write(author: Visitor, text: str, *, at: str = Keys.END) -> None:
    """Write into the first editor of the page, by the keyboard, at its end or start."""
    host = author.find(".code-editor")
    host.shadow_root.find_element(By.CSS_SELECTOR, ".cm-content").click()
    ActionChains(author.driver).key_down(Keys.CONTROL).send_keys(at).key_up(Keys.CONTROL).perform()
    author.driver.execute_cdp_cmd("Input.insertText", {"text": text})


def is_saved(author: Visitor) -> bool:
    state = author.text("[data-state]")
    return state.startswith("Enregistré,") and not author.run("localStorage.length")


def look(author: Visitor) -> None:
    """Find nothing wrong with a page that came."""
    assert author.barriers() == []
    assert author.complaints() == []


def test_typed_answers_are_written_proven_and_published(visit: Visit) -> None:
    author = visit(language="fr")
    author.sign_in("teacher", PASSWORD)
    author.follow("Écrire des exercices")
    look(author)
    author.follow("Nouvel exercice")
    Select(author.find("#id_kind")).select_by_value("answer")
    for field, text in (("title_fr", "Le noyau"), ("title_en", "The kernel"), ("slug", "kernel")):
        author.type(f"#id_{field}", text)
    author.press("form[aria-labelledby=template-title] button")
    base = author.run("location.href")
    look(author)

    author.open(f"{base}files/variant.py")
    write(author, "\n\ndef unfinished(")
    author.until(lambda: "variant.py:" in author.text("[data-flaw]"))
    author.until(lambda: is_saved(author))
    host = author.find(".code-editor")
    assert host.shadow_root.find_elements(By.CSS_SELECTOR, ".cm-lint-marker-error")
    look(author)
    other = visit(language="fr")
    other.sign_in("teacher", PASSWORD)
    other.open(f"{base}files/variant.py")
    write(other, "):\n    return None\n")
    other.until(lambda: not other.find("[data-flaw]").is_displayed())
    other.until(lambda: is_saved(other))
    theirs = other.run(TEXT)
    write(author, "mine")
    author.until(lambda: author.find("[data-conflict]").is_displayed())
    author.find("[data-keep=theirs]").click()
    assert author.run(TEXT) == theirs
    [refused] = author.complaints()
    assert "409" in refused

    author.open(f"{base}statement/")
    write(author, "Un **essai** : $K_{7}$\n\n", at=Keys.HOME)
    author.until(lambda: author.all("[data-shown] strong") and author.all("[data-shown] math"))
    author.until(lambda: "essai" in author.text("[data-shown]"))
    author.until(lambda: is_saved(author))
    look(author)

    author.open(f"{base}publish/")
    author.press("form[action$='check/'] button")
    author.until(lambda: "Chaque solution a obtenu ce qu’elle devait." in author.text("#proof"))
    look(author)
    author.press("form[aria-labelledby=publish-title] button")
    assert "les étudiants voient désormais cette version" in author.text()
    look(author)
