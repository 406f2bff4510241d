"""From a template to a version that students see, and back to an earlier one."""

from __future__ import annotations

from pathlib import Path

import pytest

from exercises.archive import read_folder
from exercises.errors import MalformedExercise
from exercises.loader import load_exercise
from exercises.question import Drawn
from exercises.spec import Kind
from portal.accounts.models import User
from portal.authoring.domain import (
    MANIFEST,
    Flaw,
    begin_from,
    change_keys,
    check_manuscript,
    copy_exercise,
    delete_file,
    examine,
    files_of,
    open_exercise,
    publish_manuscript,
    put_file,
    read_keys,
    restore_version,
    save_text,
    version_files,
)
from portal.authoring.domain.manifest import Key, Value
from portal.authoring.domain.manuscripts import STARTERS
from portal.authoring.errors import NotProven, PublishedMeanwhile
from portal.authoring.models import Manuscript, Publication
from portal.catalogue.domain import assign_course, index_exercises, keep_questions, open_version
from portal.catalogue.errors import QuestionsNotDrawn, SlugTaken
from portal.catalogue.models import Exercise
from portal.courses.models import AuditLine, Cohort, Course
from portal.submissions.models import CheckJob, State
from tests.portal.authoring.conftest import Begin

BARE = """# What students learn from.
id = "x"  # as the folder
points = 4

[title]
fr = "Ancien"   # to be changed
en = "Old"
"""


def publish(manuscript: Manuscript, note: str = "") -> str:
    return publish_manuscript(manuscript=manuscript, note=note, is_confirmed=True).digest


def fresh(manuscript: Manuscript) -> Manuscript:
    return Manuscript.objects.select_related("exercise__current").get(pk=manuscript.pk)


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kinds_template_begins_a_whole_exercise(begin: Begin, kind: Kind) -> None:
    source = examine(files_of(begin(kind)), slug="sliding")
    assert not isinstance(source, Flaw)
    manifest = source.manifest
    assert (manifest.id, manifest.kind, manifest.title.fr) == ("sliding", kind, "Glisser")
    template = read_folder(STARTERS / kind.value)
    assert {name: source.files[name] for name in template if name != MANIFEST} == {
        name: content for name, content in template.items() if name != MANIFEST
    }
    assert source.statement("fr") != source.statement("en")
    assert source.mistakes


def test_what_is_not_right_is_told_by_file_and_line(manuscript: Manuscript) -> None:
    text = files_of(manuscript)["notebook.py"].decode()
    save_text(
        manuscript=manuscript, path="notebook.py", revision=1, text=text + "\n\ndef broken(\n"
    )
    found = examine(files_of(manuscript), slug=manuscript.slug)
    assert isinstance(found, Flaw)
    assert (found.path, found.line) == ("notebook.py", len(text.splitlines()) + 3)
    assert found.expected.startswith("Python (")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("notebook.py", b"(" * 5000 + b")" * 5000),
        ("notebook.py", b"-" * 100_000 + b"1"),
        ("notebook.py", b"x = 1\0"),
        ("exercise.toml", b"a = " + b"[" * 5000),
        ("exercise.toml", b"points = 1" + b"0" * 5000),
        ("exercise.toml", b"\xff"),
        ("statement.fr.md", b"\xff"),
        ("tests/test_public.py", b"# not a test"),
    ],
)
def test_a_hostile_file_is_told_and_breaks_nothing(
    manuscript: Manuscript, path: str, content: bytes
) -> None:
    put_file(manuscript=manuscript, path=path, content=content)
    assert isinstance(examine(files_of(manuscript), slug=manuscript.slug), Flaw)


def test_a_key_is_changed_and_the_rest_stays_as_it_was_written() -> None:
    values: dict[Key, Value] = {
        ("title", "fr"): "Neuf",
        ("points",): 4,
        ("max_attempts",): 3,
        ("limits", "x"): None,
    }
    changed = change_keys(BARE.encode(), values)
    assert changed.decode() == BARE.replace(
        "points = 4\n", "points = 4\nmax_attempts = 3\n"
    ).replace('"Ancien"', '"Neuf"')
    assert read_keys(changed, (("max_attempts",), ("title", "de"))) == {
        ("max_attempts",): 3, ("title", "de"): None,
    }  # fmt: skip
    assert (
        change_keys(changed, {("title", "fr"): "Ancien", ("max_attempts",): None}).decode() == BARE
    )


def test_a_published_exercise_is_its_authors_and_set_to_classes(
    manuscript: Manuscript, author: User, classroom: Cohort
) -> None:
    version = publish_manuscript(manuscript=manuscript, note="first", is_confirmed=True)
    exercise = version.exercise
    assert (exercise.owner, exercise.current, exercise.points) == (author, version, 4)
    assert (version.note, version.published_by) == ("first", author)
    assert version_files(version) == files_of(manuscript)
    assert open_version(version).manifest.id == "sliding"
    [assignment] = assign_course(cohort=classroom)
    assert assignment.exercise == exercise


