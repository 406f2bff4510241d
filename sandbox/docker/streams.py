"""The streams of a container: one connection to the engine, cut into stdout and stderr."""

from __future__ import annotations

import asyncio
import socket

from sandbox.process import LOG_BYTES, LONGEST_LINE, OPENED

HEADER_BYTES = 8
STDERR = 2


class Demultiplexer(asyncio.StreamReaderProtocol):
    """Feeds frames of stdout to a reader, and keeps the end of stderr.

    A frame is a byte that names the stream, three of zero, four of length, and the content.
    """

    def __init__(self, reader: asyncio.StreamReader, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(reader, loop=loop)
        self.log = bytearray()
        self.opened = asyncio.Event()
        self.ended = asyncio.Event()
        self._header = bytearray()
        self._left = 0
        self._is_log = False

    def data_received(self, data: bytes) -> None:
        """Hand on whatever frames and parts of frames have come."""
        view = memoryview(data)
        while view:
            if self._left == 0:
                wanted = HEADER_BYTES - len(self._header)
                self._header += view[:wanted]
                view = view[wanted:]
                if len(self._header) < HEADER_BYTES:
                    return
                self._is_log = self._header[0] == STDERR
                self._left = int.from_bytes(self._header[4:])
                self._header.clear()
                continue
            part, view = view[: self._left], view[self._left :]
            self._left -= len(part)
            self._deliver(bytes(part))

    def eof_received(self) -> bool:
        """Tell readers that no more will come."""
        self.ended.set()
        return bool(super().eof_received())

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell readers that no more will come."""
        self.ended.set()
        super().connection_lost(exc)

    def _deliver(self, content: bytes) -> None:
        if not self._is_log:
            super().data_received(content)
            return
        self.log += content
        if not self.opened.is_set() and OPENED in self.log:
            self.log = self.log.replace(OPENED, b"", 1)
            self.opened.set()
        del self.log[:-LOG_BYTES]


class Input(asyncio.StreamWriter):
    """A container's stdin. Closing it ends the input alone: output comes by the same connection."""

    def close(self) -> None:
        """Send the end of the input once all that was written is sent."""
        self.write_eof()

    async def wait_closed(self) -> None:
        """Return once what was written is on its way."""
        await self.drain()


async def open_streams(
    connection: socket.socket,
) -> tuple[asyncio.Transport, Demultiplexer, asyncio.StreamReader, Input]:
    """Return the streams over a connection that the engine has attached to a container."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=LONGEST_LINE, loop=loop)
    transport, protocol = await loop.create_connection(
        lambda: Demultiplexer(reader, loop), sock=connection
    )
    return transport, protocol, reader, Input(transport, protocol, reader, loop)
