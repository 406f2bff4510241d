"""Fetching over a real connection: whole, resumed, cut off, and not what it should be."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from exercises.data.download import Remote, fetch, progress_bar
from exercises.errors import DataUnavailable

CONTENT = bytes(range(256)) * 5000
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


class Server(ThreadingHTTPServer):
    """Serves CONTENT, from where it is asked to; `cut` ends an answer early."""

    cut: int | None = None
    asked: list[str | None]


class Handler(BaseHTTPRequestHandler):
    """Answers with a part where a Range is asked for."""

    server: Server

    def do_GET(self) -> None:
        """Send the content, or the part asked for."""
        asked = self.headers.get("Range")
        self.server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        if self.path == "/absent.bin":
            self.send_error(404)
            return
        if start >= len(CONTENT):
            self.send_error(416)
            return
        body = CONTENT[start:]
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.server.cut])

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    """A server on a free port of this machine."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.asked = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def remote(server: Server, *, name: str = "file.bin", checksum: str = DIGEST) -> Remote:
    return Remote(f"http://127.0.0.1:{server.server_port}/{name}", checksum)


def test_a_file_is_fetched_whole_and_once(server: Server, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    for _time in range(2):
        path = fetch(remote(server), tmp_path, on_progress=lambda *now: told.append(now))
        assert path.read_bytes() == CONTENT
    assert server.asked == [None]
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert [found.name for found in tmp_path.iterdir()] == ["file.bin"]


def test_a_broken_line_is_taken_up_where_it_broke(server: Server, tmp_path: Path) -> None:
    server.cut = 300_000
    with pytest.raises(DataUnavailable, match=r"broke off|can't be had"):
        fetch(remote(server), tmp_path)
    assert (tmp_path / "file.bin.part").read_bytes() == CONTENT[:300_000]
    server.cut = None
    assert fetch(remote(server), tmp_path).read_bytes() == CONTENT
    assert server.asked == [None, "bytes=300000-"]


def test_a_part_that_is_whole_already_is_kept(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file.bin.part").write_bytes(CONTENT)
    assert fetch(remote(server), tmp_path).read_bytes() == CONTENT


def test_another_file_than_it_should_be_is_thrown_away(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DataUnavailable, match="is not the file it should be"):
        fetch(remote(server, checksum=f"md5:{'0' * 32}"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_there_is_said(server: Server, tmp_path: Path) -> None:
    with pytest.raises(DataUnavailable, match=r"absent\.bin can't be had: HTTP Error 404"):
        fetch(remote(server, name="absent.bin"), tmp_path)


def test_what_is_no_address_of_the_web_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataUnavailable, match="not an address of the web"):
        fetch(Remote("file:///etc/passwd", DIGEST), tmp_path)


def test_the_bar_says_how_much_is_here() -> None:
    stream = io.StringIO()
    draw = progress_bar("file.bin", stream=stream)
    draw(512 * 1024, 1024 * 1024)
    draw(1024 * 1024, 1024 * 1024)
    lines = stream.getvalue().split("\r")
    assert "50% 0.5 MiB" in lines[1]
    assert "100% 1.0 MiB\n" in lines[2]
