"""Opening a placement for a page: who sees what of it, its record as it is, and the trace that it was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg

from domain.attendance.deadlines import all_deadlines
from domain.calendar.london import today
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.provider_sight.fields import PROVIDER_RULES
from domain.placement.provider_sight.own import own_concerns
from domain.placement.provider_sight.phases import ProviderPart
from domain.placement.provider_sight.record import record as provider_record
from domain.placement.record.history import Record, current
from domain.placement.state import Placement
from domain.placement.time.deadlines import Deadline
from domain.provider.state import Provider
from domain.school.state import School
from events.codec import PLACEMENT, UnknownType
from events.ids import PlacementId, placement_stream
from infra.encryption.keys import KeyErased
from infra.event_store.lookup import refuse_archived
from infra.event_store.read import read_stream
from infra.event_store.types import StoredEvent
from infra.identity import people
from infra.identity.read_log import record_access
from infra.postgres.db import connection
from infra.projections.placements import PlacementRow
from infra.streams.records import Decryptor, decode
from services.application.authorisation import Sights
from services.application.facts import registers
from services.gateway.commands.commanding import keys_at_hand, not_found
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.pages.placement.next_steps import Doer
from services.gateway.pages.placement.restricted import why_of
from services.gateway.pages.session.current import Visitor
from services.gateway.placements.seeing import AsProvider, checked, provider_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPlacement:
    """A placement as one person sees it.

    `records` and `state` are opened as far as they may read names. `cut` is all that a provider sees of the state.
    `unknown` are events that a later release wrote; what they say is not in the state.
    """

    visitor: Visitor
    row: PlacementRow
    seen: Sights
    provider: AsProvider | None
    records: Sequence[Record]
    unknown: Sequence[StoredEvent]
    state: Placement
    cut: Mapping[str, Any] | None
    due: Sequence[Deadline]
    calendar: SchoolCalendar
    school: School | None
    provider_record: Provider | None
    assigned_to: str | None
    now: datetime
    erased: bool
    names: bool

    @property
    def today(self) -> date:
        return today(self.now)

    @property
    def placement_id(self) -> PlacementId:
        return PlacementId(self.row.placement_id)

    @property
    def reference(self) -> str:
        return self.row.reference or str(self.row.placement_id)

    @property
    def href(self) -> str:
        return f"/placements/{self.reference}"

    @property
    def doer(self) -> Doer:
        """Who opens it, as whoever may take a step of it."""
        return Doer(lambda roles: bool(self.seen.held_by(roles)), self.visitor.person.id)

    @property
    def whole(self) -> bool:
        """They see the whole record, with or without names, and not a provider's part of it."""
        return self.cut is None

    @property
    def taught(self) -> bool:
        """The provider has the pupil, or is to have them: the agreement is under way."""
        return self.provider is not None and self.provider.part is ProviderPart.TEACHING

    @property
    def school_name(self) -> str:
        return self.school.name if self.school is not None else f"School {self.row.home_school_urn}"

    @property
    def provider_name(self) -> str | None:
        return None if self.provider_record is None else self.provider_record.name


async def opened(gateway: Gateway, visitor: Visitor, placement_id: UUID, what: str) -> OpenPlacement:
    """The placement for the page that `what` names in the access log.

    Raises Problem: there is none, or not for this person. Raises WhyFirst.
    """
    with keys_at_hand():
        async with connection(gateway.engine) as conn:
            row, seen = await admitted(gateway, conn, visitor, placement_id, what)
            return await _opened(gateway, conn, visitor, row, seen)


async def admitted(
    gateway: Gateway, conn: asyncpg.Connection, visitor: Visitor, placement_id: UUID, what: str
) -> tuple[PlacementRow, Sights]:
    """As `checked`, with the reading logged, and its reason where the record is restricted. Raises WhyFirst."""
    row, seen = await checked(gateway, conn, visitor.person, placement_id)
    why = await why_of(conn, visitor, row)
    await record_access(conn, visitor.person, placement_id, f"page: {what}", why)
    return row, seen


async def _opened(
    gateway: Gateway, conn: asyncpg.Connection, visitor: Visitor, row: PlacementRow, seen: Sights
) -> OpenPlacement:
    placement_id = PlacementId(row.placement_id)
    stored = await read_stream(conn, placement_stream(placement_id))
    if not stored:
        await refuse_archived(conn, placement_stream(placement_id))
        raise not_found()
    full, unknown = await _decoded(stored, Decryptor(gateway.keys))
    as_provider = provider_of(row, seen)
    names = bool(seen.named) if as_provider is None else seen.opens
    # What is due may turn on what only some may read, and says nothing of it.
    whole = current(full)
    shown = full if names else (await _decoded(stored, Decryptor(None)))[0]
    state = whole if names else current(shown)
    school, provider = await gateway.reference.current(conn, whole.home_school_urn, whole.proposal.provider_id)
    calendar = gateway.reference.calendar_of(whole, school)
    register = await registers.register(conn, placement_id, gateway.keys)
    due = all_deadlines(whole, register, calendar)
    return OpenPlacement(
        visitor=visitor,
        row=row,
        seen=seen,
        provider=as_provider,
        records=shown,
        unknown=unknown,
        state=state,
        cut=None if as_provider is None else _cut(state, full, as_provider),
        due=due if as_provider is None else [each for each in due if each.rule in PROVIDER_RULES],
        calendar=calendar,
        school=school,
        provider_record=provider,
        assigned_to=await _name(conn, row) if as_provider is None else None,
        now=await gateway.clock.now(conn),
        erased=await _erased(gateway, row),
        names=names,
    )


async def _decoded(stored: Sequence[StoredEvent], opener: Decryptor) -> tuple[list[Record], list[StoredEvent]]:
    found: list[Record] = []
    unknown: list[StoredEvent] = []
    for each in stored:
        try:
            found.append(await decode(each, PLACEMENT, opener))
        except UnknownType:
            unknown.append(each)
    return found, unknown


def _cut(state: Placement, records: Sequence[Record], shown: AsProvider) -> Mapping[str, Any]:
    return provider_record(state, shown.part, own_concerns(records, shown.provider_id), shown.provider_id)


async def _name(conn: asyncpg.Connection, row: PlacementRow) -> str | None:
    """Whoever looks after the case."""
    if row.assigned_to is None:
        return None
    found = await people.find_many(conn, {row.assigned_to})
    known = found.get((row.assigned_to, f"school:{row.home_school_urn}")) or found.get(
        (row.assigned_to, f"la:{row.la_code}")
    )
    return None if known is None else known.name


async def _erased(gateway: Gateway, row: PlacementRow) -> bool:
    try:
        await gateway.keys.get(row.pupil_id)
    except KeyErased:
        return True
    return False


def require_whole(open_: OpenPlacement, words: str) -> None:
    """Raises Problem: this person sees the placement as its provider."""
    if not open_.whole:
        raise Problem("role_not_allowed", words)
