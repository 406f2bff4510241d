"""What is read of the bytes that a student hands in."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from exercises.spec import LimitsTable
from graders.errors import IntakeError
from graders.intake import check_notebook
from graders.report import Fault, ProblemCode
from tests.graders.samples import notebook

LIMITS = LimitsTable(notebook_kib=64, source_kib=4)


def code_of(content: bytes, limits: LimitsTable = LIMITS) -> ProblemCode:
    with pytest.raises(IntakeError) as caught:
        check_notebook(content, limits)
    return caught.value.problem.code


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"print(1)",
        b'{"nbformat": 4',
        b"\xff\xfe\x00",
        b"[" * 60_000,
        b'{"nbformat": ' + b"9" * 6000 + b"}",
    ],
    ids=["empty", "python", "cut", "not-utf8", "deep", "huge-number"],
)
def test_what_is_not_json_is_refused_as_such(content: bytes) -> None:
    assert code_of(content) is ProblemCode.NOT_JSON


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"3",
        b"null",
        b"{}",
        b'{"nbformat": true, "cells": []}',
        b'{"nbformat": "4", "cells": []}',
        b'{"nbformat": NaN, "cells": []}',
        b'{"nbformat": 4}',
        notebook(cells={}),
        notebook(cells=[3]),
        notebook(cells=[{"cell_type": "code"}]),
        notebook(cells=[{"cell_type": "code", "source": 3}]),
        notebook(cells=[{"cell_type": "code", "source": ["a", 3]}]),
        notebook(cells=[{"cell_type": "heading", "source": "a"}]),
    ],
)
def test_json_that_is_not_a_notebook_is_refused_as_such(content: bytes) -> None:
    assert code_of(content) is ProblemCode.NOT_A_NOTEBOOK


@pytest.mark.parametrize(
    ("version", "name"),
    [((3, 0), "nbformat 3"), ((5, 0), "nbformat 5"), ((4, 6), "nbformat 4.6")],
)
def test_another_format_is_refused_by_its_number(version: tuple[int, int], name: str) -> None:
    content = notebook("x = 1", nbformat=version[0], nbformat_minor=version[1])
    with pytest.raises(IntakeError) as caught:
        check_notebook(content, LIMITS)
    assert caught.value.problem.code is ProblemCode.UNSUPPORTED_FORMAT
    assert caught.value.problem.name == name


def test_nbformat_3_says_how_to_upgrade() -> None:
    content = json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": []}).encode()
    with pytest.raises(IntakeError) as caught:
        check_notebook(content, LIMITS)
    assert "nbconvert" in (caught.value.problem.message or "")


@pytest.mark.parametrize("minor", range(6))
def test_every_minor_version_of_nbformat_4_is_read(minor: int) -> None:
    read = check_notebook(notebook("x = 1", nbformat_minor=minor), LIMITS)
    assert read.code == ["x = 1"]


def test_too_many_bytes_are_refused_with_the_limit() -> None:
    with pytest.raises(IntakeError) as caught:
        check_notebook(b" " * (64 * 1024 + 1), LIMITS)
    problem = caught.value.problem
    assert (problem.code, problem.fault) == (ProblemCode.TOO_LARGE, Fault.LIMIT)
    assert (problem.allowed, problem.used) == (65536, 65537)


def test_too_much_source_is_refused() -> None:
    assert code_of(notebook("#" * 5000)) is ProblemCode.TOO_LARGE


@pytest.mark.parametrize(
    "content",
    [notebook(), notebook(" \n "), notebook(cells=[{"cell_type": "markdown", "source": "a"}])],
)
def test_a_notebook_without_code_is_refused(content: bytes) -> None:
    assert code_of(content) is ProblemCode.NO_CODE


def test_a_byte_order_mark_is_no_harm() -> None:
    assert check_notebook(b"\xef\xbb\xbf" + notebook("x = 1"), LIMITS).code == ["x = 1"]


def test_outputs_and_metadata_are_left_behind_and_the_raising_tag_is_kept() -> None:
    cell = {
        "cell_type": "code",
        "source": ["1 /", " 0"],
        "metadata": {"tags": ["raises-exception", "other"], "collapsed": True},
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "before"}],
        "execution_count": 7,
    }
    read = json.loads(check_notebook(notebook(cells=[cell]), LIMITS).to_json())
    assert read["cells"] == [
        {
            "id": "cell-1",
            "cell_type": "code",
            "metadata": {"tags": ["raises-exception"]},
            "source": "1 / 0",
            "outputs": [],
            "execution_count": None,
        }
    ]


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    content = notebook("x = 1").replace(b"x = 1", b"x = '\\ud800'")
    assert check_notebook(content, LIMITS).code == ["x = '?'"]


def test_the_largest_hostile_json_stays_within_memory() -> None:
    content = b'{"nbformat": 4, "cells": [' + b"[]," * 21_000 + b"[]]}"
    tracemalloc.start()
    assert code_of(content) is ProblemCode.NOT_A_NOTEBOOK
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 1024 * 1024
