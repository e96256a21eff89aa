"""What a command would do now, for a person: may they give it, what follows, and as much of that as they may see.

Pages call these functions as the routes do. Nothing is held, made or stored but the trace in the access
log, and nothing is said of pupils' ids and numbers that are other organisations'.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from domain.access.controllers import controller_of, may_draft
from domain.access.roles import OrgKind
from domain.warnings import CommandWarning, WarningCode
from events.codes import Role
from events.envelope import Actor
from events.ids import CommandId, IsoWeek, PlacementId, ProviderId, PupilId, Urn, derived_id
from infra.encryption.keys import KeyMissing
from infra.identity.read_log import record_access, shown_lately
from infra.identity.tokens import Person
from infra.ids import uuid7
from infra.postgres.db import connection, snapshot
from services.application import authorisation, previewing
from services.application.authorisation import Sights
from services.application.decider import Context
from services.application.deciders.placement import PlacementDecider
from services.application.facts.ownership import ownership
from services.application.facts.placement import PlacementFacts
from services.application.handling import version_seen
from services.gateway.commands import direct
from services.gateway.commands.bodies import parse
from services.gateway.commands.catalogue import CommandSpec
from services.gateway.commands.commanding import acting, canonical, keys_at_hand, pupil_key
from services.gateway.commands.direct import Target
from services.gateway.commands.offering import visible
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.http.shares import Use
from services.gateway.previews import foreseen
from services.gateway.previews.schemas import Preview
from services.gateway.pupils import pupils

MOST_AN_HOUR: Final = 600
"""How many previews one person is given in an hour: a form that is previewed at each change needs less."""
NOBODY: Final = UUID(int=0)
"""What a preview is logged under that is about no record so far."""
_READ_AS: Final = "preview"
_CHECKED_WHEN_SENT: Final = CommandWarning(
    code=WarningCode.CHECKED_WHEN_SENT,
    detail="Whether another organisation has a record of this pupil is checked when you send the referral.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewAsked:
    """Who asks, of which command, with the body that the command itself would have.

    `expected`: the versions of the record of which they saw one; without any, it does not matter which.
    """

    person: Person
    spec: CommandSpec
    body: bytes
    expected: tuple[int, ...] = ()


async def of_draft(gateway: Gateway, asked: PreviewAsked) -> Preview:
    """What the draft of a referral would do. Raises NotAllowed, Problem."""
    standing = acting(asked.person, asked.spec, authorisation.sights(asked.person))
    command = _parsed(asked)
    if standing.of(OrgKind.SCHOOL) != command.home_school_urn:
        raise Problem("organisation_not_allowed", "You may draft referrals for your own school.")
    actor, command_id = authorisation.actor(asked.person, standing), uuid7()
    with gateway.shares.held(asked.person.id, Use.PREVIEW):
        await _logged(gateway, asked, [command.pupil_id or NOBODY])
        pupil_id = await _own_pupil(gateway, command, actor)
        command = dataclasses.replace(command, pupil_id=pupil_id or derived_id(command_id, "pupil"))
        target = _placement(gateway, PlacementId(derived_id(command_id, "placement")))
        made = await _preview(gateway, asked, target, command, actor=actor, command_id=command_id)
        made = dataclasses.replace(made, warnings=(*made.warnings, _CHECKED_WHEN_SENT))
        return await foreseen.shown(gateway, made, names=True)


async def to_placement(gateway: Gateway, asked: PreviewAsked, placement_id: UUID) -> Preview:
    """What a command would do to a placement. Raises NotAllowed, Problem."""
    row, seen = await visible(gateway, asked.person, placement_id)
    standing = acting(asked.person, asked.spec, seen)
    command, actor = _parsed(asked), authorisation.actor(asked.person, standing)
    with gateway.shares.held(asked.person.id, Use.PREVIEW):
        await _logged(gateway, asked, [placement_id])
        await pupil_key(gateway, row.pupil_id)
        target = _placement(gateway, PlacementId(placement_id))
        made = await _preview(gateway, asked, target, command, actor=actor, command_id=uuid7())
        provider = standing.role is Role.PROVIDER_USER
        return await foreseen.shown(
            gateway, made, names=seen.opens if provider else bool(seen.named), for_provider=provider
        )


async def to_school(gateway: Gateway, asked: PreviewAsked, urn: Urn) -> Preview:
    return await _give(gateway, asked, direct.school(urn), logged=[NOBODY])


async def to_provider(gateway: Gateway, asked: PreviewAsked, provider_id: ProviderId) -> Preview:
    target = direct.provider(gateway, provider_id)
    return await _give(gateway, asked, target, logged=[provider_id])


async def to_register(gateway: Gateway, asked: PreviewAsked, placement_id: UUID, week: IsoWeek) -> Preview:
    """To one week of the register of a placement."""
    row, seen = await visible(gateway, asked.person, placement_id)
    target = direct.register(gateway, asked.person, row, week)
    return await _give(gateway, asked, target, logged=[placement_id], among=seen)


async def to_pupil(gateway: Gateway, asked: PreviewAsked, pupil_id: PupilId) -> Preview:
    seen = await pupils.seen(gateway, asked.person, pupil_id)
    target = direct.pupil(gateway, pupil_id)
    return await _give(gateway, asked, target, logged=seen.logged, among=seen.sights)


async def _give(
    gateway: Gateway,
    asked: PreviewAsked,
    target: Target,
    *,
    logged: Sequence[UUID],
    among: Sights | None = None,
) -> Preview:
    """`among`: the roles in which the person sees what the target is of; `logged`: what that is."""
    standing = acting(asked.person, asked.spec, authorisation.sights(asked.person) if among is None else among)
    command, actor = _parsed(asked), authorisation.actor(asked.person, standing)
    async with connection(gateway.engine) as conn:
        await target.require(conn, standing, command)
    with gateway.shares.held(asked.person.id, Use.PREVIEW):
        await _logged(gateway, asked, logged)
        if target.key_id is not None and not target.makes_key:
            await pupil_key(gateway, target.key_id)
        made = await _preview(gateway, asked, target, command, actor=actor, command_id=uuid7())
        return await foreseen.shown(gateway, made, names=True, for_provider=standing.role is Role.PROVIDER_USER)


def _parsed(asked: PreviewAsked) -> Any:
    """Raises Problem: as for the command itself."""
    command = parse(asked.spec.adapter, asked.body)
    canonical(command)
    return command


def _placement(gateway: Gateway, placement_id: PlacementId) -> Target:
    streams = gateway.rows.streams
    facts = PlacementFacts(keys=gateway.keys, streams=streams, reference=gateway.reference)
    decider = PlacementDecider(placement_id, keys=gateway.keys, streams=streams, facts=facts, rows=gateway.rows)
    return Target(decider=decider.decider, following=previewing.of_placement)


async def _preview(
    gateway: Gateway, asked: PreviewAsked, target: Target, command: Any, *, actor: Actor, command_id: UUID
) -> previewing.ForeseenDecision[Any, Any]:
    """Decided under an id that no command has; what a draft begins is named by it.

    Raises Problem: the record has moved on; or a key was destroyed, or cannot be had just now.
    """
    with keys_at_hand():
        async with snapshot(gateway.engine) as conn:
            context = Context(
                command_id=CommandId(command_id),
                correlation_id=command_id,
                actor=actor,
                now=await gateway.clock.now(conn),
                expected_versions=asked.expected,
            )
            made = await previewing.preview(conn, target.decider, command, context, target.following)
    seen = made.decision.seen
    if made.decision.decided is None and made.decision.rejections is None:
        since = version_seen(seen, context)
        detail = f"You were looking at version {since}; the record is at version {seen.version}."
        raise Problem("version_moved_on", detail, version=seen.version, changes=target.decider.changes(seen, since))
    return made


async def _logged(gateway: Gateway, asked: PreviewAsked, about: Sequence[UUID]) -> None:
    """Keep that it was asked for, before anything is shown.

    Raises Problem: the person has asked for as many as one may in an hour.
    """
    async with connection(gateway.engine) as conn:
        lately = await shown_lately(conn, asked.person, _READ_AS)
        if lately.count >= MOST_AN_HOUR:
            detail = f"You were shown {lately.count} previews in an hour; {MOST_AN_HOUR} is the most."
            raise Problem("too_many_readings", detail, headers={"Retry-After": str(max(1, lately.seconds))})
        for each in about:
            await record_access(conn, asked.person, each, _READ_AS, asked.spec.kind)


async def _own_pupil(gateway: Gateway, command: Any, actor: Actor) -> UUID | None:
    """The pupil that a draft names, if its giver may draft with the id; None else, whoever's it is or is not."""
    if command.pupil_id is None:
        return None
    async with connection(gateway.engine) as conn:
        owned = await ownership(conn, command.pupil_id)
        school, _ = await gateway.reference.current(conn, command.home_school_urn, None)
    controller = controller_of(command.commissioner, command.home_school_urn, school.la_code if school else None)
    if owned is None or not may_draft(owned, controller, command.home_school_urn, actor.org_id):
        return None
    with keys_at_hand():
        try:
            await gateway.keys.get(command.pupil_id)
        except KeyMissing:
            return None  # it would be made
    found: UUID = command.pupil_id
    return found
