"""Say where and how the student's code failed, in the student's own terms: cell and line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from graders.report import Fault, ProblemCode, Seen

MAX_TRACEBACK = 8000
_ANSI = re.compile(r"\x1b\[[0-9;]{0,40}[A-Za-z]")
_CELL = re.compile(r"Cell In\[(\d{1,6})\], line (\d{1,6})")
_FILE = re.compile(r'(File "?)(/\S*/)')
# A syntax error quotes it: "invalid syntax (1296695335.py, line 1)".
_CELL_FILE = re.compile(r" \(\d{1,20}\.py, line \d{1,6}\)$")
_KEPT = ("site-packages/", "dist-packages/", "lib/python3.11/")

# What the system says in a program that meets a limit.
_FELT = {
    "CUDA out of memory": ProblemCode.GPU_MEMORY,
    "CUDA error: out of memory": ProblemCode.GPU_MEMORY,
    "CUBLAS_STATUS_ALLOC_FAILED": ProblemCode.GPU_MEMORY,
    "CUDNN_STATUS_ALLOC_FAILED": ProblemCode.GPU_MEMORY,
    "can't allocate memory": ProblemCode.MEMORY,
    "No space left on device": ProblemCode.DISK,
    "File too large": ProblemCode.DISK,
    "can't start new thread": ProblemCode.PROCESSES,
    "Resource temporarily unavailable": ProblemCode.PROCESSES,
}
_NO_INPUT = "EOF when reading a line"
_MEANT = {
    "StdinNotImplementedError": ProblemCode.ASKED_FOR_INPUT,
    "SystemExit": ProblemCode.KERNEL_EXITED,
}


class Frame(BaseModel):
    """One frame of a student's traceback, as the student's room tells it."""

    count: int | None = Field(default=None, ge=0, lt=10**6)
    file: Seen = Field(max_length=4000)
    line: int = Field(ge=0, lt=10**7)
    function: Seen = Field(max_length=4000)
    source: Seen = Field(max_length=4000)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a code cell, both counted from 1."""

    cell: int
    line: int


def plain(text: str) -> str:
    """Return `text` without colours."""
    return _ANSI.sub("", text)


def clean_message(text: str) -> str:
    """Return an exception's message without colours and the file that IPython made of a cell."""
    return _CELL_FILE.sub("", plain(text))


def clean_traceback(lines: Sequence[str], cells: Mapping[int, int]) -> str:
    """Return IPython's traceback without colours and without this machine's paths.

    `cells` gives the number of the code cell for each execution count.
    """
    text = _FILE.sub(_short_path, plain("\n".join(lines)[: 4 * MAX_TRACEBACK]))
    return _CELL.sub(lambda found: _cell_name(found, cells), text)[-MAX_TRACEBACK:]


def line_in_cell(lines: Sequence[str], count: int) -> int | None:
    """Return the last line of the cell run as In[count] that the traceback passes through."""
    text = plain("\n".join(lines)[: 4 * MAX_TRACEBACK])
    found = [int(line) for cell, line in _CELL.findall(text) if int(cell) == count]
    return found[-1] if found else None


def describe_frames(frames: Sequence[Frame], cells: Mapping[int, int]) -> str:
    """Return the frames as text, the innermost last."""
    return "\n".join(_frame_lines(frame, cells) for frame in frames)[-MAX_TRACEBACK:]


def innermost_place(frames: Sequence[Frame], cells: Mapping[int, int]) -> Place | None:
    """Return the innermost place in the student's own cells, where there is one."""
    for frame in reversed(frames):
        if frame.count is not None and frame.count in cells:
            return Place(cell=cells[frame.count], line=frame.line)
    return None


def problem_of_exception(
    exception: str, message: str, *, otherwise: ProblemCode
) -> tuple[ProblemCode, Fault]:
    """Return what an exception of the student's code amounts to: a limit felt, or its own fault."""
    for words, code in _FELT.items():
        if words in message:
            return code, Fault.LIMIT
    if exception in ("MemoryError", "_ArrayMemoryError"):
        return ProblemCode.MEMORY, Fault.LIMIT
    if exception == "EOFError" and message == _NO_INPUT:
        return ProblemCode.ASKED_FOR_INPUT, Fault.STUDENT
    return _MEANT.get(exception, otherwise), Fault.STUDENT


def _frame_lines(frame: Frame, cells: Mapping[int, int]) -> str:
    if frame.count is not None and frame.count in cells:
        where = f"cell {cells[frame.count]}, line {frame.line}"
    else:
        where = f"{_short(frame.file)}, line {frame.line}"
    return f"{where}, in {frame.function}\n    {frame.source}"


def _cell_name(found: re.Match[str], cells: Mapping[int, int]) -> str:
    number = cells.get(int(found[1]))
    return found[0] if number is None else f"cell {number}, line {found[2]}"


def _short_path(found: re.Match[str]) -> str:
    return found[1] + _short(found[2])


def _short(path: str) -> str:
    """Return the path from its package on, or its last part where it is in none."""
    for folder in _KEPT:
        _, kept, rest = path.rpartition(folder)
        if kept:
            return rest
    return path.rpartition("/")[2]
