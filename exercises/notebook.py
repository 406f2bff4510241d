"""The student's starter and the reference, made from an author's percent script.

A script is a jupytext percent notebook. A cell with `lang="fr"` or `lang="en"` in its header
appears in that language only, and one with `tags=["parameters"]` keeps its tags. A region

    # BEGIN SOLUTION
    total = image.sum()
    # BEGIN STARTER
    # total = ...
    # END SOLUTION

is the solution's code in the reference, and the uncommented starter lines in the starter;
without starter lines it becomes `raise NotImplementedError`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import jupytext
from nbformat import NotebookNode

from exercises.errors import MalformedExercise

_MARKER = re.compile(r"^(?P<indent>\s*)# (?P<word>BEGIN SOLUTION|BEGIN STARTER|END SOLUTION)\s*$")
_CELL = re.compile(r"^# %%")
_COMMENT = re.compile(r"^(\s*)# ?")

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

Share = Literal["reference", "starter"]


def starter_notebook(script: str, *, language: str) -> bytes:
    """Return the student's notebook (nbformat 4.5) in one language, without any solution."""
    return _notebook(script, language=language, share="starter")


def reference_notebook(script: str, *, language: str) -> bytes:
    """Return the solved notebook (nbformat 4.5) in one language."""
    return _notebook(script, language=language, share="reference")


def check_script(script: str, path: Path) -> None:
    """Raise MalformedExercise at the first line where the solution regions do not balance."""
    opened, state = 0, ""
    for number, line in enumerate(script.splitlines(), start=1):
        if _CELL.match(line) and state:
            raise MalformedExercise(path, opened, "an END SOLUTION in the same cell")
        match = _MARKER.match(line)
        if match is None:
            continue
        match match["word"], state:
            case "BEGIN SOLUTION", "":
                opened, state = number, "solution"
            case "BEGIN SOLUTION", _:
                raise MalformedExercise(path, number, f"the END SOLUTION of line {opened} first")
            case "BEGIN STARTER", "solution":
                state = "starter"
            case "END SOLUTION", "solution" | "starter":
                state = ""
            case word, _:
                raise MalformedExercise(path, number, f"a BEGIN SOLUTION before this {word}")
    if state:
        raise MalformedExercise(path, opened, "an END SOLUTION after this BEGIN SOLUTION")


def solution_lines(script: str) -> frozenset[int]:
    """Return the numbers of a percent script's lines, from 1, that are the solution's alone."""
    lines, state = set(), ""
    for number, line in enumerate(script.splitlines(), start=1):
        if match := _MARKER.match(line):
            state = match["word"]
        elif state == "BEGIN SOLUTION":
            lines.add(number)
    return frozenset(lines)


def _notebook(script: str, *, language: str, share: Share) -> bytes:
    parsed = jupytext.reads(script, fmt="py:percent")  # type: ignore[no-untyped-call]
    cells = [
        # The position names the cell, so that ids are the same in the starter and the reference.
        _cell(cell, name=f"cell-{position:02d}", share=share)
        for position, cell in enumerate(parsed.cells, start=1)
        if cell.cell_type != "raw" and cell.metadata.get("lang", language) == language
    ]
    notebook = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


def _cell(cell: NotebookNode, *, name: str, share: Share) -> dict[str, object]:
    kept = "\n".join(_share_of(cell.source, share))
    tags = cell.metadata.get("tags")
    metadata = {"tags": tags} if tags else {}
    plain: dict[str, object] = {"id": name, "cell_type": cell.cell_type, "metadata": metadata}
    plain["source"] = kept.splitlines(keepends=True)
    if cell.cell_type == "code":
        plain |= {"execution_count": None, "outputs": []}
    return plain


def _share_of(source: str, share: Share) -> Iterator[str]:
    """Yield the cell's lines as the reference or the starter has them."""
    state, indent, replaced = "", "", False
    for line in source.splitlines():
        match = _MARKER.match(line)
        if match is None:
            if state == "" or (state == "solution" and share == "reference"):
                yield line
            elif state == "starter" and share == "starter":
                replaced = True
                yield _COMMENT.sub(r"\1", line)
        elif match["word"] == "BEGIN SOLUTION":
            state, indent, replaced = "solution", match["indent"], False
        elif match["word"] == "BEGIN STARTER":
            state = "starter"
        else:
            state = ""
            if share == "starter" and not replaced:
                yield f"{indent}raise NotImplementedError"
