"""Hands letters to their sender: each document that goes to somebody, once it is on record.

A letter is queued in the transaction that moves the position, and sent afterwards. Between a sending and its note a
worker may die: then the letter is given to the sender again, with that said. What goes out is therefore at least
once by this module, and once by what the senders make of it: the same file, or a reference that is asked for first.
"""

import time
from collections.abc import Sequence

import asyncpg
import structlog
from temporalio.client import Client

from domain.placement.record.letters import RecordLetterFate
from events.placement.contact import CommunicationSent
from events.placement.letters import DocumentProduced, LetterReturned
from infra.clock import Clock
from infra.encryption.keys import KeyProvider
from infra.event_store.types import StoredEvent
from infra.letters.forgetting import forget_erased
from infra.letters.port import Keeping, Sender
from services.application import supervision
from services.application.system_commands import dispatch_untried
from services.workflow.handlers.letters.fates import LetterFates
from services.workflow.handlers.letters.queueing import take
from services.workflow.handlers.letters.sending import LetterSending

NAME = supervision.LETTERS
TYPES = (DocumentProduced.__name__, CommunicationSent.__name__, LetterReturned.__name__)
BATCH = 100
_FORGET_SECONDS = 120.0
_log = structlog.get_logger()


class LetterSender:
    """The handler that queues and sends letters."""

    name = NAME
    types = TYPES

    def __init__(self, keys: KeyProvider, sender: Sender, *, clock: Clock, client: Client | None = None) -> None:
        """Without a client, what becomes of letters waits on record for the sweep over undecided commands."""
        self._keys = keys
        self._sender = sender
        self._client = client
        self._fates = LetterFates(keys, sender, clock)
        self._sending = LetterSending(keys, sender, clock, self._fates)
        self._forget_at = 0.0

    async def handle(self, conn: asyncpg.Connection, events: Sequence[StoredEvent]) -> None:
        for event in events:
            await take(conn, event)

    async def drain(self, conn: asyncpg.Connection) -> None:
        """Send what waits, ask what became of what was sent, and delete what must not be kept."""
        while await self._sending.send_next(conn):
            pass
        while await self._fates.ask_next(conn):
            pass
        if self._client is not None:
            await dispatch_untried(conn, self._client, RecordLetterFate)
        await self._forget_erased(conn)

    async def _forget_erased(self, conn: asyncpg.Connection) -> None:
        """Now and again, so that no letter in clear outlives its pupil's key, whoever destroyed that."""
        if not isinstance(self._sender, Keeping) or time.monotonic() < self._forget_at:
            return
        deleted = await forget_erased(conn, self._sender, self._keys)
        self._forget_at = time.monotonic() + _FORGET_SECONDS
        if deleted:
            _log.info("letters_of_erased_deleted", count=deleted)
