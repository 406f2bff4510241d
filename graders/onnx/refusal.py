"""Why a model is not taken.

The modules beside this one that read a file run in a process of their own, which imports as little
as it can; the judge makes a problem of what they say.
"""

from __future__ import annotations

NOT_A_MODEL = "not-a-model"
FORBIDDEN = "forbidden-operator"
TOO_LARGE = "model-too-large"
WRONG_SHAPE = "wrong-shape"
NOT_FINITE = "not-finite"


class Refused(Exception):
    """The model is not taken. `code` is a ProblemCode's value, `name` that of an operator."""

    def __init__(self, code: str, message: str, *, name: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.name = name

    def as_json(self) -> dict[str, object]:
        """Return the reason as JSON data."""
        return {"refused": {"code": self.code, "message": self.message[:300], "name": self.name}}


def at_most(used: int, allowed: int, what: str) -> None:
    """Raise Refused where there is more of something than a model may have."""
    if used > allowed:
        raise Refused(TOO_LARGE, f"{used} {what}, of which {allowed} are allowed")
