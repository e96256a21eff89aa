"""What an issuer says of somebody: who they are, in which roles, for which organisations. Pure.

Each kind of issuer has words of its own; the how-to pages show what to set there:
`org` (or `extn.org`, Entra ID's name for an attribute of ours) says it in our own form, as one text or a list;
`organisation` is DfE Sign-in's, `organization` Keycloak's, and a role may name its organisation itself:
`case_worker@school:900001`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from domain.access.roles import claimed, standings

_LONGEST_NAME: Final = 200
_MOST_MEMBERSHIPS: Final = 200


class ClaimsUnusable(Exception):
    """The claims do not say who this is; `why` repeats nothing of them."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """The roles that somebody has in one organisation; `org` as `school:900001`, None for who works for nobody."""

    org: str | None
    roles: frozenset[str]
    org_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimant:
    """A person as the issuer describes them: at least one membership, in the order that the issuer names them."""

    person_id: UUID
    name: str | None = field(repr=False)
    memberships: tuple[Membership, ...]

    @property
    def usable(self) -> tuple[Membership, ...]:
        """Those that give a right, each with the roles that give one there and no others."""
        found = (
            Membership(
                org=each.org,
                org_name=each.org_name,
                roles=frozenset(given.role.value for given in standings(each.roles, each.org)),
            )
            for each in self.memberships
        )
        return tuple(each for each in found if each.roles)

    @property
    def lacks_organisation(self) -> bool:
        """Whether they have a role of this service, and only the organisation for it is missing."""
        return not self.usable and any(claimed(each.roles) for each in self.memberships)


def claimant(claims: Mapping[str, Any]) -> Claimant:
    """Raises ClaimsUnusable: there is no person's id, or a part has the wrong form."""
    person_id, name = _person_id(claims), _name(claims)
    everywhere, in_one = _roles(claims)
    named = dict(_organisations(claims))
    if len(named) + len(in_one) > _MOST_MEMBERSHIPS:
        raise ClaimsUnusable("the token names too many organisations")
    memberships = [
        Membership(org=org, org_name=org_name, roles=everywhere | in_one.get(org, frozenset()))
        for org, org_name in named.items()
    ]
    # A role that names its organisation brings no other role with it there.
    memberships += [Membership(org=org, roles=roles) for org, roles in in_one.items() if org not in named]
    if not memberships or (not named and claimed(everywhere)):
        memberships.append(Membership(org=None, roles=everywhere))
    return Claimant(person_id=person_id, name=name, memberships=tuple(memberships))


def _person_id(claims: Mapping[str, Any]) -> UUID:
    """Entra ID's `sub` differs from application to application; its `oid` is the same person in all of them."""
    subject = claims["oid"] if "oid" in claims and "tid" in claims else claims.get("sub")
    try:
        return UUID(subject)
    except (ValueError, TypeError, AttributeError):
        raise ClaimsUnusable("the token's subject is not a person's id") from None


def _name(claims: Mapping[str, Any]) -> str | None:
    whole = _text(claims.get("name"))
    parts = (_text(claims.get(part)) for part in ("given_name", "family_name"))
    return whole or " ".join(part for part in parts if part) or None


def _text(stated: Any) -> str | None:
    """One line that can be shown; None where nothing is left of it."""
    if not isinstance(stated, str):
        return None
    shown = "".join(each if each.isprintable() else " " for each in stated)
    return " ".join(shown.split())[:_LONGEST_NAME] or None


def _roles(claims: Mapping[str, Any]) -> tuple[frozenset[str], Mapping[str, frozenset[str]]]:
    """Those that hold in each organisation of the person, and those that hold in one."""
    everywhere: set[str] = set()
    in_one: dict[str, frozenset[str]] = {}
    for stated in (*_listed_roles(claims), *_keycloak_roles(claims)):
        role, at, org = stated.partition("@")
        if at:
            in_one[org] = in_one.get(org, frozenset()) | {role}
        else:
            everywhere.add(role)
    return frozenset(everywhere), in_one


def _listed_roles(claims: Mapping[str, Any]) -> Iterator[str]:
    """A list of texts, or, as DfE Sign-in's own API lists them, of objects with a `code`."""
    roles = claims.get("roles", [])
    if not isinstance(roles, list):
        raise ClaimsUnusable("the token's roles are not a list")
    for each in roles:
        code = each.get("code") if isinstance(each, Mapping) else each
        if not isinstance(code, str):
            raise ClaimsUnusable("the token's roles are not a list of texts")
        yield code


def _keycloak_roles(claims: Mapping[str, Any]) -> Iterator[str]:
    """Of the realm, and of the clients that the token is for: another client's `head` is not ours."""
    audience = claims.get("aud")
    clients = {claims.get("azp"), *(audience if isinstance(audience, list) else [audience])}
    access = claims.get("resource_access")
    of_clients = [each for name, each in access.items() if name in clients] if isinstance(access, Mapping) else []
    for held in (claims.get("realm_access"), *of_clients):
        listed = held.get("roles") if isinstance(held, Mapping) else None
        yield from (role for role in listed if isinstance(role, str)) if isinstance(listed, list) else ()


def _organisations(claims: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Each as this service writes it, with the name that the issuer gives it."""
    own = _one_or_many(claims.get("org", claims.get("extn.org")))
    # A name goes with an organisation only where there is one of each.
    name = _text(claims.get("org_name")) if len(own) == 1 else None
    yield from ((org, name) for org in own)
    of_dfe = claims.get("organisation")
    if isinstance(of_dfe, Mapping) and (org := _of_dfe(of_dfe)) is not None:
        yield org, _text(of_dfe.get("name"))
    of_keycloak = claims.get("organization")
    for held in of_keycloak.values() if isinstance(of_keycloak, Mapping) else ():
        if isinstance(held, Mapping):
            names = _one_or_many(held.get("name"))
            yield from ((org, _text(names[0]) if names else None) for org in _one_or_many(held.get("org")))


def _one_or_many(stated: Any) -> list[str]:
    listed = stated if isinstance(stated, list) else [stated] if stated is not None else []
    if not all(isinstance(each, str) for each in listed):
        raise ClaimsUnusable("the token's organisation is not a text")
    return [each for each in listed if each]


def _of_dfe(stated: Mapping[str, Any]) -> str | None:
    """A school by its URN, a council by its number; None for what this service does not know, such as a trust."""
    category = stated.get("category")
    match category.get("id") if isinstance(category, Mapping) else None:
        # "Establishment" and "Local Authority" in DfE's list of categories.
        case "001" if isinstance(urn := stated.get("urn"), str | int):
            return f"school:{urn}"
        case "002" if isinstance(number := stated.get("establishmentNumber"), str | int):
            return f"la:{number}"
        case _:
            return None
