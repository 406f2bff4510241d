"""The command line: what it prints, and with what it ends."""

from __future__ import annotations

import json
import os
import shutil
from io import StringIO
from pathlib import Path

import polib
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from graders.report import ProblemCode, Report
from portal.catalogue.domain import find_exercise
from portal.catalogue.models import ExerciseVersion
from tests.portal.factories import right_answers
from tests.portal.shelf import EXERCISES


def grade(*arguments: object) -> tuple[object, str, str]:
    """Return how `manage.py grade` ends, and what it prints on each stream."""
    out, err = StringIO(), StringIO()
    status: object = 0
    try:
        call_command("grade", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as end:
        status = end.code
    return status, out.getvalue(), err.getvalue()


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """The reference solution of pooling, as a file."""
    file = tmp_path / "reference.ipynb"
    file.write_bytes(find_exercise(root=EXERCISES, slug="pooling").reference())
    return file


@pytest.mark.bwrap
def test_a_right_notebook_is_graded_without_a_database(reference: Path) -> None:
    status, out, err = grade("pooling", reference, "--json")
    report = Report.model_validate_json(out)
    assert (status, err, report.score, report.problem) == (0, "", 1.0, None)
    assert report.sandbox in ("docker", "bubblewrap")


@pytest.mark.bwrap
def test_a_report_is_printed_to_be_read(reference: Path) -> None:
    status, out, _err = grade("pooling", reference)
    points = find_exercise(root=EXERCISES, slug="pooling").manifest.points
    assert status == 0
    assert f"{points:g} of {points:g} points (100%)" in out


def test_what_is_no_notebook_is_refused_with_the_reason(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text("print('hello')")
    status, out, _err = grade("pooling", file, "--json")
    report = Report.model_validate_json(out)
    assert status == 2
    assert report.problem is not None
    assert report.problem.code is ProblemCode.NOT_JSON


@pytest.mark.parametrize("slug", ["pooling", "nothing"])
def test_a_missing_file_or_exercise_is_refused(tmp_path: Path, slug: str) -> None:
    status, out, err = grade(slug, tmp_path / "missing.ipynb")
    assert (status, out) == (2, "")
    assert ("missing.ipynb" if slug == "pooling" else "nothing") in err


def test_without_a_sandbox_nothing_is_graded(
    reference: Path, tmp_path: Path, settings: Settings
) -> None:
    missing = {"room_python": tmp_path / "python", "docker": f"unix://{tmp_path}/docker.sock"}
    settings.NOYAU = settings.NOYAU.model_copy(update=missing)
    status, out, err = grade("pooling", reference)
    reason, remedy = err.splitlines()[:2]
    assert (status, out) == (3, "")
    assert str(tmp_path / "python") in reason
    assert remedy != ""


def test_an_unknown_sandbox_grades_nothing(reference: Path) -> None:
    assert grade("pooling", reference, "--sandbox", "none")[0] == 3


def test_typed_answers_are_graded_from_json(tmp_path: Path) -> None:
    exercise = find_exercise(root=EXERCISES, slug="output-size")
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(right_answers(exercise.question(7))))
    status, out, _err = grade("output-size", file, "--seed", 7, "--json")
    assert (status, Report.model_validate_json(out).score) == (0, 1.0)
    file.write_text("[1, 2]")
    assert grade("output-size", file)[0] == 2


def test_checking_a_typed_exercise_prints_a_line_for_each_solution() -> None:
    out = StringIO()
    call_command("check_exercise", "output-size", "--variants", "3", stdout=out)
    exercise = find_exercise(root=EXERCISES, slug="output-size")
    printed = [line.split()[:2] for line in out.getvalue().splitlines()[1:]]
    slugs = [wrong.slug for wrong in exercise.wrong]
    assert printed == [["ok", name] for name in ("reference", "blank", *slugs)]


def test_checking_an_unknown_exercise_is_an_error() -> None:
    with pytest.raises(CommandError, match="nothing"):
        call_command("check_exercise", "nothing")


def test_checking_typed_exercises_of_a_course_prints_a_line_for_each() -> None:
    out = StringIO()
    call_command("check_course", "output-size", "image-as-tensor", "--variants", "2", stdout=out)
    lines = [line.split() for line in out.getvalue().splitlines()]
    assert [line[:2] for line in lines] == [["ok", "output-size"], ["ok", "image-as-tensor"]]
    for line in lines:
        caught, _of, total = line[-5:-2]
        assert caught == total != "0"


@pytest.mark.parametrize("option", ["--fast", "--no-mutants", "--variants=2"])
def test_only_a_whole_check_of_a_course_is_written_down(option: str) -> None:
    with pytest.raises(CommandError, match="whole"):
        call_command("check_course", "output-size", "--write", option)


def test_an_unsound_exercise_of_a_course_is_an_error(tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "cnn" / "output-size"
    shutil.copytree(EXERCISES / "cnn" / "output-size", folder)
    shutil.copy(EXERCISES / "cnn" / "course.toml", folder.parent)
    wrong = folder / "wrong" / "ceil-for-floor.py"
    wrong.write_text(wrong.read_text().replace("math.ceil", "math.floor"))
    settings.NOYAU = settings.NOYAU.model_copy(update={"exercises": tmp_path})
    out = StringIO()
    with pytest.raises(CommandError, match="not as they should be"):
        call_command("check_course", "--fast", stdout=out)
    first, second = out.getvalue().splitlines()
    assert first.split()[:2] == ["NO", "output-size"]
    assert second.strip() == "ceil-for-floor: 6 at most, named on 0"


@pytest.mark.django_db
def test_indexing_tells_what_is_malformed_and_strictly_fails(tmp_path: Path) -> None:
    course = tmp_path / "exercises" / "cnn"
    (course / "broken").mkdir(parents=True)
    (course / "broken" / "exercise.toml").write_text("id = 1\n")
    (course / "course.toml").write_bytes((EXERCISES / "cnn" / "course.toml").read_bytes())
    out, err = StringIO(), StringIO()
    call_command("index_exercises", root=course.parent, stdout=out, stderr=err)
    assert "0 exercises, 1 refused" in out.getvalue()
    assert str(course / "broken" / "exercise.toml") in err.getvalue()
    assert ExerciseVersion.objects.count() == 0
    with pytest.raises(CommandError):
        call_command("index_exercises", root=course.parent, strict=True, stdout=out, stderr=err)


def test_translations_are_compiled_when_they_changed(tmp_path: Path, settings: Settings) -> None:
    folder = tmp_path / "courses" / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source, compiled = folder / "django.po", folder / "django.mo"
    source.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\nmsgid "a"\nmsgstr "é"\n'
    )
    settings.PORTAL = tmp_path
    first, second, third = StringIO(), StringIO(), StringIO()
    call_command("compile_translations", stdout=first)
    call_command("compile_translations", stdout=second)
    later = compiled.stat().st_mtime + 10
    os.utime(source, (later, later))
    call_command("compile_translations", stdout=third)
    said = "compiled courses/locale/fr/LC_MESSAGES/django.po\n"
    assert [one.getvalue() for one in (first, second, third)] == [said, "", said]
    entries = polib.mofile(str(compiled))  # type: ignore[no-untyped-call]
    assert [(entry.msgid, entry.msgstr) for entry in entries] == [("a", "é")]
