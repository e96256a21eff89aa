"""What auditors ask for that takes long: comparisons over the whole record, and exports of it, each a job.

A job is asked for, carried out by a worker, and fetched once by who asked. What comes of one holds nothing in clear
that the database has sealed: an export keeps personal parts sealed, the others are counts, codes and ids.
"""

import asyncio
import json
import zlib
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncEngine

from events.codes import RegimeId
from infra import audit_jobs
from infra.audit_jobs import MOST_ATTEMPTS, ClaimLost, Job, JobKind
from infra.encryption.keys import KeyProvider
from infra.event_store.limits import StreamArchived
from infra.identity.people import forget_unseen
from infra.identity.read_log import record_access
from infra.ids import uuid7
from infra.postgres.db import connection, transaction
from infra.proof.checkpoints import KeyUnusable, signer
from infra.settings import Settings
from services.application import differing
from services.application.auditing import Audit, require_everything
from services.application.differing import Axis
from services.application.exporting import export_lines
from services.application.what_if import compared, reading_of

MOST_OPEN: Final = 3
"""How many jobs of one person wait or run at once."""
MOST_BYTES: Final = 64 * 1024 * 1024
"""How large, compressed, what comes of a job may be."""
MEDIA: Final[Mapping[JobKind, str]] = {
    "diff": "application/json",
    "what_if": "application/json",
    "export": "application/x-ndjson",
}
_PART_BYTES: Final = 1024 * 1024
_SAY_EVERY: Final = 100
_PAUSE_SECONDS: Final = 1.0
_TIDY_SECONDS: Final = 600.0

log = structlog.get_logger()


class TooManyJobs(Exception):
    """The person has as many jobs open as one may have."""


class NotCarriedOut(Exception):
    """The job cannot be carried out, whoever tries again; the words are for who asked."""


async def ask(
    engine: AsyncEngine, audit: Audit, kind: JobKind, asked: Mapping[str, Any], *, placement_id: UUID | None = None
) -> Job:
    """Ask for a job; logged as a reading. Raises NotAllowed: it is of the whole record. Raises TooManyJobs."""
    if placement_id is None:
        require_everything(audit)
    person = audit.person
    written = json.dumps(dict(asked), default=str, sort_keys=True)
    async with transaction(engine) as conn:
        await conn.execute("SELECT pg_advisory_xact_lock(hashtext('audit-jobs'), hashtext($1))", str(person.id))
        if await audit_jobs.open_of(conn, person.id) >= MOST_OPEN:
            raise TooManyJobs
        await record_access(conn, person, placement_id, kind, asked=written)
        return await audit_jobs.ask(conn, uuid7(), kind, written, person_id=person.id, org=person.org)


async def find(engine: AsyncEngine, audit: Audit, job_id: UUID, kind: JobKind | None = None) -> Job | None:
    """How far a job is; None where this person has asked for none of this id."""
    async with connection(engine) as conn:
        found = await audit_jobs.find(conn, job_id, audit.person.id)
    return found if found is not None and kind in {None, found.kind} else None


async def listed(engine: AsyncEngine, audit: Audit) -> Sequence[Job]:
    """What this person has asked for, the latest first."""
    async with connection(engine) as conn:
        return await audit_jobs.of_person(conn, audit.person.id)


async def fetch(engine: AsyncEngine, audit: Audit, job_id: UUID) -> Iterator[bytes] | None:
    """What came of a job, piece by piece. It is deleted as it is given: None where it is not there, or no more."""
    async with connection(engine) as conn:
        parts = await audit_jobs.fetch(conn, job_id, audit.person.id)
    return None if parts is None else _unpacked(parts)


def _unpacked(parts: Sequence[bytes]) -> Iterator[bytes]:
    opener = zlib.decompressobj()
    for part in parts:
        yield opener.decompress(part)
    yield opener.flush()


