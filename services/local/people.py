"""The people of the example caseload, one for each role: invented, and plainly so.

Ids follow from the slugs, so that a person is the same on every machine and in every run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

import asyncpg

from events.ids import PersonId, ProviderId, Urn
from infra.identity import people
from infra.identity.tokens import Person

_NAMESPACE: Final = UUID("6f1a3f3e-6d0b-5a55-9d7c-2b5a5a9e0c11")

ALDERBROOK: Final = Urn("900001")
RAVENSMOOR: Final = Urn("900002")
SCHOOL_NAMES: Final = {ALDERBROOK: "Alderbrook Academy", RAVENSMOOR: "Ravensmoor School"}
LOCAL_AUTHORITY: Final = "la:831"
LOCAL_AUTHORITY_NAME: Final = "Alderbrook Council"

YMCA_KEY_COLLEGE: Final = "YMCA Key College"
MINDJAM: Final = "Mindjam"
MILLRACE: Final = "Millrace Workshop"
# Of the invented provider that the API's worked examples name.
_MILLRACE_ID: Final = ProviderId(UUID("0190a1b2-0000-7000-8000-000000000001"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationPerson:
    """Someone who may sign in on the embedded set-up; `org` is as in a token."""

    slug: str
    name: str
    roles: tuple[str, ...]
    org: str

    @property
    def does(self) -> str:
        """What they do here, in words."""
        return "; ".join(_DOES[role] for role in self.roles)

    @property
    def id(self) -> PersonId:
        return PersonId(uuid5(_NAMESPACE, f"person/{self.slug}"))


def example_provider_id(name: str) -> ProviderId:
    """Return the id of a provider of the example caseload, from its name as the council's page gives it."""
    if name == MILLRACE:
        return _MILLRACE_ID
    return ProviderId(uuid5(_NAMESPACE, f"provider/{name}"))


def _at_school(urn: Urn, slug: str, name: str, role: str) -> DemonstrationPerson:
    return DemonstrationPerson(slug=slug, name=name, roles=(role,), org=f"school:{urn}")


def _at_provider(provider: str, slug: str, name: str) -> DemonstrationPerson:
    return DemonstrationPerson(
        slug=slug, name=name, roles=("provider_user",), org=f"provider:{example_provider_id(provider)}"
    )


def _at_authority(slug: str, name: str, role: str) -> DemonstrationPerson:
    return DemonstrationPerson(slug=slug, name=name, roles=(role,), org=LOCAL_AUTHORITY)


PEOPLE: Final[tuple[DemonstrationPerson, ...]] = (
    _at_school(ALDERBROOK, "amara-case-worker", "Amara Thistlewood", "case_worker"),
    _at_school(ALDERBROOK, "hector-head", "Hector Quillfeather", "head"),
    _at_school(ALDERBROOK, "bettina-body-delegate", "Bettina Oakenshaw", "body_delegate"),
    _at_school(ALDERBROOK, "dilys-dsl", "Dilys Marrowby", "dsl"),
    _at_school(ALDERBROOK, "perdita-parent", "Perdita Wren-Hollow", "parent"),
    _at_school(ALDERBROOK, "piper-pupil", "Piper Wren-Hollow", "pupil"),
    _at_school(ALDERBROOK, "odette-data-protection", "Odette Ferncliffe", "data_protection_officer"),
    _at_school(ALDERBROOK, "school-system", "Alderbrook's own system", "integration"),
    _at_school(RAVENSMOOR, "rufus-case-worker", "Rufus Pennywhistle", "case_worker"),
    _at_school(RAVENSMOOR, "henrietta-head", "Henrietta Stormcrow", "head"),
    _at_authority("lorcan-la-officer", "Lorcan Fiddlewick", "la_officer"),
    _at_authority("saskia-send-officer", "Saskia Bramblethorn", "send_officer"),
    _at_authority("vernon-virtual-school", "Vernon Applegarth", "virtual_school"),
    _at_authority("sunniva-social-worker", "Sunniva Larkspur", "social_worker"),
    _at_authority("aubrey-auditor", "Aubrey Inkpen", "auditor"),
    _at_provider(YMCA_KEY_COLLEGE, "kit-key-college", "Kit Summerleaze"),
    _at_provider(MINDJAM, "morwenna-mindjam", "Morwenna Pixelby"),
    _at_provider(MILLRACE, "sorrel-millrace", "Sorrel Sample"),
)


# What a page says of each role, in the order of a placement.
_DOES: Final[Mapping[str, str]] = {
    "case_worker": "Case worker: makes referrals and looks after placements",
    "head": "Headteacher: decides",
    "body_delegate": "Governors' delegate: decides what the governing body decides",
    "dsl": "Designated safeguarding lead: acts on concerns",
    "data_protection_officer": "Data protection officer: advises on requests for a record, reads who opened it",
    "parent": "Parent: sees the child's placement",
    "pupil": "Pupil: sees their own placement",
    "integration": "A system of the school",
    "la_officer": "Alternative provision officer: keeps the directory, visits providers",
    "send_officer": "SEND officer: is asked about pupils with a plan",
    "virtual_school": "Virtual school: is asked about looked-after pupils",
    "social_worker": "Social worker: is asked about the children they know",
    "auditor": "Auditor: reads the record and proves it",
    "provider_user": "Provider: takes pupils, fills the register",
}


def by_organisation(people: Sequence[DemonstrationPerson]) -> list[tuple[str, list[DemonstrationPerson]]]:
    """People with whom they work for, in the order of the list; systems, which open no page, left out."""
    shown = [each for each in people if "integration" not in each.roles]
    names = dict.fromkeys(organisation_name(each.org) or each.org for each in shown)
    return [(name, [each for each in shown if (organisation_name(each.org) or each.org) == name]) for name in names]


def organisation_name(org: str) -> str | None:
    """What an organisation of the example is called; None for any other."""
    schools = {f"school:{urn}": name for urn, name in SCHOOL_NAMES.items()}
    providers = {f"provider:{example_provider_id(name)}": name for name in (YMCA_KEY_COLLEGE, MINDJAM, MILLRACE)}
    return (schools | providers | {LOCAL_AUTHORITY: LOCAL_AUTHORITY_NAME}).get(org)


def find(slug: str) -> DemonstrationPerson | None:
    """Return the person of that slug; None when there is none."""
    return next((person for person in PEOPLE if person.slug == slug), None)


def as_signed_in(person: DemonstrationPerson) -> Person:
    """Return the person as their token shows them."""
    return Person(id=person.id, roles=frozenset(person.roles), org=person.org, name=person.name)


async def register_people(owner_url: str) -> None:
    """Have everybody in the service's register from the start, so that a case can be assigned to each of them."""
    owner = await asyncpg.connect(owner_url)
    try:
        await people.register(owner, map(as_signed_in, PEOPLE))
    finally:
        await owner.close()
