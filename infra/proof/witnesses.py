"""Asking outside witnesses to cosign checkpoints: the log's side of C2SP's witness protocol (c2sp.org/tlog-witness).

A witness signs only what goes on from all it has signed before, so two histories under one name would need every
witness to lie. One that is away is asked again with the next checkpoint; nothing waits for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg
import httpx2
import structlog
from sqlalchemy import BigInteger, Column, Table, Text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.shared.words import are, figure
from infra.clock import Clock
from infra.postgres.db import connection, metadata, transaction
from infra.proof import tree
from infra.proof.checkpoints import StoredCheckpoint, latest
from infra.proof.merkle import consistency_ranges
from infra.proof.notes import NoteInvalid, NoteVerifier, SignedNote, add_checkpoint_request

log = structlog.get_logger()

cosignature = Table(
    "cosignature",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("witness", Text, primary_key=True),
    Column("line", Text, nullable=False),
    Column("at", TIMESTAMP(timezone=True), nullable=False),
)

TIMEOUT_SECONDS: Final = 10.0
_LARGEST_ANSWER: Final = 16_384
_LAST = "SELECT coalesce(max(size), 0) FROM cosignature WHERE origin = $1 AND witness = $2"
_PUT = """
INSERT INTO cosignature (origin, size, witness, line, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
"""


class WitnessRefused(Exception):
    """It did not cosign, for the reason given. `size` is of the checkpoint it holds, where it said so."""

    def __init__(self, why: str, size: int | None = None) -> None:
        super().__init__(why)
        self.size = size


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """Its key, and the prefix of the address it takes checkpoints at."""

    verifier: NoteVerifier
    url: str


def witnesses_of(setting: str) -> tuple[Witness, ...]:
    """As the setting names them: `KEY URL`, several with commas between. Raises NoteInvalid."""
    found = []
    for each in filter(None, map(str.strip, setting.split(","))):
        key, _, url = each.partition(" ")
        verifier = NoteVerifier.read(key)
        if not verifier.cosigns or not url.strip().startswith(("http://", "https://")):
            raise NoteInvalid("a witness is its verifier key (of a cosigner), a space, and where it answers")
        found.append(Witness(verifier=verifier, url=url.strip().rstrip("/")))
    return tuple(found)


class Cosigning:
    """Has the latest checkpoint cosigned by each witness that has not cosigned it yet."""

    def __init__(
        self, engine: AsyncEngine, clock: Clock, origin: str, witnesses: Sequence[Witness], http: httpx2.AsyncClient
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._origin = origin
        self._witnesses = witnesses
        self._http = http

    async def cosign(self) -> int:
        """How many cosigned now. A refusal is logged, and is no reason to stop."""
        done = 0
        for witness in self._witnesses:
            try:
                done += await self._cosigned(witness)
            except (WitnessRefused, httpx2.HTTPError) as error:
                why = str(error) if isinstance(error, WitnessRefused) else type(error).__name__
                log.warning("witness_refused", address=witness.url, code=why)
        return done

    async def _cosigned(self, witness: Witness) -> bool:
        async with connection(self._engine) as conn:
            checkpoint = await latest(conn, self._origin)
            known: int = await conn.fetchval(_LAST, self._origin, witness.verifier.name)
        if checkpoint is None or known >= checkpoint.size:
            return False
        try:
            line = await self._asked(witness, checkpoint, known)
        except WitnessRefused as refused:
            if refused.size is None or refused.size == known:
                raise
            # It holds another than the last it told us of: an answer of its was lost, or a record was put back.
            line = await self._asked(witness, checkpoint, refused.size)
        async with transaction(self._engine) as conn:
            at = await self._clock.now(conn)
            await conn.execute(_PUT, self._origin, checkpoint.size, witness.verifier.name, line, at)
        return True

    async def _asked(self, witness: Witness, checkpoint: StoredCheckpoint, known: int) -> str:
        """Its signature line. Raises WitnessRefused."""
        if known > checkpoint.size:
            here = f"there {are(checkpoint.size)} {checkpoint.size} here"
            raise WitnessRefused(f"holds a checkpoint of {figure(known, 'event')}, and {here}")
        async with connection(self._engine) as conn:
            path = await _path(conn, known, checkpoint.size)
        request = add_checkpoint_request(known, path, checkpoint.note)
        answer = await self._http.post(f"{witness.url}/add-checkpoint", content=request, timeout=TIMEOUT_SECONDS)
        if answer.status_code == httpx2.codes.CONFLICT:
            raise WitnessRefused("holds another checkpoint than was thought", _size_of(answer))
        if answer.status_code != httpx2.codes.OK or len(answer.content) > _LARGEST_ANSWER:
            raise WitnessRefused(f"answered {answer.status_code}")
        try:
            note = SignedNote.read(checkpoint.note + answer.text)
            note.check(witness.verifier)
            return note.line_of(witness.verifier)
        except NoteInvalid as error:
            raise WitnessRefused(f"sent no cosignature of its own: {error}") from error


async def _path(conn: asyncpg.Connection, known: int, size: int) -> list[bytes]:
    return await tree.range_hashes(conn, consistency_ranges(known, size)) if known else []


def _size_of(answer: httpx2.Response) -> int | None:
    text = answer.text.strip()
    of_size = answer.headers.get("Content-Type", "").startswith("text/x.tlog.size")
    return int(text) if of_size and text.isascii() and text.isdigit() and len(text) < 19 else None  # noqa: PLR2004 - fits a bigint
