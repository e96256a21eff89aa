"""What a person's roles in their organisation let them see and do, decided for each placement.

The roles of a command stand in the domain's tables, those of everything else in `domain.access.roles`.
"""

from collections.abc import Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from domain.access.roles import (
    Organisation,
    OrgKind,
    RoleInOrganisation,
    claimed,
    may_act_for_provider,
    may_act_for_school,
    may_keep_register,
    needs,
    organisation,
    standings,
)
from domain.calendar.london import today
from domain.placement.provider_sight.phases import ProviderPart, ended_since
from events.codes import Role
from events.envelope import Actor, ActorKind
from events.ids import ProviderId, Urn
from infra.identity.tokens import Person
from infra.projections.placements import PlacementRow
from infra.projections.visibility import Everything, Nobody, OfAuthority, OfProvider, OfSchool, Visibility, sees


class Refusal(StrEnum):
    ROLE = "role_not_allowed"
    ORGANISATION = "organisation_not_allowed"


class NotAllowed(Exception):
    """The person may not do this: no role of theirs may, or not for this organisation."""

    def __init__(self, refusal: Refusal, detail: str) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What one role in one organisation sees."""

    standing: RoleInOrganisation
    visibility: Visibility

    @property
    def role(self) -> Role:
        return self.standing.role

    @property
    def names(self) -> bool:
        """Personal fields are shown. An auditor and an integration read the record without them."""
        return self.standing.rights.names

    @property
    def whole(self) -> bool:
        """The whole record is shown, with or without names: not what a provider needs of it alone."""
        return not isinstance(self.visibility, OfProvider)


@dataclass(frozen=True, slots=True)
class Sights:
    """Sights that somebody has, each by itself: a right counts only where it comes with the same one as the others."""

    each: tuple[Sight, ...]

    def __iter__(self) -> Iterator[Sight]:
        return iter(self.each)

    def __bool__(self) -> bool:
        return bool(self.each)

    def of(self, row: PlacementRow | None) -> "Sights":
        """Those that see this placement."""
        return Sights(() if row is None else tuple(each for each in self.each if sees(each.visibility, row)))

    def held_by(self, roles: Collection[Role]) -> "Sights":
        return Sights(tuple(each for each in self.each if each.role in roles))

    @property
    def named(self) -> "Sights":
        """Those that show the whole record with names."""
        return Sights(tuple(each for each in self.each if each.names and each.whole))

    @property
    def opens(self) -> bool:
        """Whether personal fields are shown, of the whole record or of what a provider needs."""
        return any(each.names for each in self.each)

    @property
    def whole(self) -> bool:
        return any(each.whole for each in self.each)

    def part(self, row: PlacementRow) -> ProviderPart | None:
        """What a provider sees of a placement. None for who does not see it as a provider."""
        found = (each.visibility.part(row) for each in self.each if isinstance(each.visibility, OfProvider))
        return next((each for each in found if each is not None), None)

    @property
    def following(self) -> "Sights":
        """Those of roles that may follow the events."""
        return Sights(tuple(each for each in self.each if each.standing.rights.feed))

    @property
    def returning(self) -> "Sights":
        """Those of roles that may draw up a return."""
        return Sights(tuple(each for each in self.each if each.standing.rights.returns))

    @property
    def everything(self) -> bool:
        return any(isinstance(each.visibility, Everything) for each in self.each)

    @property
    def places(self) -> bool:
        """Whether one of them is of a school or a council that places pupils."""
        return any(each.standing.rights.places for each in self.each)

    def organisation(self, kind: OrgKind) -> str | None:
        """The id of the school, provider or council, when that is what one of the roles acts for."""
        return next((found for each in self.each if (found := each.standing.of(kind)) is not None), None)

    @property
    def visibility(self) -> Visibility:
        """The placements that any of them sees. A token names one organisation: they differ in their readers alone."""
        if self.everything:
            return Everything()
        scopes = [each.visibility for each in self.each if not isinstance(each.visibility, Nobody)]
        reads_as = frozenset[str]().union(*(each.reads_as for each in scopes if not isinstance(each, Everything)))
        match scopes:
            case [OfSchool(urn=urn), *_]:
                return OfSchool(urn, reads_as=reads_as)
            case [OfAuthority(la_code=la_code), *_]:
                return OfAuthority(la_code, reads_as=reads_as)
            case [OfProvider(provider_id=provider_id, ended_since=since), *_]:
                return OfProvider(provider_id, ended_since=since, reads_as=reads_as)
            case _:
                return Nobody()


async def seeing(person: Person, now: Callable[[], Awaitable[datetime]], *, provider_sight_days: int) -> Sights:
    """What this person sees now, role by role. For a provider that depends on the day."""
    acts_for = organisation(person.org)
    if acts_for is None or acts_for.kind is not OrgKind.PROVIDER:
        return sights(person)
    return sights(person, ended_since(today(await now()), provider_sight_days))


def sights(person: Person, since: date = date.max) -> Sights:
    """What this person sees, role by role; a provider, of the placements that ended, those from `since` on."""
    found = standings(person.roles, person.org)
    return Sights(tuple(Sight(standing=each, visibility=_scope(each, person.id, since)) for each in found))


def _scope(standing: RoleInOrganisation, person_id: UUID, since: date) -> Visibility:
    if standing.rights.everything:
        return Everything()
    reads_as = frozenset({standing.role.value, str(person_id)})
    match standing.organisation:
        case Organisation(kind=OrgKind.SCHOOL, name=urn):
            return OfSchool(urn, reads_as=reads_as)
        case Organisation(kind=OrgKind.LA, name=la_code):
            return OfAuthority(la_code, reads_as=reads_as)
        case Organisation(kind=OrgKind.PROVIDER, name=provider_id):
            return OfProvider(UUID(provider_id), ended_since=since, reads_as=reads_as)
        case _:  # who is linked to a pupil sees what a link gives
            return Nobody()


def acting(person: Person, among: Sights, allowed: Collection[Role], what: str) -> RoleInOrganisation:
    """The first of the person's roles, in the order of the code list, that may do `what`.

    Raises NotAllowed: none of their roles may, or the organisation that the role needs is not theirs.
    """
    found = next(iter(among.held_by(allowed)), None)
    if found is not None:
        return found.standing
    lacking = [role for role in claimed(person.roles) if role in allowed]
    if lacking and not sights(person).held_by(allowed):
        wanted = needs(lacking[0])
        raise NotAllowed(Refusal.ORGANISATION, f"{what} As {_words(lacking[0])} sign in for {wanted}.")
    people = ", ".join(sorted(role.value for role in set(allowed) - {Role.SYSTEM}))
    raise NotAllowed(Refusal.ROLE, f"{what} This is for: {people}.")


def require_organisation(person: Person) -> Sights:
    """What this person sees. Raises NotAllowed: none of their roles comes with the organisation that it needs."""
    found = sights(person)
    if found:
        return found
    lacking = claimed(person.roles)
    if lacking:
        raise NotAllowed(Refusal.ORGANISATION, f"As {_words(lacking[0])} sign in for {needs(lacking[0])}.")
    raise NotAllowed(Refusal.ROLE, "Your sign-in gives none of the roles of this service.")


def actor(person: Person, standing: RoleInOrganisation) -> Actor:
    organisation = standing.organisation
    return Actor(
        kind=ActorKind.PERSON,
        id=person.id,
        role=standing.role,
        org_id=person.org if organisation is None else str(organisation),
    )


def _words(role: Role) -> str:
    return role.value.replace("_", " ")


def require_own_school(standing: RoleInOrganisation, urn: Urn, la_codes: Collection[str]) -> None:
    """`la_codes`: the council that the school belongs to, and the one that the command names."""
    if not may_act_for_school(standing, urn, set(la_codes)):
        words = "You may do this for your own school, or for a school of your own council, only."
        raise NotAllowed(Refusal.ORGANISATION, words)


def require_own_provider(standing: RoleInOrganisation, provider_id: ProviderId, la_code: str | None) -> None:
    """`la_code`: the council that the command names, if it names one."""
    if not may_act_for_provider(standing, provider_id, la_code):
        raise NotAllowed(Refusal.ORGANISATION, "You may do this for your own council or your own provider only.")


def require_register(standing: RoleInOrganisation) -> None:
    """The register is of a placement that the person sees."""
    if not may_keep_register(standing):
        words = "A register is kept by the provider and the school, and not by a council."
        raise NotAllowed(Refusal.ORGANISATION, words)
