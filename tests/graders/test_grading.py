"""Notebooks, right, wrong and hostile, graded in real rooms."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from exercises.spec import Function
from graders.grading import Grading
from graders.protocol import News, Progress
from graders.report import Fault, Outcome, Problem, ProblemCode, Report
from graders.warm import WarmRooms
from sandbox import Sandbox
from sandbox.docker.engine import connect
from sandbox.docker.owner import LABEL, owner_of
from sandbox.usage import children
from tests.graders.conftest import Grade
from tests.graders.samples import POOLING, exercise, notebook, one_test

SMALL = exercise()
SLY = """\
class Sly:
    def __eq__(self, other): return True
    def __array__(self, *_, **__): raise SystemExit

def f(): return Sly()
"""


def problem_of(grading: Grading) -> Problem:
    assert grading.report.problem is not None
    return grading.report.problem


def outcomes(report: Report) -> list[Outcome]:
    return [test.outcome for test in report.tests]


def first_problem(report: Report) -> Problem:
    problem = report.tests[0].problem
    assert problem is not None
    return problem


async def test_a_right_notebook_earns_every_point(grade: Grade, sandbox: Sandbox) -> None:
    news: list[News] = []
    grading = await grade(SMALL, notebook(POOLING, "print('done')"), on_news=news.append)
    report = grading.report
    progress = [one for one in news if isinstance(one, Progress)]
    assert (report.problem, report.points, report.max_points) == (None, 3, 3)
    assert (report.version, report.sandbox) == (SMALL.digest, sandbox.name)
    assert report.environment == sandbox.environment()
    assert [(p.phase, p.done, p.total) for p in progress] == [
        ("starting", 0, 0),
        ("cells", 0, 2),
        ("cells", 1, 2),
        ("cells", 2, 2),
        ("tests", 0, 2),
        ("tests", 1, 2),
        ("tests", 2, 2),
    ]
    timings = report.timings
    assert 0 < timings.rooms + timings.notebook + timings.tests <= timings.total
    assert grading.executed is not None
    executed = json.loads(grading.executed)
    assert executed["cells"][1]["outputs"] == [
        {"output_type": "stream", "name": "stdout", "text": "done\n"}
    ]


async def test_a_wrong_answer_loses_its_points_and_names_the_mistake(grade: Grade) -> None:
    report = (await grade(SMALL, notebook(POOLING.replace(".max(", ".mean(")))).report
    assert (report.problem, report.points) == (None, 0)
    assert [test.problem and test.problem.code for test in report.tests] == [
        ProblemCode.WRONG_VALUE,
        ProblemCode.WRONG_VALUE,
    ]
    assert report.tests[1].mistake is not None
    assert report.tests[1].mistake.slug == "mean-for-max"


async def test_a_student_does_not_read_what_a_hidden_test_compared(grade: Grade) -> None:
    report = (await grade(SMALL, notebook(POOLING.replace(".max(", ".mean(")))).report
    public, hidden = report.for_student().tests
    assert public.message is not None
    assert (hidden.message, hidden.hint) == (None, report.tests[1].hint)
    assert hidden.problem == Problem(code=ProblemCode.WRONG_VALUE, fault=Fault.STUDENT)


async def test_a_cell_that_raises_is_placed_and_what_stands_is_still_tested(grade: Grade) -> None:
    cells = (POOLING, "", "values = [1]\nvalues[3]", "del max_pool2d")
    grading = await grade(SMALL, notebook(*cells))
    problem = problem_of(grading)
    assert (problem.code, problem.fault) == (ProblemCode.CELL_RAISED, Fault.STUDENT)
    assert (problem.cell, problem.line, problem.exception) == (3, 2, "IndexError")
    assert problem.message == "list index out of range"
    traceback = problem.traceback or ""
    assert "cell 3, line 2" in traceback
    assert "\x1b" not in traceback
    assert "ipykernel_" not in traceback
    assert grading.report.points == 3


async def test_a_syntax_error_names_the_cell_and_no_file_of_ours(grade: Grade) -> None:
    problem = problem_of(await grade(SMALL, notebook("x = 1\ndef broken(:\n    pass")))
    assert (problem.cell, problem.line, problem.exception) == (1, 2, "SyntaxError")
    assert problem.message == "invalid syntax"


async def test_lines_are_those_of_the_cell_as_it_was_written(grade: Grade) -> None:
    broken = POOLING.replace("def max_pool2d", " \n\ndef broken():\n    1 / 0\n\ndef max_pool2d", 1)
    cells = (broken, "\n%%time\nx = 1", "\n    y = 2", "\n \nbroken()")
    problem = problem_of(await grade(SMALL, notebook(*cells)))
    assert (problem.cell, problem.line, problem.exception) == (4, 3, "ZeroDivisionError")
    assert f"cell 1, line {broken[: broken.index('1 / 0')].count(chr(10)) + 1}" in str(
        problem.traceback
    )


async def test_a_cell_tagged_as_raising_may_raise(grade: Grade) -> None:
    raising = {"cell_type": "code", "source": "1 / 0", "metadata": {"tags": ["raises-exception"]}}
    fine = {"cell_type": "code", "source": POOLING, "metadata": {}}
    report = (await grade(SMALL, notebook(cells=[raising, fine]))).report
    assert (report.problem, report.points) == (None, 3)


async def test_paths_of_the_machine_are_not_in_a_traceback(grade: Grade) -> None:
    problem = problem_of(await grade(SMALL, notebook("import json\njson.loads('{')")))
    traceback = problem.traceback or ""
    assert "json/decoder.py" in traceback
    assert "/json/" not in traceback


async def test_warnings_are_no_failure(grade: Grade) -> None:
    warn = "import sys, warnings\nwarnings.warn('old')\nprint('odd', file=sys.stderr)"
    report = (await grade(SMALL, notebook(warn, POOLING))).report
    assert (report.problem, report.points) == (None, 3)


@pytest.mark.parametrize(
    ("source", "code", "runs"),
    [
        ("input('name')", ProblemCode.ASKED_FOR_INPUT, True),
        ("import sys; sys.exit(2)", ProblemCode.KERNEL_EXITED, True),
        ("exit()", ProblemCode.KERNEL_EXITED, False),
        ("quit()", ProblemCode.KERNEL_EXITED, False),
        ("import os; os._exit(0)", ProblemCode.KERNEL_EXITED, False),
        ("import os; os.kill(os.getpid(), 9)", ProblemCode.KERNEL_KILLED, False),
        ("import ctypes; ctypes.string_at(0)", ProblemCode.KERNEL_KILLED, False),
    ],
)
async def test_a_cell_that_ends_or_blocks_the_kernel_is_named(
    grade: Grade, source: str, code: ProblemCode, *, runs: bool
) -> None:
    report = (await grade(SMALL, notebook(POOLING, source))).report
    assert report.problem is not None
    assert (report.problem.code, report.problem.cell) == (code, 2)
    assert report.problem.fault is Fault.STUDENT
    assert outcomes(report) == ([Outcome.PASSED] * 2 if runs else [Outcome.NOT_RUN] * 2)
    assert report.max_points == 3


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("while True:\n    pass", ProblemCode.WALL_TIME),
        (
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
            ProblemCode.WALL_TIME,
        ),
        ("import numpy\nnumpy.ones(10**10)", ProblemCode.MEMORY),
        ("kept = []\nwhile True: kept.append(bytearray(10**7))", ProblemCode.MEMORY),
        ("while True: print('x' * 1000)", ProblemCode.OUTPUT),
        ("for n in range(30_000): print('x' * 100, flush=n % 1000 == 0)", ProblemCode.OUTPUT),
        ("from IPython.display import HTML\nHTML('x' * 30_000_000)", ProblemCode.OUTPUT),
        (
            "with open('big', 'wb') as file:\n    while True: file.write(bytes(10**6))",
            ProblemCode.DISK,
        ),
        ("import os, time\nwhile True:\n    os.fork() or time.sleep(60)", ProblemCode.PROCESSES),
    ],
)
async def test_a_limit_is_named_with_what_was_allowed(
    grade: Grade, source: str, code: ProblemCode
) -> None:
    limited = exercise(wall_seconds=3, memory_mib=400, disk_mib=16)
    problem = problem_of(await grade(limited, notebook(source)))
    assert (problem.code, problem.fault, problem.cell) == (code, Fault.LIMIT, 1)
    assert problem.allowed is not None


async def test_an_endless_loop_says_the_line(grade: Grade) -> None:
    limited = exercise(wall_seconds=1)
    grading = await grade(
        limited, notebook("import time", "n = 0\nwhile True:\n    time.sleep(0.01)")
    )
    problem = problem_of(grading)
    assert (problem.cell, problem.line, problem.allowed) == (2, 3, 1)
    assert (problem.used or 0) >= 1
    assert outcomes(grading.report) == [Outcome.NOT_RUN] * 2
    assert grading.executed is not None


@pytest.mark.parametrize(
    ("functions", "source", "code", "name"),
    [
        ((Function(name="f"),), "g = 1", ProblemCode.MISSING_NAME, "f"),
        ((Function(name="f"),), "f = 1", ProblemCode.WRONG_TYPE, "f"),
        (
            (Function(name="f", parameters=("image", "size")),),
            "def f(image): return image",
            ProblemCode.WRONG_SIGNATURE,
            "f",
        ),
    ],
)
async def test_a_required_function_is_checked_before_the_tests(
    grade: Grade, functions: tuple[Function, ...], source: str, code: ProblemCode, name: str
) -> None:
    problem = problem_of(await grade(exercise(functions=functions), notebook(source)))
    assert (problem.code, problem.name, problem.fault) == (code, name, Fault.STUDENT)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("def f(): return object()", ProblemCode.WRONG_TYPE),
        ("def f(): return (n for n in range(3))", ProblemCode.WRONG_TYPE),
        ("def f(): return 'four'", ProblemCode.WRONG_TYPE),
        ("def f(): return None", ProblemCode.WRONG_TYPE),
        ("def f(): return [1.0, 2.0]", ProblemCode.WRONG_SHAPE),
        ("def f(): return [[1.0, float('nan')]]", ProblemCode.NOT_FINITE),
        ("def f(): return [[1.0, 3.0]]", ProblemCode.WRONG_VALUE),
        ("import numpy\ndef f(): return numpy.ones(10**10)", ProblemCode.MEMORY),
        (
            "import numpy\ndef f(): return numpy.broadcast_to(numpy.ones(1), (10**10,))",
            ProblemCode.ANSWER_TOO_LARGE,
        ),
        ("def f(): return 1 / 0", ProblemCode.FUNCTION_RAISED),
        ("def f(): return input()", ProblemCode.ASKED_FOR_INPUT),
        ("def f():\n    while True: pass", ProblemCode.WALL_TIME),
        ("import os\ndef f(): os._exit(0)", ProblemCode.KERNEL_EXITED),
        (
            SLY,
            ProblemCode.WRONG_TYPE,
        ),
    ],
)
async def test_each_way_of_breaking_the_contract_has_its_problem(
    grade: Grade, source: str, code: ProblemCode
) -> None:
    tests = one_test("expect_close(student.f(), [[1.0, 2.0]])")
    report = (await grade(exercise(tests, test_seconds=1), notebook(source))).report
    problem = first_problem(report)
    assert problem.code is code
    assert problem.fault is not Fault.OURS
    assert report.points == 0


async def test_a_function_that_raises_is_placed_in_its_cell(grade: Grade) -> None:
    cells = ("x = 1", "def f():\n    return g()\n\ndef g():\n    return {}['a']")
    problem = first_problem(
        (await grade(exercise(one_test("student.f()")), notebook(*cells))).report
    )
    assert (problem.exception, problem.cell, problem.line) == ("KeyError", 2, 5)
    assert "cell 2, line 5, in g" in (problem.traceback or "")


async def test_a_slow_function_costs_its_own_test_only(grade: Grade) -> None:
    tests = one_test("student.slow()") + (
        "\n\n@pytest.mark.points(1)\n@pytest.mark.title(fr='T', en='T')\n"
        "def test_quick(student):\n    assert student.quick() == 1\n"
    )
    source = (
        "import time\ndef slow():\n    while True:\n        time.sleep(0.01)\n\n"
        "def quick(): return 1"
    )
    report = (await grade(exercise(tests, test_seconds=1), notebook(source))).report
    assert outcomes(report) == [Outcome.FAILED, Outcome.PASSED]
    problem = first_problem(report)
    assert (problem.code, problem.name, problem.allowed) == (ProblemCode.WALL_TIME, "slow", 1)
    assert (problem.cell, problem.line) == (1, 4)


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef f(): return torch.tensor([[1.0, 2.0]], requires_grad=True)",
        "import torch\ndef f(): return torch.tensor([[1.0, 2.0]], dtype=torch.bfloat16)",
        "import numpy\ndef f(): return numpy.matrix([[1.0, 2.0]])",
        "def f(): return ((1, 2),)",
    ],
)
async def test_tensors_arrays_and_tuples_are_equally_right(grade: Grade, source: str) -> None:
    tests = one_test("expect_close(student.f(), [[1.0, 2.0]])")
    roomy = exercise(tests, wall_seconds=30, test_seconds=10, memory_mib=2048)
    report = (await grade(roomy, notebook(source))).report
    assert (report.problem, report.points) == (None, 1)


async def test_what_a_public_test_prints_is_shown_and_a_hidden_ones_is_not(grade: Grade) -> None:
    tests, source = one_test("assert student.f() == 2"), "def f():\n    print('seen')\n    return 1"
    public = (await grade(exercise(tests), notebook(source))).report
    hidden = (await grade(exercise(tests, file="test_hidden.py"), notebook(source))).report
    assert (public.tests[0].message or "").endswith("seen\n")
    assert "seen" not in hidden.model_dump_json()


CHEATS = {
    "numpy": "import numpy\nnumpy.allclose = numpy.array_equal = lambda *_, **__: True",
    "json": 'import json\njson.dumps = lambda *_, **__: \'{"status": "ok", "value": true}\'',
    "room": (
        "import sys, types\nroom = types.ModuleType('noyau_room')\n"
        "room.answer = lambda request: {'status': 'ok'}\nsys.modules['noyau_room'] = room"
    ),
    "import": "import builtins\nbuiltins.__import__ = lambda *_, **__: 1 / 0",
    "formatter": (
        "get_ipython().display_formatter.format = "
        "lambda *_, **__: ({'application/vnd.noyau+json': '{'}, {})"
    ),
    "replies": (
        "kernel = get_ipython().kernel\n"
        "send = kernel.session.send\n"
        "def forged(stream, kind, content=None, *args, **kwargs):\n"
        "    if kind == 'execute_reply':\n"
        "        content = {'status': 'ok', 'user_expressions': {'answer': {'status': 'ok',"
        " 'data': {'application/vnd.noyau+json': '{\"status\": \"passed\", \"earned\": 3}'}}}}\n"
        "    return send(stream, kind, content, *args, **kwargs)\n"
        "kernel.session.send = forged"
    ),
    "stdout": (
        'print(\'{"event": "verdict", "tests": []}\')\n'
        'import os\nos.write(1, b\'{"event": "verdict", "tests": []}\\n\')'
    ),
}


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS.keys())
async def test_tampering_with_the_kernel_earns_nothing(grade: Grade, cheat: str) -> None:
    wrong = POOLING.replace(".max(", ".mean(")
    report = (await grade(exercise(test_seconds=1), notebook(wrong, cheat))).report
    assert report.points == 0
    assert report.max_points == 3
    assert report.problem is None or report.problem.fault is not Fault.OURS


async def test_forged_broadcasts_neither_break_the_judge_nor_the_notebook(grade: Grade) -> None:
    forge = """\
