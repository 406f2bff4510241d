"""The pictures of the teacher's guide."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.e2e import desk
from tests.e2e.camera import LANGUAGES, ZONE, Camera

CODED, WRITTEN = "pooling", "sliding-a-kernel"
RUBRIC = (
    ("Le code est clair", "The code is clear", "0.5"),
    ("Aucun commentaire", "No comment at all", "-0.5"),
)
LIST = "email,first_name,last_name\n" + "".join(
    f"student-{n}@example.org,Student,{n}\n" for n in range(25, 29)
)


def photograph_teacher(camera: Camera) -> None:
    """Look after a class as its teacher does, and take a picture of each thing met."""
    visitor = camera.visitor
    invite(camera)
    camera.page("schedule", "schedule/", height=900)
    look_at_class(camera)
    write_exercise(camera)
    regrade(camera)
    mark(camera)
    camera.page("export", "export/", height=880)
    camera.page("log", "log/", height=640, named=True)
    assert visitor.complaints() == []


def invite(camera: Camera) -> None:
    """Preview a list of people."""
    visitor = camera.visitor
    for language in LANGUAGES:
        camera.go("people/invite/")
        visitor.press(f"button[name=language][value={language}]")
        visitor.type("textarea", LIST)
        visitor.press("button[value=preview]")
        camera.take(language, "invite", height=760)


def look_at_class(camera: Camera) -> None:
    """Read the class at a glance, calling its students as the language does."""
    visitor = camera.visitor
    camera.go(f"insight/{CODED}/similar/")
    visitor.press("main form button")
    visitor.until(lambda: reloaded_with(camera, "table.wide a"))
    pair = visitor.find("table.wide a").get_attribute("href") or ""
    camera.page("heat", "insight/", height=900, named=True)
    camera.page("glance", f"insight/{CODED}/", height=1150, named=True)
    camera.page("similar", pair, height=900, named=True)


def reloaded_with(camera: Camera, selector: str) -> bool:
    """Load the page again, and tell whether it shows such an element by now."""
    camera.visitor.driver.refresh()
    return bool(camera.visitor.all(selector))


def write_exercise(camera: Camera) -> None:
    """Write an exercise whose hidden test is too strict, check it, publish it, set it."""
    visitor = camera.visitor
    manuscript = desk.begin(
        visitor, kind="code", slug=WRITTEN, fr="Faire glisser un noyau", en="Sliding a kernel"
    )
    desk.replace(visitor, manuscript, desk.HIDDEN, desk.CHECKED, desk.TOO_STRICT)
    camera.page("editor", f"{manuscript}files/{desk.HIDDEN}", height=900)
    desk.check(visitor, manuscript)
    camera.page("check", f"{manuscript}publish/", height=760)
    desk.publish(visitor, manuscript, "1")
    desk.set_to_class(visitor, visitor.address + camera.class_page, WRITTEN, a_week_from_now())
    camera.portal.run("-m", "tests.e2e.fill_class", "hand-in", WRITTEN)
    desk.replace(visitor, manuscript, desk.HIDDEN, desk.TOO_STRICT, desk.CHECKED)
    desk.publish(visitor, manuscript, "2")


def regrade(camera: Camera) -> None:
    """Grade again after the test was mended, and let it count."""
    visitor = camera.visitor
    desk.preview_regrade(visitor, visitor.address + camera.class_page, WRITTEN)
    for language in camera.languages(named=True):
        camera.take(language, "regrade", height=860)
    desk.apply_regrade(visitor)


def mark(camera: Camera) -> None:
    """Tick what applies to a student's work, and give points by hand, with a reason."""
    visitor = camera.visitor
    camera.go(f"exercises/{WRITTEN}/rubric/")
    for number, item in enumerate(RUBRIC):
        for field, value in zip(("title_fr", "title_en", "points"), item, strict=True):
            visitor.type(f"#id_form-{number}-{field}", value)
    visitor.press("main form button[type=submit]")
    camera.go("table/")
    link = visitor.find(f".gradebook td a[href$='/{WRITTEN}/']").get_attribute("href") or ""
    visitor.open(link)
    visitor.find(".ticks input").click()
    visitor.press("form[action$='rubric/'] button")
    camera.page("marking", link, height=1000, named=True)
    desk.give_points(visitor, "3.5", "Discussion")


def a_week_from_now() -> datetime:
    """Return a time on the browser's own clock."""
    return datetime.now(ZoneInfo(ZONE)) + timedelta(days=7)
