"""What the gateway's requests share: made once by the composition root, handed to each route."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client

from infra.clock import Clock
from infra.documents.renderer import Renderer
from infra.encryption.keys import KeyProvider
from infra.event_store.wake import Notifier
from infra.identity.people import PeopleRegister
from infra.identity.tokens import Person, TokenVerifier
from infra.postgres.db import connection
from infra.settings import Settings
from infra.streams.reference import Reference
from infra.watch import Watch
from services.application.authorisation import Sights, seeing
from services.application.rows import ListRows
from services.gateway.http.event_tail import EventTail
from services.gateway.http.middleware import Metrics
from services.gateway.http.shared import Shared
from services.gateway.http.shares import Shares


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    settings: Settings
    engine: AsyncEngine
    clock: Clock
    keys: KeyProvider
    verifier: TokenVerifier
    people: PeopleRegister
    temporal: Client
    reference: Reference
    rows: ListRows
    notifier: Notifier
    tail: EventTail
    watch: Watch
    metrics: Metrics
    renderer: Renderer
    shares: Shares
    readiness: Shared[dict[str, Any]]

    async def seeing(self, person: Person, conn: asyncpg.Connection | None = None) -> Sights:
        """What this person sees now, role by role."""
        now = self.now if conn is None else partial(self.clock.now, conn)
        return await seeing(person, now, provider_sight_days=self.settings.provider_sight_days)

    async def now(self) -> datetime:
        """By the record's clock, for who has no connection of its own at hand."""
        async with connection(self.engine) as conn:
            return await self.clock.now(conn)
