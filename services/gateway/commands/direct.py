"""Commands of schools, providers, registers, pupils: no clock of their own, so no workflow; the same row and append."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial, reduce
from typing import Any
from uuid import UUID

import asyncpg
from starlette.requests import Request
from starlette.responses import Response

from domain.access.roles import (
    OrgKind,
    RoleInOrganisation,
    may_act_for_provider,
    may_act_for_school,
    may_keep_register,
    organisation,
)
from domain.attendance import decide as attendance_rules
from domain.attendance import state as attendance_state
from domain.attendance.decide import AttendanceFacts
from domain.calendar.london import today
from domain.law.legal_refs import legal_refs
from domain.placement.record.history import occurred_at
from domain.provider import decide as provider_rules
from domain.provider import state as provider_state
from domain.provider.facts import ProviderFacts
from domain.provider.registration import RegisterProvider
from domain.pupil import decide as pupil_rules
from domain.pupil import handing
from domain.pupil import state as pupil_state
from domain.pupil.facts import PupilFacts
from domain.pupil.handing import HandOverPupil
from domain.school import decide as school_rules
from domain.school import state as school_state
from domain.school.facts import SchoolFacts
from domain.school.state import School
from domain.school.succession import ConvertSchool
from domain.school.succession import begun as successor_begun
from domain.school.warnings import warnings as school_warnings
from domain.shared.errors import Rejections
from domain.warnings import CommandWarning
from events.codec import ATTENDANCE, PROVIDER, PUPIL, SCHOOL, Codec
from events.envelope import Actor, Metadata, Recorded
from events.ids import (
    CommandId,
    IsoWeek,
    PlacementId,
    ProviderId,
    PupilId,
    Urn,
    attendance_stream,
    provider_stream,
    pupil_stream,
    school_stream,
)
from events.pupil import PupilHandedOver, PupilReceived
from events.school import SchoolSucceeded, SuccessionPlanned
from infra import commands
from infra.bank_holidays import bank_holidays
from infra.encryption.keys import DataKey
from infra.event_store.append import VersionConflict
from infra.event_store.lookup import stream_versions
from infra.identity.tokens import Person
from infra.postgres.db import connection, transaction
from infra.projections import attendance as registers
from infra.projections import placements, pupil_numbers
from infra.projections.placements import PlacementRow
from infra.projections.received import school_of
from infra.streams.records import PendingEvent, append_noted, load
from services.application import succession
from services.application.answers import Answer, accepted, moved_on, refused
from services.application.facts import pupils
from services.application.facts.holders import Holder, holders
from services.application.facts.ownership import ownership
from services.gateway.commands.catalogue import CommandSpec
from services.gateway.commands.commanding import SubmittedCommand, acting, answer, earlier, keep, pupil_key, read
from services.gateway.http import permissions, problems
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway

_TRIES = 5
_PAUSE_SECONDS = 0.02


async def _nothing(_conn: asyncpg.Connection, _now: datetime) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When a command is decided, which one it is, who gave it, and how what it is about stands.

    `placed_there`, `own_council` and `is_a_pupil` as in `ProviderFacts`.
    """

    now: datetime
    command_id: CommandId
    actor: Actor
    state: Any
    command: Any = None
    placed_there: bool = False
    own_council: frozenset[str] = frozenset()
    is_a_pupil: bool = False


def _no_warnings(_after: Any, _command: Any, _events: Sequence[Any], _facts: Any) -> tuple[CommandWarning, ...]:
    return ()


async def _nothing_beside(_conn: asyncpg.Connection, _done: "Done") -> None:
    return None


