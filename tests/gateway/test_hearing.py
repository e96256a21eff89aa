"""Work for a reader who has gone is ended."""

import asyncio
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.types import Message

from services.gateway.http.hearing import while_heard


def request(*messages: Message) -> Request:
    waiting = list(messages)

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    return Request({"type": "http", "headers": []}, receive)


async def test_work_is_done_while_the_reader_waits() -> None:
    async def work() -> str:
        await asyncio.sleep(0)
        return "made"

    assert await while_heard(request({"type": "http.request"}), work()) == "made"


async def test_work_is_cancelled_when_the_reader_has_gone() -> None:
    ended: list[Any] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    with pytest.raises(ClientDisconnect):
        await while_heard(request({"type": "http.request"}, {"type": "http.disconnect"}), work())
    assert ended == [True]


async def test_what_goes_wrong_in_the_work_is_told() -> None:
    async def work() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await while_heard(request(), work())
