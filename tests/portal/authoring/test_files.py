"""Files of a manuscript: safe paths, bounds, and no word lost between two pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from portal.authoring.domain import (
    compare,
    delete_file,
    files_of,
    put_file,
    rename_file,
    replace_files,
    save_text,
    state_files,
)
from portal.authoring.domain.paths import LARGEST_FILE, MOST_FILES, check_paths
from portal.authoring.errors import FileConflict, FolderTooLarge, UnsafePath
from portal.authoring.models import Manuscript, ManuscriptState, Reason

NOTES = "NOTES.md"


def reasons(manuscript: Manuscript) -> list[str]:
    return [state.reason for state in manuscript.states.all()]


def test_each_save_counts_and_the_same_text_again_does_not(manuscript: Manuscript) -> None:
    first = save_text(manuscript=manuscript, path=NOTES, revision=0, text="one")
    second = save_text(manuscript=manuscript, path=NOTES, revision=1, text="two")
    again = save_text(manuscript=manuscript, path=NOTES, revision=1, text="two")
    assert [one.revision for one in (first, second, again)] == [1, 2, 2]
    assert files_of(manuscript)[NOTES] == b"two"


def test_two_pages_with_one_file_lose_nothing(manuscript: Manuscript) -> None:
    save_text(manuscript=manuscript, path=NOTES, revision=0, text="read by both")
    save_text(manuscript=manuscript, path=NOTES, revision=1, text="saved first")
    with pytest.raises(FileConflict) as caught:
        save_text(manuscript=manuscript, path=NOTES, revision=1, text="saved second")
    assert (caught.value.revision, caught.value.text) == (2, "saved first")
    assert files_of(manuscript)[NOTES] == b"saved first"
    kept = manuscript.states.filter(reason=Reason.CONFLICT).get()
    assert state_files(kept)[NOTES] == b"saved second"


def test_two_pages_with_two_files_do_not_disturb_each_other(manuscript: Manuscript) -> None:
    for path in ("a.md", "b.md"):
        save_text(manuscript=manuscript, path=path, revision=0, text="one")
    for path in ("a.md", "b.md"):
        save_text(manuscript=manuscript, path=path, revision=1, text=f"two {path}")
    assert files_of(manuscript)["b.md"] == b"two b.md"


def test_writing_on_after_a_pause_keeps_what_was_there(manuscript: Manuscript) -> None:
    before = files_of(manuscript)
    ManuscriptState.objects.update(kept_at=timezone.now() - timedelta(hours=1))
    for number in range(3):
        save_text(manuscript=manuscript, path=NOTES, revision=number, text=f"word {number}")
    assert reasons(manuscript) == [Reason.WRITTEN, Reason.BEGUN]
    assert state_files(manuscript.states.all()[0]) == before


def test_what_is_deleted_or_replaced_can_be_had_again(manuscript: Manuscript) -> None:
    whole = files_of(manuscript)
    delete_file(manuscript=manuscript, path="notebook.py")
    replace_files(manuscript=manuscript, files={"exercise.toml": b"id = 1"})
    assert files_of(manuscript) == {"exercise.toml": b"id = 1"}
    assert any(state_files(state) == whole for state in manuscript.states.all())
    replace_files(manuscript=manuscript, files=whole)
    assert files_of(manuscript) == whole


def test_a_replaced_file_conflicts_with_the_page_that_still_shows_the_old_one(
    manuscript: Manuscript,
) -> None:
    file = save_text(manuscript=manuscript, path=NOTES, revision=0, text="old")
    replace_files(manuscript=manuscript, files=files_of(manuscript) | {NOTES: b"new"})
    with pytest.raises(FileConflict):
        save_text(manuscript=manuscript, path=NOTES, revision=file.revision, text="old, and more")


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "../up.py", "a/../b.py", "a//b.py", "./a.py", ".hidden", "a/.git/x",
        "__pycache__/a.py", "a\\b.py", "a b.py", "é.py", "a\n.py", "a/b/c/d/e.py", "x" * 201, "a/",
        "C:/x", "-rf",
    ],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused(manuscript: Manuscript, path: str) -> None:
    with pytest.raises(UnsafePath):
        put_file(manuscript=manuscript, path=path, content=b"")


@pytest.mark.parametrize(
    "paths", [["a.py", "A.py"], ["a", "a/b.py"], ["a/b.py", "A/c.py"], ["wrong/x.py", "wrong"]]
)
def test_paths_in_each_others_way_are_refused(paths: list[str]) -> None:
    with pytest.raises(UnsafePath):
        check_paths(paths)


def test_a_file_is_not_renamed_onto_another(manuscript: Manuscript) -> None:
    with pytest.raises(UnsafePath):
        rename_file(manuscript=manuscript, path="notebook.py", to="exercise.toml")
    rename_file(manuscript=manuscript, path="notebook.py", to="Notebook.py")
    assert "Notebook.py" in files_of(manuscript)


def test_too_much_is_refused(manuscript: Manuscript) -> None:
    with pytest.raises(FolderTooLarge):
        put_file(manuscript=manuscript, path="large.bin", content=bytes(LARGEST_FILE + 1))
    many = {f"file{number}.txt": b"x" for number in range(MOST_FILES + 1)}
    with pytest.raises(FolderTooLarge):
        replace_files(manuscript=manuscript, files=many)


def test_a_diff_tells_what_changed_by_file_and_line() -> None:
    old = {"a.md": b"one\ntwo\n", "gone.md": b"x\n", "same": b"=", "image": b"\x00\xff"}
    new = {"a.md": b"one\n2\n", "new.md": b"y\n", "same": b"=", "image": b"\xff\x00"}
    found = {diff.path: diff for diff in compare(old, new)}
    assert list(found) == ["a.md", "gone.md", "image", "new.md"]
    assert [(line.sign, line.text) for line in found["a.md"].lines[1:]] == [
        (" ", "one"), ("-", "two"), ("+", "2"),
    ]  # fmt: skip
    assert (found["gone.md"].was_removed, found["new.md"].was_added) == (True, True)
    assert found["image"].lines == ()
