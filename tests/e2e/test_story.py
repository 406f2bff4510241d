"""A class from its first sign-up to its table, through the browser, the worker and the sandbox."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from exercises.loader import load_exercise
from tests.e2e.serving import PASSWORD, ROOT, Portal
from tests.e2e.visitor import Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.bwrap]
Visit = Callable[..., Visitor]
Matrix = list[list[float]]

MATRICES = """
[...document.querySelectorAll('#work math mtable')].slice(0, 2).map(table =>
    [...table.querySelectorAll('mtr')].map(row =>
        [...row.querySelectorAll('mtd')].map(
            cell => Number(cell.textContent.replace('−', '-')))))
"""
FOLLOW = """
window.stayed = true;
window.seen = [];
new MutationObserver(() => {
    const line = document.querySelector('[data-announce]')?.dataset.announce;
    if (line && line !== window.seen.at(-1)) window.seen.push(line);
}).observe(document.getElementById('main'), {childList: true, subtree: true});
"""


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages say in one language."""

    language: str
    theme: str
    typed: str
    coded: str
    full_typed: str
    full_coded: str
    leaderboard: str
    table: str
    again: str


FRENCH = Words(
    "fr", "light", "La convolution à la main", "Le sous-échantillonnage", "5 points sur 5",
    "10 points sur 10", "Classement", "Tableau de la classe",  # codespell:ignore classe
    "va être notée à nouveau",
)  # fmt: skip
ENGLISH = Words(
    "en", "dark", "Convolution by hand", "Pooling", "5 of 5 points", "10 of 10 points",
    "Leaderboard", "Class table", "is being graded again",
)  # fmt: skip


def convolved(image: Matrix, kernel: Matrix, stride: int) -> list[list[float]]:
    """Return the output of a convolutional layer, worked out as by hand."""
    side = len(kernel)
    places = range(0, len(image) - side + 1, stride)
    return [
        [
            sum(kernel[a][b] * image[i + a][j + b] for a in range(side) for b in range(side))
            for j in places
        ]
        for i in places
    ]


def slow_solution(folder: Path) -> Path:
    """Return the reference solution of `pooling` with a cell that takes a moment, as a file."""
    exercise = load_exercise(ROOT / "exercises/cnn/pooling")
    notebook = json.loads(exercise.reference())
    pause: dict[str, object] = {
        "cell_type": "code",
        "id": "pause",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": "sum(i * i for i in range(20_000_000))",
    }
    file = folder / "solution.ipynb"
    file.write_text(json.dumps({**notebook, "cells": [*notebook["cells"], pause]}))
    return file


@pytest.mark.parametrize("words", [FRENCH, ENGLISH], ids=["fr", "en"])
def test_a_student_and_a_teacher(
    visit: Visit, portal: Portal, tmp_path: Path, words: Words
) -> None:
    name = f"student-{words.language}"
    student = visit(language=words.language, theme=words.theme)
    sign_up_and_join(student, portal, name)
    class_page = student.driver.current_url
    student.picture(f"{words.language}-class")

    student.follow(words.typed)
    answer_wrong_then_right(student, words)
    student.picture(f"{words.language}-answer")

    student.open(class_page)
    student.follow(words.coded)
    hand_in_and_watch(student, words, slow_solution(tmp_path))
    student.picture(f"{words.language}-result")

    student.open(class_page)
    student.follow(words.leaderboard)
    mine = student.text("tr.mine")
    assert name in mine
    assert "15" in mine
    student.picture(f"{words.language}-leaderboard")
    assert student.complaints() == []

    teacher = visit(language=words.language, theme=words.theme)
    teacher.sign_in("teacher", PASSWORD)
    teacher.press(f"button[name=language][value={words.language}]")
    teacher.open(class_page)
    teacher.follow(words.table)
    teacher.picture(f"{words.language}-class-table")
    regrade(teacher, words, name)
    assert teacher.complaints() == []


def sign_up_and_join(student: Visitor, portal: Portal, name: str) -> None:
    student.open("/sign-up/")
    student.type("#id_username", name)
    student.type("#id_password1", PASSWORD)
    student.type("#id_password2", PASSWORD)
    student.press("main form button")
    student.type("#id_code", portal.join_code.lower())
    student.press("main form button")
    assert student.text("h1") == "Vision"


def answer_wrong_then_right(student: Visitor, words: Words) -> None:
    image, kernel = student.run(MATRICES)
    flipped = [row[::-1] for row in kernel[::-1]]
    student.driver.execute_script("window.stayed = true")
    fill(student, image, flipped)
    student.press_in_place("form.answer button")
    student.until(lambda: student.all(".cells .wrong"))
    student.until(lambda: student.all(".mistake"))
    fill(student, image, kernel)
    student.press_in_place("form.answer button")
    student.until(lambda: status(student) == words.full_typed)
    assert student.all(".cells .wrong") == []
    assert student.run("window.stayed") is True


def fill(student: Visitor, image: Matrix, kernel: Matrix) -> None:
    grids = student.all("table.cells")
    for grid, stride in zip(grids, (1, 2), strict=True):
        values = [cell for row in convolved(image, kernel, stride) for cell in row]
        fields = grid.find_elements("css selector", "input")
        for field, value in zip(fields, values, strict=True):
            field.clear()
            field.send_keys(f"{value:g}")


def status(visitor: Visitor) -> str:
    """Return what a screen reader was last told."""
    said: str = visitor.run("document.getElementById('status').textContent")
    return said


def hand_in_and_watch(student: Visitor, words: Words, notebook: Path) -> None:
    student.find("#notebook").send_keys(str(notebook))
    student.press("main form button")
    student.driver.execute_script(FOLLOW)
    student.until(lambda: status(student) == words.full_coded)
    assert student.run("window.stayed") is True
    seen = student.run("window.seen")
    assert seen[-1] == words.full_coded
    assert len(seen) >= 2
    # The executed notebook is in a sandbox of its own, and styled.
    frame = student.find("iframe.sheet")
    assert frame.get_attribute("sandbox") == ""
    student.driver.switch_to.frame(frame)
    student.until(lambda: len(student.all(".cell")) >= 3)
    student.driver.switch_to.default_content()


def regrade(teacher: Visitor, words: Words, name: str) -> None:
    row = next(one for one in teacher.all(".gradebook tbody tr") if name in one.text)
    work = row.find_element("css selector", "td a[href$='/pooling/']")
    teacher.open(work.get_attribute("href") or "")
    teacher.press("tbody a")
    attempt = teacher.driver.current_url
    teacher.press("aside a.button[href*=regrade]")
    teacher.press("main form button[type=submit]")
    assert words.again in teacher.text("#messages")
    assert teacher.driver.current_url == attempt
    teacher.until(lambda: teacher.all("#attempt .score"))
    assert "10" in teacher.text("#attempt .score")
