"""A week of one placement's register as a page reads it: logged first, with everything that a code depends on."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import asyncpg

from domain.attendance.facts import AttendanceFacts
from domain.attendance.state import Week
from domain.placement.provider_sight.phases import ProviderPart
from events.codec import ATTENDANCE
from events.codes import Role
from events.ids import IsoWeek, PlacementId, attendance_stream
from infra.postgres.db import connection
from infra.projections.placements import PlacementRow
from infra.streams.records import load
from services.application.authorisation import Sights
from services.application.facts import registers
from services.gateway.commands.commanding import keys_at_hand, not_found
from services.gateway.http.runtime import Gateway
from services.gateway.pages.placement.opening import admitted
from services.gateway.pages.register.day_shown import WITHHELD
from services.gateway.pages.session.current import Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekOpened:
    row: PlacementRow
    seen: Sights
    iso_week: IsoWeek
    week: Week
    version: int
    facts: AttendanceFacts

    @property
    def name(self) -> str:
        pupil = self.facts.placement.referral.pupil
        return pupil.legal_name if pupil is not None and reads_name(self.row, self.seen) else WITHHELD

    @property
    def reads(self) -> bool:
        """Whether the words that people wrote are shown: a provider reads its own alone, an auditor none."""
        return bool(self.seen.named)

    @property
    def today(self) -> date:
        return self.facts.today


async def register_of(
    gateway: Gateway, conn: asyncpg.Connection, visitor: Visitor, placement_id: UUID
) -> tuple[PlacementRow, Sights]:
    """Whose register it is, with the reading logged. Raises Problem: not for this person. Raises WhyFirst."""
    row, seen = await admitted(gateway, conn, visitor, placement_id, "attendance")
    if seen.part(row) is ProviderPart.OFFER:
        raise not_found()  # a register is for teaching
    return row, seen


def reads_name(row: PlacementRow, seen: Sights) -> bool:
    """On a page of one record, which asks first why a restricted one is opened."""
    return bool(seen.named) or (seen.opens and seen.part(row) is ProviderPart.TEACHING)


async def opened_week(gateway: Gateway, visitor: Visitor, placement_id: UUID, iso_week: IsoWeek) -> WeekOpened:
    """Raises Problem: there is no such placement, or not for this person; the key cannot be had. Raises WhyFirst."""
    of_placement = PlacementId(placement_id)
    with keys_at_hand():
        async with connection(gateway.engine) as conn:
            row, seen = await register_of(gateway, conn, visitor, placement_id)
            records = await load(conn, attendance_stream(of_placement, iso_week), ATTENDANCE, gateway.keys)
            facts = await registers.facts(
                conn,
                of_placement,
                iso_week,
                pupil_id=row.pupil_id,
                now=await gateway.clock.now(conn),
                reference=gateway.reference,
                keys=gateway.keys,
                role=next((each.role for each in seen), Role.SYSTEM),
                name=visitor.person.name,
                holds=False,
            )
    return WeekOpened(
        row=row, seen=seen, iso_week=iso_week, week=registers.fold(records), version=len(records), facts=facts
    )
