"""A file that a notebook leaves reaches a test as its bytes."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from graders.errors import AnswerTooLarge, MalformedReply, MissingFile, StudentError, WrongType
from graders.report import ProblemCode
from graders.student import Student
from tests.graders.conftest import Grade
from tests.graders.room import RoomInProcess
from tests.graders.samples import exercise, notebook, one_test


@pytest.fixture
def student(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Student:
    """A student whose notebook runs in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Student(RoomInProcess({}))


@pytest.mark.parametrize("content", [b"", b"\x00\xffmodel", bytes(range(256)) * 5000])
def test_a_file_comes_as_its_bytes(student: Student, content: bytes) -> None:
    Path("model.onnx").write_bytes(content)
    assert student.file("model.onnx") == content


def test_a_file_that_is_not_there_is_missing(student: Student) -> None:
    with pytest.raises(MissingFile) as missing:
        student.file("model.onnx")
    assert missing.value.problem.code is ProblemCode.MISSING_FILE
    assert missing.value.problem.name == "model.onnx"


def test_a_file_that_is_too_large_is_not_sent(student: Student) -> None:
    Path("model.onnx").write_bytes(bytes(101))
    with pytest.raises(AnswerTooLarge) as large:
        student.file("model.onnx", at_most=100)
    assert (large.value.problem.used, large.value.problem.allowed) == (101, 100)
    Path("model.onnx").write_bytes(bytes(100))
    assert student.file("model.onnx", at_most=100) == bytes(100)


def test_what_is_no_plain_file_is_not_read(student: Student) -> None:
    Path("real").write_bytes(b"elsewhere")
    Path("link").symlink_to("real")
    Path("folder").mkdir()
    os.mkfifo("pipe")
    for name in ("link", "folder", "pipe"):
        with pytest.raises(WrongType):
            student.file(name)


@pytest.mark.parametrize("value", [None, 5, "not base64!", "YQ", "é", "A" * 4096])
def test_what_is_not_the_bytes_of_a_file_is_malformed(value: object) -> None:
    class Forging(RoomInProcess):
        def ask(self, request: str) -> str:  # noqa: ARG002
            return json.dumps({"status": "ok", "value": value})

    with pytest.raises(MalformedReply):
        Student(Forging({})).file("model.onnx", at_most=1024)


def test_a_folder_that_is_gone_holds_no_file(tmp_path: Path, student: Student) -> None:
    tmp_path.rmdir()
    with pytest.raises(StudentError):
        student.file("model.onnx")


FILE = one_test("assert student.file('notes.txt') == b'written by a cell'")


async def test_a_file_comes_out_of_a_real_room(grade: Grade) -> None:
    cell = "open('notes.txt', 'w').write('written by a cell');"
    report = (await grade(exercise(FILE), notebook(cell))).report
    assert (report.problem, report.points) == (None, 1)
