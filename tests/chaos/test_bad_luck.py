"""One thing goes wrong at a chosen moment: what is ours is retried, and no student is blamed."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.celery_app import app
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.submissions.domain import accept_file, attempts_left
from portal.submissions.domain.rooms import close_loops, portal_sandbox
from portal.submissions.models import Attempt, State
from portal.submissions.tasks import grade_next
from sandbox import process as room_process
from sandbox.docker.engine import connect
from sandbox.usage import PROC, descendants
from tests.chaos.relay import relay
from tests.portal.domain.test_run import hand_in
from tests.redteam.case import RIGHT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # What breaks in the middle is closed by nobody.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

FREEZER = Path("/sys/fs/cgroup/freezer")
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may do that to the machine")
BUBBLEWRAP = pytest.mark.bwrap
DOCKER = pytest.mark.docker
SLOW = "import time\ntime.sleep(4)\n" + RIGHT


@pytest.fixture
def limited(assignment: Assignment) -> Assignment:
    """The assignment, where a student has one attempt."""
    Assignment.objects.filter(pk=assignment.pk).update(max_attempts=1)
    assignment.refresh_from_db()
    return assignment


@contextmanager
def meanwhile(harm: Callable[[], None]) -> Iterator[None]:
    """Do harm in another thread."""
    thread = threading.Thread(target=harm)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def rooms_with(word: bytes) -> list[int]:
    """Return the processes below this one that have `word` in their command line."""
    found = []
    for pid in descendants(os.getpid()):
        try:
            command = (PROC / str(pid) / "cmdline").read_bytes()
        except OSError:
            continue
        if word in command:
            found.append(pid)
    return found


def wait_for_rooms(word: bytes) -> list[int]:
    """Return these processes once there are any. A process of others is no event of ours."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        found = rooms_with(word)
        if found:
            return found
        time.sleep(0.02)
    raise TimeoutError(word)


def grade_again() -> None:
    """Let the wait after a failure pass, and grade what waits."""
    Attempt.objects.update(ready_at=None)
    grade_next("cpu")


def assert_ours_then_graded(enrolment: Enrolment, assignment: Assignment) -> None:
    """Check that the one attempt waits for its second try, which earns everything."""
    row = Attempt.objects.get()
    assert (row.state, row.tries, row.report, row.score) == (State.QUEUED, 1, None, None)
    grade_again()
    row.refresh_from_db()
    assert (row.state, row.tries, row.score) == (State.GRADED, 2, 1.0)
    assert (Standing.objects.get().score, Standing.objects.get().attempts) == (1.0, 1)
    assert attempts_left(enrolment=enrolment, assignment=assignment) == 0


@BUBBLEWRAP
@pytest.mark.parametrize("program", [b"graders.judge", b"ipykernel_launcher"])
def test_a_room_that_is_killed_is_ours(
    enrolment: Enrolment, limited: Assignment, settings: Settings, program: bytes
) -> None:
    settings.NOYAU = settings.NOYAU.model_copy(update={"sandbox": "bubblewrap"})
    hand_in(enrolment, limited, SLOW)

    def kill() -> None:
        os.kill(min(wait_for_rooms(program)), signal.SIGKILL)

    with meanwhile(kill):
        grade_next("cpu")
    assert_ours_then_graded(enrolment, limited)


