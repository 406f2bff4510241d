"""Questions that were drawn in a room, kept for the process that must not draw them itself."""

from __future__ import annotations

from exercises.exercise import Exercise as Source
from exercises.question import Drawn
from exercises.spec import Form
from graders.errors import JudgeFailed
from graders.kinds.answer.apart import read_drawn, write_drawn
from portal.catalogue.errors import QuestionsNotDrawn, VersionDamaged
from portal.catalogue.models import DrawnQuestions
from portal.common import blobs


def keep_questions(*, digest: str, drawn: Drawn) -> None:
    """Keep what was drawn for the folder with this digest. Raises BlobNotKept."""
    blob = blobs.store(write_drawn(Drawn(drawn.questions, {})))
    DrawnQuestions.objects.update_or_create(digest=digest, defaults={"blob": blob})


def questions_of(source: Source) -> str:
    """Return the blob of a folder's questions, empty where its kind has none.

    Raises QuestionsNotDrawn where it has, and no room has drawn them yet.
    """
    if source.manifest.kind.form is not Form.ANSWERS:
        return ""
    kept = DrawnQuestions.objects.filter(digest=source.digest).first()
    if kept is None:
        raise QuestionsNotDrawn(source.manifest.id)
    return kept.blob


def open_questions(blob: str) -> Drawn | None:
    """Return the questions in a blob, None for no blob. Raises VersionDamaged, BlobError."""
    if not blob:
        return None
    try:
        return read_drawn(blobs.read(blob))
    except JudgeFailed as exc:
        raise VersionDamaged(blob) from exc
