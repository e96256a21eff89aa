"""`placements pupil erase`: an erasure before its time, decided like any command and done at once."""

import asyncio
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import asyncpg
import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.access.controllers import Ownership
from domain.calendar.london import today
from domain.placement.record.retention import DecideErasure, ErasureSettled, PersonalDataErased, unsound
from domain.placement.state import TERMINAL
from domain.shared import words
from domain.shared.commands import kebab
from events.codec import canonical_json
from events.codes import ErasureGround, Role
from events.envelope import Actor, ActorKind
from events.ids import placement_id_of
from infra import commands
from infra.clock import clock_for
from infra.commands import CommandRow, NewCommand
from infra.encryption.key_store.configured import keys_for
from infra.encryption.keys import KeyErased, KeyMissing, KeyOfAnother, KeyProvider
from infra.ids import uuid7
from infra.letters.files import FileSender
from infra.letters.forgetting import Forgotten, forget
from infra.postgres.db import connection, transaction
from infra.settings import Settings
from infra.temporal import client as temporal
from services.application import retention
from services.application.answers import accepted
from services.application.facts.held import hold
from services.commands.options import FOUND_WRONG, OPERATOR, engine

_DECIDED_SECONDS: Final = 30.0
_SOON_SECONDS: Final = 0.2
_KINDS: Final = {"school": "a school", "la": "a council"}


class Decider(StrEnum):
    """Who may decide on an erasure."""

    HEAD = "head"
    LA_OFFICER = "la_officer"


