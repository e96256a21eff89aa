"""What a person's roles and organisation let them see and do. The roles of a command stand in the domain's tables."""

from collections.abc import Iterable
from uuid import UUID

from events.codes import Role
from events.envelope import Actor, ActorKind
from infra.identity import Person
from infra.placements import Everything, Nobody, OfAuthority, OfProvider, OfSchool, Visibility

SCHOOL = frozenset({Role.CASE_WORKER, Role.HEAD, Role.BODY_DELEGATE, Role.DSL})
AUTHORITY = frozenset({Role.LA_OFFICER, Role.SEND_OFFICER, Role.VIRTUAL_SCHOOL, Role.SOCIAL_WORKER})
_OF_SCHOOL = SCHOOL | {Role.INTEGRATION}
_OF_AUTHORITY = AUTHORITY | {Role.INTEGRATION}
_OF_PROVIDER = frozenset({Role.PROVIDER_USER, Role.INTEGRATION})
_SEES_NAMES = SCHOOL | AUTHORITY | {Role.PROVIDER_USER}
_RETURNS = frozenset({Role.CASE_WORKER, Role.HEAD, Role.LA_OFFICER})
_FOLLOWS_EVENTS = SCHOOL | {Role.INTEGRATION, Role.AUDITOR, Role.LA_OFFICER, Role.PROVIDER_USER}


def visibility(person: Person) -> Visibility:
    """Which placements this person may know of. The widest of several roles holds."""
    roles = _roles(person)
    if Role.AUDITOR in roles:
        return Everything()
    reads_as = frozenset({*roles, str(person.id)})
    urn, la_code = organisation(person, "school"), organisation(person, "la")
    # A system that works for a school or a council sees what they see; one of no organisation sees all.
    if Role.INTEGRATION in roles and person.org is None:
        return Everything()
    if roles & _OF_AUTHORITY and la_code is not None:
        return OfAuthority(la_code, reads_as=reads_as)
    if roles & _OF_SCHOOL and urn is not None:
        return OfSchool(urn, reads_as=reads_as)
    return _at_provider(person, reads_as) if roles & _OF_PROVIDER else Nobody()


def _at_provider(person: Person, reads_as: frozenset[str]) -> Visibility:
    try:
        return OfProvider(UUID(organisation(person, "provider") or ""), reads_as=reads_as)
    except ValueError:  # acts for something else, or for what is not an id
        return Nobody()


def organisation(person: Person, kind: str) -> str | None:
    """The id of the person's school, provider or council, when that is what they act for."""
    stated, _, name = (person.org or "").partition(":")
    return name if stated == kind and name else None


def sees_names(person: Person) -> bool:
    """Whether personal fields are shown. An auditor and an integration read the record without them."""
    return bool(_roles(person) & _SEES_NAMES)


def follows_events(person: Person) -> bool:
    return bool(_roles(person) & _FOLLOWS_EVENTS)


def commissions(person: Person) -> bool:
    """Whether the person works for a school or a council that places pupils."""
    return bool(_roles(person) & (SCHOOL | AUTHORITY))


def makes_returns(person: Person) -> bool:
    """Whether the person may draw up a return, which names many children at once: not everybody who sees each."""
    return bool(_roles(person) & _RETURNS)


def audits(person: Person) -> bool:
    return Role.AUDITOR in _roles(person)


def acting_role(person: Person, allowed: Iterable[Role]) -> Role | None:
    """The first of the person's roles, in the order of the code list, that may do this."""
    usable = _roles(person) & set(allowed)
    return next((role for role in Role if role in usable), None)


def actor(person: Person, role: Role) -> Actor:
    return Actor(kind=ActorKind.PERSON, id=person.id, role=role, org_id=person.org)


def _roles(person: Person) -> frozenset[Role]:
    return frozenset(role for role in Role if role.value in person.roles)
