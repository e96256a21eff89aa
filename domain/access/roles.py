"""Who a role works for and what it may see: one row for each role.

What a person sees and does is decided for each placement from one role in one organisation, never from all the
roles of a token together. A role without an organisation of its kind gives no right at all.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from events.codes import Role


class OrgKind(StrEnum):
    """The kinds of organisation that a token can name."""

    SCHOOL = "school"
    LA = "la"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """The one organisation that a person acts for, as `school:900001`, `la:831` or `provider:<uuid>`."""

    kind: OrgKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What a role gives.

    `works_for`: the kinds of organisation that it needs, one of them; empty for who is linked to a pupil and works
    for nobody. `names`: personal data is shown. `everything`: sees each placement, restricted or not, and what
    happens to schools and providers. `places`: works for a school or a council that places pupils. `feed`: may follow
    the events. `returns`: may draw up a return, which names many children at once. `audits`: checks on the
    service: reads the access log, and has the record compared and exported.
    """

    works_for: frozenset[OrgKind] = frozenset()
    names: bool = False
    everything: bool = False
    places: bool = False
    feed: bool = False
    returns: bool = False
    audits: bool = False


def _school(*, returns: bool = False) -> Rights:
    return Rights(works_for=frozenset({OrgKind.SCHOOL}), names=True, places=True, feed=True, returns=returns)


def _council(*, feed: bool = False, returns: bool = False) -> Rights:
    return Rights(works_for=frozenset({OrgKind.LA}), names=True, places=True, feed=feed, returns=returns)


RIGHTS: Final[Mapping[Role, Rights]] = MappingProxyType(
    {
        Role.CASE_WORKER: _school(returns=True),
        Role.HEAD: _school(returns=True),
        Role.BODY_DELEGATE: _school(),
        Role.DSL: _school(),
        Role.LA_OFFICER: _council(feed=True, returns=True),
        Role.SEND_OFFICER: _council(),
        Role.VIRTUAL_SCHOOL: _council(),
        Role.SOCIAL_WORKER: _council(),
        Role.PROVIDER_USER: Rights(works_for=frozenset({OrgKind.PROVIDER}), names=True, feed=True),
        Role.PARENT: Rights(),
        Role.PUPIL: Rights(),
        Role.AUDITOR: Rights(works_for=frozenset({OrgKind.LA}), everything=True, feed=True, audits=True),
        Role.INTEGRATION: Rights(works_for=frozenset(OrgKind), feed=True),
        Role.DATA_PROTECTION_OFFICER: Rights(works_for=frozenset({OrgKind.SCHOOL, OrgKind.LA}), audits=True),
    }
)
"""`system` has no row: the service itself acts in it, and nobody who signs in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleInOrganisation:
    """One role in one organisation: what a right follows from. None for who is linked to a pupil."""

    role: Role
    organisation: Organisation | None

    @property
    def rights(self) -> Rights:
        return RIGHTS[self.role]

    def of(self, kind: OrgKind) -> str | None:
        """The id of the organisation, where it is of this kind."""
        found = self.organisation
        return found.name if found is not None and found.kind is kind else None


_SCHOOL: Final = re.compile(r"[0-9]{6}", re.ASCII)
_LA: Final = re.compile(r"[0-9]{3}", re.ASCII)


def organisation(stated: str | None) -> Organisation | None:
    """The organisation that a token names; None where it names none, or one of another form."""
    kind, _, name = (stated or "").partition(":")
    match kind:
        case OrgKind.SCHOOL.value if _SCHOOL.fullmatch(name):
            return Organisation(kind=OrgKind.SCHOOL, name=name)
        case OrgKind.LA.value if _LA.fullmatch(name):
            return Organisation(kind=OrgKind.LA, name=name)
        case OrgKind.PROVIDER.value if (provider_id := _uuid(name)) is not None:
            return Organisation(kind=OrgKind.PROVIDER, name=str(provider_id))
        case _:
            return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def standings(roles: Collection[str], org: str | None) -> tuple[RoleInOrganisation, ...]:
    """The pairs that a token gives, in the order of the code list; a role whose kind of organisation it lacks, none."""
    acts_for = organisation(org)
    pairs = []
    for role in claimed(roles):
        works_for = RIGHTS[role].works_for
        if not works_for:
            pairs.append(RoleInOrganisation(role=role, organisation=None))
        elif acts_for is not None and acts_for.kind in works_for:
            pairs.append(RoleInOrganisation(role=role, organisation=acts_for))
    return tuple(pairs)


def claimed(roles: Collection[str]) -> tuple[Role, ...]:
    """The roles of a token that a person may have, whether or not its organisation fits them."""
    return tuple(role for role in Role if role in RIGHTS and role.value in roles)


def needs(role: Role) -> str:
    """The kinds of organisation that a role needs, in words."""
    words = {OrgKind.SCHOOL: "a school", OrgKind.LA: "a council", OrgKind.PROVIDER: "a provider"}
    kinds = [words[kind] for kind in OrgKind if kind in RIGHTS[role].works_for]
    return " or ".join(kinds) or "a link to a pupil"


def may_act_for_school(standing: RoleInOrganisation, urn: str, councils: Collection[str]) -> bool:
    """Staff for their own school, officers for the schools of their own council: each of `councils` is that."""
    if standing.of(OrgKind.SCHOOL) is not None:
        return standing.of(OrgKind.SCHOOL) == urn
    own = standing.of(OrgKind.LA)
    return own is not None and all(each == own for each in councils)


def may_act_for_provider(standing: RoleInOrganisation, provider_id: UUID, la_code: str | None) -> bool:
    """A provider for itself, officers for their own council where the command names one, schools for themselves."""
    if standing.of(OrgKind.PROVIDER) is not None:
        return standing.of(OrgKind.PROVIDER) == str(provider_id)
    return la_code is None or la_code == standing.of(OrgKind.LA)


def may_keep_register(standing: RoleInOrganisation) -> bool:
    """The provider says who was there, and the school enters it, by hand or by a system; a council does neither."""
    return standing.of(OrgKind.LA) is None
