"""Values that travel between a test and the student's kernel, through both real codecs."""

from __future__ import annotations

import base64
import io
import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graders import wire
from graders.errors import (
    AnswerTooLarge,
    MalformedReply,
    MissingName,
    StudentRaised,
    WrongSignature,
    WrongType,
)
from graders.report import ProblemCode
from graders.student import Student
from tests.graders.room import RoomInProcess

SCALARS = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text()
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(-(2**59), 2**59), inner, max_size=4)
    ),
    max_leaves=20,
)


def identity() -> Student:
    return Student(RoomInProcess({"identity": lambda value: value}))


def same(first: Any, second: Any) -> bool:
    return repr(first) == repr(second)


@settings(max_examples=200, deadline=None)
@given(VALUES)
def test_plain_values_come_back_as_they_went(value: object) -> None:
    assert same(identity().identity(value), value)


@pytest.mark.parametrize("dtype", ["?", "u1", "<i8", ">i4", "f2", "f4", ">f8", "c8", "c16"])
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (2, 0, 3)])
def test_arrays_come_back_as_they_went(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
    back = identity().identity(array)
    assert back.dtype == array.dtype.newbyteorder("=")
    assert np.array_equal(back, array)
    assert back.flags.writeable


@pytest.mark.parametrize("array", [np.arange(6).reshape(2, 3).T, np.arange(10)[::-2]])
def test_arrays_in_another_order_of_memory_come_back_equal(array: np.ndarray) -> None:
    assert np.array_equal(identity().identity(array), array)


def test_numpy_scalars_come_back_as_python_numbers() -> None:
    student = Student(RoomInProcess({"f": lambda: [np.float32(0.5), np.int64(3), np.True_]}))
    assert same(student.f(), [0.5, 3, True])


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, (n for n in "a"), np.array([None]), np.array(["a"]), b"bytes", 1j, len],
)
def test_what_is_not_plain_data_is_of_the_wrong_type(value: object) -> None:
    student = Student(RoomInProcess({"f": lambda: value}))
    with pytest.raises(WrongType) as caught:
        student.f()
    assert type(value).__name__ in (caught.value.problem.message or "") or isinstance(
        value, np.ndarray
    )


def endless() -> list[Any]:
    cycle: list[Any] = []
    cycle.append(cycle)
    return cycle


@pytest.mark.parametrize(
    "make",
    [
        lambda: np.broadcast_to(np.zeros(1), (10**10,)),
        lambda: np.zeros(64 * 1024 * 1024 + 1, dtype=np.uint8),
        lambda: [0] * 1_000_001,
        lambda: "x" * (64 * 1024 * 1024 + 1),
        lambda: 1 << 100_000,
        lambda: {2**61 - 1: 0},
        endless,
    ],
    ids=["broadcast", "array", "list", "text", "integer", "key", "cycle"],
)
def test_too_much_is_refused_before_it_travels(make: Any) -> None:
    with pytest.raises(AnswerTooLarge) as caught:
        Student(RoomInProcess({"f": make})).f()
    problem = caught.value.problem
    assert (problem.used or 0) > (problem.allowed or 0)


def test_an_answer_of_just_the_largest_size_comes_back() -> None:
    student = Student(RoomInProcess({"f": lambda: np.ones(64 * 1024 * 1024, dtype=np.uint8)}))
    assert int(student.f().sum()) == 64 * 1024 * 1024


def test_a_missing_name_and_a_wrong_signature_are_told_apart() -> None:
    student = Student(RoomInProcess({"f": lambda image: image, "number": 3}))
    with pytest.raises(MissingName):
        student.g()
    with pytest.raises(WrongSignature):
        student.f(1, size=2)
    with pytest.raises(WrongType):
        student.number()
    assert student.get("number") == 3
    assert (student.has("f"), student.has("g"), student.has("number")) == (True, False, False)


