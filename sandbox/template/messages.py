"""What a worker asks of a template, in one line of JSON; open descriptors travel beside it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

# The descriptors of one request, in this order; detached mounts come after them.
STDIN, STDOUT, STDERR, CHANNEL, FILTER, MOUNTS = range(6)
LONGEST_REQUEST = 256 * 1024
MOST_MOUNTS = 32
# On a room's channel: the room's first process says it exists, and may then go on.
HERE = b"here"
GO_ON = b"go on"


@dataclass(frozen=True, slots=True)
class ForkRequest:
    """One room to fork.

    `mounts` are targets for the detached mounts that come along, `private` sizes in bytes of the
    room's own file systems by their place, `etc` the content of files of /etc, `rlimits` soft and
    hard values by name.
    """

    argv: list[str]
    env: dict[str, str]
    home: str
    uid: int
    threads: int
    mounts: list[str]
    private: dict[str, int]
    most_files: int
    hidden_files: list[str]
    hidden_folders: list[str]
    etc: dict[str, str]
    rlimits: dict[str, tuple[int, int]]

    def encode(self) -> bytes:
        """Return the request as it travels."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def decode(cls, content: bytes) -> ForkRequest:
        """Return the request that was sent."""
        return cls(**json.loads(content))
