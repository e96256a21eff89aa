"""The erasure of a pupil's personal data: who decides on it, and how it is carried out once a person has said so.

A key is destroyed here alone, whoever asks: the handler of the decision, the sweep behind it, the command line.
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
from domain.placement.record.retention import DecideErasure, may_go, unsound
from domain.placement.stages import TERMINAL
from domain.shared.commands import kebab
from events.codec import canonical_json
from events.codes import ErasureGround, Role
from events.envelope import Actor, ActorKind
from infra import commands
from infra.commands import NewCommand
from infra.encryption.keys import KeyErased, KeyMissing, KeyOfAnother, KeyProvider
from infra.ids import uuid7
from infra.projections import council_numbers, pupil_numbers
from services.application import retention
from services.application.answers import accepted
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
    if held.owned is None or not may_go(held.states.values(), held.own.values()):
        return False
    await _destroy(conn, held, keys)
    return True


async def erase_unplaced(conn: asyncpg.Connection, held: Held, keys: KeyProvider) -> None:
    """Erase the data of a pupil of whom there is no placement. Raises KeyOfAnother: the key is a provider's."""
    if held.is_provider:
        raise KeyOfAnother(f"key {held.pupil_id} is a provider's")
    await _destroy(conn, held, keys)


async def _destroy(conn: asyncpg.Connection, held: Held, keys: KeyProvider) -> None:
    await pupil_numbers.forget(conn, held.pupil_id)
    await council_numbers.forget(conn, held.pupil_id)
    await keys.destroy(held.pupil_id, owner=held.owned.claimed_by if held.owned else None)
    log.info("personal_data_erased", key_id=str(held.pupil_id))


async def decide(
    conn: asyncpg.Connection, decision: ErasureDecision, keys: KeyProvider, now: datetime
) -> NewCommand | None:
    """Keep the command that decides on an erasure, on the pupil's latest placement. None where there is nothing to
    decide there: a person has said so before, or there is no placement, and the data are erased at once.

    Raises:
        NotErased: the decision may not be taken, or not by them.
        KeyErased, KeyMissing, KeyOfAnother.
    """
    key = await keys.get(decision.pupil_id)
    held = await hold(conn, decision.pupil_id, keys)
    if held.owned is None:
        raise KeyMissing
    if held.is_provider:
        raise NotErased("A provider is registered under this id too, and its key would go with the pupil's.")
    actor = _actor(decision, held.owned)
    if not held.states:
        await _decide_unplaced(conn, decision, actor, now, opened=held.owned.opened)
        await erase_unplaced(conn, held, keys)
        return None
    if any(state.stage not in TERMINAL for state in held.states.values()):
        raise NotErased("A placement of this pupil is still open.")
    if held.is_to_be_erased:
        return None
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


async def _decide_unplaced(
    conn: asyncpg.Connection, decision: ErasureDecision, actor: Actor, now: datetime, *, opened: bool
) -> None:
    """Record the decision on a pupil without a placement: of refused drafts alone, or of a record that was received.

    Its command row takes the place of an event, in clear, under the stream `pupil-{id}`.

    Raises:
        KeyMissing: nobody with this id is known.
        NotErased: a draft is still to be decided, or the decision is not sound.
    """
    statuses = await retention.drafts(conn, decision.pupil_id)
    if not statuses and not opened:
        raise KeyMissing
    if not statuses <= {"refused"}:
        raise NotErased("A draft of this pupil is still to be decided.")
    command_id, command = uuid7(), _command(decision, now)
    if wrong := [each.detail for each in unsound(command, today(now)) if each is not None]:
        raise NotErased("\n".join(wrong))
    body = canonical_json(command).encode()
    await commands.record(
        conn,
        NewCommand(
            command_id=command_id,
            stream_id=f"pupil-{decision.pupil_id}",
            kind=kebab(DecideErasure),
            actor=canonical_json(actor),
            key_id=None,
            body=body,
            body_hmac=hashlib.sha256(body).digest(),
            correlation_id=command_id,
            issued_at=now,
        ),
    )
    about = {"pupil_id": decision.pupil_id, **asdict(command)}
    answer = accepted(command_id=command_id, about=about, version=0, events=())
    await commands.decide(conn, command_id, answer.status, answer.http_status, answer.text, at=now)