@BUBBLEWRAP
@AS_ROOT
@pytest.mark.skipif(not (FREEZER / "tasks").exists(), reason="needs a freezer of version 1")
def test_a_room_that_can_not_be_killed_is_ours_and_holds_no_worker(
    enrolment: Enrolment,
    limited: Assignment,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Each room opened on its own, and none that waits: no template is to be frozen with it.
    close_loops()
    folder = Path(f"/dev/shm/chaos-{os.getpid()}")  # noqa: S108
    apart = {"rooms_dir": folder, "warm_memory_mib": 0}
    settings.NOYAU = settings.NOYAU.model_copy(update={"sandbox": "bubblewrap", **apart})
    monkeypatch.setattr(room_process, "KILL_SECONDS", 1.0)
    hand_in(enrolment, limited, SLOW)
    group = FREEZER / f"noyau-{os.getpid()}"
    group.mkdir()

    def freeze() -> None:
        judge = min(wait_for_rooms(b"graders.judge"))
        for pid in rooms_with(b"ipykernel_launcher"):
            (group / "cgroup.procs").write_text(str(pid))
        (group / "freezer.state").write_text("FROZEN")
        os.kill(judge, signal.SIGKILL)

    try:
        with meanwhile(freeze):
            grade_next("cpu")
        assert_ours_then_graded(enrolment, limited)
    finally:
        (group / "freezer.state").write_text("THAWED")
        while (group / "cgroup.procs").read_text():
            time.sleep(0.01)
        group.rmdir()
        shutil.rmtree(folder)
        gc.collect()


@pytest.fixture
def small_disk(var: Path) -> Iterator[Callable[[], None]]:
    """Give the portal a disk of 4 MiB, and a way to fill it."""
    var.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(var)], check=True)

    def fill() -> None:
        with suppress(OSError), (var / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    try:
        yield fill
    finally:
        subprocess.run(["umount", str(var)], check=True)


def kept_files(var: Path) -> list[Path]:
    """Return the files in which bytes are kept, whole or half-written."""
    return sorted(path for path in (var / "blobs").rglob("*") if path.is_file())


@AS_ROOT
def test_a_hand_in_that_finds_the_disk_full_is_refused_and_leaves_nothing(
    small_disk: Callable[[], None], enrolment: Enrolment, notebook: bytes, student: User, var: Path
) -> None:
    small_disk()
    before = kept_files(var)
    client = Client()
    client.force_login(student)
    place = {"cohort_id": enrolment.cohort_id, "slug": "pooling"}
    upload = SimpleUploadedFile("a.ipynb", notebook)
    answer = client.post(reverse("hand-in", kwargs=place), {"notebook": upload}, follow=True)
    assert "We could not keep your work" in answer.content.decode()
    assert (Attempt.objects.count(), kept_files(var)) == (0, before)
    (var / "filler").unlink()
    answer = client.post(
        reverse("hand-in", kwargs=place), {"notebook": SimpleUploadedFile("a.ipynb", notebook)}
    )
    assert Attempt.objects.get().state == State.QUEUED


@AS_ROOT
@BUBBLEWRAP
def test_a_report_is_stored_although_the_notebook_that_was_run_finds_no_room(
    small_disk: Callable[[], None], enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    assert notebook
    hand_in(enrolment, assignment, RIGHT + "\nprint('x' * 100_000)")
    small_disk()
    grade_next("cpu")
    row = Attempt.objects.get()
    assert (row.state, row.score, row.tries, row.executed) == (State.GRADED, 1.0, 1, "")


@DOCKER
@pytest.mark.usefixtures("docker")
def test_an_engine_that_stops_in_the_middle_is_ours_and_nothing_is_claimed_without_it(
    enrolment: Enrolment, limited: Assignment, settings: Settings, tmp_path: Path
) -> None:
    real = settings.NOYAU.docker
    path = tmp_path / "docker.sock"
    settings.NOYAU = settings.NOYAU.model_copy(
        update={"sandbox": "docker", "docker": f"unix://{path}"}
    )
    with relay(path, real.removeprefix("unix://")) as engine:
        portal_sandbox()
        hand_in(enrolment, limited, SLOW)

        def stop() -> None:
            api = connect(real).api
            while not api.containers(filters={"label": "noyau.room=pooling judge"}):
                time.sleep(0.05)
            api.close()
            engine.stop()

        with meanwhile(stop):
            grade_next("cpu")
        Attempt.objects.update(ready_at=None)
        grade_next("cpu")
        row = Attempt.objects.get()
        assert (row.state, row.report) == (State.QUEUED, None)
        tries = row.tries
        grade_next("cpu")
        assert Attempt.objects.get().tries == tries
        engine.start()
        grade_again()
        row.refresh_from_db()
        assert (row.state, row.score) == (State.GRADED, 1.0)


@DOCKER
@pytest.mark.usefixtures("docker")
def test_an_image_that_vanishes_is_ours_and_nothing_is_claimed_without_it(
    enrolment: Enrolment, limited: Assignment, settings: Settings
) -> None:
    name = f"noyau-test:{os.getpid()}"
    api = connect(settings.NOYAU.docker).api
    first = api.create_container(settings.NOYAU.room_image, "true")["Id"]
    try:
        api.commit(first, repository="noyau-test", tag=str(os.getpid()), changes="LABEL of=tests")
        settings.NOYAU = settings.NOYAU.model_copy(update={"sandbox": "docker", "room_image": name})
        portal_sandbox()
        hand_in(enrolment, limited, RIGHT)
        api.remove_image(name)
        grade_next("cpu")
        grade_again()
        row = Attempt.objects.get()
        assert (row.state, row.tries, row.report) == (State.QUEUED, 1, None)
        api.commit(first, repository="noyau-test", tag=str(os.getpid()), changes="LABEL of=tests")
        assert_ours_then_graded(enrolment, limited)
    finally:
        api.remove_container(first)
        api.remove_image(name, force=True)
        api.close()


@pytest.fixture
def broker_away() -> Iterator[None]:
    """A broker's address at which nobody answers, in place of the usual one."""
    usual = app.conf.broker_url
    _send_to("redis://127.0.0.1:1/0")
    yield
    _send_to(usual)


def _send_to(url: str) -> None:
    app.conf.broker_url = url
    # It keeps its connections, and lets go of them where it was forked.
    app._after_fork()  # type: ignore[no-untyped-call]


@pytest.mark.usefixtures("broker_away")
def test_a_broker_that_is_away_keeps_nobody_from_handing_in(
    enrolment: Enrolment,
    assignment: Assignment,
    notebook: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    attempt = accept_file(
        enrolment=enrolment, assignment=assignment, filename="a.ipynb", content=notebook
    )
    assert attempt.state == State.QUEUED
    assert "no broker to announce work" in caplog.text
