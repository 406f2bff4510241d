"""A class is looked after in the browser: its deadlines, its people, and how one of them comes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.serving import PASSWORD
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e
Visit = Callable[..., Visitor]


def test_a_teacher_sets_deadlines_and_invites_a_student_who_reads_them(visit: Visit) -> None:
    teacher = visit(language="en")
    teacher.sign_in("teacher", PASSWORD)
    teacher.open("/classes/new/")
    teacher.type("#id_name", "Late class")
    teacher.press("main form button")
    teacher.press(".tabs a[href$='/people/']")
    teacher.press(".tabs a[href$='/schedule/']")
    teacher.find(".fill summary").click()
    teacher.run("document.querySelector('#id_all-due_at').value = '2030-06-14T18:00'")
    teacher.type("#id_all-late_days", "2")
    teacher.type("#id_all-late_percent", "15")
    teacher.press("button[value=fill]")
    assert teacher.barriers() == []
    teacher.press("form > p button[value=save]")
    teacher.press(".tabs a[href$='/people/']")
    teacher.press("a[href$='/people/invite/']")
    teacher.type("#id_text", "email;first_name\nzoe@school.example;Zoé\nno address;\n")
    teacher.press("button[value=preview]")
    assert [len(teacher.all(f"td .tag.{kind}")) for kind in ("good", "bad")] == [1, 1]
    assert teacher.barriers() == []
    teacher.press("button[value=invite]")
    assert teacher.barriers() == []
    link = teacher.text(".way-in")

    student = visit(language="en", width=390, theme="dark")
    student.run("document.cookie = 'noyau_zone=Asia/Tokyo; path=/'")
    student.open(link)
    student.type("#id_new_password1", PASSWORD)
    student.type("#id_new_password2", PASSWORD)
    student.press("main form button")
    student.press(".classes a")
    student.press(".exercises a[href$='/exercises/pooling-by-hand/']")
    said = student.text("#work")
    assert "15" in said
    assert "2030" in said
    # The browser names its own zone on every page, whatever a cookie said before.
    zone = student.run("Intl.DateTimeFormat().resolvedOptions().timeZone")
    assert f"({zone})" in said
    assert student.complaints() == []
