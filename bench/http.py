"""A bare HTTP client for one request at a time on one kept connection.

httpx2 spends about a millisecond of CPU on a request: on two cores that would be measured as the service's own.
"""

import asyncio
from collections.abc import Mapping


class Connection:
    """The service closes connections that are idle for some seconds; the next request then opens one again."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def _opened(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None or self._reader.at_eof():
            self.close()
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        return self._reader, self._writer

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body of the answer, which states its length as this service's answers do."""
        reader, writer = await self._opened()
        lines = [f"POST {path} HTTP/1.1", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in headers.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode("ascii") + body)
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length = head.lower().partition(b"\r\ncontent-length: ")[2].partition(b"\r\n")[0]
        return status, await reader.readexactly(int(length))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
