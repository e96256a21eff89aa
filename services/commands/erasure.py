"""`placements pupil erase`: gives the command for an erasure before its time, and waits until that is done."""

import asyncio
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import asyncpg
import typer
from sqlalchemy.ext.asyncio import AsyncEngine
from temporalio.client import Client, WorkflowFailureError
from temporalio.service import RPCError

from domain.placement.record.retention import DecideErasure, ErasureSettled, PersonalDataErased
from domain.shared import words
from events.codes import ErasureGround, Role
from events.ids import PLACEMENT_STREAMS, placement_id_of
from infra import commands
from infra.clock import clock_for
from infra.commands import CommandRow, NewCommand
from infra.encryption.key_store.configured import keys_for
from infra.encryption.keys import KeyErased, KeyMissing, KeyOfAnother, KeyProvider
from infra.identity.read_log import OPERATOR
from infra.letters.files import FileSender
from infra.letters.forgetting import Forgotten, forget
from infra.postgres.db import connection, transaction
from infra.settings import Settings
from infra.temporal import client as temporal
from services.application.erasure import ANOTHERS, ErasureDecision, NotErased, decide
from services.application.facts.held import hold
from services.application.system_commands import dispatch_system_command
from services.commands.options import FOUND_WRONG, engine

_DECIDED_SECONDS: Final = 30.0
_SOON_SECONDS: Final = 0.2


class DecidedBy(StrEnum):
    """Who may decide on an erasure."""

    HEAD = "head"
    LA_OFFICER = "la_officer"


def erase(
    pupil_id: Annotated[UUID, typer.Argument(help="The pupil's id, as the record has it.")],
    *,
    ground: Annotated[ErasureGround, typer.Option(help="The ground, of UK GDPR article 17(1).")],
    reference: Annotated[str, typer.Option(help="Names the papers of the decision; it outlives the erasure.")],
    decider: Annotated[DecidedBy, typer.Option("--decided-by", help="Who decided, by role.")],
    decided_on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Today, if left out.")] = None,
    organisation: Annotated[
        str | None,
        typer.Option(help="Who decided, as school:URN or la:CODE: only the one that the record belongs to may."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Destroy a pupil's key before its time: names, texts and documents can be read nowhere again.

    The ground is recorded first, on the pupil's latest placement where there is one, and the facts stay without a name.
    A worker must run.
    """
    if not yes:
        typer.confirm(f"Erase the personal data of pupil {pupil_id} permanently?", abort=True)
    decision = ErasureDecision(
        pupil_id=pupil_id,
        ground=ground,
        reference=reference,
        role=Role(decider),
        given_by=OPERATOR,
        decided_on=decided_on.date() if decided_on else None,
        organisation=organisation,
    )
    try:
        forgotten = asyncio.run(_erased(decision))
    except (NotErased, KeyErased, KeyMissing, KeyOfAnother) as error:
        known = {
            KeyErased: "They were erased before.",
            KeyMissing: "There is no such pupil.",
            KeyOfAnother: ANOTHERS,
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


async def _erased(decision: ErasureDecision) -> Forgotten:
    settings = Settings()
    keys = keys_for(settings)
    async with engine(settings) as opened:
        try:
            await _key_gone(opened, decision, settings, keys)
        except KeyErased:
            # A run before this one may have ended between the key and the letters.
            await _forgotten(opened, decision.pupil_id, settings)
            raise
        return await _forgotten(opened, decision.pupil_id, settings)


async def _forgotten(opened: AsyncEngine, pupil_id: UUID, settings: Settings) -> Forgotten:
    async with connection(opened) as conn:
        return await forget(conn, pupil_id, _folder(settings), FileSender.name)


async def _key_gone(opened: AsyncEngine, decision: ErasureDecision, settings: Settings, keys: KeyProvider) -> None:
    """Give the command, and wait until the worker has carried the erasure out. Raises what `decide` raises."""
    async with transaction(opened) as conn:
        command = await decide(conn, decision, keys, await clock_for(settings).now(conn))
    client = await temporal.connect()
    if command is not None:
        async with connection(opened) as conn:
            _require_accepted(await _decided(conn, client, command))
    await _carried_out(opened, client, decision.pupil_id, keys)


async def _is_gone(keys: KeyProvider, pupil_id: UUID) -> bool:
    try:
        await keys.get(pupil_id)
    except KeyErased:
        return True
    return False


async def _carried_out(opened: AsyncEngine, client: Client, pupil_id: UUID, keys: KeyProvider) -> None:
    """A handler of the decision is at work already; where the decision was waiting, its sweep is asked to look now."""
    until = time.monotonic() + _DECIDED_SECONDS
    await _sweep(client)
    while not await _is_gone(keys, pupil_id):
        async with transaction(opened) as conn:
            held = await hold(conn, pupil_id, keys)
        if not held.may_go:
            raise NotErased("It is recorded, and waits: a placement is open, or somebody asked to see the record.")
        if time.monotonic() > until:
            raise NotErased("It is recorded and decided: a worker must run. It is erased within minutes then.")
        await asyncio.sleep(_SOON_SECONDS)


async def _sweep(client: Client) -> None:
    """Ask for a sweep now, where somebody is there to do it; otherwise the next one in its time looks."""
    with suppress(RPCError, RuntimeError, TimeoutError, WorkflowFailureError):
        async with asyncio.timeout(_DECIDED_SECONDS):
            await temporal.sweep_due(client)


async def _decided(conn: asyncpg.Connection, client: Client, command: NewCommand) -> CommandRow:
    if command.stream_id.startswith(PLACEMENT_STREAMS):
        placement_id = placement_id_of(command.stream_id)
        await dispatch_system_command(client, DecideErasure, placement_id=placement_id, command_id=command.command_id)
    else:
        await _sweep(client)
    # A worker that was away decides it once it is back: the row is kept.
    until = time.monotonic() + _DECIDED_SECONDS
    while True:
        row = await commands.find(conn, command.command_id)
        assert row is not None, "command rows are never deleted"
        if row.answer is not None or time.monotonic() > until:
            return row
        await asyncio.sleep(_SOON_SECONDS)


def _require_accepted(row: CommandRow) -> None:
    """That it was settled before, as by a command that somebody else gave meanwhile, is as good. Raises NotErased."""
    if row.answer is None:
        raise NotErased("It is recorded and not yet decided: a worker must run. It will be erased once it is.")
    reasons = json.loads(row.answer).get("reasons", ())
    if any(each["code"] not in {ErasureSettled.code, PersonalDataErased.code} for each in reasons):
        raise NotErased("\n".join(each["detail"] for each in reasons))
