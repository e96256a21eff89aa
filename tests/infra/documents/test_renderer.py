"""Documents are made in other processes, which end with whoever waits, with their time, or with their memory."""

import asyncio
from asyncio.subprocess import Process
from dataclasses import replace
from pathlib import Path

import pytest

from domain.documents.model import Item, Section, Table
from domain.documents.shortening import brief
from infra.documents.renderer import NotRendered, Renderer
from infra.documents.rendering import render, render_pdf
from tests.infra.documents.test_rendering import ALL, NOTICE

# Half a minute of work where nothing else runs, and far more memory than a document has.
ENDLESS = replace(
    NOTICE,
    sections=(Section(heading="H", tables=(Table(caption="C", columns=("A",), rows=(("word " * 40,),) * 60_000),)),),
)
# Each is accepted as a text, and no letter that holds it may keep the others waiting.
HOSTILE = {
    "one word": "x" * 20_000,
    "words as long as a line": ("x" * 30 + " ") * 640,
    "words longer than a line": ("x" * 199 + " ") * 100,
    "lines": "\n".join(["x" * 38] * 500),
    "blanks that do not part": "ab\u00a0" * 6_666,
    "marks on one letter": "a" + "\u0301\u0323" * 9_999,
    "tags on one letter": "a" + "\U000e0041" * 19_999,
    "forms on one letter": "a" + "\ufe0f\u200d" * 9_999,
    "overrides": "\u202eab" * 6_666,
    "isolates": "\u2066" * 10_000 + "a" * 10_000,
    "directions that alternate": "a\u05d0" * 10_000,
    "letters that no font has": "\U00012000" * 20_000,
}
LINUX = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="what Linux alone limits, or tells there")


async def at_work(renderer: Renderer) -> Process:
    while not renderer._at_work:  # noqa: ASYNC110 - a renderer tells nobody that it begins
        await asyncio.sleep(0)
    (process,) = renderer._at_work
    return process


async def test_a_document_is_the_same_wherever_it_is_made() -> None:
    async with Renderer() as renderer:
        for document in ALL.values():
            assert await renderer.both(document) == render(document)


async def test_a_process_serves_one_document_after_another() -> None:
    async with Renderer() as renderer:
        await renderer.render(NOTICE, "pdf")
        (first,) = renderer._idle
        await renderer.render(NOTICE, "html")

        assert renderer._idle == [first]


async def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_made() -> None:
    async with Renderer(seconds=1.5) as renderer:
        with pytest.raises(NotRendered):
            await renderer.render(ENDLESS, "pdf")

        assert renderer._idle == []
    async with Renderer() as renderer:
        assert await renderer.render(NOTICE, "pdf") == render_pdf(NOTICE)


@LINUX
async def test_a_document_using_too_much_memory_is_dropped_and_the_next_is_made() -> None:
    async with Renderer(memory_bytes=120 * 1024 * 1024, seconds=100) as renderer:
        with pytest.raises(NotRendered):
            await renderer.render(ENDLESS, "pdf")

        assert await renderer.render(NOTICE, "pdf") == render_pdf(NOTICE)


async def test_work_that_nobody_waits_for_any_more_is_ended() -> None:
    async with Renderer(at_a_time=1) as renderer:
        waiting = asyncio.create_task(renderer.render(ENDLESS, "pdf"))
        second = asyncio.create_task(renderer.render(NOTICE, "pdf"))
        process = await at_work(renderer)
        waiting.cancel()

        assert await second == render_pdf(NOTICE)
        assert process.returncode is not None


async def test_no_more_than_two_are_made_at_a_time() -> None:
    async with Renderer() as renderer:
        await asyncio.gather(*(renderer.render(NOTICE, "pdf") for _ in range(8)))

        assert len(renderer._idle) <= 2


@LINUX
async def test_a_process_that_makes_documents_knows_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLACEMENTS_DATABASE_URL", "postgresql://secret")
    async with Renderer() as renderer:
        await renderer.render(NOTICE, "pdf")
        environment = await asyncio.to_thread(Path(f"/proc/{renderer._idle[0].pid}/environ").read_bytes)

    assert b"PLACEMENTS" not in environment
    assert b"secret" not in environment


async def test_a_process_that_ended_meanwhile_is_replaced() -> None:
    async with Renderer() as renderer:
        await renderer.render(NOTICE, "pdf")
        (process,) = renderer._idle
        process.kill()
        await process.wait()

        assert await renderer.render(NOTICE, "pdf") == render_pdf(NOTICE)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
async def test_a_text_that_is_accepted_is_a_pdf_wherever_it_is(text: str) -> None:
    section = Section(
        heading="H",
        paragraphs=(text,),
        items=(Item(label="L", lines=tuple(text.splitlines())),),
        tables=(Table(caption="C", columns=("A", "B"), rows=((text, text),)),),
    )
    async with Renderer(seconds=100) as renderer:
        pdf = await renderer.render(replace(NOTICE, opening=(text,), sections=(section,)), "pdf")

    assert pdf.startswith(b"%PDF")


@LINUX
async def test_a_pdf_that_cannot_be_whole_is_made_with_the_beginnings() -> None:
    rows = (("word",),) * 60_000
    long = replace(NOTICE, sections=(Section(heading="H", tables=(Table(caption="C", columns=("A",), rows=rows),)),))

    async with Renderer(memory_bytes=120 * 1024 * 1024, seconds=100) as renderer:
        pages = await renderer.both(long)

    assert pages.html.count(b"word") >= 60_000
    assert pages.pdf == render_pdf(brief(long))
