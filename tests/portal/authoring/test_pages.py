"""The pages where exercises are written: for their author alone, and safe with what is typed."""

from __future__ import annotations

import io
import json
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from exercises.spec import Kind
from portal.accounts.models import User
from portal.authoring.domain import files_of, publish_manuscript, read_zip, write_zip
from portal.authoring.models import Manuscript
from portal.catalogue.models import Exercise
from portal.courses.domain import create_cohort
from portal.courses.models import Cohort, Course, Enrolment, Role
from portal.submissions.models import Check
from tests.portal.authoring.conftest import Begin
from tests.portal.factories import add_student, add_user
from tests.portal.pages.conftest import language_left_as_found, static_root
from tests.portal.pages.test_queries import SIZES, count

__all__ = ["language_left_as_found", "static_root"]

OWN = (
    "manuscript", "manuscript-folder", "manuscript-settings", "manuscript-statement",
    "manuscript-history", "publish-manuscript", "manuscript-proof",
)  # fmt: skip
ACTIONS = (
    "add-file", "replace-manuscript", "discard-manuscript", "save-file", "rename-file",
    "preview-statement", "keep-state", "check-manuscript",
)  # fmt: skip
SHARED = ("authoring", "new-manuscript")


def own_pages(manuscript: Manuscript) -> list[str]:
    state = manuscript.states.latest("pk")
    return [
        *(reverse(name, args=[manuscript.pk]) for name in OWN),
        reverse("manuscript-file", args=[manuscript.pk, "tests/test_hidden.py"]),
        reverse("raw-file", args=[manuscript.pk, "tests/test_hidden.py"]),
        reverse("manuscript-state", args=[manuscript.pk, state.pk]),
    ]


def shared_pages(exercise: Exercise) -> list[str]:
    version = exercise.versions.latest("pk")
    return [
        *map(reverse, SHARED),
        reverse("exercise-versions", args=[exercise.slug]),
        reverse("copy-exercise", args=[exercise.slug]),
        reverse("version-folder", args=[exercise.slug, version.pk]),
        f"{reverse('version-difference', args=[exercise.slug])}?old={version.pk}&new={version.pk}",
    ]


@pytest.fixture
def exercise(manuscript: Manuscript) -> Exercise:
    """The manuscript, published."""
    return publish_manuscript(manuscript=manuscript, note="", is_confirmed=True).exercise


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_author_opens_every_page(
    at_author: Client, manuscript: Manuscript, exercise: Exercise
) -> None:
    for address in [*own_pages(manuscript), *shared_pages(exercise)]:
        assert at_author.get(address).status_code == HTTPStatus.OK, address


@pytest.mark.parametrize("is_staff", [False, True])
def test_nobody_else_finds_a_manuscript(
    manuscript: Manuscript,
    exercise: Exercise,
    small: Course,
    teacher: User,
    is_staff: bool,  # noqa: FBT001
) -> None:
    create_cohort(course=small, name="Other", teacher=teacher)
    User.objects.filter(pk=teacher.pk).update(is_staff=is_staff)
    client = browser(teacher)
    for address in own_pages(manuscript):
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND, address
    for name in ACTIONS:
        address = reverse(name, args=[manuscript.pk])
        assert client.post(address).status_code == HTTPStatus.NOT_FOUND, address
    assert (
        client.get(reverse("exercise-versions", args=[exercise.slug])).status_code == HTTPStatus.OK
    )
    opened = client.post(reverse("open-exercise", args=[exercise.slug]))
    assert opened.status_code == (HTTPStatus.FOUND if is_staff else HTTPStatus.FORBIDDEN)


@pytest.mark.parametrize("role", [Role.STUDENT, Role.ASSISTANT])
def test_students_and_assistants_see_no_hidden_test(
    manuscript: Manuscript, exercise: Exercise, classroom: Cohort, role: Role
) -> None:
    member = add_student(classroom, "member")
    Enrolment.objects.filter(pk=member.pk).update(role=role)
    client = browser(member.user)
    for address in [*own_pages(manuscript), *shared_pages(exercise)]:
        assert client.get(address).status_code == HTTPStatus.FORBIDDEN, address
    for name in ACTIONS:
        address = reverse(name, args=[manuscript.pk])
        assert client.post(address).status_code == HTTPStatus.FORBIDDEN, address


