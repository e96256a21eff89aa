"""The evidence of a placement out of the store: each finding with the event's position and its hash in the chain."""

from typing import Any

import asyncpg

from domain.calendar.school_calendar import SchoolCalendar
from domain.evidence.gathering import evidence
from domain.evidence.model import Evidence
from domain.placement.record.history import Record, current
from events.codec import PLACEMENT
from events.ids import PlacementId, placement_stream
from infra.bank_holidays import bank_holidays
from infra.encryption.keys import KeyProvider
from infra.event_store.read import read_stream
from infra.streams.records import Decryptor, decode
from infra.streams.reference import Reference


async def gather(
    conn: asyncpg.Connection, placement_id: PlacementId, keys: KeyProvider, reference: Reference
) -> list[dict[str, Any]]:
    """One row for each finding; empty if there is no such placement.

    `keys` opens what a clause may turn on, such as whether there is an EHC plan. Nothing personal is in the rows.
    """
    stored = await read_stream(conn, placement_stream(placement_id))
    if not stored:
        return []
    opener = Decryptor(keys)
    records: list[Record] = [await decode(each, PLACEMENT, opener) for each in stored]
    hashes = {each.version: each.hash.hex() for each in stored}
    state = current(records)
    school, _ = await reference.current(conn, state.home_school_urn, None)
    calendar = reference.calendar_of(state, school)

    def as_corrected(version: int) -> SchoolCalendar:
        # The versions of a school before this one count by themselves.
        known = school is not None and state.began_at is None and 0 < version <= calendar.version
        return school.as_corrected(bank_holidays(), version, to=calendar.version) if school and known else calendar

    return [_row(each, hashes) for each in evidence(records, calendar, as_corrected)]


def _row(found: Evidence, hashes: dict[int, str]) -> dict[str, Any]:
    clause, finding = found.clause, found.finding
    record = finding.record
    return {
        "clause_id": clause.id,
        "clause": clause.clause,
        "demands": clause.demands,
        "rule": clause.rule,
        "mark": clause.mark,
        "binding": found.binding,
        "standing": finding.standing,
        "outcome": finding.outcome,
        "why": finding.why,
        "due_on": finding.due_on,
        "provisional": finding.provisional,
        "event": None
        if record is None
        else {
            "event_id": record.event_id,
            "type": type(record.event).__name__,
            "version": record.version,
            "position": record.position,
            "recorded_at": record.recorded_at,
            "hash": hashes[record.version],
            "actor": record.metadata.actor,
        },
    }
