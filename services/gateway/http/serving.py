"""How the gateway listens: limits on what a client sends and on how long it takes, and an address for probes alone."""

from asyncio import TimerHandle, Transport
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from infra.beside import beside

_GRACE_SECONDS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one request. `head_seconds` begins with the connection, or with the first byte after an answer.

    `answer_seconds` is how long a client may take none of an answer that waits for it.
    """

    head_bytes: int = 64 * 1024
    head_seconds: float = 10.0
    body_seconds: float = 30.0
    answer_seconds: float = 60.0


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's own bounds neither the head of a request nor the time that a client takes to send one.

    How large a body may be is the application's to say, and how long a connection may be idle is uvicorn's.
    """

    limits: ClassVar = Limits()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._part: Literal["head", "body", "answer"] = "head"
        self._head_bytes = 0
        self._bytes_beside = 0
        self._refused = False
        self._timer: TimerHandle | None = None
        self._untaken: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as the class above has it
        super().connection_made(transport)
        self._expect_by(self.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._expect_nothing()
        self._answer_is_taken()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._answer_is_taken()
        self._untaken = self.loop.call_later(self.limits.answer_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        self._answer_is_taken()
        super().resume_writing()

    def _answer_is_taken(self) -> None:
        if self._untaken is not None:
            self._untaken.cancel()
            self._untaken = None

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        if self._part == "answer" and self.cycle.response_complete:
            self._begin_head()
        if self._part == "head":
            self._head_bytes += len(data)
        self._bytes_beside += len(data)
        super().data_received(data)
        if self._part == "body" and self._bytes_beside > self.limits.head_bytes:
            self._refuse(431, "There is too much around the body of the request.")
        if self._part == "head" and self._head_bytes > self.limits.head_bytes:
            self._refuse(431, "The head of the request is too large.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._part != "head":  # the next request of a client that does not wait for its answer
            self._begin_head()

    def on_header(self, name: bytes, value: bytes) -> None:
        # Fields after a body are none of the request's: what was checked in its head may not change after it.
        if self._part == "head":
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        if self._refused:
            return
        # One piece may hold the whole head, and more than is allowed.
        if len(self.url) + sum(len(name) + len(text) for name, text in self.headers) > self.limits.head_bytes:
            self._refuse(431, "The head of the request is too large.")
            return
        self._part = "body"
        self._bytes_beside = 0
        self._expect_by(self.limits.body_seconds)
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._bytes_beside = 0  # what is between the pieces of a body counts, and what is after the last
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        if self._refused:
            return
        self._part = "answer"
        self._head_bytes = 0
        self._expect_nothing()
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            return
        if self._part == "body":
            self._expect_by(self.limits.body_seconds)
        elif self._part == "head":  # of a next request, which had to wait for this answer
            self._expect_by(self.limits.head_seconds)

    def _begin_head(self) -> None:
        self._part = "head"
        self._head_bytes = 0
        self._expect_by(self.limits.head_seconds)

    def _expect_by(self, seconds: float) -> None:
        self._expect_nothing()
        self._timer = self.loop.call_later(seconds, self._waited_enough)

    def _expect_nothing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _waited_enough(self) -> None:
        if self.cycle is not None and not self.cycle.response_complete and self._part == "head":
            # The answer to an earlier request is under way; what follows it may wait, and is looked at after it.
            return
        self._refuse(408, "The request was not sent in time.")

    def _refuse(self, status: Literal[408, 431], why: str) -> None:
        self._refused = True
        self._expect_nothing()
        begun = self._part == "body" and self.cycle is not None and self.cycle.response_started
        if not begun and not self.transport.is_closing() and self._head_bytes:
            title = {408: b"Request Timeout", 431: b"Request Header Fields Too Large"}[status]
            self.transport.write(
                b"HTTP/1.1 %d %s\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\n"
                b"connection: close\r\n\r\n%s" % (status, title, len(why), why.encode())
            )
        self.transport.close()


def config_for(app: FastAPI, *, host: str, port: int, lifespan: Literal["on", "off"] = "on") -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=GuardedProtocol,
        lifespan=lifespan,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


@asynccontextmanager
async def serve_beside(app: FastAPI, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve another application in this process, and yield its port. Raises OSError: the address is taken."""

    def configured(host: str, port: int) -> uvicorn.Config:
        return config_for(app, host=host, port=port, lifespan="off")

    async with beside(configured, host=host, port=port) as found:
        yield found
