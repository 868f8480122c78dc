"""The platform on a real port: uvicorn in a thread of its own, for browsers and for senders of grades."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

import uvicorn
from starlette.types import Receive, Scope, Send

from tests.platform.faults import SERVED

if TYPE_CHECKING:
    from tests.platform.platform import Platform


@contextmanager
def served(platform: "Platform", host: str) -> Iterator[str]:
    """Serve a platform on 127.0.0.1 under the name `host`, which becomes its address; stopped at the end."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await platform.app({**scope, SERVED: True}, receive, send)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        platform.base = f"http://{host}:{listener.getsockname()[1]}"
        config = uvicorn.Config(app, lifespan="off", log_config=None, log_level="critical", access_log=False)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listener],), name=platform.name)
        thread.start()
        try:
            yield platform.base
        finally:
            platform.faults.clear()  # nobody waits any longer
            server.should_exit = True
            thread.join(timeout=30)
            assert not thread.is_alive(), "the platform did not stop"