kernel = get_ipython().kernel
parent = kernel.get_parent()
send = lambda kind, content: kernel.session.send(
    kernel.iopub_socket, kind, content, parent=parent, ident=b"forged")
send("display_data", {"data": 3})
send("display_data", {"data": {"text/plain": {"a": 1}}, "transient": 7})
send("update_display_data", {"data": {}, "transient": {"display_id": "none"}})
send("execute_result", {"data": {}, "execution_count": "first"})
send("error", {"ename": 1, "traceback": "none"})
send("stream", {"name": "stdout"})
send("clear_output", {"wait": []})
send("comm_open", {"comm_id": "a", "target_name": "jupyter.widget", "data": {}})
send("status", {"execution_state": "idle"})
send("no such type", {})
"""
    grading = await grade(SMALL, notebook(forge, POOLING))
    assert (grading.report.problem, grading.report.points) == (None, 3)


async def test_the_student_room_holds_neither_tests_nor_hidden_data(
    grade: Grade, tmp_path: Path
) -> None:
    for name in ("public", "hidden"):
        np.savez(tmp_path / f"{name}.npz", marker=np.frombuffer(f"the {name} one".encode(), "u1"))
    search = """\
import os, sys
skipped = ("/proc", "/sys", "/usr", sys.prefix, sys.base_prefix)
seen = []
for folder, folders, files in os.walk("/"):
    folders[:] = [f for f in folders if os.path.join(folder, f) not in skipped]
    seen += [os.path.join(folder, f) for f in files]