def test_a_visitor_is_sent_to_sign_in(manuscript: Manuscript, exercise: Exercise) -> None:
    for address in [*own_pages(manuscript), *shared_pages(exercise)]:
        response = Client().get(address)
        assert response.status_code == HTTPStatus.FOUND
        assert response["Location"].startswith(reverse("sign-in"))


@pytest.mark.usefixtures("classroom")
def test_who_no_longer_teaches_no_longer_writes(manuscript: Manuscript, at_author: Client) -> None:
    Enrolment.objects.update(role=Role.STUDENT)
    assert at_author.get(own_pages(manuscript)[0]).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("kind", list(Kind))
def test_an_exercise_of_each_kind_is_begun_and_checked(
    at_author: Client, small: Course, kind: Kind
) -> None:
    form = {
        "kind": kind.value, "title_fr": "Essai", "title_en": "Trial", "slug": "trial",
        "course": small.pk,
    }  # fmt: skip
    response = at_author.post(reverse("new-manuscript"), form)
    manuscript = Manuscript.objects.get(slug="trial")
    assert response["Location"] == reverse("manuscript", args=[manuscript.pk])
    assert "a whole exercise" in at_author.get(response["Location"]).content.decode()
    at_author.post(reverse("check-manuscript", args=[manuscript.pk]))
    assert Check.objects.get().jobs.count() >= 3
    again = at_author.post(reverse("new-manuscript"), form).content.decode()
    assert "There is an exercise of this name already." in again


def test_a_page_saves_by_itself_and_hears_what_is_not_right(
    at_author: Client, manuscript: Manuscript
) -> None:
    address = reverse("save-file", args=[manuscript.pk])

    def save(revision: int, text: str) -> tuple[int, dict[str, object]]:
        page = {"path": "notebook.py", "revision": revision, "text": text}
        response = at_author.post(address, json.dumps(page), content_type="application/json")
        return response.status_code, response.json()

    status, said = save(1, "# %%\nx = (\n")
    assert (status, said["revision"]) == (HTTPStatus.OK, 2)
    assert said["flaw"] == {
        "path": "notebook.py", "line": 2,
        "text": "Expected here: Python ('(' was never closed).",
    }  # fmt: skip
    status, said = save(1, "of another page")
    assert (status, said["revision"], said["text"]) == (HTTPStatus.CONFLICT, 2, "# %%\nx = (\n")
    assert save(2, "x" * 600_000)[0] == HTTPStatus.BAD_REQUEST
    page = json.dumps({"path": "../up.py", "revision": 0, "text": ""})
    response = at_author.post(address, page, content_type="application/json")
    assert response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_form_without_a_script_saves_byte_for_byte(
    at_author: Client, manuscript: Manuscript
) -> None:
    address = reverse("manuscript-file", args=[manuscript.pk, "statement.fr.md"])
    form = {"revision": "1", "text": "\r\nUne ligne,\r\n  puis <b>une</b> autre & une fin\r\n"}
    assert at_author.post(address, form).status_code == HTTPStatus.FOUND
    kept = files_of(manuscript)["statement.fr.md"].decode()
    assert kept == "\nUne ligne,\n  puis <b>une</b> autre & une fin\n"
    html = at_author.get(address).content.decode()
    assert (
        '">\n\nUne ligne,\n  puis &lt;b&gt;une&lt;/b&gt; autre &amp; une fin\n</textarea>' in html
    )
    stale = at_author.post(address, form | {"text": "too late"}, follow=True).content.decode()
    assert "What you sent is kept in the history." in stale


def test_a_preview_is_what_students_read_and_nothing_that_runs(
    at_author: Client, manuscript: Manuscript
) -> None:
    address = reverse("preview-statement", args=[manuscript.pk])
    text = "# Titre\n\n$K_{1}$ <script>alert(1)</script> [x](javascript:alert(1))"
    html = at_author.post(address, {"text": text, "language": "fr"}).content.decode()
    assert "<math" in html
    assert "<script" not in html
    assert 'href="javascript' not in html


