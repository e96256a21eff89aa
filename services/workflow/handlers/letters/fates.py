"""Asks a sender what became of the letters that it took, until it says something final.

That a sender took a letter does not say that it arrives. Each fate goes to the placement's workflow as a command of the
system, whose id follows from letter and fate: one event, however often it is reported.
"""

from datetime import datetime

import asyncpg
import structlog

from domain.placement.record.letters import RecordLetterFate
from events.codes import DeliveryMethod, LetterFate
from events.ids import DocumentId, PlacementId, derived_id
from infra import commands
from infra.clock import Clock
from infra.encryption.keys import KeyErased, KeyProvider
from infra.letters import outbox
from infra.letters.outbox import TrackedLetter
from infra.letters.port import Sender, SenderAway, SenderReport, Tracking
from infra.projections import placements
from services.application.system_commands import system_command

_log = structlog.get_logger()


class LetterFates:
    def __init__(self, keys: KeyProvider, sender: Sender, clock: Clock) -> None:
        self._keys = keys
        self._sender = sender
        self._clock = clock

    async def ask_next(self, conn: asyncpg.Connection) -> bool:
        """Whether there was a letter to ask about."""
        if not isinstance(self._sender, Tracking):
            return False
        letter = await outbox.next_to_ask(conn, self._sender.name)
        if letter is None:
            return False
        try:
            report = await self._sender.fate(letter.sender_reference)
        except SenderAway:
            _log.warning("letter_fate_unknown", document_id=str(letter.document_id))
            return True
        async with conn.transaction():
            await self._heard(conn, letter, report)
        return True

    async def _heard(self, conn: asyncpg.Connection, letter: TrackedLetter, report: SenderReport) -> None:
        forgotten = report.final and report.fate is None
        fate = LetterFate.UNHEARD if forgotten else report.fate
        await outbox.told(conn, letter.document_id, fate, final=report.final)
        if report.dispatched_at is not None:
            await self.record(conn, letter, LetterFate.DISPATCHED, at=report.dispatched_at)
        if report.fate is LetterFate.DELIVERED:
            await self.record(conn, letter, LetterFate.DELIVERED)
        if report.fate is LetterFate.FAILED:
            why = report.why or "failed"
            await outbox.failed(conn, letter.document_id, why)
            await self.record(conn, letter, LetterFate.FAILED, why=why)
            _log.warning("letter_failed", document_id=str(letter.document_id), code=why)
        if forgotten:
            await outbox.failed(conn, letter.document_id, LetterFate.UNHEARD)
            await self.record(conn, letter, LetterFate.UNHEARD)
            _log.warning("letter_unheard", document_id=str(letter.document_id))

    async def record(
        self,
        conn: asyncpg.Connection,
        letter: TrackedLetter,
        fate: LetterFate,
        *,
        at: datetime | None = None,
        why: str | None = None,
    ) -> None:
        """Keep one command for each fate of a letter; none of a pupil whose key is gone."""
        row = await placements.find(conn, letter.placement_id)
        command_id = derived_id(letter.document_id, f"letter-fate/{fate}")
        if row is None or await commands.find(conn, command_id) is not None:
            return
        try:
            key = await self._keys.get(row.pupil_id)
        except KeyErased:
            return
        command = system_command(
            RecordLetterFate(
                document_id=DocumentId(letter.document_id),
                fate=fate,
                method=DeliveryMethod(letter.method),
                at=at,
                why=why,
            ),
            command_id=command_id,
            placement_id=PlacementId(letter.placement_id),
            key=key,
            correlation_id=letter.document_id,
            issued_at=await self._clock.now(conn),
        )
        await commands.record(conn, command)
