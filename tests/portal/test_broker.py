"""The broker that is a folder: each message whole, and to one consumer only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu.connection import Connection

from portal.broker import Transport


@pytest.fixture
def options(tmp_path: Path) -> dict[str, str]:
    folders = ("data_folder_in", "data_folder_out", "processed_folder", "control_folder")
    names = dict(zip(folders, ("messages", "messages", "taken", "control"), strict=True))
    return {key: str(tmp_path / name) for key, name in names.items()}


def connect(options: dict[str, str]) -> Connection:
    return Connection(transport=Transport, transport_options=options)  # type: ignore[no-untyped-call]


def test_messages_come_out_once_in_the_order_in_which_they_went_in(
    options: dict[str, str],
) -> None:
    with connect(options) as connection, connection.channel() as channel:
        for number in range(20):
            channel._put("cpu", {"number": number})
        taken = [channel._get("cpu")["number"] for _message in range(20)]
        with pytest.raises(Empty):
            channel._get("cpu")
    assert taken == list(range(20))


def test_a_queue_gives_only_its_own_messages(options: dict[str, str]) -> None:
    with connect(options) as connection, connection.channel() as channel:
        channel._put("gpu", {"number": 1})
        channel._put("my.cpu", {"number": 2})
        with pytest.raises(Empty):
            channel._get("cpu")
        counts = [
            channel.queue_declare(queue=queue, passive=True).message_count
            for queue in ("cpu", "gpu", "my.cpu")
        ]
    assert counts == [0, 1, 1]


def test_what_is_being_written_is_not_read(options: dict[str, str]) -> None:
    with connect(options) as connection, connection.channel() as channel:
        Path(options["data_folder_in"], "0_unfinished.part").write_text('{"numb')
        with pytest.raises(Empty):
            channel._get("cpu")


def test_many_consumers_never_share_a_message(options: dict[str, str], tmp_path: Path) -> None:
    with connect(options) as connection, connection.channel() as channel:
        for number in range(200):
            channel._put("cpu", {"number": number})

    def consume(_worker: int) -> list[int]:
        taken = []
        with connect(options) as connection, connection.channel() as channel:
            while True:
                try:
                    taken.append(channel._get("cpu")["number"])
                except Empty:
                    return taken

    with ThreadPoolExecutor(6) as pool:
        numbers = [number for taken in pool.map(consume, range(6)) for number in taken]
    assert sorted(numbers) == list(range(200))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
