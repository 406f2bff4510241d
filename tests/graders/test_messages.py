"""Messages of a kernel that lies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graders.judge.messages import read_message


def frames(msg_type: Any, content: Any, parent: Any = None) -> list[bytes]:
    parts: tuple[Any, ...] = (
        {"msg_type": msg_type, "msg_id": "m"},
        parent or {"msg_id": "p"},
        {},
        content,
    )
    return [b"topic", b"<IDS|MSG>", b"signature", *(json.dumps(part).encode() for part in parts)]


def test_a_stream_message_is_read() -> None:
    message = read_message(frames("stream", {"name": "stdout", "text": "a", "other": 1}))
    assert message is not None
    assert message["content"] == {"name": "stdout", "text": "a"}
    assert message["parent_header"] == {"msg_id": "p"}


@pytest.mark.parametrize(
    ("msg_type", "content"),
    [
        ("stream", {}),
        ("stream", {"name": "stdin", "text": "a"}),
        ("stream", {"name": "stdout", "text": 3}),
        ("stream", []),
        ("stream", None),
        ("display_data", {"data": 3}),
        ("display_data", {"data": {"text/plain": {"a": 1}}}),
        ("execute_result", {"data": {}, "execution_count": "1"}),
        ("execute_result", {"data": {}, "execution_count": 2**40}),
        ("error", {"traceback": "text"}),
        ("status", {"execution_state": "dead"}),
        ("clear_output", {"wait": [1]}),
        ("execute_reply", {"status": "fine"}),
        ("execute_reply", {"status": "ok", "user_expressions": []}),
        ("execute_reply", {"status": "ok", "payload": [3]}),
        ("comm_open", {"comm_id": "a", "data": {}}),
        ("no_such_type", {}),
        (["stream"], {}),
        (None, {}),
    ],
)
def test_a_message_that_is_not_of_the_protocol_is_dropped(msg_type: Any, content: Any) -> None:
    assert read_message(frames(msg_type, content)) is None


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [b"<IDS|MSG>"],
        [b"<IDS|MSG>", b"s", b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"s", b"[]", b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"s", b'{"msg_type": "status"}', b"3", b"{}", b"{}"],
        [b"<IDS|MSG>", b"s", b"\xff", b"{}", b"{}", b"{}"],
        [b"<IDS|MSG>", b"s", b'{"msg_type": "status"}', b"{}", b"{}", b"[" * 200_000],
        [
            b"<IDS|MSG>",
            b"s",
            b'{"msg_type": "status"}',
            b"{}",
            b"{}",
            b"[%b]" % (b"{}," * 4_000_000),
        ],
        [b"x"] * 100 + [b"<IDS|MSG>"],
    ],
)
def test_frames_that_are_no_message_are_dropped(parts: list[bytes]) -> None:
    assert read_message(parts) is None


def test_only_known_forms_of_an_output_are_kept() -> None:
    data = {"text/plain": ["a", "b"], "application/javascript": "alert(1)", "x" * 10_000: "y"}
    message = read_message(frames("display_data", {"data": data, "metadata": {"a": {"b": 1}}}))
    assert message is not None
    assert message["content"]["data"] == {"text/plain": "ab"}
    assert message["content"]["metadata"] == {}


def test_a_lone_surrogate_does_not_lose_the_message() -> None:
    message = read_message(frames("stream", {"name": "stdout", "text": "\ud800"}))
    assert message is not None
    assert message["content"]["text"] == "?"


def test_a_parent_that_is_no_text_belongs_to_nothing() -> None:
    message = read_message(frames("status", {"execution_state": "idle"}, {"msg_id": [1]}))
    assert message is not None
    assert message["parent_header"] == {}
