"""Gives one waiting letter at a time to the sender, and notes what the sender makes of it."""

import asyncpg
import structlog

from events.codes import LetterFate
from infra.clock import Clock
from infra.encryption.keys import KeyErased, KeyProvider
from infra.letters import outbox
from infra.letters.outbox import TrackedLetter, WaitingLetter
from infra.letters.port import NO_SENDER, NotSendable, Sender, SenderAway, Tracking, reachable
from services.workflow.handlers.letters.addressing import addressed
from services.workflow.handlers.letters.fates import LetterFates

_log = structlog.get_logger()


class LetterSending:
    def __init__(self, keys: KeyProvider, sender: Sender, clock: Clock, fates: LetterFates) -> None:
        self._keys = keys
        self._sender = sender
        self._clock = clock
        self._fates = fates

    async def send_next(self, conn: asyncpg.Connection) -> bool:
        """Whether there was one. The attempt is committed first, so that the next one knows of it."""
        waiting = await outbox.next_waiting(conn)
        if waiting is None:
            return False
        async with conn.transaction():
            if await outbox.still_waiting(conn, waiting.document_id):
                await self._send(conn, waiting)
        return True

    async def _send(self, conn: asyncpg.Connection, waiting: WaitingLetter) -> None:
        try:
            letter = reachable(await addressed(conn, waiting, self._keys, self._clock))
            reference = await self._sender.send(letter)
            await outbox.sent(
                conn,
                waiting.document_id,
                by=self._sender.name,
                sender_reference=reference,
                tracked=isinstance(self._sender, Tracking),
            )
        except KeyErased:
            await outbox.given_up(conn, waiting.document_id, outbox.ERASED)
        except NotSendable as refused:
            await outbox.given_up(conn, waiting.document_id, refused.why)
            await self._failed(conn, waiting, refused.why)
            _log.warning("letter_not_sendable", document_id=str(waiting.document_id), code=refused.why)
        except SenderAway:
            _log.warning("letter_waits", document_id=str(waiting.document_id), attempt=waiting.attempts)
        else:
            _log.info("letter_sent", document_id=str(waiting.document_id), attempt=waiting.attempts)

    async def _failed(self, conn: asyncpg.Connection, waiting: WaitingLetter, why: str) -> None:
        """It never left. Where there is no sender at all, whoever recorded the step gives it as they said."""
        method = await outbox.method_of(conn, waiting.document_id)
        if why != NO_SENDER and method is not None:
            about = TrackedLetter(
                document_id=waiting.document_id,
                placement_id=waiting.placement_id,
                method=method,
                sender_reference="",
            )
            await self._fates.record(conn, about, LetterFate.FAILED, why=why)
