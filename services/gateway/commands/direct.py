"""Commands of schools, providers, registers and pupils: none has a workflow, so the gateway has them carried out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import asyncpg

from domain.access.roles import RoleInOrganisation
from domain.provider.steps import STEPS as PROVIDER
from domain.school.steps import STEPS as SCHOOL
from events.ids import CommandId, IsoWeek, PlacementId, ProviderId, PupilId, Urn
from infra import commands
from infra.commands import CommandRow
from infra.event_store.append import VersionConflict
from infra.event_store.lookup import stream_versions
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.placements import PlacementRow
from services.application import authorisation, previewing, submission, succession
from services.application.command_handler import CommandAsKept, CommandHandler
from services.application.decider import Decider
from services.application.deciders import provider as providers
from services.application.deciders import pupil as pupils
from services.application.deciders import register as registers
from services.application.deciders import school as schools
from services.application.previewing import Following, nothing_follows
from services.application.submission import SubmittedCommand
from services.gateway.commands.catalogue import CommandSpec
from services.gateway.commands.commanding import SentCommand, acting, keys_at_hand, pupil_key, read
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway

Requires = Callable[[asyncpg.Connection, RoleInOrganisation, Any], Awaitable[None]]


async def _nothing(_conn: asyncpg.Connection, _standing: RoleInOrganisation, _command: Any) -> None:
    """Whose a pupil's record is, the rules ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a command is for: its decider, whose key seals the command's body, and what follows from its events.

    `makes_key`: the key is made by the command that registers it. `require` raises NotAllowed where the command is for
    another school, council or provider than the one that the person acts for.
    """

    decider: Decider[Any, Any]
    key_id: UUID | None = None
    makes_key: bool = False
    require: Requires = _nothing
    following: Following[Any, Any] = nothing_follows


def school(urn: Urn) -> Target:
    async def own(conn: asyncpg.Connection, standing: RoleInOrganisation, command: Any) -> None:
        registered = await succession.folded(conn, urn)
        la_codes = (SCHOOL[type(command)].council(command), None if registered is None else registered.la_code)
        authorisation.require_own_school(standing, urn, {each for each in la_codes if each})

    return Target(decider=schools.school(urn), require=own)


def provider(gateway: Gateway, provider_id: ProviderId) -> Target:
    async def own(_conn: asyncpg.Connection, standing: RoleInOrganisation, command: Any) -> None:
        authorisation.require_own_provider(standing, provider_id, PROVIDER[type(command)].council(command))

    decider = providers.provider(provider_id, gateway.keys)
    return Target(decider=decider, key_id=provider_id, makes_key=True, require=own, following=previewing.of_provider)


def register(gateway: Gateway, person: Person, placement: PlacementRow, week: IsoWeek) -> Target:
    """One week of the register of a placement that the person sees."""

    async def own(_conn: asyncpg.Connection, standing: RoleInOrganisation, _command: Any) -> None:
        authorisation.require_register(standing)

    decider = registers.register(
        PlacementId(placement.placement_id),
        week,
        pupil_id=placement.pupil_id,
        short_reference=placement.reference,
        name=person.name,
        keys=gateway.keys,
        reference=gateway.reference,
        rows=gateway.rows,
    )
    following = previewing.of_register(PlacementId(placement.placement_id), week, gateway.keys)
    return Target(decider=decider, key_id=placement.pupil_id, require=own, following=following)


def pupil(gateway: Gateway, pupil_id: PupilId) -> Target:
    return Target(decider=pupils.pupil(pupil_id, gateway.keys, gateway.reference), key_id=pupil_id)


async def give(
    gateway: Gateway,
    person: Person,
    spec: CommandSpec,
    target: Target,
    sent: SentCommand,
    *,
    among: authorisation.Sights | None = None,
) -> CommandRow:
    """The command's row. `among`: the roles in which the person sees what the target is of; else all that they have."""
    standing = acting(person, spec, authorisation.sights(person) if among is None else among)
    one = read(sent, spec, authorisation.actor(person, standing), target.decider.stream_id)
    async with connection(gateway.engine) as conn:
        await target.require(conn, standing, one.command)
        row = await submission.earlier(conn, one, key_id=target.key_id)
        sealed = await _is_sealed(conn, target) if row is None else row.key_id is not None
    key = await pupil_key(gateway, target.key_id, create=target.makes_key) if sealed and target.key_id else None
    async with connection(gateway.engine) as conn:
        kept = await submission.keep(
            conn, _unsealed(one) if target.makes_key and not sealed else one, key, gateway.clock
        )
    # A repeat of a command that is still undecided carries it out: whoever recorded it may be gone.
    if kept is None or kept.status == "recorded":
        await _carry_out(gateway, one, target)
    async with connection(gateway.engine) as conn:
        row = await commands.find(conn, one.command_id)
    assert row is not None, "command rows are never deleted"
    return row


async def _is_sealed(conn: asyncpg.Connection, target: Target) -> bool:
    """Whether the body of a command is sealed: a provider that is not registered has no key, and gets none so."""
    if not target.makes_key:
        return target.key_id is not None
    return bool(await stream_versions(conn, [target.decider.stream_id]))


def _unsealed(one: SubmittedCommand) -> SubmittedCommand:
    """What is kept of a command to a provider that is not there: of a registration all, of what is refused no text."""
    return one if PROVIDER[type(one.command)].begins else replace(one, body=b"{}")


async def _carry_out(gateway: Gateway, one: SubmittedCommand, target: Target) -> None:
    """Raises Problem: others kept changing the same thing, or the key was destroyed, or cannot be had just now."""

    async def in_hand(_row: CommandRow) -> CommandAsKept:
        # Of a command to a provider that is not registered, the row has no body.
        return CommandAsKept(command=one.command, expected_versions=one.expected_versions)

    handler = CommandHandler(gateway.engine, gateway.clock, gateway.notifier)
    try:
        with keys_at_hand():
            await handler.carry_out(target.decider, CommandId(one.command_id), in_hand)
    except VersionConflict:
        raise Problem("busy", OWN["busy"].words) from None