def test_a_watched_call_tells_how_it_left_its_arguments() -> None:
    def cut(image: np.ndarray, *, least: float, seen: list[int]) -> np.ndarray:
        image[image < least] = least
        seen.append(7)
        return image * 1

    student = Student(RoomInProcess({"cut": cut}))
    image = np.array([-1.0, 2.0])
    value, left = student.watch("cut", image, least=0.0, seen=[])
    assert value.tolist() == [0, 2]
    assert [left[0].tolist(), *left[1:]] == [[0, 2], 0.0, [7]]
    assert image.tolist() == [-1, 2]


@pytest.mark.parametrize("reply", [{}, {"arguments": {"l": []}}, {"arguments": 3}])
def test_a_watched_call_that_does_not_tell_its_arguments_is_malformed(reply: Any) -> None:
    text = json.dumps({"status": "ok", "value": 1, **reply})
    with pytest.raises(MalformedReply):
        Student(TamperedRoom(text)).watch("f", 1)


def test_a_function_that_raises_says_what() -> None:
    def fails() -> None:
        raise KeyError("width")

    with pytest.raises(StudentRaised) as caught:
        Student(RoomInProcess({"fails": fails})).fails()
    problem = caught.value.problem
    assert (problem.code, problem.exception) == (ProblemCode.FUNCTION_RAISED, "KeyError")
    assert "in fails" in (problem.traceback or "")


def test_an_exception_that_cannot_be_printed_is_still_told() -> None:
    class Sly(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    def fails() -> None:
        raise Sly

    with pytest.raises(StudentRaised) as caught:
        Student(RoomInProcess({"fails": fails})).fails()
    assert caught.value.problem.exception == "Sly"


class TamperedRoom(RoomInProcess):
    """A room whose student answers the judge directly."""

    def __init__(self, reply: str) -> None:
        super().__init__({})
        self.reply = reply

    def ask(self, request: str) -> str:  # noqa: ARG002
        return self.reply


def npy(header: str, body: bytes = b"") -> str:
    padded = header.encode().ljust(117) + b"\n"
    content = b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded + body
    return base64.b64encode(content).decode()


def pickled() -> str:
    buffer = io.BytesIO()
    np.save(buffer, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.parametrize(
    "value",
    [
        [1, 2],
        {"x": 1},
        {"a": 3},
        {"a": "not base64!"},
        {"a": ""},
        {"a": base64.b64encode(pickle.dumps(3)).decode()},
        {"a": pickled()},
        {"a": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }")},
        {"a": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", b"x" * 8)},
        {"a": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", b"x" * 8)},
        {"a": npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", b"x" * 8)},
        {"a": npy("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }", b"x" * 8)},
        {"a": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 2**62), }")},
        {"a": npy("{'descr': (), 'fortran_order': False, 'shape': (1,), }", b"x" * 8)},
        {"a": npy("{'descr': '<f3', 'fortran_order': False, 'shape': (1,), }", b"x" * 3)},
        {
            "a": npy(
                "{'descr': '<f8', 'fortran_order': False, 'shape': (0%s), }" % (f", {2**47}" * 2)
            )
        },
        {"a": npy("{'descr': '<f8', 'fortran_order': False, 'shape': (%s), }" % ("1, " * 40))},
        {"a": npy("__import__('os')")},
        {"a": npy("(" * 100)},
        {"l": 3},
        {"l": [1], "t": [1]},
        {"d": [[1]]},
        {"d": [[{"l": []}, 1]]},
        {"d": [[None, 1]]},
        {"d": [[2**61 - 1, 1]]},
        {"f": "1e5"},
        {"l": [0] * 1_000_001},
    ],
)
def test_a_forged_value_is_malformed_and_no_more(value: object) -> None:
    with pytest.raises(MalformedReply):
        Student(TamperedRoom(json.dumps({"status": "ok", "value": value}))).f()


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"status": "fine"}',
        '{"status": ["ok"]}',
        '{"status": "ok"}',
        '{"status": "ok", "value": NaN}',
        '{"status": "large", "unit": "bytes", "used": "x", "allowed": 1}',
        '{"status": "raised", "exception": "E", "message": "m", "frames": 3}',
        '{"status": "raised", "exception": 3, "message": "m", "frames": []}',
        '{"status": "type", "type": "' + "x" * 501 + '"}',
        '{"status": "ok", "value": ' + '{"l": [' * 5000 + "]}" * 5000 + "}",
        '{"status": "ok", "value": ' + "9" * 5000 + "}",
        "[" * 200_000,
        '{"status": "ok", "value": [' + "{}," * 4_000_000 + "{}]}",
    ],
)
def test_a_forged_reply_is_malformed_and_no_more(reply: str) -> None:
    with pytest.raises(MalformedReply):
        Student(TamperedRoom(reply)).f()


def test_a_lone_surrogate_is_replaced_where_it_arrives() -> None:
    reply = '{"status": "ok", "value": {"d": [["\\ud800", "a\\udfff"]]}}'
    assert Student(TamperedRoom(reply)).f() == {"?": "a?"}


def test_a_test_cannot_send_what_is_not_plain_data() -> None:
    with pytest.raises(wire.WireError):
        identity().identity(object())


TENSORS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(
        lambda name: name != "__metadata__"
    ),
    st.tuples(
        st.sampled_from(["?", "u1", "i4", "i8", "f2", "f4", "f8"]),
        st.lists(st.integers(0, 3), max_size=3),
    ).map(lambda drawn: np.arange(math.prod(drawn[1])).reshape(drawn[1]).astype(drawn[0])),
    max_size=4,
)


