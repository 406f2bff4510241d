"""What the worker sends to the judge room, as one line of JSON."""

from __future__ import annotations

from pydantic import Base64Bytes

from graders.kinds.predictions.options import Options
from graders.report import Finite, Frozen


class PredictionsJob(Frozen):
    """A file to score; `hidden` is where its labels are, as the judge's room sees them."""

    content: Base64Bytes
    options: Options
    points: Finite
    hidden: str
