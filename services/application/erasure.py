"""The erasure of a pupil's personal data: who decides on it, and how it is carried out once a person has said so.

A key is destroyed here alone, by the running service: the handler of the decision, and the sweep behind it.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg
import structlog

from domain.access.controllers import Ownership
from domain.calendar.london import today
from domain.placement.record.retention import (
    DecideErasure,
    ErasureSettled,
    PersonalDataErased,
    PupilHasPlacement,
    unsound,
)
from domain.placement.stages import TERMINAL
from domain.shared.commands import kebab
from domain.shared.errors import Rejected, Rejections
from events.codec import canonical_json, from_json
from events.codes import ErasureGround, Role
from events.envelope import Actor, ActorKind
from events.ids import PupilId, pupil_stream
from infra import commands
from infra.commands import NewCommand
from infra.encryption.keys import KeyErased, KeyMissing, KeyProvider
from infra.identity import form_drafts
from infra.ids import uuid7
from infra.projections import council_numbers, due, pupil_names, pupil_numbers
from services.application import retention
from services.application.answers import accepted, refused
from services.application.facts.held import Held, hold
from services.application.system_commands import system_command

log = structlog.get_logger()

ANOTHERS: Final = "The pupil's record belongs to another organisation, and only that one decides on its erasure."
_DECIDERS: Final = {Role.HEAD: "school", Role.LA_OFFICER: "la"}
_KINDS: Final = {"school": "a school", "la": "a council"}


class NotErased(Exception):
    """Why nothing is erased, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureDecision:
    """`decided_on` None means today, by the clock of the record; `organisation` None the record's controller.

    `given_by` is who writes the decision down; `role` is of the person who took it.
    """

    pupil_id: UUID
    ground: ErasureGround
    reference: str
    role: Role
    given_by: UUID
    decided_on: date | None
    organisation: str | None


async def carry_out(conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider) -> bool:
    """Erase a pupil's data if a person of its controller said so and nothing prevents it; whether they are gone.

    Raises what the keys raise, except that the key was destroyed before.
    """
    try:
        return await erase(conn, await hold(conn, pupil_id, keys), keys)
    except KeyErased:
        return True


async def erase(conn: asyncpg.Connection, held: Held, keys: KeyProvider) -> bool:
    """`held` was read in the transaction that is still open, so that no placement opens while the key goes."""
    if held.is_provider:
        log.error("key_of_a_provider_kept", key_id=str(held.pupil_id))
        return False
    if held.owned is None or not held.may_go:
        return False
    await pupil_numbers.forget(conn, held.pupil_id)
    await council_numbers.forget(conn, held.pupil_id)
    await pupil_names.forget(conn, held.pupil_id)
    await form_drafts.forget(conn, held.pupil_id)
    await keys.destroy(held.pupil_id, owner=held.owned.claimed_by)
    log.info("personal_data_erased", key_id=str(held.pupil_id))
    return True


async def decide(
    conn: asyncpg.Connection, decision: ErasureDecision, keys: KeyProvider, now: datetime
) -> NewCommand | None:
    """Keep the command that decides on an erasure: on the pupil's latest placement, or on the pupil where there is
    none. None where a person has said so before.

    Raises:
        NotErased: the decision may not be taken, or not by them.
        KeyErased, KeyMissing, KeyOfAnother.
    """
    key = await keys.get(decision.pupil_id)
    # Before the pupil is held, as the sweep does, or the two would wait for each other.
    await due.look_at(conn, retention.SWEEP, str(decision.pupil_id), now)
    held = await hold(conn, decision.pupil_id, keys)
    if held.owned is None:
        raise KeyMissing
    if held.is_provider:
        raise NotErased("A provider is registered under this id too, and its key would go with the pupil's.")
    actor = _actor(decision, held.owned)
    if held.is_to_be_erased:
        return None
    if not held.states:
        return await _ask_unplaced(conn, decision, actor, now, opened=held.owned.opened)
    if any(state.stage not in TERMINAL for state in held.states.values()):
        raise NotErased("A placement of this pupil is still open.")
    command_id = uuid7()
    command = system_command(
        _command(decision, now),
        command_id=command_id,
        placement_id=retention.latest(held),
        key=key,
        correlation_id=command_id,
        issued_at=now,
        actor=actor,
    )
    await commands.record(conn, command)
    return command


