"""A broker that is a folder: Celery's file-system transport, with messages that appear whole."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """One process's view of the folder. A message is one file, taken by renaming it.

    The transport that comes with kombu creates a message before it fills it, so that another
    process may read half of one and die of it.
    """

    def _put(self, queue: str, message: dict[str, Any], **_options: object) -> None:  # type: ignore[override]
        """Add `message` to `queue`."""
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns():020d}_{uuid.uuid4().hex}"
        unfinished = folder / f"{name}.part"
        unfinished.write_text(dumps(message), encoding="utf-8")  # type: ignore[no-untyped-call]
        unfinished.rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: str, timeout: float | None = None) -> Any:  # noqa: ANN401, ARG002 (kombu's)
        """Take the oldest message of `queue`. Raises Empty."""
        suffix = f".{queue}.msg"
        taken = Path(self.processed_folder)
        for path in sorted(Path(self.data_folder_in).glob(f"*{suffix}")):
            if path.name.partition(".")[2] != suffix[1:]:
                continue
            mine = taken / path.name
            try:
                path.rename(mine)
            except FileNotFoundError:
                continue  # Another process was faster.
            message = loads(mine.read_text(encoding="utf-8"))  # type: ignore[no-untyped-call]
            mine.unlink()
            return message
        raise Empty


class Transport(filesystem.Transport):
    """The transport; makes its folders."""

    Channel = Channel

    def __init__(self, client: Any, **kwargs: Any) -> None:  # noqa: ANN401 (kombu is untyped)
        super().__init__(client, **kwargs)  # type: ignore[no-untyped-call]
        for option in ("data_folder_in", "data_folder_out", "processed_folder"):
            folder = Path(client.transport_options[option])
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
