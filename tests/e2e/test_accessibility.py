"""Every page, in both themes and on a phone: no barrier that axe-core knows, nothing cut off."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.serving import PASSWORD, Portal
from tests.e2e.visitor import Visitor

pytestmark = pytest.mark.e2e
PHONE, DESKTOP = 390, 1280
EXERCISES = ("convolution-by-hand", "output-size", "pooling", "learning-rate", "mnist-cnn")
Visit = Callable[..., Visitor]


def check(visitor: Visitor, name: str) -> None:
    """Assert that this page has no barrier, and that only its tables scroll sideways."""
    visitor.picture(name)
    assert visitor.barriers() == []
    assert visitor.run("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [
        ("en", "light", DESKTOP),
        ("fr", "dark", PHONE),
        ("en", "dark", DESKTOP),
        ("fr", "light", PHONE),
    ],
)
def test_every_page(visit: Visit, portal: Portal, language: str, theme: str, width: int) -> None:
    look = f"{language}-{theme}-{width}"
    student = visit(language=language, theme=theme, width=width)
    student.open("/sign-in/")
    check(student, f"{look}-sign-in")
    student.open("/sign-up/")
    check(student, f"{look}-sign-up")
    student.type("#id_username", f"reader-{look}")
    student.type("#id_password1", PASSWORD)
    student.type("#id_password2", PASSWORD)
    student.press("main form button")
    check(student, f"{look}-home")
    student.type("#id_code", portal.join_code)
    student.press("main form button")
    check(student, f"{look}-class")
    class_page = student.driver.current_url
    for slug in EXERCISES:
        student.open(f"{class_page}exercises/{slug}/")
        check(student, f"{look}-{slug}")
    student.open(f"{class_page}exercises/pooling/work/")
    check(student, f"{look}-work")
    student.open(f"{class_page}exercises/convolution-by-hand/")
    student.press_in_place("form.answer button")
    student.until(lambda: student.all(".cells .wrong"))
    check(student, f"{look}-answered")
    student.press("#attempts tbody a")
    check(student, f"{look}-attempt")
    student.open(f"{class_page}leaderboard/")
    check(student, f"{look}-leaderboard")
    student.open("/receipts/")
    check(student, f"{look}-receipts")
    student.open(f"{class_page}nothing/")
    check(student, f"{look}-404")
    student.open(f"{class_page}table/")
    check(student, f"{look}-403")


@pytest.mark.parametrize(("theme", "width"), [("light", DESKTOP), ("dark", PHONE)])
def test_every_page_of_a_teacher(visit: Visit, theme: str, width: int) -> None:
    teacher = visit(language="en", theme=theme, width=width)
    teacher.sign_in("teacher", PASSWORD)
    teacher.press(".classes a")
    class_page = teacher.driver.current_url
    teacher.open(f"{class_page}exercises/convolution-by-hand/")
    teacher.press_in_place("form.answer button")
    teacher.until(lambda: teacher.all(".cells .wrong"))
    glance = ("insight/", "insight/convolution-by-hand/", "insight/pooling/similar/")
    exercise = "exercises/convolution-by-hand/"
    marking = ("export/", f"{exercise}rubric/", f"{exercise}regrade/")
    manage = ("people/", "schedule/", "extensions/", "log/", "settings/")
    for path in ("", "table/", *glance, *manage, *marking):
        teacher.open(class_page + path)
        check(teacher, f"teacher-{theme}-{width}-{path.strip('/').replace('/', '-') or 'class'}")
    teacher.press("main form button[type=submit]")
    teacher.until(lambda: teacher.all("#plan form[action$='apply/'] button:enabled"))
    check(teacher, f"teacher-{theme}-{width}-preview")
    for path in ("/authoring/", "/authoring/new/", "/authoring/exercises/pooling/"):
        teacher.open(path)
        check(teacher, f"teacher-{theme}-{width}-{path.strip('/').replace('/', '-')}")
    teacher.press(".who button")
    teacher.sign_in("operator", PASSWORD)
    teacher.open("/operations/")
    check(teacher, f"teacher-{theme}-{width}-operations")


def test_the_arrow_keys_walk_through_the_grid(visit: Visit, portal: Portal) -> None:
    student = visit()
    student.open("/sign-up/")
    student.type("#id_username", "walker")
    student.type("#id_password1", PASSWORD)
    student.type("#id_password2", PASSWORD)
    student.press("main form button")
    student.type("#id_code", portal.join_code)
    student.press("main form button")
    student.follow("Convolution by hand")
    first = student.find("table.cells input")
    first.click()
    for key, row, column in (
        ("\ue014", "0", "1"),
        ("\ue015", "1", "1"),
        ("\ue012", "1", "0"),
        ("\ue013", "0", "0"),
    ):
        student.driver.switch_to.active_element.send_keys(key)
        place = student.run(
            "[document.activeElement.dataset.row, document.activeElement.dataset.column]"
        )
        assert place == [row, column]
    first.send_keys("12")
    first.send_keys("\ue012")
    assert student.run("document.activeElement.dataset.column") == "0"
