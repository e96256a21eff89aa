"""A pupil's own record, beside any placement, and the record that a hand-over begins for the receiver."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import asyncpg

from domain.access.roles import OrgKind, organisation
from domain.calendar.london import today
from domain.pupil import handing
from domain.pupil import state as states
from domain.pupil import steps as rules
from domain.pupil.facts import PupilFacts
from domain.pupil.state import PupilRecord
from domain.school.state import SchoolStage
from events.codec import PUPIL
from events.ids import PupilId, Urn, pupil_stream
from events.pupil import PupilHandedOver, PupilReceived
from infra.encryption.keys import DataKey, KeyProvider
from infra.projections import pupil_numbers
from infra.projections.received import school_of
from infra.streams.reference import Reference
from services.application.decider import Context, DecidedCommand, Decider, Loaded
from services.application.facts import pupils
from services.application.facts.holding import placements_of
from services.application.facts.ownership import ownership
from services.application.handling import append_beside


def pupil(pupil_id: PupilId, keys: KeyProvider, reference: Reference) -> Decider[PupilRecord, PupilFacts]:
    async def gather(
        conn: asyncpg.Connection, _loaded: Loaded[PupilRecord], command: Any, context: Context
    ) -> PupilFacts:
        # Held, so that no placement of the pupil begins or is decided on by what this changes.
        await placements_of(conn, pupil_id, holds=context.holds)
        facts = PupilFacts(
            pupil_id=pupil_id,
            command_id=context.command_id,
            actor=context.actor,
            today=today(context.now),
            owned=await ownership(conn, pupil_id),
        )
        receiver = None if command is None else rules.STEPS[type(command)].receiver(command)
        if receiver is None:
            return facts
        return replace(
            facts,
            receiver_known=await _is_known(reference, conn, receiver),
            own=await pupils.copyable(conn, pupil_id, keys),
        )

    async def key(_state: PupilRecord) -> DataKey:
        return await keys.get(pupil_id)

    return Decider(
        stream_id=pupil_stream(pupil_id),
        about={"pupil_id": pupil_id},
        codec=PUPIL,
        initial=states.initial,
        evolve=states.evolve,
        decide=rules.decide,
        gather=gather,
        keys=keys,
        key=key,
        beside=partial(_receive, keys),
    )


async def _is_known(reference: Reference, conn: asyncpg.Connection, org_id: str) -> bool:
    """Whether there is such a receiver of a pupil's record: a council, or a school that is registered here."""
    found = organisation(org_id)
    if found is None or found.kind is not OrgKind.SCHOOL:
        return found is not None and found.kind is OrgKind.LA
    school, _ = await reference.current(conn, Urn(found.name), None)
    return school is not None and school.stage is SchoolStage.REGISTERED


async def _receive(
    keys: KeyProvider, conn: asyncpg.Connection, decided: DecidedCommand[PupilRecord, PupilFacts]
) -> None:
    """The receiver's own record of a pupil who was handed over, under a key of its own, in the same transaction."""
    for each in decided.pending:
        event = each.event
        if isinstance(event, PupilHandedOver):
            key = await keys.create(event.to_pupil_id)
            await keys.claim(event.to_pupil_id, event.to_controller)
            begun = handing.received(decided.before.state, event, decided.facts)
            await append_beside(
                conn,
                decided,
                begun,
                stream_id=pupil_stream(event.to_pupil_id),
                codec=PUPIL,
                version=0,
                numbered_from=len(decided.pending),
                key=key,
                occurred=each.metadata.occurred_at,
            )
            await _note_number(conn, keys, event, begun)


async def _note_number(
    conn: asyncpg.Connection, keys: KeyProvider, event: PupilHandedOver, begun: Sequence[Any]
) -> None:
    """That the receiving school finds its record by the UPN, or the giving one the council's."""
    for received in begun:
        if not isinstance(received, PupilReceived) or received.pupil is None:
            continue
        urn = school_of(event.to_controller, received.from_controller)
        if urn is not None:
            await pupil_numbers.note(conn, keys, urn, received.pupil.upn, event.to_pupil_id)