@settings(max_examples=100, deadline=None)
@given(TENSORS)
def test_a_dict_of_arrays_travels_as_one_file_of_tensors(tensors: dict[str, Any]) -> None:
    student = Student(RoomInProcess({"weights": tensors}))
    received = student.tensors("weights")
    assert {name: (one.dtype, one.tolist()) for name, one in received.items()} == {
        name: (one.dtype, one.tolist()) for name, one in tensors.items()
    }


@pytest.mark.parametrize(
    "value", [3, [np.zeros(2)], {"w": "text"}, {1: np.zeros(2)}, {"w": np.array([object()])}]
)
def test_what_is_no_dict_of_arrays_has_the_wrong_type(value: object) -> None:
    with pytest.raises(WrongType):
        Student(RoomInProcess({"weights": value})).tensors("weights")


def test_tensors_that_are_not_there_or_too_large_are_told() -> None:
    huge = np.broadcast_to(np.zeros(1), (10**10,))
    student = Student(RoomInProcess({"weights": {"w": huge}}))
    with pytest.raises(AnswerTooLarge):
        student.tensors("weights")
    with pytest.raises(MissingName):
        student.tensors("others")


def tensors_file(header: object, body: bytes = b"") -> str:
    """Return a file of tensors with any header."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return base64.b64encode(len(text).to_bytes(8, "little") + text + body).decode()


@pytest.mark.parametrize(
    "data",
    [
        None,
        "!",
        "",
        tensors_file({"w": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 4]}}, bytes(4)),
        tensors_file({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 2**60]}}, bytes(4)),
        tensors_file({"w": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}}, b"0"),
        tensors_file({"w": {"dtype": "O", "shape": [1], "data_offsets": [0, 8]}}, bytes(8)),
        tensors_file(b"[" * 100_000),
        tensors_file(b" " * (2 << 20)),
        base64.b64encode(pickle.dumps({"w": 1})).decode(),
        base64.b64encode(b"\xff" * 64).decode(),
    ],
)
def test_a_forged_file_of_tensors_is_malformed(data: object) -> None:
    with pytest.raises(wire.WireError):
        wire.decode_tensors(data)
