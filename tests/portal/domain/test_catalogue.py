"""The exercises folder as rows: nothing twice, nothing lost, nothing half read."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from exercises.errors import MalformedExercise
from portal.catalogue.domain import (
    assign_course,
    current_version,
    find_exercise,
    index_exercises,
    open_version,
)
from portal.catalogue.domain.versions import _open
from portal.catalogue.errors import SlugTaken, UnknownExercise, VersionDamaged
from portal.catalogue.models import Assignment, Exercise, ExerciseVersion
from portal.courses.models import Cohort, Course
from tests.portal.shelf import EXERCISES


@pytest.fixture
def root(tmp_path: Path, db: None) -> Path:  # noqa: ARG001
    """A copy of the course that may be changed: two exercises of it."""
    root = tmp_path / "exercises"
    (root / "cnn").mkdir(parents=True)
    shutil.copy(EXERCISES / "cnn" / "course.toml", root / "cnn")
    for slug in ("convolution-by-hand", "pooling"):
        shutil.copytree(EXERCISES / "cnn" / slug, root / "cnn" / slug)
    return root


def test_the_course_that_ships_is_well_formed(db: None) -> None:  # noqa: ARG001
    index = index_exercises(root=EXERCISES)
    assert index.refused == ()
    folders = (path.name for path in (EXERCISES / "cnn").iterdir() if path.is_dir())
    assert [version.exercise.slug for version in index.versions] == sorted(folders)


def test_indexing_again_changes_nothing(root: Path) -> None:
    first = index_exercises(root=root)
    second = index_exercises(root=root)
    assert first == second
    assert ExerciseVersion.objects.count() == 2
    assert [one.slug for one in Exercise.objects.all()] == ["convolution-by-hand", "pooling"]
    assert Course.objects.get().chapters[0]["id"] == "convolution"


def test_a_changed_folder_is_a_new_version_and_the_old_one_can_still_be_opened(root: Path) -> None:
    index_exercises(root=root)
    old = current_version(Exercise.objects.get(slug="pooling"))
    statement = root / "cnn" / "pooling" / "statement.en.md"
    before = statement.read_text()
    statement.write_text(before + "\nMore.\n")
    index_exercises(root=root)
    new = current_version(Exercise.objects.get(slug="pooling"))
    assert new != old
    assert open_version(old).statement("en") == before
    assert open_version(new).statement("en") == before + "\nMore.\n"


def test_a_folder_that_went_back_goes_back_to_its_version(root: Path) -> None:
    index_exercises(root=root)
    old = current_version(Exercise.objects.get(slug="pooling"))
    notes = root / "cnn" / "pooling" / "EXTRA.md"
    notes.write_text("x")
    index_exercises(root=root)
    notes.unlink()
    index_exercises(root=root)
    assert current_version(Exercise.objects.get(slug="pooling")) == old
    assert old.exercise.versions.count() == 2


def test_a_malformed_folder_is_told_and_the_others_are_indexed(root: Path) -> None:
    (root / "cnn" / "convolution-by-hand" / "exercise.toml").write_text('id = "other"\n')
    index = index_exercises(root=root)
    assert [type(error) for error in index.refused] == [MalformedExercise]
    assert [version.exercise.slug for version in index.versions] == ["pooling"]


def test_a_malformed_folder_keeps_its_last_good_version(root: Path) -> None:
    index_exercises(root=root)
    good = current_version(Exercise.objects.get(slug="pooling"))
    (root / "cnn" / "pooling" / "exercise.toml").write_text("[")
    index_exercises(root=root)
    assert current_version(Exercise.objects.get(slug="pooling")) == good


def test_an_exercise_of_an_unknown_chapter_is_refused(root: Path) -> None:
    toml = root / "cnn" / "pooling" / "exercise.toml"
    toml.write_text(toml.read_text().replace('chapter = "layers"', 'chapter = "nowhere"'))
    (refused,) = index_exercises(root=root).refused
    assert isinstance(refused, MalformedExercise)
    assert refused.path == toml


def test_two_courses_can_not_hold_an_exercise_of_one_name(root: Path) -> None:
    shutil.copytree(root / "cnn", root / "dnn")
    toml = root / "dnn" / "course.toml"
    toml.write_text(toml.read_text().replace('id = "cnn"', 'id = "dnn"'))
    assert {type(error) for error in index_exercises(root=root).refused} == {SlugTaken}
    assert {one.course.slug for one in Exercise.objects.all()} == {"cnn"}


def test_a_version_is_unpacked_once_by_any_number_of_threads(root: Path, var: Path) -> None:
    version = index_exercises(root=root).versions[1]
    folder = var / "versions" / version.digest / version.exercise.slug
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _n: _open(folder, version.digest, version.archive), range(8)))
    assert {one.digest for one in opened} == {version.digest}
    assert [path.name for path in (var / "versions").iterdir()] == [version.digest]


def test_a_version_that_was_altered_on_the_disk_is_not_used(root: Path, var: Path) -> None:
    version = index_exercises(root=root).versions[1]
    open_version(version)
    (var / "versions" / version.digest / "pooling" / "statement.en.md").write_text("Altered.")
    _open.cache_clear()
    with pytest.raises(VersionDamaged):
        open_version(version)


def test_an_exercise_is_found_by_its_slug_without_rows() -> None:
    assert find_exercise(root=EXERCISES, slug="pooling").manifest.id == "pooling"
    with pytest.raises(UnknownExercise):
        find_exercise(root=EXERCISES, slug="nothing")


def test_setting_the_course_again_keeps_what_a_teacher_changed(cohort: Cohort) -> None:
    Assignment.objects.filter(cohort=cohort).update(max_attempts=2)
    assigned = assign_course(cohort=cohort)
    assert {one.max_attempts for one in assigned} == {2}
    assert Assignment.objects.count() == len(assigned) == Exercise.objects.count()
