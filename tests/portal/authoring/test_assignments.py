"""Assignments of nbgrader and Otter become manuscripts, with a report of what was left out."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Language, User
from portal.authoring.domain import files_of, publish_manuscript
from portal.authoring.models import Manuscript
from portal.catalogue.models import Exercise
from portal.courses.models import Cohort, Course
from tests.exercises.test_importers import NBGRADER, OTTER, Cell, marked, notebook
from tests.portal.authoring.conftest import Begin
from tests.portal.factories import add_student
from tests.portal.pages.conftest import language_left_as_found, static_root

__all__ = ["language_left_as_found", "static_root"]

IMPORT = "import-assignment"
REMARKS = {
    "squares-and-sums": [
        ("explain", "Graded by hand", "à la main"),
        ("silent", "This test was not taken over, nor were its points (1)", "ni ses points (1)"),
    ],
    "mean-and-spread": [("q3", "Graded by hand", "à la main")],
}
BOTH = [*json.loads(NBGRADER)["cells"], *json.loads(OTTER)["cells"]]
SCRIPT: Cell = marked("code", "def f(x):\n    return x", solution=True, grade_id="f")


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"lab 1/{name}", content)
    return buffer.getvalue()


def send(client: Client, content: bytes, course: Course, **more: str) -> str:
    """Upload an assignment; return the page that follows."""
    upload = SimpleUploadedFile("lab.ipynb", content)
    form = {"file": upload, "chapter": f"{course.pk}/training"} | more
    return client.post(reverse(IMPORT), form, follow=True).content.decode()


@pytest.mark.parametrize(
    ("slug", "content"), [("squares-and-sums", NBGRADER), ("mean-and-spread", OTTER)]
)
def test_an_assignment_becomes_a_manuscript_with_a_report(
    at_author: Client, small: Course, begin: Begin, slug: str, content: bytes
) -> None:
    publish_manuscript(manuscript=begin(), note="", is_confirmed=True)
    Exercise.objects.update(chapter="training", position=1006)
    english = send(at_author, content, small)
    manuscript = Manuscript.objects.get(slug=slug, course=small)
    manifest = tomllib.loads(files_of(manuscript)["exercise.toml"].decode())
    assert (manifest["id"], manifest["chapter"], manifest["position"]) == (slug, "training", 7)
    assert "a whole exercise" in english
    assert not Exercise.objects.filter(slug=slug).exists()
    User.objects.update(language=Language.FRENCH)
    address = reverse("manuscript", args=[manuscript.pk])
    french = at_author.get(address).content.decode()
    assert "Ce qui n’a pas été repris tel quel" in french
    for place, said, dit in REMARKS[slug]:
        assert f"<code>{place}</code>" in english
        assert said in english
        assert dit in french
        assert said not in french
    response = at_author.post(reverse("dismiss-report", args=[manuscript.pk]))
    assert response["Location"] == address
    assert "repris tel quel" not in at_author.get(address).content.decode()


def test_a_zip_with_one_assignment_tells_what_else_it_held(
    at_author: Client, small: Course
) -> None:
    content = zipped(**{"lab.ipynb": NBGRADER, "notes.ipynb": notebook(), "data.csv": b"1,2"})
    html = send(at_author, content, small, slug="lab-1")
    assert Manuscript.objects.get().slug == "lab-1"
    assert "<code>lab 1/data.csv</code>" in html
    assert "This file of the zip was not taken over" in html
    assert "There is an exercise of this name already." in send(
        at_author, content, small, slug="lab-1"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"no JSON", "no Jupyter notebook of format 4"),
        (b"[" * 100_000, "no Jupyter notebook of format 4"),
        (b'{"nbformat": 4}', "no Jupyter notebook of format 4"),
        (b'{"nbformat": 4, "cells": []}', "marks neither of nbgrader nor of Otter"),
        (b'{"nbformat": 3, "cells": []}', "A notebook of format 3"),
        (b" " * (9 * 1024 * 1024), "A notebook of more than 8 MiB."),
        (notebook(*[SCRIPT] * 1001), "at most 1000 cells"),
        (notebook(marked("code", "assert 1", grade=True)), "no code in this notebook"),
        (notebook(marked("code", "x = 1", points="many")), "Cell 1 has marks of nbgrader’s"),
        (json.dumps({"nbformat": 4, "cells": BOTH}).encode(), "choose the system"),
        (b"PK no zip", "This is not a zip that can be read."),
        (zipped(data=b""), "This zip holds no notebook."),
        (zipped(**{"a.ipynb": NBGRADER, "b.ipynb": OTTER}), "This zip holds several notebooks"),
    ],
    ids=range(13),
)  # fmt: skip
def test_what_is_no_assignment_is_refused_beside_the_field(
    at_author: Client, small: Course, content: bytes, said: str
) -> None:
    html = send(at_author, content, small)
    error = html.partition('id="assignment_file_error"')[2].partition("</ul>")[0]
    assert said in error
    assert not Manuscript.objects.exists()


def test_what_is_nested_without_end_or_runs_is_only_read(
    at_author: Client, small: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    trap = tmp_path_factory.mktemp("trap") / "ran"
    deep = "assert f(1) == " + "-" * 900 + "1"
    content = notebook(
        ("code", f"open({str(trap)!r}, 'w').close()", {}),
        SCRIPT,
        marked("code", deep, grade=True, grade_id="<b>deep</b>", points=1),
        marked("code", "assert f(1) == 1", grade=True, grade_id="plain", points=1),
    )
    html = send(at_author, content, small)
    assert "<code>&lt;b&gt;deep&lt;/b&gt;</code>" in html
    assert "This test is not Python: nested too deeply." in html
    assert not trap.exists()


def test_the_chosen_system_and_chapter_hold(at_author: Client, small: Course) -> None:
    assert "has no question of Otter’s" in send(at_author, NBGRADER, small, system="otter")
    assert "Select a valid choice" in send(at_author, NBGRADER, small, chapter=f"{small.pk}/none")
    assert not Manuscript.objects.exists()


def test_a_student_imports_nothing(classroom: Cohort) -> None:
    client = Client()
    client.force_login(add_student(classroom, "member").user)
    upload = SimpleUploadedFile("lab.ipynb", NBGRADER)
    response = client.post(reverse(IMPORT), {"file": upload})
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert not Manuscript.objects.exists()


def test_the_only_course_is_named_once_and_kinds_in_words(
    at_author: Client, author: User, begin: Begin
) -> None:
    publish_manuscript(manuscript=begin(), note="", is_confirmed=True)
    html = at_author.get(reverse("authoring")).content.decode()
    assert html.count("<caption>Small course</caption>") == 2
    assert html.count("Small course") == 2
    assert "<td>functions</td>" in html
    other = Course.objects.create(slug="other", title_fr="Autre", title_en="Other", chapters=[])
    Manuscript.objects.create(author=author, course=other, slug="elsewhere")
    User.objects.filter(pk=author.pk).update(language=Language.FRENCH)
    html = at_author.get(reverse("authoring")).content.decode()
    assert html.count("<caption>Petit cours</caption>") == 1
    assert "<td>Autre</td>" in html
    assert "<td>fonctions</td>" in html  # codespell:ignore