def _command(decision: ErasureDecision, now: datetime) -> DecideErasure:
    return DecideErasure(
        decided_on=decision.decided_on or today(now),
        ground=decision.ground,
        reference=decision.reference,
    )


def _actor(decision: ErasureDecision, owned: Ownership) -> Actor:
    """Who decided, for the organisation that the record belongs to.

    Raises:
        NotErased: it belongs to another one, or to one of the other kind.
    """
    if decision.organisation not in {None, owned.controller}:
        raise NotErased(ANOTHERS)
    kind = (owned.controller or "").partition(":")[0]
    if kind and kind != _DECIDERS.get(decision.role):
        raise NotErased(f"The pupil's record belongs to {_KINDS[kind]}, which decides on its erasure.")
    return Actor(kind=ActorKind.PERSON, id=decision.given_by, role=decision.role, org_id=owned.controller)


async def _ask_unplaced(
    conn: asyncpg.Connection, decision: ErasureDecision, actor: Actor, now: datetime, *, opened: bool
) -> NewCommand:
    """Keep the command for a pupil without a placement: of refused drafts alone, or of a record that was received.

    Its row takes the place of an event, in clear, under the stream `pupil-{id}`, and the sweep decides it.

    Raises:
        KeyMissing: nobody with this id is known.
        NotErased: a draft is still to be decided, or the decision is not sound.
    """
    if not opened and not await retention.drafts(conn, decision.pupil_id):
        raise KeyMissing
    command_id, command = uuid7(), _command(decision, now)
    if wrong := await _against(conn, decision.pupil_id, command, now):
        raise NotErased("\n".join(each.detail for each in wrong))
    body = canonical_json(command).encode()
    asked = NewCommand(
        command_id=command_id,
        stream_id=pupil_stream(PupilId(decision.pupil_id)),
        kind=kebab(DecideErasure),
        actor=canonical_json(actor),
        key_id=None,
        body=body,
        body_hmac=hashlib.sha256(body).digest(),
        correlation_id=command_id,
        issued_at=now,
    )
    await commands.record(conn, asked)
    return asked


async def _against(
    conn: asyncpg.Connection, pupil_id: UUID, command: DecideErasure, now: datetime
) -> tuple[Rejected, ...]:
    """What is against the erasure of a pupil without a placement."""
    waits = not await retention.drafts(conn, pupil_id) <= {"refused"}
    found = (
        PupilHasPlacement("A draft of this pupil is still to be decided.") if waits else None,
        *unsound(command, today(now)),
    )
    return tuple(each for each in found if each is not None)


async def decide_unplaced(conn: asyncpg.Connection, pupil_id: UUID, keys: KeyProvider, now: datetime) -> bool:
    """Decide the commands that ask for the erasure of a pupil without a placement; whether there were any.

    The data go once that is committed, so that a key is never gone before the decision is on record.
    """
    asked = await commands.undecided_of(conn, pupil_stream(PupilId(pupil_id)), kebab(DecideErasure))
    for row in asked:
        command = from_json(row.body, DecideErasure)
        if wrong := await _refusals(conn, pupil_id, command, keys, now):
            answer = refused(row.command_id, Rejections(wrong))
        else:
            about = {"pupil_id": pupil_id, **asdict(command)}
            answer = accepted(command_id=row.command_id, about=about, version=0, events=())
        await commands.decide(conn, row.command_id, answer.status, answer.http_status, answer.text, at=now)
    return bool(asked)


async def _refusals(
    conn: asyncpg.Connection, pupil_id: UUID, command: DecideErasure, keys: KeyProvider, now: datetime
) -> tuple[Rejected, ...]:
    try:
        await keys.get(pupil_id)
    except KeyErased:
        return (PersonalDataErased("There is nothing left to erase."),)
    held = await hold(conn, pupil_id, keys)
    if held.states:
        return (PupilHasPlacement("A placement of this pupil began meanwhile: decide on that one."),)
    if held.is_to_be_erased:
        return (ErasureSettled("It is to be erased already."),)
    return await _against(conn, pupil_id, command, now)