def test_settings_change_the_manifest_alone(at_author: Client, manuscript: Manuscript) -> None:
    address = reverse("manuscript-settings", args=[manuscript.pk])
    before = files_of(manuscript)
    form = {
        "title_fr": "Neuf", "title_en": "New", "summary_fr": "", "summary_en": "",
        "chapter": "training", "position": "7", "points": "4", "max_attempts": "5",
        "wall_seconds": "45", "memory_mib": "",
    }  # fmt: skip
    assert at_author.post(address, form).status_code == HTTPStatus.FOUND
    after = files_of(manuscript)
    text = after.pop("exercise.toml").decode()
    assert 'chapter = "training"\nposition = 7\npoints = 4\n' in text
    assert "max_attempts = 5" in text
    assert "[limits]\nwall_seconds = 45" in text
    assert 'allowed_imports = ["numpy"]' in text
    before.pop("exercise.toml")
    assert after == before
    refused = at_author.post(address, form | {"chapter": "no-such-chapter"})
    assert refused.status_code == HTTPStatus.OK


def test_a_folder_goes_down_and_up_again_byte_for_byte(
    at_author: Client, manuscript: Manuscript, small: Course
) -> None:
    content = at_author.get(reverse("manuscript-folder", args=[manuscript.pk])).content
    whole = read_zip(content)
    assert whole == files_of(manuscript)
    renamed = {**whole, "exercise.toml": whole["exercise.toml"].replace(b'"sliding"', b'"other"')}
    upload = SimpleUploadedFile("other.zip", write_zip(renamed, folder="other"))
    at_author.post(reverse("import-manuscript"), {"file": upload, "course": small.pk})
    assert files_of(Manuscript.objects.get(slug="other")) == renamed
    upload = SimpleUploadedFile("sliding.zip", write_zip(renamed, folder="x"))
    at_author.post(reverse("replace-manuscript", args=[manuscript.pk]), {"file": upload})
    assert files_of(manuscript) == renamed
    hostile = SimpleUploadedFile("x.zip", io.BytesIO(b"PK no zip").read())
    said = at_author.post(reverse("import-manuscript"), {"file": hostile, "course": small.pk})
    assert "This is not a zip that can be read." in said.content.decode()


def test_files_are_added_renamed_and_deleted(at_author: Client, manuscript: Manuscript) -> None:
    def post(name: str, **form: object) -> None:
        at_author.post(reverse(name, args=[manuscript.pk]), form)

    post("add-file", path="wrong/image.png", file=SimpleUploadedFile("up.png", b"\x89PNG\r\n\xff"))
    assert files_of(manuscript)["wrong/image.png"] == b"\x89PNG\r\n\xff"
    page = at_author.get(reverse("manuscript-file", args=[manuscript.pk, "wrong/image.png"]))
    assert "no text that can be edited here" in page.content.decode()
    post("rename-file", file="wrong/image.png", path="data.png", do="rename")
    assert "data.png" in files_of(manuscript)
    post("rename-file", file="data.png", do="delete")
    post("add-file", path="../../etc/passwd")
    assert set(files_of(manuscript)) == {
        "exercise.toml", "notebook.py", "statement.en.md", "statement.fr.md",
        "tests/test_hidden.py", "tests/test_public.py", "wrong/kernel-flipped.py",
    }  # fmt: skip


def test_publishing_asks_once_more_where_no_check_is_green(
    at_author: Client, manuscript: Manuscript
) -> None:
    address = reverse("publish-manuscript", args=[manuscript.pk])
    doubt = at_author.post(address, {"note": "first"}).content.decode()
    assert "No check of this very folder was green." in doubt
    assert not Exercise.objects.exists()
    response = at_author.post(address, {"note": "first", "is_confirmed": "on"})
    assert response["Location"] == reverse("exercise-versions", args=["sliding"])
    html = at_author.get(response["Location"]).content.decode()
    assert "first" in html


def test_lists_ask_the_database_as_often_for_many_rows(
    at_author: Client, begin: Begin, author: User, small: Course
) -> None:
    counts = []
    begin()
    for size in SIZES:
        Manuscript.objects.bulk_create(
            Manuscript(author=author, course=small, slug=f"m{number}")
            for number in range(Manuscript.objects.count(), size)
        )
        Exercise.objects.bulk_create(
            Exercise(
                course=small, slug=f"e{size}-{number}", kind="code", chapter="x", position=1,
                title_fr="x", title_en="x", points=1, owner=add_user(f"o{size}-{number}"),
            )
            for number in range(2)
        )  # fmt: skip
        counts.append(count(at_author, reverse("authoring")))
    assert counts == [counts[0]] * len(SIZES)