async def _moment_alone(_conn: asyncpg.Connection, moment: Moment) -> Moment:
    return moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a command came to: the record before it, the facts it was decided by, and the events with their metadata."""

    before: Any
    facts: Any
    moment: Moment
    noted: Sequence[PendingEvent]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """One school, provider, week or pupil as this module needs it: its stream, how it folds, how it decides.

    `gather` brings the facts of a decision; by default its moment alone. `warn` finds what the answer to an accepted
    command warns of, from the record after it, the command, its events and the facts. `changed` is told, in the same
    transaction, that something was recorded, and `beside` writes what the same command brings to another record.
    `key_id` is the pupil whose key seals it, or the provider itself, whose key is made once a command that registers it
    is accepted (`makes_key`).
    """

    stream_id: str
    about: dict[str, Any]
    codec: Codec[Any]
    initial: Callable[[], Any]
    evolve: Callable[[Any, Any], Any]
    decide: Callable[[Any, Any, Any], tuple[Any, ...]]
    gather: Callable[[asyncpg.Connection, Moment], Awaitable[Any]] = _moment_alone
    warn: Callable[[Any, Any, Sequence[Any], Any], tuple[CommandWarning, ...]] = _no_warnings
    changed: Callable[[asyncpg.Connection, datetime], Awaitable[None]] = _nothing
    beside: Callable[[asyncpg.Connection, Done], Awaitable[None]] = _nothing_beside
    key_id: UUID | None = None
    makes_key: bool = False

    def fold(self, records: Iterable[Recorded[Any]]) -> Any:
        return reduce(self.evolve, (record.event for record in records), self.initial())


def school(urn: Urn) -> Aggregate:
    return Aggregate(
        stream_id=school_stream(urn),
        about={"urn": urn},
        codec=SCHOOL,
        initial=school_state.initial,
        evolve=school_state.evolve,
        decide=school_rules.decide,
        gather=partial(_school_facts, urn),
        beside=partial(_succeed, urn),
        warn=lambda after, command, events, _moment: school_warnings(command, events, after.calendar(bank_holidays())),
    )


async def _school_facts(urn: Urn, conn: asyncpg.Connection, moment: Moment) -> SchoolFacts:
    named = getattr(moment.command, "successor_urn", None)
    return SchoolFacts(
        urn=urn,
        actor=moment.actor,
        command_id=moment.command_id,
        today=today(moment.now),
        successor=None if named is None else await succession.folded(conn, named),
    )


async def _succeed(urn: Urn, conn: asyncpg.Connection, done: "Done") -> None:
    """What a conversion or a closure brings to the other school's record, in the same transaction."""
    number, moment, state = len(done.noted), done.moment, done.before
    for each in done.noted:
        state = school_state.evolve(state, each.event)
        if isinstance(each.event, SuccessionPlanned):
            if isinstance(moment.command, ConvertSchool) and done.facts.successor is None:
                begun = successor_begun(state, moment.command)
                await succession.begin(conn, begun, each.metadata, moment.now, numbered_from=number)
                number += 1
            await succession.plan(conn, urn, each.event.effective_on)
        elif isinstance(each.event, SchoolSucceeded):
            await succession.take_over(conn, state, each.event, each.metadata, moment.now, numbered_from=number)


def provider(provider_id: ProviderId) -> Aggregate:
    async def gather(conn: asyncpg.Connection, moment: Moment) -> Moment:
        return replace(
            moment,
            placed_there=await placements.used_by(conn, provider_id, moment.actor.org_id),
            own_council=await _own_council(conn, moment),
            is_a_pupil=await _is_a_pupil(conn, provider_id, moment),
        )

    return Aggregate(
        stream_id=provider_stream(provider_id),
        about={"provider_id": provider_id},
        codec=PROVIDER,
        initial=provider_state.initial,
        evolve=provider_state.evolve,
        decide=lambda state, command, moment: provider_rules.decide(
            state,
            command,
            ProviderFacts(
                provider_id=provider_id,
                command_id=moment.command_id,
                actor=moment.actor,
                today=today(moment.now),
                placed_there=moment.placed_there,
                own_council=moment.own_council,
                is_a_pupil=moment.is_a_pupil,
            ),
        ),
        gather=gather,
        key_id=provider_id,
        makes_key=True,
    )


