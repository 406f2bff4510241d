"""What every kind of room does."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox import EndCause, Mount, RoomEnd, RoomFailed, RoomSpec, Sandbox
from sandbox.process import RoomProcess
from tests.sandbox.rooms import SMALL, processes_with, python, run

SLEEP = "import time; print('up', flush=True); time.sleep(600)"


async def test_program_reads_stdin_and_writes_stdout(sandbox: Sandbox) -> None:
    code = "import sys; print(sys.stdin.read().upper())"
    assert await run(sandbox, code, given=b"hello") == ("HELLO\n", RoomEnd(EndCause.EXITED, 0))


async def test_lines_are_answered_while_the_program_runs(sandbox: Sandbox) -> None:
    code = "import sys\nfor line in sys.stdin: print(int(line) * 2, flush=True)"
    async with await sandbox.open(python(code)) as room:
        for number in (3, 21):
            room.stdin.write(f"{number}\n".encode())
            assert await room.stdout.readline() == f"{2 * number}\n".encode()


async def test_exit_status_is_told(sandbox: Sandbox) -> None:
    assert await run(sandbox, "raise SystemExit(3)") == ("", RoomEnd(EndCause.EXITED, 3))


async def test_signal_is_told(sandbox: Sandbox) -> None:
    printed, end = await run(sandbox, "import os; os.kill(os.getpid(), 11)")
    assert (printed, end) == ("", RoomEnd(EndCause.SIGNALLED, -signal.SIGSEGV))


async def test_environment_holds_what_is_given_and_nothing_of_the_host(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOYAU_SECRET", "key")
    code = "import os; print(sorted(os.environ))"
    async with await sandbox.open(python(code, env={"SEED": "7"})) as room:
        printed = await room.stdout.read()
    assert printed.decode().strip() == str(
        [
            *("HOME", "IPYTHONDIR", "JUPYTER_RUNTIME_DIR", "LANG", "MKL_NUM_THREADS"),
            *("MPLBACKEND", "MPLCONFIGDIR", "NUMEXPR_NUM_THREADS", "OMP_NUM_THREADS"),
            "OMP_WAIT_POLICY",
            *("OPENBLAS_NUM_THREADS", "PATH", "PIP_DISABLE_PIP_VERSION_CHECK", "PIP_NO_INDEX"),
            *("PWD", "PYTHONDONTWRITEBYTECODE", "SEED"),
            *("TMPDIR", "TORCHINDUCTOR_CACHE_DIR", "TORCH_HOME"),
        ]
    )


async def test_thread_counts_follow_the_limits(sandbox: Sandbox) -> None:
    code = "import os; print(os.environ['OMP_NUM_THREADS'])"
    printed, _ = await run(sandbox, code, limits=replace(SMALL, threads=3))
    assert printed == "3\n"


async def test_wall_time_ends_a_sleeping_room(sandbox: Sandbox) -> None:
    _, end = await run(sandbox, SLEEP, limits=replace(SMALL, wall=1))
    assert (end.cause, end.allowed) == (EndCause.WALL, 1)
    assert end.used is not None
    assert end.used >= 1


async def test_cpu_time_ends_a_busy_room(sandbox: Sandbox) -> None:
    _, end = await run(sandbox, "while True: pass", limits=replace(SMALL, cpu=1))
    assert (end.cause, end.allowed) == (EndCause.CPU, 1)
    assert end.used is not None
    assert end.used >= 1


async def test_cpu_seconds_are_kept_after_the_end(sandbox: Sandbox) -> None:
    code = "import time\nwhile time.process_time() < 0.5: pass\nprint('used', flush=True)\ninput()"
    async with await sandbox.open(python(code)) as room:
        assert await room.stdout.readline() == b"used\n"
        while_open = room.cpu_seconds()
    assert while_open is not None
    assert while_open >= 0.4
    assert (room.cpu_seconds() or 0) >= while_open


async def test_closing_ends_a_running_room(sandbox: Sandbox) -> None:
    room = await sandbox.open(python(SLEEP))
    assert await room.stdout.readline() == b"up\n"
    await room.close()
    assert await room.wait() == RoomEnd(EndCause.CLOSED, -signal.SIGKILL)


async def test_closing_again_changes_nothing(sandbox: Sandbox) -> None:
    room = await sandbox.open(python("pass"))
    end = await room.wait()
    await room.close()
    await room.close()
    assert (end, await room.wait()) == (RoomEnd(EndCause.EXITED, 0), RoomEnd(EndCause.EXITED, 0))


async def test_any_number_of_callers_may_wait(sandbox: Sandbox) -> None:
    async with await sandbox.open(python("raise SystemExit(4)")) as room:
        ends = await asyncio.gather(*(room.wait() for _ in range(3)))
    assert ends == [RoomEnd(EndCause.EXITED, 4)] * 3


async def test_a_caller_that_stops_waiting_leaves_the_room_alone(sandbox: Sandbox) -> None:
    async with await sandbox.open(python("input()")) as room:
        waiting = asyncio.create_task(room.wait())
        await asyncio.sleep(0)
        waiting.cancel()
        room.stdin.write(b"\n")
        assert await room.wait() == RoomEnd(EndCause.EXITED, 0)


async def test_stderr_is_kept_for_operators_up_to_its_end(sandbox: Sandbox) -> None:
    code = "import sys; sys.stderr.write('x' * 100_000 + 'the end')"
    async with await sandbox.open(python(code)) as room:
        await room.wait()
    assert room.log_tail == "x" * (8192 - len("the end")) + "the end"


async def test_a_flood_nobody_reads_is_stopped_with_the_room(sandbox: Sandbox) -> None:
    async with await sandbox.open(python("while True: print('x' * 1000)")) as room:
        assert await room.stdout.readexactly(4) == b"xxxx"
    assert (await room.wait()).cause is EndCause.CLOSED


async def test_a_cancelled_opening_leaves_no_process(sandbox: Sandbox) -> None:
    mark = f"cancelled-opening-{sandbox.name}"
    opening = asyncio.create_task(sandbox.open(python(f"{SLEEP}  # {mark}")))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert processes_with(mark) == []


async def test_a_missing_program_ends_by_itself(sandbox: Sandbox) -> None:
    spec = RoomSpec(label="test", argv=("no-such-program",), limits=SMALL)
    async with await sandbox.open(spec) as room:
        assert await room.wait() == RoomEnd(EndCause.EXITED, 127)
    assert "no-such-program" in room.log_tail


async def test_a_room_that_can_not_be_built_fails_as_ours(walled: Sandbox) -> None:
    absent = Path("/no-such-folder")
    from_nowhere = python("pass", mounts=[Mount(source=absent, target=absent)])
    with pytest.raises(RoomFailed, match="no-such-folder") as failed:
        await walled.open(from_nowhere)
    assert failed.value.retryable


@pytest.mark.bwrap
async def test_a_room_whose_tool_is_killed_from_outside_counts_as_closed(
    bubblewrap: Sandbox,
) -> None:
    async with await bubblewrap.open(python("import time; time.sleep(600)")) as room:
        assert isinstance(room, RoomProcess)
        os.kill(room.pid, signal.SIGKILL)
        assert (await room.wait()).cause is EndCause.CLOSED


@pytest.mark.bwrap
async def test_a_program_that_kills_itself_does_not_count_as_closed(bubblewrap: Sandbox) -> None:
    _, end = await run(bubblewrap, "import os; os.kill(os.getpid(), 9)")
    assert (end.cause, end.code) == (EndCause.SIGNALLED, -9)
