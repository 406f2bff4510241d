"""The end of what a notebook prints while it runs, told to the worker now and then.

It is shown while it runs, and kept nowhere: the executed notebook holds everything.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from graders.protocol import MOST_TAIL, Printed

MOST_LINES = 40
# Seconds between two pieces of news.
PAUSE = 1.0
# Each time as many bytes have been told, the pause is longer by itself: an hour of printing is a
# few megabytes at most.
PATIENCE = 256 * 1024


class PrintedTail:
    """The last lines of one notebook. `tell` is given them, once a second at most.

    It belongs to an event loop, on which what came too soon is told later.
    """

    def __init__(self, tell: Callable[[Printed], None]) -> None:
        self._tell = tell
        self._tail = ""
        self._told = 0
        self._told_at = -PAUSE
        self._later: asyncio.TimerHandle | None = None

    def take(self, text: str) -> None:
        """Take in what one message of the kernel's brings, however much that is."""
        self._tail = _end(_overwritten(self._tail + text[-2 * MOST_TAIL :]))
        if self._later is None:
            wait = self._told_at + self.pause - time.monotonic()
            self._later = asyncio.get_running_loop().call_later(max(wait, 0), self._tell_now)

    def end(self) -> None:
        """Tell at once what has not been told yet."""
        if self._later is not None:
            self._later.cancel()
            self._tell_now()

    @property
    def pause(self) -> float:
        """Seconds to wait before the next piece of news: longer the more was told."""
        return PAUSE * (1 + self._told / PATIENCE)

    def _tell_now(self) -> None:
        self._later = None
        self._told_at = time.monotonic()
        self._told += len(self._tail.encode())
        self._tell(Printed(tail=self._tail))


def _overwritten(text: str) -> str:
    """Return the text without what carriage returns overwrite, as progress bars do.

    The last line may still be: a carriage return at its end stays.
    """
    if "\r" not in text:
        return text
    *lines, last = text.replace("\r\n", "\n").split("\n")
    kept = last.rstrip("\r")
    end = "\r" if kept != last else ""
    return "\n".join([*map(_last_state, lines), _last_state(kept) + end])


def _last_state(line: str) -> str:
    return line.rstrip("\r").rpartition("\r")[2]


def _end(text: str) -> str:
    """Return the last lines, and of these the last characters: as many as one message takes."""
    lines = text[-MOST_TAIL:].rsplit("\n", MOST_LINES + 1)
    return "\n".join(lines[-MOST_LINES - 1 :] if text.endswith("\n") else lines[-MOST_LINES:])
