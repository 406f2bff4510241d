"""Keep the portal and a worker running on this machine."""

from __future__ import annotations

import argparse
import asyncio
import signal

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.common.services import Service, bind, portal, running, worker


class Command(BaseCommand):
    """Starts each process again when it ends, until Ctrl-C."""

    help = "Serve the portal and grade what is handed in, on this machine."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_args: object, host: str, port: int, **_options: object) -> None:
        """Serve until interrupted."""
        try:
            listener = bind(host, port)
        except OSError as exc:
            raise CommandError(f"Port {port} can't be used: {exc.strerror}. Try --port.") from exc
        environment = settings.NOYAU
        services = [
            portal(listener),
            worker(concurrency=environment.worker_concurrency, queues=environment.queues),
        ]
        self.stdout.write(f"Noyau listens on http://{host}:{listener.getsockname()[1]}/")
        asyncio.run(serve(services))


async def serve(services: list[Service]) -> None:
    """Keep `services` running until the process is asked to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with running(services):
        await stop.wait()