async def _is_a_pupil(conn: asyncpg.Connection, provider_id: ProviderId, moment: Moment) -> bool:
    """Whether a pupil has the id of a provider that is to be registered. Held, so that none gets it meanwhile."""
    if moment.state.stage is not provider_state.ProviderStage.UNKNOWN:
        return False
    await placements.hold_of_pupil(conn, provider_id)
    return Holder.PUPIL in await holders(conn, provider_id)


async def _own_council(conn: asyncpg.Connection, moment: Moment) -> frozenset[str]:
    """Of those who raised a concern that is open, the schools of the actor's council."""
    council = organisation(moment.actor.org_id)
    if council is None or council.kind is not OrgKind.LA:
        return frozenset()
    raised = {organisation(each.org_id) for each in moment.state.open_concerns}
    schools = [each for each in raised if each is not None and each.kind is OrgKind.SCHOOL]
    found = {each: school(Urn(each.name)) for each in schools}
    la_codes = {each: of.fold(await load(conn, of.stream_id, SCHOOL)).la_code for each, of in found.items()}
    return frozenset(str(each) for each, la_code in la_codes.items() if la_code == council.name)


def attendance(gateway: Gateway, person: Person, placement: PlacementRow, week: IsoWeek) -> Aggregate:
    """One week of a placement's register, in which an amendment carries the person's name."""
    placement_id = PlacementId(placement.placement_id)

    async def gather(conn: asyncpg.Connection, moment: Moment) -> AttendanceFacts:
        return await registers.facts(
            conn,
            placement_id,
            week,
            now=moment.now,
            reference=gateway.reference,
            keys=gateway.keys,
            role=moment.actor.role,
            name=person.name,
        )

    return Aggregate(
        stream_id=attendance_stream(placement_id, week),
        about={"placement_id": placement_id, "iso_week": week},
        codec=ATTENDANCE,
        initial=attendance_state.initial,
        evolve=attendance_state.evolve,
        decide=attendance_rules.decide,
        gather=gather,
        changed=lambda conn, now: registers.changed(conn, placement_id, now),
        key_id=placement.pupil_id,
    )


def pupil(gateway: Gateway, pupil_id: PupilId) -> Aggregate:
    """A pupil's own record, beside any placement."""

    async def gather(conn: asyncpg.Connection, moment: Moment) -> PupilFacts:
        # Held, so that no placement of the pupil begins or is decided on by what this changes.
        await placements.hold_of_pupil(conn, pupil_id)
        facts = PupilFacts(
            pupil_id=pupil_id,
            command_id=moment.command_id,
            actor=moment.actor,
            today=today(moment.now),
            owned=await ownership(conn, pupil_id),
        )
        if not isinstance(moment.command, HandOverPupil):
            return facts
        return replace(
            facts,
            receiver_known=await _is_known(gateway, conn, moment.command.to),
            own=await pupils.copyable(conn, pupil_id, gateway.keys),
        )

    return Aggregate(
        stream_id=pupil_stream(pupil_id),
        about={"pupil_id": pupil_id},
        codec=PUPIL,
        initial=pupil_state.initial,
        evolve=pupil_state.evolve,
        decide=pupil_rules.decide,
        gather=gather,
        beside=partial(_receive, gateway),
        key_id=pupil_id,
    )


async def _is_known(gateway: Gateway, conn: asyncpg.Connection, org_id: str) -> bool:
    """Whether there is such a receiver of a pupil's record: a council, or a school that is registered here."""
    found = organisation(org_id)
    if found is None or found.kind is not OrgKind.SCHOOL:
        return found is not None and found.kind is OrgKind.LA
    school, _ = await gateway.reference.current(conn, Urn(found.name), None)
    return school is not None and school.stage is school_state.SchoolStage.REGISTERED