def test_a_version_is_published_over_another_and_gone_back_to(
    manuscript: Manuscript, author: User, classroom: Cohort
) -> None:
    first = publish(manuscript)
    assign_course(cohort=classroom)
    text = files_of(manuscript)[MANIFEST].decode().replace("points = 4", "points = 5")
    put_file(manuscript=manuscript, path=MANIFEST, content=text.encode())
    with pytest.raises(MalformedExercise):
        publish(fresh(manuscript))
    hidden = files_of(manuscript)["tests/test_hidden.py"].decode()
    put_file(
        manuscript=manuscript,
        path="tests/test_hidden.py",
        content=hidden.replace("points(3)", "points(4)").encode(),
    )
    second = publish(fresh(manuscript), note="one point more")
    exercise = Exercise.objects.get(slug="sliding")
    assert (exercise.current and exercise.current.digest, exercise.points) == (second, 5)
    restore_version(version=exercise.versions.get(digest=first), by=author, note="too many")
    exercise.refresh_from_db()
    assert (exercise.current and exercise.current.digest, exercise.points) == (first, 4)
    seen = Publication.objects.filter(exercise=exercise)
    assert [(one.version.digest, one.note) for one in seen] == [
        (first, "too many"), (second, "one point more"), (first, ""),
    ]  # fmt: skip
    lines = AuditLine.objects.filter(cohort=classroom, action="exercise-published")
    assert [(line.before, line.after, line.reason) for line in lines] == [
        (second, first, "too many"), (first, second, "one point more"),
    ]  # fmt: skip


def test_nothing_unproven_is_published_unless_it_is_meant(manuscript: Manuscript) -> None:
    with pytest.raises(NotProven):
        publish_manuscript(manuscript=manuscript, note="")
    check = check_manuscript(manuscript=manuscript)
    with pytest.raises(NotProven):
        publish_manuscript(manuscript=manuscript, note="")
    CheckJob.objects.filter(proof=check).update(state=State.GRADED, row={"ok": True})
    save_text(manuscript=manuscript, path="NOTES.md", revision=0, text="another folder")
    with pytest.raises(NotProven):
        publish_manuscript(manuscript=manuscript, note="")
    delete_file(manuscript=manuscript, path="NOTES.md")
    assert publish_manuscript(manuscript=manuscript, note="").digest == check.digest


def test_two_authors_do_not_publish_over_each_other_unseen(
    manuscript: Manuscript, author: User, teacher: User
) -> None:
    publish(manuscript)
    exercise = Exercise.objects.get(slug="sliding")
    other = open_exercise(author=teacher, exercise=exercise)
    save_text(manuscript=manuscript, path="NOTES.md", revision=0, text="mine")
    publish(fresh(manuscript))
    save_text(manuscript=other, path="NOTES.md", revision=0, text="theirs")
    check = check_manuscript(manuscript=other)
    CheckJob.objects.filter(proof=check).update(state=State.GRADED, row={"ok": True})
    with pytest.raises(PublishedMeanwhile):
        publish_manuscript(manuscript=fresh(other), note="")
    publish(fresh(other))
    assert Exercise.objects.get(slug="sliding").owner == author


def test_typed_answers_are_published_with_questions_that_a_room_has_drawn(begin: Begin) -> None:
    manuscript = begin(Kind.ANSWER)
    with pytest.raises(QuestionsNotDrawn):
        publish(manuscript)
    source = examine(files_of(manuscript), slug="sliding")
    assert not isinstance(source, Flaw)
    trusted = load_exercise(STARTERS / "answer")
    questions = tuple(trusted.question(seed) for seed in range(3))
    keep_questions(digest=source.digest, drawn=Drawn(questions, {}))
    publish(manuscript)
    version = Exercise.objects.get(slug="sliding").versions.get()
    opened = open_version(version)
    assert [opened.question(seed) for seed in (0, 4, 8)] == list(questions)


def test_a_name_is_one_exercises_alone(
    manuscript: Manuscript, begin: Begin, teacher: User, small: Course
) -> None:
    twin = begin(by=teacher)
    with pytest.raises(SlugTaken):
        begin()
    publish(manuscript)
    with pytest.raises(SlugTaken):
        publish(twin)
    with pytest.raises(SlugTaken):
        begin_from(author=teacher, course=small, slug="sliding", files=files_of(manuscript))


def test_a_copy_is_a_new_exercise_of_the_same_files(
    manuscript: Manuscript, teacher: User, small: Course
) -> None:
    publish(manuscript)
    exercise = Exercise.objects.get(slug="sliding")
    copy = copy_exercise(author=teacher, exercise=exercise, course=small, slug="gliding")
    files = files_of(copy)
    assert {**files, MANIFEST: b""} == {**files_of(manuscript), MANIFEST: b""}
    publish(copy)
    assert Exercise.objects.get(slug="gliding").owner == teacher


def test_the_exercises_folder_leaves_alone_what_has_an_owner(
    manuscript: Manuscript, tmp_path: Path
) -> None:
    digest = publish(manuscript)
    course = tmp_path / "exercises" / "small"
    folder = course / "sliding"
    (folder / "tests").mkdir(parents=True)
    (folder / "wrong").mkdir()
    for path, content in files_of(manuscript).items():
        (folder / path).write_bytes(content + b"\n" * path.endswith(".md"))
    (course / "course.toml").write_text(
        'id = "small"\ntitle = {fr = "Petit", en = "Small"}\n'
        '[[chapters]]\nid = "convolution"\ntitle = {fr = "C", en = "C"}\n'
    )
    index = index_exercises(root=tmp_path / "exercises")
    assert (index.versions, index.refused, index.left) == ((), (), ("sliding",))
    exercise = Exercise.objects.get(slug="sliding")
    assert exercise.current is not None
    assert exercise.current.digest == digest
    Exercise.objects.update(owner=None)
    assert len(index_exercises(root=tmp_path / "exercises").versions) == 1
