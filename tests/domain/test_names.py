"""Who reads whose name: an actor of each kind, for a reader of each kind."""

from uuid import UUID

import pytest

from domain.access.names import OPERATOR_READS, ActorName, NameReader, who
from events.codes import Role
from events.envelope import Actor, ActorKind

SCHOOL, COUNCIL, PROVIDER = "school:900001", "la:831", "provider:0190a1b2-0000-7000-8000-000000000001"
TAKING_PART = frozenset({SCHOOL, COUNCIL, PROVIDER})
NAME = "Hector Quillfeather"
NAMED = ActorName(name=NAME, words=NAME)


def _actor(role: Role, org: str | None, kind: ActorKind = ActorKind.PERSON) -> Actor:
    return Actor(kind=kind, id=UUID(int=1), role=role, org_id=org)


HEAD = _actor(Role.HEAD, SCHOOL)


@pytest.mark.parametrize("role", Role)
def test_the_service_is_named_plainly_in_whatever_role(role: Role) -> None:
    system = _actor(role, None, ActorKind.SYSTEM)

    assert who(system, NAME, OPERATOR_READS) == ActorName(words="The service")


@pytest.mark.parametrize(("role", "words"), [(Role.PARENT, "A parent"), (Role.PUPIL, "The pupil")])
def test_a_parent_and_a_pupil_are_never_named(role: Role, words: str) -> None:
    assert who(_actor(role, SCHOOL), NAME, OPERATOR_READS) == ActorName(words=words, withheld=True)


@pytest.mark.parametrize("org", [SCHOOL, COUNCIL, PROVIDER])
def test_staff_read_the_names_of_the_organisations_that_take_part(org: str) -> None:
    assert who(HEAD, NAME, NameReader(org=org, taking_part=TAKING_PART)) == NAMED


def test_staff_read_the_names_of_their_own_organisation_anywhere() -> None:
    assert who(HEAD, NAME, NameReader(org=SCHOOL)) == NAMED


def test_an_auditor_reads_the_name_of_all_staff() -> None:
    assert who(HEAD, NAME, NameReader(org="la:999", everyone=True, names=False)) == NAMED


@pytest.mark.parametrize(
    ("actor", "words"),
    [
        (HEAD, "A member of staff of the school"),
        (_actor(Role.LA_OFFICER, COUNCIL), "A member of staff of the council"),
        (_actor(Role.PROVIDER_USER, PROVIDER), "A member of staff of the provider"),
        (_actor(Role.INTEGRATION, SCHOOL), "A system of the school"),
        (_actor(Role.INTEGRATION, COUNCIL), "A system of the council"),
        (_actor(Role.INTEGRATION, PROVIDER), "A system of the provider"),
        (_actor(Role.HEAD, None), "Somebody of an organisation that is not known"),
        (_actor(Role.HEAD, "circus:1"), "Somebody of an organisation that is not known"),
    ],
    ids=lambda each: None if isinstance(each, str) else f"{each.role}-{each.org_id}",
)
def test_a_name_that_is_withheld_is_said_in_words(actor: Actor, words: str) -> None:
    strangers = [NameReader(org="school:900002"), NameReader(), NameReader(taking_part=TAKING_PART, names=False)]

    assert [who(actor, NAME, each) for each in strangers] == [ActorName(words=words, withheld=True)] * 3
    assert NAME not in repr(who(actor, NAME, OPERATOR_READS))


def test_a_system_reads_no_name_of_its_own_organisation_either() -> None:
    assert who(HEAD, NAME, NameReader(org=SCHOOL, names=False)).name is None


def test_a_name_that_nobody_knows_is_not_said_to_be_withheld() -> None:
    found = who(HEAD, None, OPERATOR_READS)

    assert found == ActorName(words="A member of staff of the school (name not known)")