async def _receive(gateway: Gateway, conn: asyncpg.Connection, done: Done) -> None:
    """The receiver's own record of a pupil who was handed over, under a key of its own, in the same transaction."""
    for each in done.noted:
        event = each.event
        if isinstance(event, PupilHandedOver):
            key = await gateway.keys.create(event.to_pupil_id)
            await gateway.keys.claim(event.to_pupil_id, event.to_controller)
            noted = [
                PendingEvent(event=begun, metadata=replace(each.metadata, legal_refs=legal_refs(begun)))
                for begun in handing.received(done.before, event, done.facts)
            ]
            await append_noted(
                conn,
                pupil_stream(event.to_pupil_id),
                noted,
                codec=PUPIL,
                version=0,
                recorded_at=done.moment.now,
                key=key,
                numbered_from=len(done.noted),
            )
            await _note_number(conn, gateway, event, begun=[each.event for each in noted])


async def _note_number(
    conn: asyncpg.Connection, gateway: Gateway, event: PupilHandedOver, *, begun: Sequence[Any]
) -> None:
    """That the receiving school finds its record by the UPN, or the giving one the council's."""
    for received in begun:
        if not isinstance(received, PupilReceived) or received.pupil is None:
            continue
        urn = school_of(event.to_controller, received.from_controller)
        if urn is not None:
            await pupil_numbers.note(conn, gateway.keys, urn, received.pupil.upn, event.to_pupil_id)


async def give(
    gateway: Gateway,
    person: Person,
    spec: CommandSpec,
    aggregate: Aggregate,
    request: Request,
    *,
    among: permissions.Sights | None = None,
) -> Response:
    """`among`: the roles in which the person sees the placement that the aggregate is of; else all that they have."""
    body = await request.body()
    standing = acting(person, spec, permissions.sights(person) if among is None else among)
    one = read(request, body, spec, permissions.actor(person, standing), aggregate.stream_id)
    async with connection(gateway.engine) as conn:
        await _require_own(conn, standing, one, aggregate)
        row = await earlier(conn, one, key_id=aggregate.key_id)
        sealed = await _is_sealed(conn, aggregate) if row is None else row.key_id is not None
    key = await _key(gateway, aggregate) if sealed else None
    async with connection(gateway.engine) as conn:
        kept = await keep(gateway, conn, _unsealed(one) if aggregate.makes_key and not sealed else one, key)
    # A repeat of a command that is still undecided carries it out: whoever recorded it may be gone.
    if kept is None or kept.status == "recorded":
        await _carry_out(gateway, one, aggregate)
    async with connection(gateway.engine) as conn:
        row = await commands.find(conn, one.command_id)
    assert row is not None, "command rows are never deleted"
    return answer(gateway, spec.kind, row)


async def _is_sealed(conn: asyncpg.Connection, aggregate: Aggregate) -> bool:
    """Whether the body of a command is sealed: a provider that is not registered has no key, and gets none so."""
    if not aggregate.makes_key:
        return aggregate.key_id is not None
    return bool(await stream_versions(conn, [aggregate.stream_id]))


def _unsealed(one: SubmittedCommand) -> SubmittedCommand:
    """What is kept of a command to a provider that is not there: of a registration all, of what is refused no text."""
    return one if isinstance(one.command, RegisterProvider) else replace(one, body=b"{}")


async def _key(gateway: Gateway, aggregate: Aggregate) -> DataKey | None:
    """Raises Problem: the key was destroyed, or cannot be had just now."""
    if aggregate.key_id is None:
        return None
    return await pupil_key(gateway, aggregate.key_id, create=aggregate.makes_key)


async def _require_own(
    conn: asyncpg.Connection, standing: RoleInOrganisation, one: SubmittedCommand, aggregate: Aggregate
) -> None:
    """Raises Problem: this belongs to another school, council or provider than the one that the person acts for."""
    if aggregate.codec is SCHOOL:
        own = may_act_for_school(standing, aggregate.about["urn"], await _councils(conn, one.command, aggregate))
        words = "You may do this for your own school, or for a school of your own council, only."
    elif aggregate.codec is PROVIDER:
        own = may_act_for_provider(standing, aggregate.about["provider_id"], getattr(one.command, "la_code", None))
        words = "You may do this for your own council or your own provider only."
    elif aggregate.codec is ATTENDANCE:
        # It is of a placement that the person sees.
        own = may_keep_register(standing)
        words = "A register is kept by the provider and the school, and not by a council."
    else:
        return  # whose a pupil's record is the rules ask
    if not own:
        raise Problem("organisation_not_allowed", words)


