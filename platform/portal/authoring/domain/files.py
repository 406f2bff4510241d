"""Save the files of a manuscript so that nothing typed is lost, in two pages either."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Count, F, Sum
from django.utils import timezone

from portal.authoring.domain.paths import LARGEST_FILE, check_folder, check_paths, check_total
from portal.authoring.domain.states import keep_before_writing, keep_state, keep_variant
from portal.authoring.errors import FileConflict, FolderTooLarge, NoText
from portal.authoring.models import Manuscript, ManuscriptFile, Reason


def files_of(manuscript: Manuscript) -> dict[str, bytes]:
    """Return the manuscript's folder, by relative path."""
    rows = manuscript.files.values_list("path", "content")
    return {path: bytes(content) for path, content in rows}


def text_of(file: ManuscriptFile) -> str:
    """Return the file's text. Raises NoText."""
    content = bytes(file.content)
    try:
        text = content.decode()
    except UnicodeDecodeError as exc:
        raise NoText(file.path) from exc
    # A page would give back other line ends, and a NUL not at all.
    if "\r" in text or "\0" in text:
        raise NoText(file.path)
    return text


def save_text(*, manuscript: Manuscript, path: str, revision: int, text: str) -> ManuscriptFile:
    """Save what a page holds that was read at `revision`, 0 for a file that is new.

    Raises FileConflict where another page has saved something else since: what was sent is then
    kept as a state. Raises FolderTooLarge, UnsafePath, BlobNotKept.
    """
    content = text.encode()
    if len(content) > LARGEST_FILE:
        raise FolderTooLarge(path)
    with transaction.atomic():
        locked = _locked(manuscript)
        file = locked.files.filter(path=path).first()
        if file is not None and bytes(file.content) == content:
            return file
        found = file.revision if file is not None else 0
        is_current = found == revision
        if is_current:
            keep_before_writing(locked)
            file = _write(locked, file, path, content)
            _touch(locked)
        else:
            keep_variant(locked, path=path, content=content)
    if not is_current:
        if file is None:
            raise FileConflict(revision=0, saved_at=timezone.now(), text="")
        raise FileConflict(revision=found, saved_at=file.updated_at, text=_lenient(file))
    assert file is not None  # noqa: S101 - written above
    return file


@transaction.atomic
def put_file(*, manuscript: Manuscript, path: str, content: bytes) -> ManuscriptFile:
    """Put a file that was uploaded at `path`; what stood there is kept in a state.

    Raises FolderTooLarge, UnsafePath, BlobNotKept.
    """
    if len(content) > LARGEST_FILE:
        raise FolderTooLarge(path)
    locked = _locked(manuscript)
    file = locked.files.filter(path=path).first()
    if file is not None:
        keep_state(locked, reason=Reason.REPLACED)
    written = _write(locked, file, path, content)
    _touch(locked)
    return written


@transaction.atomic
def rename_file(*, manuscript: Manuscript, path: str, to: str) -> None:
    """Give a file another path. Raises UnsafePath, ManuscriptFile.DoesNotExist."""
    locked = _locked(manuscript)
    file = locked.files.get(path=path)
    others = locked.files.exclude(pk=file.pk).values_list("path", flat=True)
    check_paths([*others, to])
    file.path = to
    file.save(update_fields=["path", "updated_at"])
    _touch(locked)


@transaction.atomic
def delete_file(*, manuscript: Manuscript, path: str) -> None:
    """Take a file away; a state keeps it. Raises ManuscriptFile.DoesNotExist."""
    locked = _locked(manuscript)
    file = locked.files.get(path=path)
    keep_state(locked, reason=Reason.REPLACED)
    file.delete()
    _touch(locked)


@transaction.atomic
def replace_files(*, manuscript: Manuscript, files: Mapping[str, bytes]) -> None:
    """Put another folder in the manuscript's place; a state keeps what stood there.

    A file that stays gets a new revision where its content changes. Raises FolderTooLarge,
    UnsafePath, BlobNotKept.
    """
    check_folder(files)
    locked = _locked(manuscript)
    keep_state(locked, reason=Reason.REPLACED)
    locked.files.exclude(path__in=files).delete()
    there = {file.path: file for file in locked.files.all()}
    for path, content in files.items():
        file = there.get(path)
        if file is None or bytes(file.content) != content:
            _put(locked, file, path, content)
    _touch(locked)


def _write(
    manuscript: Manuscript, file: ManuscriptFile | None, path: str, content: bytes
) -> ManuscriptFile:
    if file is None:
        check_paths([*manuscript.files.values_list("path", flat=True), path])
    others = manuscript.files.exclude(path=path).aggregate(count=Count("pk"), size=Sum("size"))
    check_total(others["count"] + 1, (others["size"] or 0) + len(content))
    return _put(manuscript, file, path, content)


def _put(
    manuscript: Manuscript, file: ManuscriptFile | None, path: str, content: bytes
) -> ManuscriptFile:
    if file is None:
        return ManuscriptFile.objects.create(
            manuscript=manuscript, path=path, content=content, size=len(content)
        )
    file.content = content
    file.size = len(content)
    file.revision += 1
    file.save()
    return file


def _locked(manuscript: Manuscript) -> Manuscript:
    """Return the manuscript for this transaction alone."""
    return Manuscript.objects.select_for_update().get(pk=manuscript.pk)


def _touch(manuscript: Manuscript) -> None:
    Manuscript.objects.filter(pk=manuscript.pk).update(
        revision=F("revision") + 1, updated_at=timezone.now()
    )


def _lenient(file: ManuscriptFile) -> str:
    return bytes(file.content).decode(errors="replace")
