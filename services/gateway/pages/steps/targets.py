"""What a step's page is about: a placement, a week of its register, a provider, a school or a pupil.

Each target gives the command and its preview by the functions of the API, and says what ids are chosen from.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from domain.access.roles import OrgKind, RoleInOrganisation, may_act_for_provider, may_act_for_school
from domain.placement.provider_sight.phases import ProviderPart
from domain.placement.state import Placement
from domain.provider.state import Provider
from domain.school.state import School
from events.ids import (
    DelegationId,
    DocumentId,
    EventId,
    IsoWeek,
    PersonId,
    PlacementId,
    ProviderId,
    PupilId,
    SiteId,
    Urn,
)
from infra.commands import CommandRow
from infra.identity.read_log import record_access
from infra.identity.tokens import Person
from infra.postgres.db import connection
from infra.projections.placements import PlacementRow
from services.application import authorisation
from services.application.authorisation import NotAllowed, Refusal, Sights
from services.application.deciders.pupil import pupil as pupil_decider
from services.gateway.commands import commanding, direct
from services.gateway.commands.catalogue import SPECS, CommandSpec, Family
from services.gateway.commands.commanding import SentCommand, keys_at_hand, not_found
from services.gateway.commands.offering import visible
from services.gateway.directory.directory import registered
from services.gateway.http.runtime import Gateway
from services.gateway.pages.drafts.keeping import FormOf
from services.gateway.pages.forms.options import Option
from services.gateway.pages.steps import choices, gathering
from services.gateway.pages.steps.gathering import Gathering
from services.gateway.previews import previewing
from services.gateway.previews.previewing import PreviewAsked
from services.gateway.previews.schemas import Preview
from services.gateway.pupils import pupils

Previewing = Callable[[PreviewAsked], Awaitable[Preview]]
Giving = Callable[[CommandSpec, SentCommand], Awaitable[CommandRow]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTarget:
    """`href` is the target's own page, and `name` says to a person what it is. `seen` are the roles that see it.

    `filled` are fields that a form has at first, by their names: what only one answer fits.
    """

    family: Family
    href: str
    name: str
    version: int
    state: Any
    seen: Sights
    preview: Previewing
    give: Giving
    # Whose key what is typed is kept under, and whether it may have to be made; without one it is the drafts' own.
    key_id: UUID | None = None
    makes_key: bool = False
    chooses: Mapping[Any, choices.Chooser] = field(default_factory=dict)
    gathers: Mapping[Any, Gathering] = field(default_factory=dict)
    filled: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def spec(self, kind: str) -> CommandSpec:
        """Raises Problem: people give no such command to this."""
        found = SPECS[self.family].get(kind)
        if found is None or getattr(found.step, "begins", False) is True:
            raise not_found()
        return found

    def form_of(self, kind: str) -> FormOf:
        return FormOf(kind=kind, target=self.href, key_id=self.key_id, makes_key=self.makes_key)

    async def options(self, gateway: Gateway, command: type, wanted: frozenset[Any]) -> dict[Any, list[Option]]:
        """What ids of these types are chosen from, for a command."""
        chooses = {**self.chooses, **choices.OF_STEP.get(command, {})}
        found = {kind: list(chooses[kind](self.state)) for kind in wanted & chooses.keys()}
        async with connection(gateway.engine) as conn:
            return found | {kind: list(await self.gathers[kind](conn)) for kind in wanted & self.gathers.keys()}


async def placement(gateway: Gateway, person: Person, placement_id: UUID) -> StepTarget:
    """Raises Problem: there is none, or not for this person."""
    return await _placement(gateway, person, *await visible(gateway, person, placement_id))


async def _placement(gateway: Gateway, person: Person, row: PlacementRow, seen: Sights) -> StepTarget:
    placement_id = row.placement_id
    of_placement = PlacementId(placement_id)
    with keys_at_hand():
        async with connection(gateway.engine) as conn:
            await record_access(conn, person, placement_id, "step")
            found = await gateway.rows.streams.current(conn, of_placement)
    state = found.state
    return StepTarget(
        family="placement",
        href=f"/placements/{row.reference}",
        name=_name(state, row, seen),
        version=found.version,
        state=state,
        seen=seen,
        preview=lambda asked: previewing.to_placement(gateway, asked, placement_id),
        give=lambda spec, sent: commanding.advance(gateway, person, spec, of_placement, sent),
        key_id=row.pupil_id,
        chooses=choices.OF_PLACEMENT,
        gathers={
            PersonId: partial(gathering.staff, org=person.org),
            SiteId: gathering.sites_of_all
            if state.proposal.provider_id is None
            else partial(gathering.sites_of, provider_id=state.proposal.provider_id),
            ProviderId: gathering.all_providers,
            DelegationId: partial(gathering.delegations_of, urn=state.home_school_urn),
            DocumentId: partial(gathering.documents_of, placement_id=of_placement),
            EventId: partial(gathering.correctable, placement_id=of_placement),
            Urn: gathering.all_schools,
        },
    )


def _name(state: Placement, row: PlacementRow, seen: Sights) -> str:
    """The pupil's name for who may know it; a provider may while it teaches the pupil."""
    part, pupil = seen.part(row), state.referral.pupil
    named = bool(seen.named) if part is None else part is ProviderPart.TEACHING and seen.opens
    return pupil.legal_name if pupil is not None and named else "Placement"


