"""The student's running kernel, as the judge reaches it: over Unix sockets, trusting nothing."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from pydantic import BaseModel, Field, ValidationError

from graders.errors import JudgeFailed, RoomEnded
from graders.judge.messages import read_message
from graders.report import Problem

MIB = 1024 * 1024
# An answer of 64 MiB is 86 MiB of base64.
MAX_MESSAGE = {"shell": 96 * MIB, "iopub": 16 * MIB, "control": MIB, "stdin": MIB}
MAX_QUEUED = {"shell": 2, "iopub": 16, "control": 2, "stdin": 2}
MAX_CONNECTION_FILE = 64 * 1024
RECONNECT_MS = 10
POLL_SECONDS = 0.01
# How long broadcasts may come after the reply that they belong to.
PRINTED_SECONDS = 0.5
# How long the news of a room's end may take to come, once its sockets are gone.
END_NEWS_SECONDS = 1.0


class Connection(BaseModel):
    """The connection file of a kernel that listens on Unix sockets."""

    transport: str = Field(pattern="^ipc$")
    ip: str
    key: str
    shell_port: int
    iopub_port: int
    stdin_port: int
    control_port: int
    hb_port: int
    signature_scheme: str = Field(default="hmac-sha256", pattern="^hmac-sha256$")


class GuardedChannel(AsyncZMQSocketChannel):
    """A channel that delivers well-formed messages only."""

    def send(self, msg: dict[str, Any]) -> None:
        """Send the message, or drop it where the kernel has cut its end: no reply would come."""
        with contextlib.suppress(zmq.Again):
            super().send(msg)

    async def get_msg(  # type: ignore[override]
        self,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is jupyter_client's
    ) -> dict[str, Any]:
        """Return the next well-formed message. Raises queue.Empty after `timeout` seconds."""
        try:
            async with asyncio.timeout(timeout):
                return await self._next()
        except TimeoutError:
            raise Empty from None

    async def _next(self) -> dict[str, Any]:
        while True:
            await self.socket.poll()
            message = read_message(await self.socket.recv_multipart())
            # A flood is received without ever waiting: limits on time need their turn too.
            await asyncio.sleep(0)
            if message is not None:
                return message


class GuardedClient(AsyncKernelClient):
    """A client whose sockets take messages of bounded size and number only."""

    shell_channel_class = GuardedChannel
    iopub_channel_class = GuardedChannel
    stdin_channel_class = GuardedChannel
    control_channel_class = GuardedChannel
    ended: asyncio.Future[Problem]

    def _create_connected_socket(
        self, channel: str, identity: bytes | None = None
    ) -> zmq.Socket[bytes]:
        for option, value in {
            zmq.MAXMSGSIZE: MAX_MESSAGE[channel],
            zmq.RCVHWM: MAX_QUEUED[channel],
            # Sending waits for ever where a connection was cut for what came over it.
            zmq.SNDTIMEO: 0,
            zmq.RECONNECT_IVL: RECONNECT_MS,
            zmq.LINGER: 0,
        }.items():
            self.context.setsockopt(option, value)
        socket = super()._create_connected_socket(channel, identity)
        socket.linger = 0
        return socket

    async def is_alive(self) -> bool:
        """Return whether the student's room is still there, as far as the judge was told."""
        return not self.ended.done()


class Kernel:
    """A ready kernel. `ended` is set when the student's room is gone."""

    def __init__(self, client: GuardedClient) -> None:
        self.client = client
        self.ended = client.ended

    @classmethod
    async def connect(
        cls, connection_file: Path, *, ended: asyncio.Future[Problem], within: float
    ) -> Kernel:
        """Return the kernel once it answers.

        Raises RoomEnded when its room ends first, JudgeFailed after `within` seconds of silence.
        """
        ready = asyncio.ensure_future(_ready_client(connection_file, ended))
        waiting: set[asyncio.Future[Any]] = {ready, ended}
        await asyncio.wait(waiting, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        if ready.done():
            return cls(ready.result())
        ready.cancel()
        if ended.done():
            raise RoomEnded(ended.result())
        raise JudgeFailed(f"the kernel did not answer within {within:.0f} s")

    async def interrupt(self) -> None:
        """Ask the kernel to raise KeyboardInterrupt in what it runs."""
        control = self.client.control_channel
        control.send(self.client.session.msg("interrupt_request", {}))

    async def evaluate(self, expression: str) -> str:
        """Send `expression` for evaluation beside the student's code; return the request's id."""
        content = {
            "code": "",
            "silent": True,
            "store_history": False,
            "user_expressions": {"answer": expression},
            "allow_stdin": False,
            "stop_on_error": False,
        }
        request = self.client.session.msg("execute_request", content)
        self.client.shell_channel.send(request)
        return str(request["header"]["msg_id"])

    async def reply_to(self, request_id: str) -> dict[str, Any]:
        """Return the content of the reply to the request of that id."""
        while True:
            message = await self.client.shell_channel.get_msg()
            if message["msg_type"] != "execute_reply":
                continue
            if message["parent_header"].get("msg_id") == request_id:
                content: dict[str, Any] = message["content"]
                return content

    async def printed_during(self, request_id: str, *, at_most: int) -> str:
        """Return the first `at_most` characters printed during the request, whose reply is here."""
        printed = ""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PRINTED_SECONDS):
                while len(printed) < at_most:
                    message = await self.client.iopub_channel.get_msg()
                    if message["parent_header"].get("msg_id") != request_id:
                        continue
                    if message["content"].get("execution_state") == "idle":
                        break
                    if message["msg_type"] == "stream":
                        printed += message["content"]["text"]
        return printed[:at_most]

    async def cut_off(self) -> None:
        """Return when a broadcast passed the size that is taken, which cuts the connection.

        A kernel that ends cuts it too: then this never returns.
        """
        monitor = self.client.iopub_channel.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        try:
            await monitor.recv_multipart()
        finally:
            self.client.iopub_channel.socket.disable_monitor()
        done, _ = await asyncio.wait({self.ended}, timeout=END_NEWS_SECONDS)
        if done:
            await asyncio.Event().wait()

    def close(self) -> None:
        """Close the sockets. The kernel itself is left as it is."""
        self.client.stop_channels()


async def _ready_client(connection_file: Path, ended: asyncio.Future[Problem]) -> GuardedClient:
    connection = await _read_connection(connection_file)
    client = GuardedClient()
    client.ended = ended
    client.load_connection_info(connection.model_dump())  # type: ignore[arg-type]
    client.start_channels(hb=False, stdin=False)
    client.allow_stdin = False
    await _greet(client)
    return client


async def _read_connection(path: Path) -> Connection:
    """Return the connection file's content once it is whole."""
    while True:
        try:
            with path.open("rb") as file:
                return Connection.model_validate_json(file.read(MAX_CONNECTION_FILE))
        except (FileNotFoundError, ValidationError):
            await asyncio.sleep(POLL_SECONDS)


async def _greet(client: GuardedClient) -> None:
    """Return once the kernel replies and its broadcasts arrive too.

    A subscription takes effect some time after the socket connects: what was broadcast before
    is lost, so the kernel is asked again until both channels have answered.
    """
    answered = False
    while True:
        client.kernel_info()
        try:
            if not answered:
                await client.shell_channel.get_msg()
                answered = True
            message = await client.iopub_channel.get_msg(timeout=0.1)
            while message["content"].get("execution_state") != "idle":
                message = await client.iopub_channel.get_msg(timeout=0.1)
        except Empty:
            continue
        return
