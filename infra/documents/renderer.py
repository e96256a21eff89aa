"""Pages and PDF made in processes of their own: two at a time, each with a limit of time and of memory.

A document may take long or grow large, and neither may hold a command up. Whoever stops waiting, because the reader
has gone or the time is over, ends the process that was at work for them.
"""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

import msgspec
import structlog

from domain.documents.model import Document
from domain.documents.shortening import brief
from infra.documents.rendering import Pages
from infra.documents.rendering_process import LENGTH

RenderedFormat = Literal["html", "pdf"]

_AT_A_TIME: Final = 2
_SECONDS: Final = 20.0
_MEMORY_BYTES: Final = 1024 * 1024 * 1024
# A process that has grown is ended after its document, so that the memory is given back.
_MOST_KEPT_KIB: Final = 300 * 1024
_FORMS: Final[dict[RenderedFormat, bytes]] = {"html": b"h", "pdf": b"p"}
# Nothing else of the environment: it holds the database's address and keys.
_ENVIRONMENT: Final = frozenset({"PATH", "PYTHONPATH", "PYTHONHOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR"})
_log = structlog.get_logger("documents")


class NotRendered(Exception):
    """The document could not be made within the time and the memory that one document may take."""


class Renderer:
    """Makes documents; one may take so many seconds and so many bytes of memory."""

    def __init__(
        self, *, at_a_time: int = _AT_A_TIME, seconds: float = _SECONDS, memory_bytes: int = _MEMORY_BYTES
    ) -> None:
        self._slots = asyncio.Semaphore(at_a_time)
        self._seconds = seconds
        self._memory_bytes = memory_bytes
        self._idle: list[Process] = []
        self._at_work: set[Process] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        while self._idle:
            await _end(self._idle.pop())

    async def both(self, document: Document) -> Pages:
        """A PDF that cannot be made whole is made with the beginning of each text: no letter may hold up the others.

        Raises NotRendered: not even that can be made.
        """
        html = await self.render(document, "html")
        try:
            return Pages(html=html, pdf=await self.render(document, "pdf"))
        except NotRendered:
            _log.error("document_shortened", kind=document.kind)
            return Pages(html=html, pdf=await self.render(brief(document), "pdf"))

    async def render(self, document: Document, form: RenderedFormat) -> bytes:
        """Raises NotRendered."""
        content = msgspec.msgpack.encode(document)
        async with self._slots:
            process = await self._process()
            self._at_work.add(process)
            done = False
            try:
                async with asyncio.timeout(self._seconds):
                    made = await _ask(process, _FORMS[form], content)
                done = True
            except (TimeoutError, asyncio.IncompleteReadError, ConnectionError) as error:
                _log.error("document_not_rendered", kind=document.kind, form=form, error_type=type(error).__name__)
                raise NotRendered from error
            finally:
                self._at_work.discard(process)
                if done and _resident_kib(process.pid) <= _MOST_KEPT_KIB:
                    self._idle.append(process)
                else:
                    await asyncio.shield(_end(process))
            return made

    async def _process(self) -> Process:
        while self._idle:
            process = self._idle.pop()
            if process.returncode is None:
                return process
            await _end(process)  # somebody ended it meanwhile
        return await _start(self._memory_bytes)


async def _start(memory_bytes: int) -> Process:
    environment = {name: value for name, value in os.environ.items() if name in _ENVIRONMENT}
    # In a session of its own: Ctrl-C is for whoever asks, who ends it by closing its input.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "infra.documents.rendering_process",
        str(memory_bytes),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,
        env=environment | {"RAYON_NUM_THREADS": "2"},
    )


async def _ask(process: Process, form: bytes, content: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(LENGTH.pack(form, len(content)))
    process.stdin.write(content)
    await process.stdin.drain()
    _form, length = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    return await process.stdout.readexactly(length)


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    # What it still says is read away, as nobody else will: the pipe closes only then.
    await process.communicate()


def _resident_kib(pid: int) -> int:
    """The most memory that a process has had; where the system does not tell, more than any may keep."""
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return _MOST_KEPT_KIB + 1
