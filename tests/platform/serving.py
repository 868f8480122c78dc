"""Apps on a real port: uvicorn in a thread of its own, for browsers and for senders of grades."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn
import uvloop
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.platform.faults import SERVED

if TYPE_CHECKING:
    from tests.platform.platform import Platform


class PromptServer(uvicorn.Server):
    """uvicorn looks ten times a second whether it shall stop, and as often whether it may. This one is told, and stops
    within a millisecond of its last reply."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told = asyncio.Event()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.told.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(0.001)


@contextmanager
def listening(app: ASGIApp, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an app on a free port of 127.0.0.1, under the name `host`: its address. Stopped at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, lifespan="off", log_config=None, log_level="critical", access_log=False)
        server = PromptServer(config)
        loop = uvloop.new_event_loop()
        thread = Thread(target=loop.run_until_complete, args=(server.serve([listener]),))
        thread.start()
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            loop.call_soon_threadsafe(server.told.set)
            thread.join(timeout=30)
            assert not thread.is_alive(), "the app did not stop"
            loop.close()


@contextmanager
def served(platform: "Platform", host: str) -> Iterator[str]:
    """Serve a platform; the address becomes its own."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await platform.app({**scope, SERVED: True}, receive, send)

    with listening(app, host) as platform.base:
        try:
            yield platform.base
        finally:
            platform.faults.clear()  # nobody waits any longer
