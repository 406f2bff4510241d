"""Keep what the student's kernel answers, and answer from what was kept."""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from graders.errors import CallTimeout, MalformedReply, NotRecorded, RoomEnded, StudentError
from graders.judge.calls import MAX_PRINTED
from graders.judge.notebook import NotebookRun
from graders.report import Problem
from graders.student import Caller
from graders.transcript import MAX_EXCHANGES, MAX_PLAIN, Exchange, Failure, Transcript, pack

_FAILURES: Mapping[type[StudentError], Failure] = {
    CallTimeout: "timeout",
    RoomEnded: "ended",
    MalformedReply: "malformed",
}


@dataclass(slots=True)
class RecordingCaller:
    """Passes requests on to `inner` and keeps how each ended."""

    inner: Caller
    exchanges: list[Exchange] = field(default_factory=list)
    _size: int = 0

    @property
    def cells(self) -> Mapping[int, int]:
        """The inner caller's."""
        return self.inner.cells

    @property
    def lost(self) -> Problem | None:
        """The inner caller's."""
        return self.inner.lost

    @property
    def printed(self) -> str:
        """The inner caller's."""
        return self.inner.printed

    def begin_test(self, *, listen: bool = False) -> None:
        """Begin a test."""
        self.inner.begin_test(listen=listen)

    def ask(self, request: str) -> str:
        """Return the text of the reply, or raise what the inner caller raises, and keep it."""
        if self.lost is not None:
            return self.inner.ask(request)
        before = len(self.printed)
        try:
            reply = self.inner.ask(request)
        except (CallTimeout, RoomEnded, MalformedReply) as exc:
            said = exc.reply if isinstance(exc, CallTimeout) else None
            self._keep(request, said, before, error=exc)
            raise
        self._keep(request, reply, before)
        return reply

    def packed(self, run: NotebookRun) -> bytes:
        """Return the transcript of `run` and of what was asked after it, empty if too large."""
        if self._size > MAX_PLAIN or len(self.exchanges) > MAX_EXCHANGES:
            return b""
        transcript = Transcript.model_construct(
            problem=run.problem,
            usable=run.usable,
            cells=dict(run.cells),
            exchanges=tuple(self.exchanges),
        )
        return pack(transcript)

    def _keep(
        self, request: str, reply: str | None, before: int, *, error: StudentError | None = None
    ) -> None:
        self._size += len(reply or "")
        if self._size > MAX_PLAIN or len(self.exchanges) > MAX_EXCHANGES:
            # It will not be kept: nothing of it needs to be held.
            self.exchanges.clear()
            self._size = MAX_PLAIN + 1
            return
        self.exchanges.append(
            Exchange.model_construct(
                asked=digest_of(request),
                reply=reply,
                printed=self.printed[before:],
                failed=None if error is None else _FAILURES[type(error)],
                problem=None if error is None else error.problem,
                is_last=self.lost is not None,
            )
        )


class ReplayCaller:
    """Answers as the kernel did that a transcript tells of.

    A request that was made several times gets its replies in their order. One that the transcript
    lacks raises NotRecorded; `missed` then says so, whatever the test makes of it.
    """

    def __init__(self, transcript: Transcript) -> None:
        self.cells: Mapping[int, int] = transcript.cells
        self.lost = None if transcript.usable else transcript.problem
        self.printed = ""
        self.missed = False
        self._listen = False
        self._left: defaultdict[str, deque[Exchange]] = defaultdict(deque)
        for exchange in transcript.exchanges:
            self._left[exchange.asked].append(exchange)

    def begin_test(self, *, listen: bool = False) -> None:
        """Forget what was printed, and keep what comes if `listen`."""
        self.printed = ""
        self._listen = listen

    def ask(self, request: str) -> str:
        """Return or raise what the request came to. Raises NotRecorded."""
        if self.lost is not None:
            raise RoomEnded(self.lost)
        left = self._left[digest_of(request)]
        if not left:
            self.missed = True
            raise NotRecorded("the tests ask what was not asked when the notebook ran")
        exchange = left.popleft()
        if exchange.is_last:
            self.lost = exchange.problem
        if self._listen:
            self.printed = (self.printed + exchange.printed)[:MAX_PRINTED]
        return _outcome(exchange)


def digest_of(request: str) -> str:
    """Return what a request is kept as."""
    return hashlib.sha256(request.encode()).hexdigest()


def _outcome(exchange: Exchange) -> str:
    match exchange:
        case Exchange(failed="timeout", problem=Problem() as problem):
            raise CallTimeout(problem, reply=exchange.reply)
        case Exchange(failed="ended", problem=Problem() as problem):
            raise RoomEnded(problem)
        case Exchange(failed="malformed", problem=Problem() as problem):
            raise MalformedReply(problem)
        case Exchange(failed=None, reply=str(reply)):
            return reply
    raise ValueError(f"an exchange that is none: {exchange.failed}")
