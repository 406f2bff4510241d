"""Load an exercise's folder and a course's folder, refusing what does not keep the format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from pathlib import Path, PurePosixPath
from typing import NoReturn

from exercises.archive import digest, read_folder
from exercises.equivalent import read_equivalents
from exercises.errors import MalformedExercise
from exercises.exercise import MISTAKE_LINE, WRONG_FUNCTION, Exercise
from exercises.explore import read_blocks
from exercises.manifest import key_lines, read_toml
from exercises.marks import TestMarks, parse_python, read_marks
from exercises.notebook import check_script
from exercises.spec import CourseManifest, Form, Manifest

STATEMENTS = ("statement.fr.md", "statement.en.md")
FILES = {
    Form.ANSWERS: ("variant.py", "reference.py"),
    Form.NOTEBOOK: ("notebook.py", "tests/test_public.py", "tests/test_hidden.py"),
    Form.FILE: ("notebook.py",),
}


@dataclass(frozen=True, slots=True)
class Course:
    """A course and its exercises, in the order of chapters and positions."""

    path: Path
    manifest: CourseManifest
    exercises: tuple[Exercise, ...]


def load_course(path: Path) -> Course:
    """Return the course and every exercise in its folder. Raises MalformedExercise."""
    toml = path / "course.toml"
    if not toml.is_file():
        raise MalformedExercise(toml, 1, "this file")
    manifest = read_toml(toml.read_bytes(), CourseManifest, toml)
    exercises = [load_exercise(file.parent) for file in sorted(path.glob("*/exercise.toml"))]
    chapters = [chapter.id for chapter in manifest.chapters]
    for exercise in exercises:
        if exercise.manifest.chapter not in chapters:
            _refuse_key(exercise, "chapter", f"one of the course's chapters, {', '.join(chapters)}")
    exercises.sort(key=lambda one: (chapters.index(one.manifest.chapter), one.manifest.position))
    return Course(path, manifest, tuple(exercises))


def load_exercise(path: Path) -> Exercise:
    """Return the exercise in the folder. Raises MalformedExercise at the first thing not right.

    No code of the folder runs: tests and scripts are only parsed.
    """
    files = read_folder(path) if path.is_dir() else {}
    _require(files, ("exercise.toml",), path)
    manifest = read_toml(files["exercise.toml"], Manifest, path / "exercise.toml")
    exercise = Exercise(path=path, manifest=manifest, digest=digest(files), files=files)
    if manifest.id != path.name:
        _refuse_key(exercise, "id", f"the folder's name {path.name!r}")
    _require(files, STATEMENTS, path)
    _check_text(files, path)
    for name in STATEMENTS:
        read_blocks(files[name].decode(), path / name)
    _check_python(files, path)
    _require(files, FILES[manifest.kind.form], path)
    if manifest.kind.has_starter:
        check_script(files["notebook.py"].decode(), path / "notebook.py")
    else:
        _require_function(files, path, "variant.py", "draw")
        _require_function(files, path, "reference.py", "solve")
    _check_wrong(exercise, _check_tests(exercise) if manifest.kind.needs_notebook else None)
    read_equivalents(path)
    return exercise


def _require(files: Mapping[str, bytes], names: tuple[str, ...], path: Path) -> None:
    for name in names:
        if name not in files:
            raise MalformedExercise(path / name, 1, "this file")
        if not files[name].strip():
            raise MalformedExercise(path / name, 1, "a file that is not empty")


def _check_text(files: Mapping[str, bytes], path: Path) -> None:
    for name, content in files.items():
        if PurePosixPath(name).suffix in {".py", ".md"}:
            try:
                content.decode()
            except UnicodeDecodeError as exc:
                line = content[: exc.start].count(b"\n") + 1
                raise MalformedExercise(path / name, line, "text in UTF-8") from exc


def _check_python(files: Mapping[str, bytes], path: Path) -> None:
    for name, content in files.items():
        *folders, own = name.split("/")
        if folders[:1] in (["tests"], ["wrong"]) and (len(folders) > 1 or own[-3:] != ".py"):
            raise MalformedExercise(path / name, 1, f"Python files alone in {folders[0]}/")
        if name.endswith(".py"):
            parse_python(content.decode(), path / name)


def _require_function(files: Mapping[str, bytes], path: Path, name: str, function: str) -> None:
    module = parse_python(files[name].decode(), path / name)
    if function not in {getattr(node, "name", None) for node in module.body}:
        raise MalformedExercise(path / name, 1, f"a function {function}")


def _check_tests(exercise: Exercise) -> frozenset[str] | None:
    """Return the mistakes that the tests name, once their points add up to the manifest's.

    None where the exercise's kind has points and mistakes of its own, and checks all of them.
    """
    marks = test_marks(exercise)
    if exercise.manifest.kind.adds_points:
        return None
    total = sum(mark.points for mark in marks)
    if not isclose(total, exercise.manifest.points):
        _refuse_key(exercise, "points", f"{total:g}, the sum of the tests' points")
    return frozenset(slug for mark in marks for slug in mark.mistakes)


def test_marks(exercise: Exercise) -> tuple[TestMarks, ...]:
    """Return the marks of the exercise's tests. Raises MalformedExercise."""
    return tuple(
        mark
        for name, source in exercise.tests.items()
        for mark in read_marks(source, exercise.path / "tests" / name)
    )


def _check_wrong(exercise: Exercise, mistakes: frozenset[str] | None) -> None:
    """Refuse a wrong solution that names no mistake, or one that no test names (None: any)."""
    for name, content in exercise.files.items():
        if not name.startswith("wrong/"):
            continue
        path = exercise.path / name
        first = content.decode().partition("\n")[0]
        slug = first.removeprefix(MISTAKE_LINE).strip()
        if not first.startswith(MISTAKE_LINE) or not slug:
            raise MalformedExercise(path, 1, f"{MISTAKE_LINE + '<slug>'!r} as the first line")
        if mistakes is not None and slug not in mistakes:
            raise MalformedExercise(path, 1, f"a mistake that a test names, not {slug!r}")
        if (function := WRONG_FUNCTION.get(exercise.manifest.kind.form)) is not None:
            _require_function(exercise.files, exercise.path, name, function)


def _refuse_key(exercise: Exercise, key: str, expected: str) -> NoReturn:
    text = exercise.files["exercise.toml"].decode()
    line = key_lines(text).get((key,), 1)
    raise MalformedExercise(exercise.path / "exercise.toml", line, f"{key!r} to be {expected}")
