"""The code of a notebook that was handed in, without running or trusting any of it."""

from __future__ import annotations

from exercises.exercise import Exercise
from exercises.spec import LimitsTable
from graders.errors import IntakeError
from graders.intake import check_notebook
from portal.common import blobs
from portal.common.errors import BlobError
from portal.insight.domain.tokens import tokens
from portal.insight.domain.winnow import GIVEN, passage_hashes

LANGUAGES = ("fr", "en")
MOST_CHARACTERS = 200_000
CELL_END = "\n\n"


def code_of(content: bytes, limits: LimitsTable) -> str:
    """Return the sources of a notebook's code cells, empty where it can't be read."""
    try:
        cells = check_notebook(content, limits).code
    except IntakeError:
        return ""
    return CELL_END.join(cells)[:MOST_CHARACTERS]


def handed_in_code(blob: str, limits: LimitsTable) -> str:
    """Return the code of a notebook kept under `blob`, empty where it is lost."""
    try:
        return code_of(blobs.read(blob), limits)
    except BlobError:
        return ""


def values_of(source: str) -> list[str]:
    """Return the tokens of code as they are compared."""
    return [token.value for token in tokens(source)]


def given_code(exercise: Exercise) -> str:
    """Return the code of the notebooks that students start from."""
    limits = exercise.manifest.limits
    return CELL_END.join(code_of(exercise.starter(language), limits) for language in LANGUAGES)


def given_passages(exercise: Exercise) -> frozenset[int]:
    """Return the hashes of every GIVEN tokens in a row of what students start from."""
    return frozenset(passage_hashes(values_of(given_code(exercise)), GIVEN))
