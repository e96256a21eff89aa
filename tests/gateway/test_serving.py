"""What a client may send and how long it may take, whatever it is after; and an address for probes alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from infra.settings import Settings
from services.gateway.app import create_app
from services.gateway.http import serving
from services.gateway.http.serving import GuardedProtocol, Limits, serve_beside
from services.local.ports import free_port
from tests.gateway.driving import Driver, Tokens

HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST /headers HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n"


def echoing() -> FastAPI:
    app = FastAPI(openapi_url=None)
    app.state.ended = asyncio.Event()

    @app.api_route("/", methods=["GET", "POST"])
    async def told(request: Request) -> Response:
        return Response(b"told " + await request.body())

    @app.get("/slow")
    async def slow() -> Response:
        await asyncio.sleep(1)
        return Response(b"slow")

    @app.post("/headers")
    async def headers(request: Request) -> Response:
        await request.body()
        return Response(b"told " + " ".join(request.headers).encode())

    @app.get("/endless")
    async def endless() -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            try:
                while True:
                    yield b"x" * 65_536
                    await asyncio.sleep(0)
            finally:
                app.state.ended.set()

        return StreamingResponse(pieces())

    return app


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(GuardedProtocol, "limits", Limits(head_bytes=4_000, head_seconds=0.3, body_seconds=0.3))
    async with serve_beside(echoing(), host="127.0.0.1", port=0) as found:
        yield found


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def said(port: int, *pieces: bytes) -> bytes:
    """All that is answered until the server closes the connection: a test that hangs here has found it open."""
    async with connected(port) as (reader, writer):
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.01)
            return await reader.read()
        except ConnectionResetError:
            return b"reset"


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param((HEAD + b"X: " + b"x" * 5_000,), id="one header that does not end"),
        pytest.param((HEAD + b"X: " + b"x" * 5_000 + b"\r\n\r\n",), id="a whole head at once"),
        pytest.param((HEAD, *(b"X: 1\r\n" * 100,) * 20), id="many small headers"),
        pytest.param((b"GET /" + b"x" * 5_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",), id="a long address"),
        pytest.param((HEAD + b"X: " + b"x" * 5_000 + b"\r\nContent-Length: 5\r\n\r\nhello",), id="with a body"),
        pytest.param((CHUNKED + b"0\r\n", *(b"X: 1\r\n" * 100,) * 20), id="many fields after a body"),
        pytest.param((CHUNKED + b"0\r\nX: ", *(b"x" * 500,) * 20), id="a field after a body that does not end"),
        pytest.param((CHUNKED + b"5;", *(b"x" * 500,) * 20), id="an extension that does not end"),
    ],
)
async def test_a_head_over_the_limit_is_refused_before_it_is_kept(port: int, pieces: tuple[bytes, ...]) -> None:
    assert (await said(port, *pieces)).startswith((b"HTTP/1.1 431 ", b"reset"))


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        pytest.param((), b"", id="nothing"),
        pytest.param((b"\r\n",), b"HTTP/1.1 408 ", id="an empty line"),
        pytest.param((b"GET / HT",), b"HTTP/1.1 408 ", id="half a line"),
        pytest.param((HEAD,), b"HTTP/1.1 408 ", id="half a head"),
        pytest.param((POST, b"he"), b"HTTP/1.1 408 ", id="half a body"),
        pytest.param((POST,), b"HTTP/1.1 408 ", id="no body"),
    ],
)
async def test_a_request_that_is_not_sent_in_time_is_ended(port: int, pieces: tuple[bytes, ...], status: bytes) -> None:
    assert (await said(port, *pieces)).startswith(status)


async def test_bytes_that_drip_in_do_not_keep_a_head_open(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(HEAD)

        async def drip() -> None:
            while not writer.is_closing():
                writer.write(b"X: 1\r\n")
                await asyncio.sleep(0.05)

        dripping = asyncio.create_task(drip())
        answered = await reader.read(12)
        dripping.cancel()

    assert answered == b"HTTP/1.1 408"


async def test_half_a_request_after_a_whole_one_is_ended_too(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(HEAD + b"\r\n")
        first = await reader.readuntil(b"told ")
        writer.write(HEAD)
        rest = await reader.read()

    assert first.startswith(b"HTTP/1.1 200 ")
    assert rest.startswith(b"HTTP/1.1 408 ")


async def test_a_field_after_the_body_is_no_header(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(CHUNKED + b"0\r\nIf-Match: *\r\nIdempotency-Key: x\r\n\r\n")

        assert (await reader.readuntil(b"encoding")).endswith(b"told host transfer-encoding")
        writer.write(HEAD + b"\r\n")
        assert (await reader.readuntil(b"told ")).startswith(b"HTTP/1.1 200 ")


async def test_half_a_request_that_waited_for_an_answer_is_ended_after_it(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n" + HEAD)
        first = await reader.readuntil(b"slow")
        writer.write(b"X: 1\r\n")
        rest = await reader.read()

    assert first.startswith(b"HTTP/1.1 200 ")
    assert rest.startswith(b"HTTP/1.1 408 ")


async def test_an_answer_that_nobody_takes_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "limits", Limits(answer_seconds=0.3))
    app = echoing()
    async with serve_beside(app, host="127.0.0.1", port=0) as port, connected(port) as (_reader, writer):
        writer.write(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")

        await app.state.ended.wait()


async def test_what_is_sent_in_time_is_answered_however_it_is_cut(port: int) -> None:
    async with connected(port) as (reader, writer):
        for _ in range(3):
            for piece in (POST[:10], POST[10:30], POST[30:], b"he", b"llo"):
                writer.write(piece)
                await asyncio.sleep(0)
            assert (await reader.readuntil(b"told hello")).startswith(b"HTTP/1.1 200 ")
        writer.write(HEAD + b"\r\n" + HEAD + b"\r\n")
        for _ in range(2):
            assert (await reader.readuntil(b"told ")).startswith(b"HTTP/1.1 200 ")


async def test_an_answer_may_take_longer_than_a_request(port: int) -> None:
    async with httpx2.AsyncClient() as client:
        answer = await client.get(f"http://127.0.0.1:{port}/slow")

    assert answer.text == "slow"


def test_the_gateway_listens_with_these_limits() -> None:
    config = serving.config_for(echoing(), host="127.0.0.1", port=0)

    assert config.http is GuardedProtocol
    assert GuardedProtocol.limits.head_bytes <= 64 * 1024
    assert max(GuardedProtocol.limits.head_seconds, GuardedProtocol.limits.body_seconds) <= 30


async def test_readiness_and_metrics_move_to_a_port_of_their_own(settings: Settings, tokens: Tokens) -> None:
    port = free_port()
    app = create_app(settings.model_copy(update={"health_port": port}))

    async with app.router.lifespan_context(app), Driver(app, tokens) as driver, httpx2.AsyncClient() as client:
        inside = {path: await client.get(f"http://127.0.0.1:{port}{path}") for path in ("/health/ready", "/metrics")}
        outside = {path: await driver.http.get(path) for path in inside}
        alive = await driver.http.get("/health/live")
        others = await client.get(f"http://127.0.0.1:{port}/api/v1/placements")

    assert inside["/health/ready"].json()["parts"]["database"]["ok"]
    assert "placements_request_seconds" in inside["/metrics"].text
    assert {answer.status_code for answer in outside.values()} == {404}
    assert (alive.status_code, others.status_code) == (200, 404)