async def _councils(conn: asyncpg.Connection, command: Any, aggregate: Aggregate) -> set[str]:
    """The council that the command names, and the one that the school belongs to, as far as they are known."""
    registered: School = aggregate.fold(await load(conn, aggregate.stream_id, SCHOOL))
    return {each for each in (getattr(command, "la_code", None), registered.la_code) if each}


async def _carry_out(gateway: Gateway, one: SubmittedCommand, aggregate: Aggregate) -> None:
    """Raises Problem: others kept changing the same thing."""
    for attempt in range(_TRIES):
        try:
            await _attempt(gateway, one, aggregate)
        except VersionConflict:
            await asyncio.sleep(_PAUSE_SECONDS * (attempt + 1))
        else:
            return
    raise Problem("busy", problems.OWN["busy"].words)


async def _attempt(gateway: Gateway, one: SubmittedCommand, aggregate: Aggregate) -> None:
    async with transaction(gateway.engine) as conn:
        locked = await commands.lock_and_read_clock(conn, one.command_id, gateway.clock)
        assert locked is not None, "the row was kept before"
        if locked.row.status != "recorded":
            return
        outcome = await _outcome(gateway, conn, one, aggregate, locked.now)
        await commands.decide(conn, one.command_id, outcome.status, outcome.http_status, outcome.text, at=locked.now)
    gateway.notifier.wake()


async def _outcome(
    gateway: Gateway, conn: asyncpg.Connection, one: SubmittedCommand, aggregate: Aggregate, now: datetime
) -> Answer:
    keys = None if aggregate.key_id is None else gateway.keys
    records = await load(conn, aggregate.stream_id, aggregate.codec, keys)
    version = records[-1].version if records else 0
    if one.expected_versions and version not in one.expected_versions:
        expected = max((each for each in one.expected_versions if each <= version), default=one.expected_versions[0])
        since = [_change(record) for record in records[expected:]]
        return moved_on(one.command_id, expected=expected, present=version, changes=since)
    try:
        before = aggregate.fold(records)
        moment = Moment(
            now=now, command_id=CommandId(one.command_id), actor=one.actor, state=before, command=one.command
        )
        facts = await aggregate.gather(conn, moment)
        events = aggregate.decide(before, one.command, facts)
    except Rejections as rejections:
        return refused(one.command_id, rejections)
    # Last: whoever may not do this, or is refused, makes no key.
    key = await _key(gateway, aggregate)
    noted = [PendingEvent(event=event, metadata=_metadata(one, event, now)) for event in events]
    ids, appended = await append_noted(
        conn, aggregate.stream_id, noted, codec=aggregate.codec, version=version, recorded_at=now, key=key
    )
    await aggregate.changed(conn, now)
    await aggregate.beside(conn, Done(before=before, facts=facts, moment=moment, noted=noted))
    told: list[tuple[UUID, str, int]] = [
        (event_id, type(event).__name__, position)
        for event_id, event, position in zip(ids, events, appended.positions, strict=True)
    ]
    return accepted(
        command_id=one.command_id,
        about=aggregate.about,
        version=appended.version,
        events=told,
        warnings=aggregate.warn(reduce(aggregate.evolve, events, before), one.command, events, facts),
    )


def _metadata(one: SubmittedCommand, event: Any, now: datetime) -> Metadata:
    return Metadata(
        occurred_at=occurred_at(event, now),
        actor=one.actor,
        command_id=CommandId(one.command_id),
        correlation_id=one.command_id,
        legal_refs=legal_refs(event),
    )


def _change(record: Recorded[Any]) -> dict[str, Any]:
    return {"version": record.version, "type": type(record.event).__name__, "event_id": record.event_id}