async def register(gateway: Gateway, person: Person, placement_id: UUID, week: IsoWeek) -> StepTarget:
    """One week of a placement's register. Raises Problem."""
    row, seen = await visible(gateway, person, placement_id)
    of_placement = await _placement(gateway, person, row, seen)
    target = direct.register(gateway, person, row, week)
    with keys_at_hand():
        async with connection(gateway.engine) as conn:
            loaded = await target.decider.load(conn)
    return StepTarget(
        family="attendance",
        href=f"{of_placement.href}/attendance/{week}",
        name=of_placement.name,
        version=loaded.version,
        state=loaded.state,
        seen=seen,
        preview=lambda asked: previewing.to_register(gateway, asked, placement_id, week),
        give=lambda spec, sent: direct.give(gateway, person, spec, target, sent, among=seen),
        key_id=row.pupil_id,
        gathers={SiteId: of_placement.gathers[SiteId]},
    )


async def provider(gateway: Gateway, person: Person, provider_id: ProviderId) -> StepTarget:
    """Raises Problem: it is not registered."""
    target = direct.provider(gateway, provider_id)
    loaded = await registered(gateway, target.decider)
    state: Provider = loaded.state
    seen = _of(person, lambda each: may_act_for_provider(each, provider_id, each.of(OrgKind.LA)))
    return StepTarget(
        family="provider",
        href=f"/providers/{provider_id}",
        name=state.name,
        version=loaded.version,
        state=state,
        seen=seen,
        preview=lambda asked: previewing.to_provider(gateway, asked, provider_id),
        give=lambda spec, sent: direct.give(gateway, person, spec, target, sent),
        key_id=provider_id,
        makes_key=True,
        chooses=choices.OF_PROVIDER,
        gathers={PersonId: partial(gathering.staff, org=person.org), Urn: gathering.all_schools},
        # An officer acts for the own council alone.
        filled={"la_code": [la_code]} if (la_code := seen.organisation(OrgKind.LA)) else {},
    )


def _of(person: Person, acts: Callable[[RoleInOrganisation], bool]) -> Sights:
    """The roles in which this person acts for a school or a provider. Raises NotAllowed: it is another's."""
    seen = Sights(tuple(each for each in authorisation.sights(person) if acts(each.standing)))
    if not seen:
        words = "You may do this for your own school, provider or council only."
        raise NotAllowed(Refusal.ORGANISATION, words)
    return seen


async def school(gateway: Gateway, person: Person, urn: Urn) -> StepTarget:
    """Raises Problem: it is not registered."""
    target = direct.school(urn)
    loaded = await registered(gateway, target.decider)
    state: School = loaded.state
    seen = _of(person, lambda each: may_act_for_school(each, urn, {state.la_code}))
    return StepTarget(
        family="school",
        href=f"/schools/{urn}",
        name=state.name,
        version=loaded.version,
        state=state,
        seen=seen,
        preview=lambda asked: previewing.to_school(gateway, asked, urn),
        give=lambda spec, sent: direct.give(gateway, person, spec, target, sent),
        chooses=choices.OF_SCHOOL,
        gathers={Urn: gathering.all_schools},
    )


async def pupil(gateway: Gateway, person: Person, pupil_id: PupilId) -> StepTarget:
    """Raises Problem: there is no record of the pupil, or not for this person."""
    seen = await pupils.seen(gateway, person, pupil_id)
    target = direct.pupil(gateway, pupil_id)
    with keys_at_hand():
        async with connection(gateway.engine) as conn:
            for each in seen.logged:
                await record_access(conn, person, each, "step")
            loaded = await pupil_decider(pupil_id, gateway.keys, gateway.reference).load(conn)
    return StepTarget(
        family="pupil",
        href=f"/pupils/{pupil_id}",
        name="Pupil",
        version=loaded.version,
        state=loaded.state,
        seen=seen.sights,
        preview=lambda asked: previewing.to_pupil(gateway, asked, pupil_id),
        give=lambda spec, sent: direct.give(gateway, person, spec, target, sent, among=seen.sights),
        key_id=pupil_id,
    )
