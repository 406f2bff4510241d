"""Read the student kernel's messages, every one of which may be forged.

A message that is not exactly what the Jupyter protocol says is dropped here, so that nothing
behind this module meets a missing key or a wrong type.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from graders import wire

DELIMITER = b"<IDS|MSG>"
PARTS = 5
MAX_FRAMES = 64
MEASURED = "application/vnd.noyau.measured+json"
MIME_TYPES = (
    "text/plain",
    "text/html",
    "text/latex",
    "text/markdown",
    "image/png",
    "image/jpeg",
    "image/gif",
    "image/svg+xml",
)


def _only_known_mime(data: object) -> object:
    if not isinstance(data, dict):
        return data
    return {mime: _joined(data[mime]) for mime in MIME_TYPES if mime in data}


def _joined(text: object) -> object:
    if isinstance(text, list) and all(isinstance(part, str) for part in text):
        return "".join(text)
    return text


def _printable(text: object) -> object:
    """Replace lone surrogates, which no encoding can write."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else text


def _display_id_or_nothing(transient: object) -> object:
    display_id = transient.get("display_id") if isinstance(transient, dict) else None
    return {"display_id": _printable(display_id)} if isinstance(display_id, str) else {}


Count = Annotated[int | None, Field(strict=True, ge=0, lt=2**31)]
Text = Annotated[str, BeforeValidator(_printable)]
MimeBundle = Annotated[dict[str, Text], BeforeValidator(_only_known_mime)]
Nothing = Annotated[dict[str, str], BeforeValidator(lambda _: {})]
Transient = Annotated[dict[str, str], BeforeValidator(_display_id_or_nothing)]


class Content(BaseModel):
    """What is read of a message's content; the rest is left behind."""


class Stream(Content):
    """Text that was printed."""

    name: Literal["stdout", "stderr"]
    text: Text


class Display(Content):
    """Something shown, in one or more forms; or what was logged, which is not for showing."""

    data: MimeBundle
    metadata: Nothing = {}
    transient: Transient = {}
    measured: Any = None

    @model_validator(mode="before")
    @classmethod
    def _part(cls, content: object) -> object:
        if not isinstance(content, dict):
            return content
        data = content.get("data")
        if isinstance(data, dict) and MEASURED in data:
            return {**content, "measured": data[MEASURED] or {}}
        return {**content, "measured": None}


class Result(Display):
    """The value of a cell's last expression."""

    execution_count: Count = None


class Raised(Content):
    """An exception that ended a cell."""

    ename: Text = ""
    evalue: Text = ""
    traceback: list[Text] = []


class Status(Content):
    """Whether the kernel is at work."""

    execution_state: Literal["busy", "idle", "starting"]


class ClearOutput(Content):
    """The cell's outputs so far are to go."""

    wait: bool = False


class Payload(BaseModel):
    """A side effect that the cell asks of the front end; only its kind is read."""

    source: Text = ""


class Expression(BaseModel):
    """The value of one user expression, as a MIME bundle."""

    status: Literal["ok", "error"]
    data: dict[str, Any] = {}


class ExecuteReply(Raised):
    """How an execution ended."""

    status: Literal["ok", "error", "aborted"]
    payload: list[Payload] = []
    user_expressions: dict[str, Expression] = {}


class Empty(Content):
    """A message whose arrival is all that counts."""


CONTENTS: dict[str, type[Content]] = {
    "stream": Stream,
    "display_data": Display,
    "update_display_data": Display,
    "execute_result": Result,
    "error": Raised,
    "status": Status,
    "clear_output": ClearOutput,
    "execute_reply": ExecuteReply,
    "kernel_info_reply": Empty,
    "interrupt_reply": Empty,
}


def read_message(frames: Sequence[bytes]) -> dict[str, Any] | None:
    """Return the message as jupyter_client would, or None where it is malformed or not needed.

    Signatures are not checked: the key is the student's room's own.
    """
    if DELIMITER not in frames[:MAX_FRAMES]:
        return None
    start = frames.index(DELIMITER) + 2
    parts = frames[start : start + PARTS - 1]
    if len(parts) != PARTS - 1:
        return None
    try:
        header, parent, content = (wire.parse(parts[index]) for index in (0, 1, 3))
        msg_type = header["msg_type"]
        msg_id = parent.get("msg_id")
        checked = CONTENTS[msg_type].model_validate(content)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return {
        "header": {"msg_type": msg_type},
        "msg_type": msg_type,
        "parent_header": {"msg_id": msg_id} if isinstance(msg_id, str) else {},
        "metadata": {},
        "content": checked.model_dump(),
        "size": len(parts[3]),
    }
