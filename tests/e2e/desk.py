"""What a teacher does at the portal, step by step, in any language."""

from __future__ import annotations

from datetime import datetime

from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests.e2e.visitor import Visitor

HIDDEN = "tests/test_hidden.py"
CHECKED = 'kinds="f")\n        if np.allclose'
TOO_STRICT = 'kinds="f")\n        assert answer.dtype == np.float64\n        if np.allclose'
"""A mistake that a check can't find: the reference passes, and right work of students may not."""

COARSE = """\
import numpy as np


def correlate(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijab,ab->ij", windows, kernel).astype(np.float32)
"""
"""Right, and in single precision."""

TEXT = "document.querySelector('[data-author] textarea').value"
FETCH = """
const [address, done] = arguments;
fetch(address).then(answer => answer.text()).then(done);
"""


def begin(teacher: Visitor, *, kind: str, slug: str, fr: str, en: str) -> str:
    """Begin an exercise from the template of its kind, and return its manuscript's address."""
    teacher.open("/authoring/new/")
    Select(teacher.find("#id_kind")).select_by_value(kind)
    for field, text in (("title_fr", fr), ("title_en", en), ("slug", slug)):
        teacher.type(f"#id_{field}", text)
    teacher.press("form[aria-labelledby=template-title] button")
    address: str = teacher.run("location.href")
    return address


def replace(teacher: Visitor, manuscript: str, path: str, old: str, new: str) -> None:
    """Change a passage of a file in the editor, and wait until it is saved."""
    teacher.open(f"{manuscript}files/{path}")
    text = teacher.run(TEXT)
    assert old in text
    host = teacher.find(".code-editor")
    host.shadow_root.find_element(By.CSS_SELECTOR, ".cm-content").click()
    keys = ActionChains(teacher.driver)
    keys.key_down(Keys.CONTROL).send_keys("a").key_up(Keys.CONTROL).send_keys(Keys.DELETE)
    keys.perform()
    # As pasted: typed line by line, the editor would indent by itself.
    changed = text.replace(old, new)
    teacher.driver.execute_cdp_cmd("Input.insertText", {"text": changed})
    teacher.until(lambda: fetch(teacher, f"{manuscript}raw/{path}") == changed)


def fetch(visitor: Visitor, address: str) -> str:
    """Return the text of a file that the visitor may download."""
    text: str = visitor.driver.execute_async_script(FETCH, address)
    return text


def check(teacher: Visitor, manuscript: str) -> None:
    """Have every solution graded in rooms, and see that each earned what it should."""
    teacher.open(f"{manuscript}publish/")
    teacher.press("form[action$='check/'] button")
    teacher.until(lambda: teacher.all("#proof p .tag.good, #proof p .tag.bad"))
    assert teacher.all("#proof p .tag.bad") == []


def publish(teacher: Visitor, manuscript: str, note: str) -> None:
    """Publish the manuscript as it is, checked or not."""
    teacher.open(f"{manuscript}publish/")
    teacher.type("#id_note", note)
    teacher.press("form[aria-labelledby=publish-title] button")
    if teacher.all("form[aria-labelledby=publish-title] [name=is_confirmed]"):
        teacher.press("form[aria-labelledby=publish-title] button")


def set_to_class(teacher: Visitor, class_page: str, slug: str, due: datetime) -> None:
    """Set an exercise to the class with a deadline."""
    teacher.open(f"{class_page}schedule/")
    chosen = teacher.find(f"#id_{slug}-is_set")
    if not chosen.is_selected():
        chosen.click()
    # A date field takes its parts in the order of the browser's language: its value does not.
    teacher.driver.execute_script(
        "arguments[0].value = arguments[1]",
        teacher.find(f"#id_{slug}-due_at"),
        due.strftime("%Y-%m-%dT%H:%M"),
    )
    teacher.press("p.actions button[value=save]")


def preview_regrade(teacher: Visitor, class_page: str, slug: str) -> None:
    """Have an exercise's attempts graded again for a preview, and wait until all are."""
    teacher.open(f"{class_page}exercises/{slug}/regrade/")
    teacher.press("main form button[type=submit]")
    teacher.until(lambda: teacher.all("form[action$='apply/'] button:enabled"))


def apply_regrade(teacher: Visitor) -> None:
    """Let what the preview shows count."""
    teacher.press("form[action$='apply/'] button")
    teacher.until(lambda: teacher.all("#plan .alert.good"))


def give_points(teacher: Visitor, points: str, reason: str) -> None:
    """Give points by hand on the page of a student's work."""
    teacher.type("#override-points", points)
    teacher.type("#override-reason", reason)
    teacher.press("form[action$='points/'] button")
