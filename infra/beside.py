"""Serves a small application in a process whose own work is another."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn


class _Beside(uvicorn.Server):
    """A server without signal handlers: they are those of the process's own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def beside(configured: Callable[[str, int], uvicorn.Config], *, host: str, port: int) -> AsyncIterator[int]:
    """Serve what is configured for an address, and yield its port; port 0 takes a free one.

    Raises OSError: the address is taken.
    """
    with socket.create_server((host, port), reuse_port=False) as listener:
        server = _Beside(configured(host, port))
        serving = asyncio.create_task(server.serve(sockets=[listener]), name="beside")
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving
