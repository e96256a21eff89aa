"""What a role needs: its kind of organisation, and nothing that belongs to the service itself."""

import itertools
from uuid import UUID

import pytest

from domain.access.roles import (
    RIGHTS,
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
from events.codes import Role

PROVIDER = "0190a1b2-0000-7000-8000-000000000001"
ORGS = {OrgKind.SCHOOL: "school:900001", OrgKind.LA: "la:831", OrgKind.PROVIDER: f"provider:{PROVIDER}"}
PEOPLE = [role for role in Role if role is not Role.SYSTEM]


@pytest.mark.parametrize("org", [*ORGS.values(), None])
@pytest.mark.parametrize("role", Role)
def test_a_role_gives_rights_with_its_own_kind_of_organisation_alone(role: Role, org: str | None) -> None:
    found = standings([role.value], org)

    if role is Role.SYSTEM:
        assert found == ()
    elif role in {Role.PARENT, Role.PUPIL}:
        assert found == (RoleInOrganisation(role=role, organisation=None),)
    else:
        fits = org is not None and OrgKind(org.partition(":")[0]) in RIGHTS[role].works_for
        assert found == ((RoleInOrganisation(role=role, organisation=organisation(org)),) if fits else ())


@pytest.mark.parametrize("org", [*ORGS.values(), None])
def test_two_roles_give_what_each_gives_by_itself(org: str | None) -> None:
    for pair in itertools.combinations(Role, 2):
        together = standings([each.value for each in pair], org)

        assert set(together) == {each for role in pair for each in standings([role.value], org)}


@pytest.mark.parametrize(
    "stated",
    [
        *(
            "",
            "school",
            "school:",
            "school:90000",
            "school:9000011",
            "school:\uff1900001",
            "school:900001 ",
            "School:900001",
        ),
        *("la:83", "la:8311", "la:831:1", "la:x31", "provider:x", "provider:", "trust:900001", "900001", ":900001"),
    ],
)
def test_an_organisation_of_another_form_is_none(stated: str) -> None:
    assert organisation(stated) is None


def test_an_organisation_is_named_in_one_way() -> None:
    for kind, stated in ORGS.items():
        assert str(organisation(stated)) == stated
        assert organisation(stated) == Organisation(kind=kind, name=stated.partition(":")[2])
    assert organisation(ORGS[OrgKind.PROVIDER].upper().replace("PROVIDER", "provider")) == organisation(
        ORGS[OrgKind.PROVIDER]
    )


def test_no_role_of_the_service_itself_is_taken_from_a_token() -> None:
    assert claimed({"system", "head", "nobody", "case_worker"}) == (Role.CASE_WORKER, Role.HEAD)
    assert set(RIGHTS) == set(PEOPLE)


def test_each_role_says_what_it_needs() -> None:
    assert {needs(role) for role in PEOPLE} == {
        *("a school", "a council", "a provider", "a link to a pupil"),
        *("a school or a council", "a school or a council or a provider"),
    }


def _standing(role: Role, org: str) -> RoleInOrganisation:
    [found] = standings([role.value], org)
    return found


def test_staff_act_for_own_school_and_officers_for_their_councils_schools() -> None:
    worker, officer = _standing(Role.CASE_WORKER, "school:900001"), _standing(Role.LA_OFFICER, "la:831")

    assert may_act_for_school(worker, "900001", ())
    assert not may_act_for_school(worker, "900002", {"831"})
    assert may_act_for_school(officer, "900002", ())
    assert may_act_for_school(officer, "900002", {"831"})
    assert not may_act_for_school(officer, "900002", {"830"})
    assert not may_act_for_school(officer, "900002", {"830", "831"})
    assert not may_act_for_school(_standing(Role.PROVIDER_USER, ORGS[OrgKind.PROVIDER]), "900001", ())


def test_a_provider_acts_for_itself_and_officers_for_own_councils_entries() -> None:
    provider, officer = _standing(Role.PROVIDER_USER, ORGS[OrgKind.PROVIDER]), _standing(Role.LA_OFFICER, "la:831")
    worker = _standing(Role.CASE_WORKER, "school:900001")

    assert may_act_for_provider(provider, UUID(PROVIDER), "830")
    assert not may_act_for_provider(provider, UUID(int=1), None)
    assert may_act_for_provider(officer, UUID(PROVIDER), None)
    assert may_act_for_provider(officer, UUID(PROVIDER), "831")
    assert not may_act_for_provider(officer, UUID(PROVIDER), "830")
    assert may_act_for_provider(worker, UUID(PROVIDER), None)
    assert not may_act_for_provider(worker, UUID(PROVIDER), "831")


def test_a_standing_gives_its_roles_rights_and_its_organisation_by_kind() -> None:
    worker = _standing(Role.CASE_WORKER, "school:900001")

    assert worker.rights == RIGHTS[Role.CASE_WORKER]
    assert (worker.of(OrgKind.SCHOOL), worker.of(OrgKind.LA)) == ("900001", None)


def test_provider_and_school_keep_a_register_and_a_council_does_not() -> None:
    allowed = {kind for kind, org in ORGS.items() if may_keep_register(_standing(Role.INTEGRATION, org))}

    assert allowed == {OrgKind.SCHOOL, OrgKind.PROVIDER}
