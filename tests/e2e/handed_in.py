"""Notebooks as students hand them in."""

from __future__ import annotations

import json
from collections.abc import Callable

NAME = "# mistake:"
"""How a wrong solution's first line begins, which no student would write."""

EPOCH = '    print(f"epoch'
LOGGED = "    log(step=epoch + 1, loss=total / len(inputs))\n"


def unnamed(notebook: bytes) -> bytes:
    """Return a wrong solution without the line that names its mistake."""

    def edited(source: str) -> str:
        lines = source.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith(NAME))

    return _edited(notebook, edited)


def logged(notebook: bytes) -> bytes:
    """Return a notebook that trains, with a line that logs the loss of each epoch."""

    def edited(source: str) -> str:
        if EPOCH not in source:
            return source
        return "from noyau import log\n" + source.replace(EPOCH, LOGGED + EPOCH)

    return _edited(notebook, edited)


def _edited(notebook: bytes, edited: Callable[[str], str]) -> bytes:
    content = json.loads(notebook)
    cells = [cell | {"source": edited("".join(cell["source"]))} for cell in content["cells"]]
    kept = [cell for cell in cells if cell["source"].strip()]
    return json.dumps(content | {"cells": kept}).encode()
