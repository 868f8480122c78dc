"""Apps on a real port: uvicorn in a thread of its own, for browsers and for senders of grades."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from tests.platform.faults import SERVED

if TYPE_CHECKING:
    from tests.platform.platform import Platform


@contextmanager
def listening(app: ASGIApp, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an app on a free port of 127.0.0.1, under the name `host`: its address. Stopped at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, lifespan="off", log_config=None, log_level="critical", access_log=False)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listener],))
        thread.start()
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive(), "the app did not stop"


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