class AuditJobs:
    """Carries out what is asked for, one job at a time. Several workers share the jobs among them."""

    def __init__(self, engine: AsyncEngine, keys: KeyProvider, settings: Settings) -> None:
        self._engine = engine
        self._keys = keys
        self._settings = settings
        self._tidied_at = float("-inf")

    async def run(self) -> None:
        """Until cancelled; what is under way then is given back, and begun again by another worker."""
        while True:
            try:
                worked = await self.step()
                await self._tidy()
            except Exception as failed:  # noqa: BLE001 - a database that is away ends nothing here
                worked = False
                log.warning("audit_jobs_failed", error_type=type(failed).__name__)
            if not worked:
                await asyncio.sleep(_PAUSE_SECONDS)

    async def step(self) -> bool:
        """Carry out the oldest job that waits; tells whether there was one."""
        async with connection(self._engine) as conn:
            job = await audit_jobs.claim(conn)
        if job is None:
            return False
        if job.attempts > MOST_ATTEMPTS:
            await self._fail(job, f"It was begun {MOST_ATTEMPTS} times, and its worker ended each time.")
            return True
        try:
            await self._carry_out(job)
        except ClaimLost:
            log.warning("audit_job_lost", job_id=str(job.job_id))
        except NotCarriedOut as refused:
            await self._fail(job, str(refused))
        except asyncio.CancelledError:
            async with connection(self._engine) as conn:
                await audit_jobs.give_back(conn, job)
            raise
        except Exception as failed:
            log.exception("audit_job_failed", job_id=str(job.job_id), attempt=job.attempts)
            if job.attempts >= MOST_ATTEMPTS:
                await self._fail(job, f"It failed {MOST_ATTEMPTS} times ({type(failed).__name__}).")
        return True

    async def _fail(self, job: Job, words: str) -> None:
        async with connection(self._engine) as conn:
            await audit_jobs.fail(conn, job, words)

    async def _carry_out(self, job: Job) -> None:
        reached = number = size = 0
        packer, waiting = zlib.compressobj(), bytearray()
        async with connection(self._engine) as conn, aclosing(self._made(job)) as pieces:
            async for piece in pieces:
                reached += 1
                waiting += packer.compress(piece)
                if len(waiting) >= _PART_BYTES:
                    size += len(waiting)
                    _require_within(size)
                    await audit_jobs.keep(conn, job, number, bytes(waiting), reached=reached)
                    number += 1
                    waiting.clear()
                elif reached % _SAY_EVERY == 0:
                    await audit_jobs.go_on(conn, job, reached=reached)
            waiting += packer.flush()
            _require_within(size + len(waiting))
            await audit_jobs.keep(conn, job, number, bytes(waiting), reached=reached)
            await audit_jobs.finish(conn, job, reached=reached)

    def _made(self, job: Job) -> AsyncGenerator[bytes, None]:
        asked = json.loads(job.asked)
        match job.kind:
            case "diff":
                return self._diff(asked)
            case "what_if":
                return self._what_if(asked)
            case "export":
                return self._export(asked)

    async def _diff(self, asked: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        axis, counted = Axis(asked["by"]), differing.Counted()
        before, after = (axis.moment(_instant(asked[name])) for name in ("from", "to"))
        async for _ in differing.over_all(self._engine, before, after, counted):
            yield b""
        yield json.dumps({"asked": asked, "rows": counted.rows}).encode()

    async def _what_if(self, asked: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        regime = asked["regime"]
        reading = reading_of(RegimeId(regime) if regime else None, asked["rule"])
        rows, judged, placements, others = list[dict[str, Any]](), 0, 0, 0
        async for each in compared(self._engine, self._keys, reading):
            if each.lines is None:
                others += 1
            else:
                placements += 1
                judged += each.judged
                rows += each.rows
            yield b""
        found = {"asked": asked, "rows": rows, "judged": judged, "placements": placements, "not_concerned": others}
        yield json.dumps(found, default=str).encode()

    async def _export(self, asked: Mapping[str, Any]) -> AsyncGenerator[bytes, None]:
        settings = self._settings
        if not settings.record_origin:
            raise NotCarriedOut("This record has no name and no key, so that nothing can be proved of it.")
        try:
            verifier = signer(settings.record_origin, settings.checkpoint_key).verifier
        except KeyUnusable:
            raise NotCarriedOut("The key that signs this record cannot be read.") from None
        placement = asked["placement"]
        async with connection(self._engine) as conn:
            lines = export_lines(conn, settings, verifier, UUID(placement) if placement else None)
            try:
                async for line in lines:
                    yield line
            except StreamArchived:
                raise NotCarriedOut(
                    "The placement has been moved into an archive, whose file has its events."
                ) from None

    async def _tidy(self) -> None:
        """What nobody fetched goes, and people whom nothing names any more."""
        now = asyncio.get_running_loop().time()
        if now - self._tidied_at < _TIDY_SECONDS:
            return
        self._tidied_at = now
        async with connection(self._engine) as conn:
            await audit_jobs.expire(conn)
            await forget_unseen(conn)


def _require_within(size: int) -> None:
    if size > MOST_BYTES:
        words = (
            f"What came of it is larger than {MOST_BYTES // 1024**2} MB. Use the command line: placements audit export."
        )
        raise NotCarriedOut(words)


def _instant(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)
