"""Log what a training measures: its curves are drawn on the attempt's page while it runs.

    from noyau import log

    log(loss=0.31, accuracy=0.94)

Inside a kernel the values are gathered and sent as displays of a kind of their own, a few times a
second at first and more and more rarely; a curve of very many values is thinned to its extremes. A
call costs some microseconds. Outside a kernel a line is printed. The judge's side of the messages
is `graders/judge/measured.py`, which believes none of this.
"""  # noqa: INP001 - beside the student's code, which sees this folder alone

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping
from typing import Any

__all__ = ["log"]

MIME = "application/vnd.noyau.measured+json"
MOST_CURVES = 20
LONGEST_NAME = 60
# Values of one curve that are sent before fewer of as many are.
PLENTY = 500
# Seconds between two messages, and how many messages later they are twice as many.
PAUSE = 0.5
PATIENCE = 100
# Integers below are told to the last digit.
EXACT = 2**53
# What is farther from zero is as good as infinite.
LARGEST = 1e100


def log(step: float | None = None, **values: Any) -> None:  # noqa: ANN401
    """Add a value to each of the named curves, at `step` or else after that curve's last.

    Values are numbers, or arrays and tensors of one number.
    """
    record(values, step=step)


def record(values: Mapping[str, Any], *, step: Any = None) -> None:  # noqa: ANN401
    """Add a value to each curve in `values`, whose names may be any text."""
    numbers = {str(name): _number(value) for name, value in values.items()}
    at = None if step is None else _number(step)
    kernel = _kernel()
    if kernel is None:
        where = "" if at is None else f"step {at:g}: "
        told = ", ".join(f"{name} {value:.6g}" for name, value in numbers.items())
        print(where + told)  # noqa: T201 - all that can be done for the reader of a terminal
    else:
        _gathered.add(kernel, numbers, at)


def _number(value: Any) -> float:  # noqa: ANN401
    # Of a tensor or an array that has one number.
    item = getattr(value, "item", None)
    return float(value if item is None else item())


def _kernel() -> Any:  # noqa: ANN401
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return getattr(shell, "kernel", None)


class _Curve:
    """Values of one name on their way. Of `width` in a row the lowest and the highest are sent."""

    def __init__(self) -> None:
        self.step = 0.0
        self.width = 1
        self.told = 0
        self.not_finite = 0
        self.waiting: list[tuple[float, float]] = []
        self.ready: list[tuple[float, float]] = []

    def add(self, step: float | None, value: float) -> None:
        at = self.step + 1 if step is None else step
        if not (abs(at) <= LARGEST and abs(value) <= LARGEST):
            self.not_finite += 1
            self.step += step is None
            return
        self.step = at
        self.waiting.append((at, value))
        if len(self.waiting) >= self.width:
            self._settle()

    def take(self) -> list[list[float]]:
        """Return what has not been sent, up to the last value."""
        last = self.waiting[-1:]
        self._settle()
        if last != self.ready[-1:]:
            self.ready += last
        ready, self.ready = self.ready, []
        return [[_short(step), _short(value)] for step, value in ready]

    def _settle(self) -> None:
        waiting, self.waiting = self.waiting, []
        if not waiting:
            return
        low, high = (
            choose(range(len(waiting)), key=lambda i: waiting[i][1]) for choose in (min, max)
        )
        kept = [waiting[i] for i in sorted({low, high})]
        self.ready += kept
        self.told += len(kept)
        if self.told >= PLENTY:
            self.told, self.width = 0, max(4, 2 * self.width)


def _short(number: float) -> float:
    return int(number) if number.is_integer() and abs(number) < EXACT else float(f"{number:.6g}")


class _Gathered:
    """What was logged and not sent yet. Both the kernel's threads come here: cells and sending."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.curves: dict[str, _Curve] = {}
        self.messages = 0
        self.kernel: Any = None
        self.process = 0
        self.parent: Any = None
        self.is_timed = False

    def add(self, kernel: Any, numbers: Mapping[str, float], step: float | None) -> None:  # noqa: ANN401
        if self.kernel is not kernel:
            self.kernel, self.process = kernel, os.getpid()
            kernel.shell.events.register("post_run_cell", lambda *_: self.send())
        if self.process != os.getpid():
            return  # forked from the kernel, as workers that load data are: it can't speak for it
        with self.lock:
            for name, value in numbers.items():
                curve = self._curve(name[:LONGEST_NAME])
                if curve is not None:
                    curve.add(step, value)
            if self.parent is None:
                self.parent = kernel.get_parent("shell")
            if not self.is_timed:
                self.is_timed = True
                loop = kernel.iopub_socket.io_thread.io_loop
                loop.add_callback(loop.call_later, self._pause(), self._send_in_time)

    def send(self) -> None:
        """Send what there is, if there is any."""
        with self.lock:
            parent, self.parent = self.parent, None
            if parent is None:
                return
            self.messages += 1
            points = {name: curve.take() for name, curve in self.curves.items()}
            lost = {name: curve.not_finite for name, curve in self.curves.items()}
        said = {
            "points": {name: taken for name, taken in points.items() if taken},
            "not_finite": {name: count for name, count in lost.items() if count},
        }
        content = {"data": {MIME: said}, "metadata": {}, "transient": {}}
        self.kernel.session.send(
            self.kernel.iopub_socket, "display_data", content, parent=parent, ident=b"display_data"
        )

    def _send_in_time(self) -> None:
        with self.lock:
            self.is_timed = False
        self.send()

    def _pause(self) -> float:
        return PAUSE * (1 + self.messages / PATIENCE)

    def _curve(self, name: str) -> _Curve | None:
        if name not in self.curves:
            if len(self.curves) == MOST_CURVES:
                return None
            self.curves[name] = _Curve()
            if len(self.curves) == MOST_CURVES:
                note = f"noyau: {MOST_CURVES} curves are drawn; what has yet another name is not."
                print(note, file=sys.stderr)  # noqa: T201 - the student is to know
        return self.curves[name]


_gathered = _Gathered()
