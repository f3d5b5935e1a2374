"""One uvicorn server in a thread of its own, on a port of 127.0.0.1 that is known before it starts.

The HTTP protocol hands its transport to the application, so that a connection can be cut for real.
"""

from __future__ import annotations

import asyncio
import socket
import time
from threading import Thread
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

HOST = "127.0.0.1"
#: seconds for the server to come up, and to go
PATIENCE = 10.0


class _CuttableProtocol(H11Protocol):
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


async def cut(scope: Any) -> None:
    """Close the connection of this request without a word. The caller returns afterwards."""
    scope["state"]["transport"].abort()
    await asyncio.sleep(0.01)


class Serving:
    def __init__(self, port: int = 0) -> None:
        """Takes the port at once; 0 is any free one."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((HOST, port))
        self.port: int = self._socket.getsockname()[1]
        self._server: uvicorn.Server | None = None
        self._thread: Thread | None = None

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def start(self, app: Any) -> None:
        config = uvicorn.Config(
            app,
            http=_CuttableProtocol,
            ws="websockets-sansio",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server = self._server = uvicorn.Server(config)
        self._thread = Thread(target=server.run, args=([self._socket],), name="playground", daemon=True)
        self._thread.start()
        until = time.monotonic() + PATIENCE
        while not server.started:
            if not self._thread.is_alive() or time.monotonic() > until:
                raise RuntimeError(f"the playground's server did not start on {self.base_url}")
            time.sleep(0.005)

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(PATIENCE)
        self._socket.close()