_DECIDERS: Final = {Decider.HEAD: "school", Decider.LA_OFFICER: "la"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """`decided_on` None means today, by the clock of the record; `organisation` None the record's controller."""

    pupil_id: UUID
    ground: ErasureGround
    reference: str
    decider: Decider
    decided_on: datetime | None
    organisation: str | None


_ANOTHERS: Final = "The pupil's record belongs to another organisation, and only that one decides on its erasure."


class _NotErased(Exception):
    """Why nothing was erased, in words."""


def erase(
    pupil_id: Annotated[UUID, typer.Argument(help="The pupil's id, as the record has it.")],
    *,
    ground: Annotated[ErasureGround, typer.Option(help="The ground, of UK GDPR article 17(1).")],
    reference: Annotated[str, typer.Option(help="Names the papers of the decision; it outlives the erasure.")],
    decider: Annotated[Decider, typer.Option("--decided-by", help="Who decided, by role.")],
    decided_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Today, if left out.")] = None,
    organisation: Annotated[
        str | None,
        typer.Option(help="Who decided, as school:URN or la:CODE: only the one that the record belongs to may."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Destroy a pupil's key before its time: names, texts and documents can be read nowhere again.

    The ground is recorded first, on the pupil's latest placement, and the facts stay without a name. A worker must run.
    """
    if not yes:
        typer.confirm(f"Erase the personal data of pupil {pupil_id} for ever?", abort=True)
    decision = _Decision(
        pupil_id=pupil_id,
        ground=ground,
        reference=reference,
        decider=decider,
        decided_on=decided_on,
        organisation=organisation,
    )
    try:
        forgotten = asyncio.run(_erased(decision))
    except (_NotErased, KeyErased, KeyMissing, KeyOfAnother) as error:
        known = {
            KeyErased: "They were erased before.",
            KeyMissing: "There is no such pupil.",
            KeyOfAnother: _ANOTHERS,
        }
        typer.echo(known.get(type(error), str(error)), err=True)
        raise typer.Exit(FOUND_WRONG) from None
    typer.echo("The key is destroyed. Older copies of its folder must be destroyed as well.")
    for line in _told(forgotten, Settings()):
        typer.echo(line)


def _told(forgotten: Forgotten, settings: Settings) -> Iterator[str]:
    """What became of letters in clear, and what no command reaches."""
    if forgotten.deleted:
        yield f"Deleted from {settings.letters_directory}: {words.count(forgotten.deleted, 'letter')}."
    reached = {
        FileSender.name: f"were written to the letters' folder and are not in {settings.letters_directory}: whoever"
        " took them out has them; a worker with a folder of its own deletes what is there within minutes",
        "notify": "went out by GOV.UK Notify, which keeps each for a week; whoever received it has it",
        "hand": "were given by hand: whoever received them has them",
    }
    for sender, number in sorted(forgotten.out.items()):
        where = reached.get(sender, f"went out by {sender}: whoever received them has them")
        yield f"Not reached: {words.count(number, 'letter')} {where}."
    if forgotten.unknown:
        many = f"{words.count(forgotten.unknown, 'letter')} in {settings.letters_directory}"
        yield f"Not reached: {many} of which the record knows nothing: see whose they are."
    yield "Not reached: access packs and exports in clear that somebody wrote, and what others keep of their own."


def _folder(settings: Settings) -> FileSender | None:
    """The letters' folder, where it is on this machine."""
    return FileSender(settings.letters_directory) if settings.letters_directory.is_dir() else None


async def _erased(decision: _Decision) -> Forgotten:
    settings = Settings()
    keys = keys_for(settings)
    async with engine(settings) as opened:
        try:
            await _key_gone(opened, decision, settings, keys)
        except KeyErased:
            # A run before this one may have ended between the key and the letters.
            async with connection(opened) as conn:
                await forget(conn, decision.pupil_id, _folder(settings), FileSender.name)
            raise
        async with connection(opened) as conn:
            return await forget(conn, decision.pupil_id, _folder(settings), FileSender.name)


async def _key_gone(opened: AsyncEngine, decision: _Decision, settings: Settings, keys: KeyProvider) -> None:
    """Raises _NotErased, and what the keys raise."""
    async with transaction(opened) as conn:
        command = await _recorded(conn, decision, settings, keys)
    if command is not None:
        async with connection(opened) as conn:
            _require_accepted(await _decided(conn, command))
    async with transaction(opened) as conn:
        held = await hold(conn, decision.pupil_id, keys)
        if not held.states:
            await retention.erase_unplaced(conn, held, keys)
        elif not await retention.erase(conn, held, keys):
            raise _NotErased("It is recorded, and waits: a placement is open, or somebody asked to see the record.")


def _command(decision: _Decision, now: datetime) -> DecideErasure:
    return DecideErasure(
        decided_on=decision.decided_on.date() if decision.decided_on else today(now),
        ground=decision.ground,
        reference=decision.reference,
    )


def _actor(decision: _Decision, owned: Ownership) -> Actor:
    """Who decided, for the organisation that the record belongs to.

    Raises:
        _NotErased: it belongs to another one, or to one of the other kind.
    """
    if decision.organisation not in {None, owned.controller}:
        raise _NotErased(_ANOTHERS)
    kind, decider = (owned.controller or "").partition(":")[0], _DECIDERS.get(decision.decider)
    if kind and kind != decider:
        raise _NotErased(f"The pupil's record belongs to {_KINDS[kind]}, which decides on its erasure.")
    return Actor(kind=ActorKind.PERSON, id=OPERATOR, role=Role(decision.decider), org_id=owned.controller)


async def _recorded(
    conn: asyncpg.Connection, decision: _Decision, settings: Settings, keys: KeyProvider
) -> NewCommand | None:
    """The command, now that its row stands; None where a person has said so before, or there is nothing to decide."""
    from services.application.system_commands import system_command

    key = await keys.get(decision.pupil_id)
    held = await hold(conn, decision.pupil_id, keys)
    if held.owned is None:
        raise KeyMissing
    if held.is_provider:
        raise _NotErased("A provider is registered under this id too, and its key would go with the pupil's.")
    actor = _actor(decision, held.owned)
    if not held.states:
        await _unplaced(conn, decision, actor, settings, opened=held.owned.opened)
        return None
    if any(state.stage not in TERMINAL for state in held.states.values()):
        raise _NotErased("A placement of this pupil is still open.")
    if held.is_to_be_erased:
        return None
    now, command_id = await clock_for(settings).now(conn), uuid7()
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


async def _unplaced(
    conn: asyncpg.Connection, decision: _Decision, actor: Actor, settings: Settings, *, opened: bool
) -> None:
    """Record the decision on a pupil without a placement: of refused drafts alone, or of a record that was received.

    Its command row stands in for one, in clear, under the stream `pupil-{id}`.

    Raises:
        KeyMissing: nobody with this id is known.
        _NotErased: a draft is still to be decided, or the decision is not sound.
    """
    statuses = await retention.drafts(conn, decision.pupil_id)
    if not statuses and not opened:
        raise KeyMissing
    if not statuses <= {"refused"}:
        raise _NotErased("A draft of this pupil is still to be decided.")
    now, command_id = await clock_for(settings).now(conn), uuid7()
    command = _command(decision, now)
    if wrong := [each.detail for each in unsound(command, today(now)) if each is not None]:
        raise _NotErased("\n".join(wrong))
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
    said = accepted(
        command_id=command_id, about={"pupil_id": decision.pupil_id, **asdict(command)}, version=0, events=()
    )
    await commands.decide(conn, command_id, said.status, said.http_status, said.text, at=now)


async def _decided(conn: asyncpg.Connection, command: NewCommand) -> CommandRow:
    from services.application.system_commands import dispatch_system_command

    placement_id = placement_id_of(command.stream_id)
    client = await temporal.connect()
    await dispatch_system_command(client, DecideErasure, placement_id=placement_id, command_id=command.command_id)
    # A worker that was away decides it once it is back: the row stands.
    until = time.monotonic() + _DECIDED_SECONDS
    while True:
        row = await commands.find(conn, command.command_id)
        assert row is not None, "command rows are never deleted"
        if row.answer is not None or time.monotonic() > until:
            return row
        await asyncio.sleep(_SOON_SECONDS)


def _require_accepted(row: CommandRow) -> None:
    """That it was settled before, as by a command that somebody else gave meanwhile, is as good. Raises _NotErased."""
    if row.answer is None:
        raise _NotErased("It is recorded and not yet decided: a worker must run. It will be erased once it is.")
    reasons = json.loads(row.answer).get("reasons", ())
    if any(each["code"] not in {ErasureSettled.code, PersonalDataErased.code} for each in reasons):
        raise _NotErased("\n".join(each["detail"] for each in reasons))
