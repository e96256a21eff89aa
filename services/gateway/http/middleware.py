"""What happens around every request: its id, its log line and duration, the body limit, safe headers, the last resort.

Pure ASGI, since a log key bound in a dependency is lost in Starlette's own kind of middleware.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infra.ids import uuid7
from infra.postgres.db import is_stale_plan
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem, answer

BODY_MAX_BYTES = 1024 * 1024
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# Where people come by https, their browsers come by nothing else for a year.
_ONLY_HTTPS = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}
_log = structlog.get_logger("gateway")


@dataclass(frozen=True, slots=True)
class Metrics:
    """The gateway's own figures. A registry for each application, so that two may live in one process."""

    registry: CollectorRegistry
    requests: Histogram
    commands: Counter
    feed_position: Gauge
    feed_readers: Gauge


def metrics() -> Metrics:
    registry = CollectorRegistry()
    return Metrics(
        registry,
        Histogram(
            "placements_request_seconds",
            "Time from request to the end of its answer",
            ["method", "route", "status"],
            registry=registry,
            buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
        ),
        Counter("placements_commands", "Commands answered", ["kind", "outcome"], registry=registry),
        Gauge("placements_feed_position", "Highest event position that the feed has looked at", registry=registry),
        Gauge("placements_feed_streams", "Event streams open now", registry=registry),
    )


class OutermostMiddleware:
    """The outermost layer that is ours."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, is_secure: bool = False) -> None:
        self.app = app
        self.metrics = metrics
        self._headers = _SAFE | (_ONLY_HTTPS if is_secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = str(uuid7())
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        exchange = _Exchange(receive, send, request_id, self._headers)
        began = time.perf_counter()
        told = scope
        try:
            _check_length(scope)
            try:
                told = dict(scope)
                await self.app(told, exchange.receive, exchange.send)
            except Exception as error:
                if not is_stale_plan(error) or exchange.status:
                    raise
                # A migration changed a type under a plan. Nothing was done, and a new plan is made for the second try.
                _log.warning("request_tried_again", error_type=type(error).__name__)
                exchange.begin_again()
                told = dict(scope)
                await self.app(told, exchange.receive, exchange.send)
        except Problem as problem:
            await exchange.end(told, problem)
        except ClientDisconnect:
            exchange.status = exchange.status or _READER_GONE
        except Exception as error:  # noqa: BLE001 - the ASGI boundary: whatever it was, the client gets an answer and we get the trace
            _log.exception("request_failed")
            code = "database_changing" if is_stale_plan(error) else "fault"
            await exchange.end(told, Problem(code, OWN[code].words, request_id=request_id))
        self._tell(told, exchange.status, time.perf_counter() - began)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unmatched")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.metrics.requests.labels(method, route, status).observe(seconds)
        _log.info("request", method=method, route=route, status=status, duration_ms=round(seconds * 1000, 2))


# What the log calls a request whose client closed the connection; no answer has this status.
_READER_GONE = 499
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _too_large() -> Problem:
    return Problem("body_too_large", f"A body may have up to {BODY_MAX_BYTES} bytes.", headers={"Connection": "close"})


def _check_length(scope: Scope) -> None:
    stated = Headers(scope=scope).get("content-length", "0")
    if not stated.isdecimal() or not stated.isascii():
        raise Problem("bad_request", "Content-Length is not a number.")
    if len(stated) > len(str(BODY_MAX_BYTES)) or int(stated) > BODY_MAX_BYTES:
        raise _too_large()


class _Exchange:
    """One request's traffic: counts what comes in, adds headers to what goes out, remembers the status."""

    def __init__(self, receive: Receive, send: Send, request_id: str, headers: Mapping[str, str]) -> None:
        self._receive = receive
        self._send = send
        self._request_id = request_id
        self._headers = headers
        self._received = 0
        self._heard: list[Message] = []
        self._again: list[Message] = []
        self.status = 0

    def begin_again(self) -> None:
        """Lets the application hear once more what it has heard of the request."""
        self._again = list(self._heard)

    async def receive(self) -> Message:
        if self._again:
            return self._again.pop(0)
        message = await self._receive()
        if message["type"] == "http.request":
            self._received += len(message.get("body", b""))
            if self._received > BODY_MAX_BYTES:  # sent in chunks, without a length to refuse beforehand
                raise _too_large()
            self._heard.append(message)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._request_id
            for name, text in self._headers.items():
                headers.setdefault(name, text)
        await self._send(message)

    async def end(self, scope: Scope, problem: Problem) -> None:
        """Answers with a problem, unless an answer has begun: then the connection just ends."""
        if self.status == 0:
            await answer(scope, problem)(scope, self.receive, self.send)
