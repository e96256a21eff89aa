"""What a subscription does with the events of the record."""

from collections.abc import Sequence
from typing import Protocol

import asyncpg

from infra.event_store.types import StoredEvent


class Handler(Protocol):
    """Takes events for what leaves the transaction: documents, letters, waking others.

    Whatever `handle` causes is a durable row in the transaction that moves the position: a command, a letter to send.
    What happens after the commit is a hint that such rows exist; `drain` finds them without it, after a crash too.
    """

    @property
    def name(self) -> str:
        """Names its position in the database and its workflow, so it never changes."""

    @property
    def types(self) -> Sequence[str]:
        """The types of event that it takes."""

    async def handle(self, conn: asyncpg.Connection, events: Sequence[StoredEvent]) -> None:
        """Take a batch, within the transaction that moves the position. Never called with none.

        One that fails is called again with fewer of the same events, and its transaction is rolled back before that.
        A signal to a workflow is sent here, before the position moves.
        """

    async def drain(self, conn: asyncpg.Connection) -> None:
        """Do what rows ask for: at once after a batch is committed, and every few seconds whether or not one came.

        The connection has no open transaction: each row is worked on, and noted, by itself.
        """
