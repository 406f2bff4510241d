"""What the tests of one grading asked the student's kernel, and what they were told.

Requests are kept as their SHA-256 alone, so a transcript holds no hidden input. A judge writes it;
the replies in it are the student's, and read in a judge's room like any other.
"""

from __future__ import annotations

import zlib
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, ValidationError
from pydantic_core import PydanticSerializationError

from graders.errors import TranscriptError
from graders.report import Frozen, Problem

MIB = 1024 * 1024
MAX_EXCHANGES = 20_000
# Of the transcript as JSON, and compressed.
MAX_PLAIN = 32 * MIB
MAX_PACKED = 6 * MIB

Failure: TypeAlias = Literal["timeout", "ended", "malformed"]
Asked = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Exchange(Frozen):
    """One request, and how it ended: with `reply`, or as `failed` and `problem` say.

    `reply` of a call that took too long is what it said when it was interrupted. `is_last` tells
    that nothing could be asked after it.
    """

    asked: Asked
    reply: str | None = None
    printed: str = ""
    failed: Failure | None = None
    problem: Problem | None = None
    is_last: bool = False


class Transcript(Frozen):
    """One run of a notebook and all that its tests asked, in order.

    `problem`, `usable` and `cells` are what running the cells came to.
    """

    version: Literal[1] = 1
    problem: Problem | None = None
    usable: bool = True
    cells: dict[int, int] = Field(default_factory=dict)
    exchanges: Annotated[tuple[Exchange, ...], Field(max_length=MAX_EXCHANGES)] = ()


def pack(transcript: Transcript) -> bytes:
    """Return the transcript's bytes, empty where there would be too many to keep."""
    try:
        plain = transcript.model_dump_json(exclude_defaults=True).encode()
    except PydanticSerializationError:
        # A reply with half a surrogate pair, as no room of ours sends it.
        return b""
    if len(plain) > MAX_PLAIN:
        return b""
    packed = zlib.compress(plain)
    return packed if len(packed) <= MAX_PACKED else b""


def unpack(packed: bytes) -> Transcript:
    """Return the transcript that `pack` made bytes of. Raises TranscriptError."""
    inflating = zlib.decompressobj()
    try:
        plain = inflating.decompress(packed, MAX_PLAIN + 1)
        if not inflating.eof:
            raise TranscriptError(f"a transcript cut short, or of more than {MAX_PLAIN} bytes")
        return Transcript.model_validate_json(plain)
    except (zlib.error, ValidationError) as exc:
        raise TranscriptError("not a transcript") from exc
