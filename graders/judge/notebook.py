"""Run the notebook's cells in the student's kernel, within the limits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from graders.judge.kernel import Kernel
from graders.judge.measured import Measurements
from graders.judge.outputs import NOTE, OutputBudget, joined_streams, output_node
from graders.judge.printed import PrintedTail
from graders.protocol import ADDED, JudgeLimits
from graders.report import Fault, Problem, ProblemCode
from graders.tracebacks import (
    clean_message,
    clean_traceback,
    line_in_cell,
    problem_of_exception,
)

GRACE_SECONDS = 2.0
MAX_MESSAGE = 4000
MAX_ERROR = 64 * 1024


@dataclass(frozen=True, slots=True)
class NotebookRun:
    """What running the cells came to.

    `usable` tells whether the kernel can still be called. `cells` gives the number of the code
    cell for each of the kernel's execution counts.
    """

    problem: Problem | None = None
    usable: bool = True
    cells: Mapping[int, int] = field(default_factory=dict)


class _Client(NotebookClient):
    """nbclient with our own way of storing outputs: counted, and built without a schema."""

    def __init__(
        self,
        notebook: NotebookNode,
        kernel: Kernel,
        budget: OutputBudget,
        measurements: Measurements,
        printed: PrintedTail,
    ) -> None:
        super().__init__(notebook, on_cell_executed=self._keep_reply)
        self.kc = kernel.client
        self.budget = budget
        self.measurements = measurements
        self.printed = printed
        self.flooded: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.reply: dict[str, Any] | None = None
        self._shown: dict[str, NotebookNode] = {}

    def _keep_reply(self, execute_reply: dict[str, Any] | None, **_: object) -> None:
        self.reply = execute_reply and execute_reply["content"]

    def note_flood(self, cut_off: asyncio.Task[None] | None = None) -> None:
        """Let the running cell be stopped for what it puts out."""
        if not self.flooded.done() and not (cut_off and cut_off.cancelled()):
            self.flooded.set_result(None)

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        if msg["msg_type"] not in ("status", "execute_reply"):
            self.budget.take(msg["size"])
            if self.budget.exceeded and not self.flooded.done():
                self.note_flood()
        if self.flooded.done() and not _ends_cell(msg, cell):
            return None
        measured = msg["content"].get("measured") if msg["msg_type"] == "display_data" else None
        if measured is not None:
            self.measurements.take(measured)
            return None
        if msg["msg_type"] == "stream":
            self.printed.take(msg["content"]["text"])
        node: NotebookNode | None = super().process_message(msg, cell, cell_index)
        return node

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, _: int
    ) -> NotebookNode | None:
        out = output_node(msg["msg_type"], msg["content"])
        if out is None:
            return None
        if self.clear_before_next_output:
            outs.clear()
            self.clear_before_next_output = False
        if display_id:
            self._shown[display_id] = out
        outs.append(out)
        return out

    def _update_display_id(self, display_id: str, msg: dict[str, Any]) -> None:
        """Show the message where its id was shown last: in one place, so that it stays small."""
        shown = self._shown.get(display_id)
        out = output_node("display_data", msg["content"])
        if shown is not None and out is not None and msg["msg_type"] == "update_display_data":
            shown.data = out.data


def _ends_cell(msg: dict[str, Any], cell: NotebookNode) -> bool:
    """Return whether the message tells how an interrupted cell ended. It may say so once."""
    if msg["msg_type"] != "error":
        return bool(msg["msg_type"] == "status")
    told = any(output.output_type == "error" for output in cell.outputs)
    return bool(msg["size"] < MAX_ERROR) and not told


class NotebookRunner:
    """One run of a notebook. `on_cell(done, total)` is told of every cell that finished.

    What the notebook logs on the way goes to `measurements`, what it prints to `printed` as well.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        *,
        kernel: Kernel,
        limits: JudgeLimits,
        measurements: Measurements,
        printed: PrintedTail,
        on_cell: Callable[[int, int], None],
    ) -> None:
        self.notebook = notebook
        self.kernel = kernel
        self.limits = limits
        self.on_cell = on_cell
        self.budget = OutputBudget(limits.output)
        self.measurements = measurements
        self.printed = printed
        self.client = _Client(notebook, kernel, self.budget, measurements, printed)
        self.deadline = time.monotonic() + limits.wall
        self.cells: dict[int, int] = {}

    async def run(self) -> NotebookRun:
        """Run every code cell in order, up to the first that does not end well."""
        cut_off = asyncio.create_task(self.kernel.cut_off())
        cut_off.add_done_callback(self.client.note_flood)
        try:
            return await self._run_cells()
        finally:
            self.printed.end()
            cut_off.cancel()
            await asyncio.wait({cut_off})

    async def _run_cells(self) -> NotebookRun:
        code = numbered_cells(self.notebook)
        self.on_cell(0, len(code))
        for done, (number, index, cell) in enumerate(code, start=1):
            if cell.source.strip():
                self.cells[len(self.cells) + 1] = number
                problem, usable = await self._run_cell(cell, index, number)
                cell.outputs = joined_streams(cell.outputs)
                self.measurements.tell()
                if problem is not None:
                    return NotebookRun(problem=problem, usable=usable, cells=self.cells)
            self.on_cell(done, len(code))
        return NotebookRun(cells=self.cells)

    async def _run_cell(
        self, cell: NotebookNode, index: int, number: int
    ) -> tuple[Problem | None, bool]:
        """Return what went wrong in this cell, and whether the kernel can be called after it."""
        count = len(self.cells)
        self.client.reply = None
        source, cell.source = cell.source, with_its_lines(cell.source)
        task = asyncio.create_task(
            self.client.async_execute_cell(cell, index, execution_count=count)
        )
        over = await self._finish(task)
        cell.source = source
        if self.kernel.ended.done():
            return self.kernel.ended.result().model_copy(update={"cell": number}), False
        if self.client.flooded.done():
            cell.outputs.append(output_node("stream", {"name": "stderr", "text": NOTE}))
        reply: dict[str, Any] = self.client.reply or {}
        traceback = reply.get("traceback", [])
        if over is not None:
            place = {"cell": number, "line": line_in_cell(traceback, count)}
            return over.model_copy(update=place), False
        if any(payload["source"] == "ask_exit" for payload in reply.get("payload", [])):
            exited = Problem(code=ProblemCode.KERNEL_EXITED, fault=Fault.STUDENT, cell=number)
            return exited, False
        if reply.get("status") == "error" and isinstance(task.exception(), CellExecutionError):
            return self._raised(reply, number, count), True
        return None, True

    async def _finish(self, task: asyncio.Task[NotebookNode]) -> Problem | None:
        """Wait for the cell, the end of the room, or a limit; return the limit that was passed."""
        flooded = self.client.flooded
        remaining = max(self.deadline - time.monotonic(), 0)
        await _first({task, self.kernel.ended, flooded}, within=remaining)
        over = None
        if flooded.done():
            used = self.budget.used if self.budget.used > self.limits.output else None
            over = self._limit(ProblemCode.OUTPUT, self.limits.output, used)
        elif not task.done():
            seconds = self.limits.wall + time.monotonic() - self.deadline
            over = self._limit(ProblemCode.WALL_TIME, self.limits.wall, round(seconds, 3))
        if not task.done() and not self.kernel.ended.done():
            # The interrupted cell tells where it was.
            await self.kernel.interrupt()
            await _first({task, self.kernel.ended}, within=GRACE_SECONDS)
        task.cancel()
        await asyncio.wait({task})
        return over

    def _limit(self, code: ProblemCode, allowed: float, used: float | None) -> Problem:
        return Problem(code=code, fault=Fault.LIMIT, allowed=allowed, used=used)

    def _raised(self, reply: dict[str, Any], number: int, count: int) -> Problem:
        exception, message = reply["ename"][:200], clean_message(reply["evalue"])[:MAX_MESSAGE]
        code, fault = problem_of_exception(exception, message, otherwise=ProblemCode.CELL_RAISED)
        return Problem(
            code=code,
            fault=fault,
            cell=number,
            line=line_in_cell(reply["traceback"], count),
            exception=exception,
            message=message,
            traceback=clean_traceback(reply["traceback"], self.cells),
        )


def numbered_cells(notebook: NotebookNode) -> list[tuple[int, int, NotebookNode]]:
    """Return each code cell with its number as the student knows it, and its index.

    A cell that was added for this run has the number of the one before it.
    """
    code = [(i, cell) for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    numbers = accumulate(int(ADDED not in cell.metadata) for _, cell in code)
    return [(number, *one) for number, one in zip(numbers, code, strict=True)]


def with_its_lines(source: str) -> str:
    """Return code whose lines IPython numbers as they stand: it drops blank ones at the start."""
    rest = source.lstrip()
    start = source[: len(source) - len(rest)]
    # A cell's magic must come first, and an indented cell shows its indent in its first line.
    if not start.endswith("\n") or rest.startswith("%%"):
        return source
    return f"#{source}"


async def _first(waiting: set[asyncio.Future[Any]], *, within: float) -> None:
    await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
