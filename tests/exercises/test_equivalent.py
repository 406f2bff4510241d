"""The author's list of equivalent changes: in its form, and no part of a version."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from exercises.equivalent import Equivalent, read_equivalents
from exercises.errors import MalformedExercise
from exercises.loader import load_exercise

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"
ENTRY = """\
[[equivalent]]
within = "relu"
before = "return x"
after = ["return +x"]
reason = "A plus sign changes nothing."
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of an exercise without such a list."""
    copy = tmp_path / "pooling"
    shutil.copytree(COURSE / "pooling", copy, ignore=shutil.ignore_patterns("equivalent.toml"))
    return copy


def test_an_entry_tells_a_change_and_why_it_changes_nothing(folder: Path) -> None:
    assert read_equivalents(folder) == ()
    (folder / "equivalent.toml").write_text(ENTRY)
    assert read_equivalents(folder) == (
        Equivalent(
            within="relu",
            before="return x",
            after=("return +x",),
            reason="A plus sign changes nothing.",
        ),
    )


def test_the_list_is_no_part_of_a_version(folder: Path) -> None:
    before = load_exercise(folder)
    (folder / "equivalent.toml").write_text(ENTRY)
    after = load_exercise(folder)
    assert after.digest == before.digest
    assert after.files == before.files


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ("reason =", "reasons =", 1, "the key 'reason'"),
        ('"A plus sign changes nothing."', '"So."', 5, "'reason' in"),
        ('["return +x"]', "[]", 4, "'after' in"),
    ],
)
def test_a_list_that_does_not_keep_its_form_is_refused(
    folder: Path, old: str, new: str, line: int, expected: str
) -> None:
    assert old in ENTRY
    (folder / "equivalent.toml").write_text(ENTRY.replace(old, new))
    with pytest.raises(MalformedExercise) as caught:
        load_exercise(folder)
    assert str(caught.value).startswith(f"{folder}/equivalent.toml:{line}: expected {expected}")