found = [p for p in seen if "hidden" in p or "test_public" in p or "graders" in p]
def names(): return found
def data(): return sorted(os.listdir("data"))
def environment(): return sorted(os.environ)
"""
    tests = one_test(
        'assert bytes(hidden.load("hidden.npz")["marker"]) == b"the hidden one"\n'
        "expect_equal(student.names(), [])\n"
        'expect_equal(student.data(), ["public.npz"])\n'
        'assert not [n for n in student.environment() if "NOYAU" in n or "DJANGO" in n]'
    )
    guarded = exercise(
        tests,
        public={"public.npz": tmp_path / "public.npz"},
        hidden={"hidden.npz": tmp_path / "hidden.npz"},
        wall_seconds=30,
    )
    report = (await grade(guarded, notebook(search))).report
    assert (report.problem, report.tests[0].message, report.points) == (None, None, 1)


async def test_a_broken_test_is_ours(grade: Grade) -> None:
    problem = problem_of(await grade(exercise(one_test("1 / 0")), notebook("x = 1")))
    assert (problem.code, problem.fault) == (ProblemCode.BROKEN_TEST, Fault.OURS)


async def test_tests_that_do_not_load_are_ours(grade: Grade) -> None:
    report = (await grade(exercise("import no_such_module"), notebook("x = 1"))).report
    assert report.is_ours
    assert "no_such_module" in ((report.problem and report.problem.message) or "")


async def test_a_judge_that_dies_is_ours(grade: Grade) -> None:
    suicide = one_test("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    problem = problem_of(await grade(exercise(suicide), notebook("x = 1")))
    assert (problem.code, problem.fault) == (ProblemCode.SANDBOX_FAILED, Fault.OURS)


async def test_a_judge_that_talks_nonsense_is_ours(grade: Grade) -> None:
    nonsense = one_test(
        "import contextlib, os\nfor fd in range(3, 20):\n"
        "    with contextlib.suppress(OSError):\n        os.write(fd, b'{}\\n')"
    )
    problem = problem_of(await grade(exercise(nonsense), notebook("x = 1")))
    assert (problem.code, problem.fault) == (ProblemCode.SANDBOX_FAILED, Fault.OURS)


async def test_bytes_that_are_no_notebook_open_no_room(grade: Grade) -> None:
    progress: list[Progress] = []
    grading = await grade(SMALL, b"{", on_news=progress.append)
    assert problem_of(grading).code is ProblemCode.NOT_JSON
    assert (progress, grading.executed, grading.report.sandbox) == ([], None, None)


async def test_a_forbidden_import_is_refused_before_it_runs(grade: Grade) -> None:
    strict = exercise(allowed_imports=("numpy",))
    problem = problem_of(await grade(strict, notebook(POOLING, "x = 1\nimport scipy.ndimage")))
    assert (problem.code, problem.name) == (ProblemCode.FORBIDDEN_IMPORT, "scipy")
    assert (problem.cell, problem.line) == (2, 2)


async def test_only_public_tests_run_where_only_these_are_asked_for(grade: Grade) -> None:
    report = (await grade(SMALL, notebook(POOLING), public_only=True)).report
    assert [test.name for test in report.tests] == ["test_public.py::test_example"]


def rooms(sandbox: Sandbox) -> set[int]:
    """Return a process of each room that this process has open, whose death ends the room."""
    if sandbox.name == "docker":
        engine = connect(sandbox.settings.engine)
        owned = {"label": f"{LABEL}={owner_of(os.getpid())}"}
        found = [room["Id"] for room in engine.api.containers(filters=owned)]
        firsts = {engine.api.inspect_container(room)["State"]["Pid"] for room in found}
        engine.api.close()
        return firsts
    return {room for child in children(os.getpid()) for room in _below(child)}


def _below(child: int) -> list[int]:
    """Return the rooms forked from this child where it is a template, otherwise itself."""
    line = Path(f"/proc/{child}/cmdline").read_bytes()
    if b"sandbox.template" not in line:
        return [child]
    # bubblewrap's second process starts the template's program, which forks.
    programs = [program for second in children(child) for program in children(second)]
    return [room for program in programs for room in children(program)]


async def test_cancelling_closes_both_rooms(
    grade: Grade, sandbox: Sandbox, warm: WarmRooms
) -> None:
    running = asyncio.Event()
    before = rooms(sandbox)

    def note(progress: Progress) -> None:
        if progress.phase == "cells":
            running.set()

    grading = asyncio.create_task(
        grade(exercise(wall_seconds=60), notebook("while True: pass"), on_news=note)
    )
    await running.wait()
    # Others may wait already where rooms are forked.
    assert len(rooms(sandbox) - before) >= 2
    grading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await grading
    await warm.clear()
    assert rooms(sandbox) - before == set()


async def test_a_student_room_killed_from_outside_is_explained(
    grade: Grade, sandbox: Sandbox
) -> None:
    before = rooms(sandbox)
    killed = asyncio.Event()

    def note(progress: Progress) -> None:
        if progress.phase == "cells" and not killed.is_set():
            killed.set()
            os.kill(min(rooms(sandbox) - before), signal.SIGKILL)

    grading = await grade(
        exercise(wall_seconds=60), notebook("import time\ntime.sleep(50)"), on_news=note
    )
    # A container doesn't tell whether its program was killed from inside or from outside.
    is_container = problem_of(grading).code is ProblemCode.KERNEL_KILLED
    assert is_container or problem_of(grading).fault is Fault.OURS
    assert sandbox.name == "docker" or not is_container
    assert outcomes(grading.report) == [Outcome.NOT_RUN] * 2
