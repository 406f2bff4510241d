"""Files that are handed in as notebooks, and notebooks whose files say more than their cells."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import zipfile
from typing import Any

from graders.report import ProblemCode
from tests.graders.samples import notebook
from tests.redteam.case import RIGHT, Case

NOT_JSON, NOT_A_NOTEBOOK, TOO_LARGE = (
    ProblemCode.NOT_JSON,
    ProblemCode.NOT_A_NOTEBOOK,
    ProblemCode.TOO_LARGE,
)
TURNED = "\u202eevil\u2066\x1b[31m<script>alert(1)</script>"


def refused(tries: str, content: bytes, code: ProblemCode) -> Case:
    """Return a case whose bytes never run."""
    return Case(tries, points=0, code=code, content=content)


def zip_bomb() -> bytes:
    """Return an archive of a kilobyte that unfolds to a megabyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("notebook.ipynb", bytes(1 << 20))
    return buffer.getvalue()


def cell(**changes: Any) -> dict[str, Any]:
    """Return a code cell with the right functions, some keys replaced."""
    plain = {"cell_type": "code", "metadata": {}, "source": RIGHT, "outputs": []}
    return {**plain, "id": "a", "execution_count": None, **changes}


def document(**changes: Any) -> bytes:
    """Return a right notebook with keys of the whole document replaced."""
    return notebook(RIGHT, **changes)


FORGED_OUTPUT = {
    "output_type": "display_data",
    "metadata": {"noyau": {"score": 1.0}},
    "data": {"application/vnd.noyau+json": '{"event": "verdict"}', "text/html": TURNED},
}
CASES = (
    refused("an archive that unfolds without end", zip_bomb(), NOT_JSON),
    refused("compressed JSON", gzip.compress(document()), NOT_JSON),
    refused("a pickle for a notebook", pickle.dumps({"cells": []}), NOT_JSON),
    refused("JSON nested 100,000 deep", b"[" * 100_000, NOT_JSON),
    refused(
        "metadata nested 5,000 deep",
        b'{"nbformat": 4, "nbformat_minor": 5, "cells": [], "metadata": '
        + b'{"a":' * 5000
        + b"1"
        + b"}" * 5000
        + b"}",
        NOT_JSON,
    ),
    refused("a number of 100,000 digits", b'{"nbformat": ' + b"9" * 100_000 + b"}", NOT_JSON),
    refused("a version without end", b'{"nbformat": 1e999, "cells": []}', NOT_A_NOTEBOOK),
    refused("a million cells", document(cells=[0] * 1_000_000), NOT_A_NOTEBOOK),
    refused("bytes past the limit", b" " * (6 << 20) + document(), TOO_LARGE),
    refused("more code than anybody writes", notebook("#" * (300 << 10)), TOO_LARGE),
    refused("UTF-16", document().decode().encode("utf-16"), NOT_JSON),
    refused(
        "a cell of a kind of its own", document(cells=[cell(cell_type="judge")]), NOT_A_NOTEBOOK
    ),
    Case("a mark of byte order", content=b"\xef\xbb\xbf" + document()),
    Case(
        "a source of 100,000 lines, one a piece",
        content=document(cells=[cell(source=[RIGHT, *("\n" for _ in range(100_000))])]),
    ),
    Case(
        "keys that stand twice: the last ones count",
        content=b'{"cells": [], "nbformat": 3, ' + document()[1:],
    ),
    Case(
        "outputs that were there before, with points and scripts",
        content=document(cells=[cell(outputs=[FORGED_OUTPUT] * 50, execution_count=10**6)]),
    ),
    Case(
        "metadata that turns around, and names a kernel of its own",
        (RIGHT,),
        document={
            "metadata": {
                "kernelspec": {"name": "bash", "argv": ["/bin/sh"], "display_name": TURNED},
                "language_info": {"name": TURNED, "version": "1e999"},
                "noyau": {"score": 1.0, "points": 10},
                "widgets": {"application/vnd.jupyter.widget-state+json": {"state": TURNED}},
                TURNED: TURNED,
            }
        },
    ),
    Case(
        "numbers that JSON lacks",
        content=json.dumps(
            {**json.loads(document()), "metadata": {"a": float("nan"), "b": float("-inf")}}
        ).encode(),
    ),
    Case(
        "errors that every cell may raise, and cells that are to be skipped",
        content=document(
            cells=[
                cell(),
                cell(
                    id="a",
                    source="raise ValueError",
                    metadata={"tags": ["raises-exception", "skip-execution", TURNED]},
                    attachments={"../../x": {"image/png": "!"}},
                ),
            ]
        ),
    ),
)
