"""Exercises go into folders of a repository and come back, byte for byte."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from exercises.archive import read_folder
from portal.accounts.models import User
from portal.authoring.domain import files_of, publish_manuscript
from portal.authoring.models import Manuscript
from portal.courses.models import Course
from tests.exercises.test_importers import NBGRADER


def test_a_folder_is_exported_and_imported_byte_for_byte(
    manuscript: Manuscript, teacher: User, small: Course, tmp_path: Path
) -> None:
    publish_manuscript(manuscript=manuscript, note="", is_confirmed=True)
    stale = tmp_path / "sliding" / "wrong" / "stale.py"
    stale.parent.mkdir(parents=True)
    stale.touch()
    call_command("export_exercise", "sliding", str(tmp_path), stdout=StringIO())
    assert read_folder(tmp_path / "sliding") == files_of(manuscript)
    renamed = (tmp_path / "sliding").rename(tmp_path / "gliding")
    (renamed / "data.bin").write_bytes(bytes(range(256)))
    options = {"author": teacher.username, "course": small.slug}
    for _twice in range(2):
        call_command("import_exercise", str(renamed), **options, stdout=StringIO())
    imported = Manuscript.objects.get(slug="gliding", author=teacher)
    assert files_of(imported) == read_folder(renamed)


def test_only_its_author_takes_an_exercise_in_again(
    manuscript: Manuscript, teacher: User, tmp_path: Path
) -> None:
    publish_manuscript(manuscript=manuscript, note="", is_confirmed=True)
    (tmp_path / "sliding").mkdir()
    with pytest.raises(CommandError, match="is not teacher's"):
        call_command("import_exercise", str(tmp_path / "sliding"), author=teacher.username)
    with pytest.raises(CommandError, match="no exercise"):
        call_command("export_exercise", "none", str(tmp_path))


def test_a_notebook_of_another_system_is_imported(
    author: User, small: Course, tmp_path: Path
) -> None:
    path = tmp_path / "lab.ipynb"
    path.write_bytes(NBGRADER)
    options = {"author": author.username, "course": small.slug, "chapter": "training"}
    out = StringIO()
    call_command("import_exercise", str(path), **options, stdout=out)
    manuscript = Manuscript.objects.get(slug="squares-and-sums")
    assert b'chapter = "training"' in files_of(manuscript)["exercise.toml"]
    assert "explain: Graded by hand" in out.getvalue()
    with pytest.raises(CommandError, match="no chapter 'none'"):
        call_command("import_exercise", str(path), **options | {"chapter": "none"})
    path.write_bytes(b"{}")
    with pytest.raises(CommandError, match="no Jupyter notebook"):
        call_command("import_exercise", str(path), **options)
