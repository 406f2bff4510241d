"""A training in the browser: its curves and its log grow in place, and its author may stop it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.serving import Portal
from tests.e2e.test_story import sign_up_and_join
from tests.e2e.visitor import Visitor
from tests.graders.samples import notebook

pytestmark = [pytest.mark.e2e, pytest.mark.bwrap]
Visit = Callable[..., Visitor]

TRAINING = """\
import time
from noyau import log

for epoch in range(1, 31):
    log(step=epoch, loss=2 / epoch, val_loss=2.2 / epoch, accuracy=1 - 0.9 / epoch)
    print("epoch", epoch)
    time.sleep(0.2)
"""
ENDLESS = "while True: pass"


@pytest.mark.parametrize(
    ("language", "theme", "width"), [("fr", "light", 390), ("en", "dark", 1280)]
)
def test_a_student_watches_a_training_and_stops_another(
    visit: Visit, portal: Portal, tmp_path: Path, *, language: str, theme: str, width: int
) -> None:
    student = visit(language=language, theme=theme, width=width)
    sign_up_and_join(student, portal, f"trainer-{language}")
    exercise = f"{student.driver.current_url}exercises/pooling/"
    hand_in(student, exercise, TRAINING, tmp_path)
    student.driver.execute_script("window.stayed = true")

    student.until(lambda: student.all("#live .chart"))
    student.until(lambda: "epoch 3\n" in student.text("#log"))
    student.picture(f"{language}-curves-live")
    assert student.barriers() == []
    student.until(lambda: student.all("#attempt .score"))
    assert student.run("window.stayed") is True
    assert [title.text for title in student.all(".chart strong")] == (
        ["Perte", "Précision"] if language == "fr" else ["Loss", "Accuracy"]
    )
    assert [
        len(chart.find_elements("css selector", "svg circle")) for chart in student.all(".chart")
    ] == [2, 1]
    last = student.run(
        "[...document.querySelectorAll('.legend b')].map(value => value.textContent)"
    )
    mark = "," if language == "fr" else "."
    assert [value.replace(mark, ".") for value in last] == ["0.06667", "0.07333", "0.97"]
    student.find(".curves summary").click()
    student.picture(f"{language}-curves-result")
    assert student.barriers() == []
    assert student.run("document.documentElement.scrollWidth <= innerWidth")

    hand_in(student, exercise, ENDLESS, tmp_path)
    student.until(lambda: student.all("#attempt progress[value]"))
    student.press("#stop button")
    assert student.all("#attempt .alert.fair")
    assert student.barriers() == []
    assert student.complaints() == []


def hand_in(student: Visitor, exercise: str, source: str, folder: Path) -> None:
    """Hand in a notebook of one cell and be where it can be followed."""
    file = folder / "training.ipynb"
    file.write_bytes(notebook(source))
    student.open(exercise)
    student.find("#notebook").send_keys(str(file))
    student.press("main form[enctype] button")
