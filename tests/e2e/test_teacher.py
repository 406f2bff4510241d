"""A teacher's semester in a real browser: write, check, publish, mend, regrade, mark, export."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.e2e import desk
from tests.e2e.serving import PASSWORD
from tests.e2e.visitor import Visitor
from tests.graders.samples import notebook

pytestmark = [pytest.mark.e2e, pytest.mark.bwrap]
Visit = Callable[..., Visitor]

SLUG = "sliding-a-kernel"


def test_a_wrong_test_is_mended_and_its_points_given_back(visit: Visit, tmp_path: Path) -> None:
    teacher, student = visit(language="en"), visit(language="fr", width=390, theme="dark")
    teacher.sign_in("teacher", PASSWORD)
    manuscript = desk.begin(
        teacher, kind="code", slug=SLUG, fr="Faire glisser un noyau", en="Sliding a kernel"
    )
    desk.replace(teacher, manuscript, desk.HIDDEN, desk.CHECKED, desk.TOO_STRICT)
    look(teacher)
    desk.check(teacher, manuscript)
    look(teacher)
    desk.publish(teacher, manuscript, "First version")
    look(teacher)

    teacher.open("/classes/new/")
    teacher.type("#id_name", "Workshop")
    teacher.press("main form button")
    class_page, code = teacher.driver.current_url, teacher.text(".join-code")
    desk.set_to_class(teacher, class_page, SLUG, datetime.now() + timedelta(days=7))  # noqa: DTZ005 - the browser's own clock
    look(teacher)

    join(student, code, "workshop-student")
    hand_in(student, class_page, tmp_path)
    student.until(lambda: student.all("#attempt .score"))
    assert announced(student).split()[0] == "1"
    look(student)
    attempt = student.driver.current_url

    desk.replace(teacher, manuscript, desk.HIDDEN, desk.TOO_STRICT, desk.CHECKED)
    desk.publish(teacher, manuscript, "Single precision is enough")
    desk.preview_regrade(teacher, class_page, SLUG)
    assert [item.text.split()[0] for item in teacher.all(".summary li")] == ["0", "1", "0"]
    look(teacher)
    student.open(attempt)
    assert announced(student).split()[0] == "1"
    desk.apply_regrade(teacher)
    look(teacher)
    student.open(attempt)
    assert announced(student).split()[0] == "4"

    teacher.open(f"{class_page}table/")
    look(teacher)
    link = teacher.find(f".gradebook td a[href$='/{SLUG}/']")
    teacher.open(link.get_attribute("href") or "")
    desk.give_points(teacher, "3.5", "A comment is missing")
    look(teacher)
    student.open(f"{class_page}exercises/{SLUG}/")
    assert "A comment is missing" in student.text("#main")
    look(student)

    teacher.open(f"{class_page}export/")
    look(teacher)
    exported = desk.fetch(teacher, f"{class_page}export/csv/")
    row = next(one for one in csv.DictReader(io.StringIO(exported)) if SLUG in one.values())
    assert "3.5" in row.values()


def join(student: Visitor, code: str, name: str) -> None:
    student.open("/sign-up/")
    student.type("#id_username", name)
    student.type("#id_password1", PASSWORD)
    student.type("#id_password2", PASSWORD)
    student.press("main form button")
    student.type("#id_code", code)
    student.press("main form button")


def hand_in(student: Visitor, class_page: str, folder: Path) -> None:
    file = folder / "correlate.ipynb"
    file.write_bytes(notebook(desk.COARSE))
    student.open(f"{class_page}exercises/{SLUG}/")
    student.find("#notebook").send_keys(str(file))
    student.press("main form[enctype] button")


def announced(visitor: Visitor) -> str:
    """Return what the result tells a screen reader first."""
    return visitor.find("#attempt [data-announce]").get_attribute("data-announce") or ""


def look(visitor: Visitor) -> None:
    """Find no barrier on the page, and nothing that the browser complains of."""
    assert visitor.barriers() == []
    c = visitor.complaints()
    assert c == [], c
    assert visitor.run("document.documentElement.scrollWidth <= innerWidth")
