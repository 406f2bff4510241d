"""What a manuscript was: keep it, look at it, go back to it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from exercises.archive import EQUIVALENT, digest
from portal.authoring.models import Manuscript, ManuscriptState, Reason
from portal.common import blobs

MOST_STATES = 60
PAUSE = timedelta(minutes=10)
"""Of writing in one go, the state before it is kept."""


def keep_state(manuscript: Manuscript, *, reason: Reason) -> ManuscriptState:
    """Keep what the manuscript is now, once. Raises BlobNotKept."""
    return _keep(manuscript, _contents(manuscript), reason)


def keep_before_writing(manuscript: Manuscript) -> None:
    """Keep what the manuscript was before somebody writes on after a pause. Raises BlobNotKept."""
    latest = manuscript.states.first()
    # The state that was kept a moment ago is near enough to go back to.
    if latest is None or latest.kept_at < timezone.now() - PAUSE:
        _keep(manuscript, _contents(manuscript), Reason.WRITTEN)


def keep_variant(manuscript: Manuscript, *, path: str, content: bytes) -> None:
    """Keep the manuscript with a file as another page had it. Raises BlobNotKept."""
    _keep(manuscript, {**_contents(manuscript), path: content}, Reason.CONFLICT)


def state_files(state: ManuscriptState) -> dict[str, bytes]:
    """Return the folder as it was. Raises BlobError."""
    return {path: blobs.read(blob) for path, blob in state.tree.items()}


def folder_digest(files: dict[str, bytes]) -> str:
    """Return the digest that a version of these files has."""
    return digest({path: content for path, content in files.items() if path != EQUIVALENT})


def _contents(manuscript: Manuscript) -> dict[str, bytes]:
    rows = manuscript.files.values_list("path", "content")
    return {path: bytes(content) for path, content in rows}


def _keep(manuscript: Manuscript, files: dict[str, bytes], reason: Reason) -> ManuscriptState:
    tree = {path: blobs.store(content) for path, content in files.items()}
    latest = manuscript.states.first()
    if latest is not None and latest.tree == tree and latest.reason == reason:
        return latest
    state = ManuscriptState.objects.create(
        manuscript=manuscript,
        tree=tree,
        digest=folder_digest(files),
        reason=reason,
        by=manuscript.author,
    )
    old = manuscript.states.values_list("pk", flat=True)[MOST_STATES:]
    ManuscriptState.objects.filter(pk__in=list(old)).delete()
    return state
