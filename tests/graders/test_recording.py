"""What a kernel answered is kept, and answers again exactly as it did."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graders.errors import (
    CallTimeout,
    MalformedReply,
    NotRecorded,
    RoomEnded,
    StudentError,
    TranscriptError,
)
from graders.judge.calls import MAX_PRINTED
from graders.judge.notebook import NotebookRun
from graders.judge.recording import RecordingCaller, ReplayCaller
from graders.report import Fault, Problem, ProblemCode
from graders.student import Caller
from graders.transcript import MAX_PACKED, MAX_PLAIN, Exchange, Transcript, pack, unpack

SLOW = Problem(code=ProblemCode.WALL_TIME, fault=Fault.LIMIT, allowed=2)
GONE = Problem(code=ProblemCode.MEMORY, fault=Fault.LIMIT, allowed=512.0, used=513.0)
NONSENSE = Problem(code=ProblemCode.MALFORMED_REPLY, fault=Fault.STUDENT)


@dataclass(frozen=True, slots=True)
class Step:
    """What one request meets: a reply, or an error after which the room may be lost."""

    request: str
    printed: str
    outcome: str | StudentError
    loses: bool = False


@dataclass(slots=True)
class Script:
    """A kernel that does what it was told beforehand."""

    steps: list[Step]
    lost: Problem | None = None
    printed: str = ""
    cells: Mapping[int, int] = field(default_factory=lambda: {1: 2})

    def begin_test(self, *, listen: bool = False) -> None:
        """Forget what was printed. Everything is listened to."""
        self.printed = "" if listen else self.printed

    def ask(self, request: str) -> str:
        """Take the next step."""
        if self.lost is not None:
            raise RoomEnded(self.lost)
        step = self.steps.pop(0)
        assert step.request == request
        self.printed = (self.printed + step.printed)[:MAX_PRINTED]
        if isinstance(step.outcome, str):
            return step.outcome
        if step.loses:
            self.lost = step.outcome.problem
        raise step.outcome


def told(caller: Caller, request: str) -> tuple[object, ...]:
    """Return all that a test sees of one request."""
    try:
        outcome: tuple[object, ...] = ("answer", caller.ask(request))
    except StudentError as exc:
        outcome = (type(exc), exc.problem, getattr(exc, "reply", None))
    return (*outcome, caller.printed, caller.lost)


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
outcomes = st.one_of(
    texts,
    st.builds(lambda said: CallTimeout(SLOW, reply=said), st.none() | texts),
    st.just(MalformedReply(NONSENSE)),
)
# Few different requests, so that many are repeated.
steps = st.builds(Step, st.sampled_from(["get x", "call f", "call g"]), texts, outcomes)
endings = st.sampled_from(
    [
        Step("call f", "", RoomEnded(GONE), loses=True),
        Step("call g", "said ", CallTimeout(SLOW), loses=True),
    ]
)


def recorded(script: list[Step]) -> tuple[list[tuple[object, ...]], bytes]:
    kernel = RecordingCaller(Script(list(script)))
    kernel.begin_test(listen=True)
    seen = [told(kernel, step.request) for step in script]
    return seen, kernel.packed(NotebookRun(cells=kernel.cells))


@given(script=st.lists(steps, max_size=30), ending=st.none() | endings)
def test_whatever_was_asked_is_answered_again_as_it_was(
    script: list[Step], ending: Step | None
) -> None:
    if ending is not None:
        script = [*script, ending, Step("get x", "", "never asked")]
    seen, packed = recorded(script)
    replay = ReplayCaller(unpack(packed))
    replay.begin_test(listen=True)
    assert [told(replay, step.request) for step in script] == seen
    assert (replay.cells, replay.missed) == ({1: 2}, False)


@given(script=st.lists(steps, max_size=10), request=st.sampled_from(["get x", "get y"]))
def test_what_was_not_asked_so_often_can_not_be_answered(script: list[Step], request: str) -> None:
    _, packed = recorded(script)
    replay = ReplayCaller(unpack(packed))
    for step in script:
        told(replay, step.request)
    with pytest.raises(NotRecorded):
        replay.ask(request)
    assert replay.missed


def test_what_is_printed_is_heard_by_tests_that_listen() -> None:
    _, packed = recorded([Step("call f", "once", "1"), Step("call f", "twice", "2")])
    replay = ReplayCaller(unpack(packed))
    replay.begin_test(listen=False)
    assert (replay.ask("call f"), replay.printed) == ("1", "")
    replay.begin_test(listen=True)
    assert (replay.ask("call f"), replay.printed) == ("2", "twice")


def test_a_notebook_that_ended_its_kernel_answers_nothing() -> None:
    run = NotebookRun(problem=GONE, usable=False)
    kernel = RecordingCaller(Script([]))
    replay = ReplayCaller(unpack(kernel.packed(run)))
    assert replay.lost == GONE
    with pytest.raises(RoomEnded):
        replay.ask("get x")


def test_no_request_is_kept_as_it_was() -> None:
    _, packed = recorded([Step("call f with a hidden input", "", "1")])
    assert b"hidden" not in unpack(packed).model_dump_json().encode()


@pytest.mark.parametrize("reply", ["x" * (MAX_PLAIN + 1), "\ud800"])
def test_what_is_too_large_or_can_not_be_written_is_not_kept(reply: str) -> None:
    seen, packed = recorded([Step("get x", "", reply), Step("get y", "", "1")])
    assert (len(seen), packed) == (2, b"")


def test_what_packs_well_is_still_bounded_unpacked() -> None:
    reply = "0" * (MAX_PLAIN - 1000)
    packed = pack(Transcript(exchanges=(Exchange(asked="0" * 64, reply=reply),)))
    assert 0 < len(packed) < MAX_PACKED // 100
    twice = pack(Transcript(exchanges=(Exchange(asked="0" * 64, reply=reply),) * 2))
    assert twice == b""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not zlib",
        pack(Transcript())[:-4],
        zlib.compress(b"{}" + b" " * MAX_PLAIN),
        zlib.compress(b'{"version": 2}'),
        zlib.compress(b'{"exchanges": [{"asked": "a request"}]}'),
    ],
)
def test_what_is_not_a_transcript_is_refused(content: bytes) -> None:
    with pytest.raises(TranscriptError):
        unpack(content)
