"""The pictures of the student's guide."""

from __future__ import annotations

from pathlib import Path

from exercises.loader import load_exercise
from tests.e2e.camera import Camera
from tests.e2e.handed_in import logged, unnamed
from tests.e2e.serving import ROOT
from tests.e2e.test_story import MATRICES, fill

TYPED, CODED, TRAINED = "convolution-by-hand", "pooling", "mnist-cnn"


def photograph_student(camera: Camera) -> None:
    """Work as a student does for an hour, and take a picture of each thing met."""
    visitor = camera.visitor
    camera.page("join", "/", "form[action$='/join/']")
    camera.page("class", "")
    camera.page("piece", f"exercises/{TYPED}/", ".piece")
    camera.page("hand-in", "exercises/flatten-and-dense/", "section:has(> #hand-in)")
    follow_training(camera)
    answer_wrongly(camera)
    try_out(camera)
    hand_in_wrong(camera)
    camera.page("board", "leaderboard/mnist-record/", height=1000, named=True)
    assert visitor.complaints() == []


def answer_wrongly(camera: Camera) -> None:
    """Fill a grid in with the kernel flipped."""
    visitor = camera.visitor
    camera.go(f"exercises/{TYPED}/")
    for language in camera.languages():
        image, kernel = visitor.run(MATRICES)
        fill(visitor, image, [row[::-1] for row in kernel[::-1]])
        visitor.press_in_place("form.answer button")
        visitor.until(lambda: visitor.all(".cells .wrong"))
        visitor.until(lambda: visitor.all(".mistake"))
        camera.take(language, "answer", "#work", height=900)


def try_out(camera: Camera) -> None:
    """Run the public tests of the starter in the page."""
    visitor = camera.visitor
    camera.go(f"exercises/{CODED}/work/")
    visitor.press_in_place("button[value=try]")
    visitor.until(lambda: visitor.all("#tryout .tests"))
    camera.go(f"exercises/{CODED}/work/")
    for language in camera.languages():
        camera.take(language, "work", height=900)
        camera.take(language, "tryout", "#tryout", height=700)


def hand_in_wrong(camera: Camera) -> None:
    """Hand in a notebook that rounds the wrong way, and read what to mend."""
    visitor = camera.visitor
    exercise = load_exercise(ROOT / f"exercises/cnn/{CODED}")
    wrong = next(one for one in exercise.wrong if one.slug == "ceil-for-floor")
    assert isinstance(wrong.work, bytes)
    send(camera, CODED, unnamed(wrong.work))
    visitor.until(lambda: visitor.all("#attempt .score"))
    for language in camera.languages():
        camera.take(language, "result", height=740)
        visitor.find("details:has(code) summary").click()
        camera.take(language, "receipt", "aside section.panel")


def follow_training(camera: Camera) -> None:
    """Hand in a training, look at it while its curve grows, and stop it."""
    visitor = camera.visitor
    exercise = load_exercise(ROOT / f"exercises/cnn/{TRAINED}")
    send(camera, TRAINED, logged(exercise.reference()))
    for language in camera.languages():
        visitor.until(lambda: "epoch 6/" in visitor.text("#log"))
        camera.take(language, "following", height=1000)
    visitor.press("#stop button")


def send(camera: Camera, slug: str, notebook: bytes) -> None:
    """Hand in a notebook through the exercise's page."""
    file = Path(camera.folder) / f"{slug}.ipynb"
    file.write_bytes(notebook)
    camera.go(f"exercises/{slug}/")
    camera.visitor.find("#notebook").send_keys(str(file))
    camera.visitor.press("main form[enctype] button")
