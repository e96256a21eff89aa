"""What each kind of issuer says of somebody, as its documents and its tokens have it, and what is understood."""

from typing import Any
from uuid import UUID

import pytest

from infra.identity.claims import Claimant, ClaimsUnusable, Membership, claimant

AMARA = UUID("01932f3a-7c1e-7d2b-9a54-0b6f6e1c2d3f")
SCHOOL, OTHER, COUNCIL = "school:900001", "school:900002", "la:831"


def at(org: str | None, *roles: str, name: str | None = None) -> Membership:
    return Membership(org=org, roles=frozenset(roles), org_name=name)


EMBEDDED = {
    "iss": "http://127.0.0.1:8090",
    "sub": str(AMARA),
    "name": "Amara Thistlewood",
    "roles": ["case_worker"],
    "org": SCHOOL,
    "org_name": "Alderbrook Academy",
}
ENTRA_ID = {
    "iss": "https://login.microsoftonline.com/5f5b5f2c-1111-4222-8333-444455556666/v2.0",
    "tid": "5f5b5f2c-1111-4222-8333-444455556666",
    "sub": "kq8dPq1zO1x_not_a_uuid_and_other_in_each_application",
    "oid": str(AMARA),
    "name": "Amara Thistlewood",
    "preferred_username": "amara@alderbrook.example",
    "roles": ["case_worker", "dsl"],
    "extn.org": [SCHOOL],
    "ver": "2.0",
}
ENTRA_ID_PAIRS = ENTRA_ID | {"roles": [f"case_worker@{SCHOOL}", f"head@{OTHER}", f"dsl@{SCHOOL}"], "extn.org": None}
KEYCLOAK = {
    "iss": "https://keycloak.example/realms/trust",
    "sub": str(AMARA),
    "aud": "placements-pages",
    "azp": "placements-pages",
    "name": "Amara Thistlewood",
    "realm_access": {"roles": ["offline_access", "default-roles-trust", "dsl"]},
    "resource_access": {
        "placements-pages": {"roles": ["case_worker"]},
        "account": {"roles": ["manage-account"]},
        "library": {"roles": ["head"]},
    },
    "org": SCHOOL,
}
KEYCLOAK_ORGANISATIONS = {name: stated for name, stated in KEYCLOAK.items() if name != "org"} | {
    "organization": {
        "alderbrook": {"id": "0d5c", "org": [SCHOOL], "name": ["Alderbrook Academy"]},
        "ravensmoor": {"id": "0d5d", "org": [OTHER], "name": ["Ravensmoor School"]},
        "canteen": {"id": "0d5e"},
    }
}
DFE_SIGN_IN = {
    "iss": "https://oidc.signin.education.gov.uk:443",
    "sub": str(AMARA).upper(),
    "given_name": "Amara",
    "family_name": "Thistlewood",
    "organisation": {
        "id": "23F20E54-79EA-4146-8E39-18197576F023",
        "name": "Alderbrook Academy",
        "category": {"id": "001", "name": "Establishment"},
        "urn": "900001",
        "uid": None,
        "ukprn": "10000001",
        "establishmentNumber": "4000",
        "status": {"id": 1, "name": "Open"},
    },
    # What its own API answers for this person, service and organisation.
    "roles": [{"id": "A1", "name": "Case worker", "code": "case_worker", "numericId": "1", "status": {"id": 1}}],
}
DFE_COUNCIL = DFE_SIGN_IN | {
    "organisation": {"name": "A council", "category": {"id": "002"}, "urn": None, "establishmentNumber": "831"},
    "roles": [{"code": "la_officer"}],
}
DFE_TRUST = DFE_SIGN_IN | {"organisation": {"name": "A trust", "category": {"id": "010"}, "uid": "2044"}}

ALDERBROOK = "Alderbrook Academy"


@pytest.mark.parametrize(
    ("claims", "usable"),
    [
        pytest.param(EMBEDDED, [at(SCHOOL, "case_worker", name=ALDERBROOK)], id="embedded issuer"),
        pytest.param(EMBEDDED | {"org": [SCHOOL]}, [at(SCHOOL, "case_worker", name=ALDERBROOK)], id="a list of one"),
        pytest.param(
            EMBEDDED | {"org": [SCHOOL, OTHER]},
            [at(SCHOOL, "case_worker"), at(OTHER, "case_worker")],
            id="several organisations",
        ),
        pytest.param(
            EMBEDDED | {"roles": ["parent"], "org": None}, [at(None, "parent")], id="a parent works for nobody"
        ),
        pytest.param(ENTRA_ID, [at(SCHOOL, "case_worker", "dsl")], id="Entra ID"),
        pytest.param(
            ENTRA_ID_PAIRS, [at(SCHOOL, "case_worker", "dsl"), at(OTHER, "head")], id="Entra ID, a role for each"
        ),
        pytest.param(
            ENTRA_ID_PAIRS | {"roles": ["case_worker", f"head@{OTHER}"]},
            [at(OTHER, "head")],
            id="a role without an organisation does not go along to another's",
        ),
        pytest.param(
            ENTRA_ID_PAIRS | {"roles": ["parent", f"head@{OTHER}"]},
            [at(OTHER, "head"), at(None, "parent")],
            id="a parent who is a head elsewhere",
        ),
        pytest.param(KEYCLOAK, [at(SCHOOL, "case_worker", "dsl")], id="Keycloak"),
        pytest.param(
            KEYCLOAK_ORGANISATIONS,
            [
                at(SCHOOL, "case_worker", "dsl", name=ALDERBROOK),
                at(OTHER, "case_worker", "dsl", name="Ravensmoor School"),
            ],
            id="Keycloak's organisations",
        ),
        pytest.param(DFE_SIGN_IN, [at(SCHOOL, "case_worker", name=ALDERBROOK)], id="DfE Sign-in, a school"),
        pytest.param(DFE_COUNCIL, [at(COUNCIL, "la_officer", name="A council")], id="DfE Sign-in, a council"),
        pytest.param(DFE_TRUST, [], id="DfE Sign-in, a trust"),
        pytest.param(EMBEDDED | {"roles": []}, [], id="no role"),
        pytest.param(EMBEDDED | {"roles": ["gardener"]}, [], id="a role that this service does not know"),
        pytest.param(EMBEDDED | {"roles": ["system"]}, [], id="the service's own role"),
        pytest.param(EMBEDDED | {"roles": ["la_officer"]}, [], id="a council's role at a school"),
        pytest.param(EMBEDDED | {"org": "school:9"}, [], id="an organisation of no known form"),
        pytest.param(EMBEDDED | {"org": ""}, [], id="an empty organisation"),
    ],
)
def test_roles_and_organisations_of_each_kind_of_issuer(claims: dict[str, Any], usable: list[Membership]) -> None:
    found = claimant(claims)

    assert (found.person_id, found.name) == (AMARA, "Amara Thistlewood")
    assert list(found.usable) == usable


@pytest.mark.parametrize(
    ("claims", "lacks"),
    [
        (EMBEDDED, False),
        (EMBEDDED | {"org": None}, True),
        (DFE_TRUST, True),
        (EMBEDDED | {"roles": ["gardener"], "org": None}, False),
    ],
    ids=["has one", "none", "a trust", "no role either"],
)
def test_who_has_a_role_and_no_organisation_for_it_is_known(claims: dict[str, Any], lacks: bool) -> None:
    assert claimant(claims).lacks_organisation is lacks


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"sub": None}, "subject", id="no subject"),
        pytest.param({"sub": 7}, "subject", id="a number"),
        pytest.param({"sub": "amara"}, "subject", id="no UUID"),
        pytest.param({"sub": str(AMARA), "oid": "x", "tid": "y"}, "subject", id="an oid that is no UUID"),
        pytest.param({"roles": "head"}, "roles", id="roles are a text"),
        pytest.param({"roles": [{"name": "head"}]}, "roles", id="a role without a code"),
        pytest.param({"roles": [7]}, "roles", id="a role is a number"),
        pytest.param({"org": 900001}, "organisation", id="an organisation is a number"),
        pytest.param({"org": [SCHOOL, 7]}, "organisation", id="one of them is a number"),
        pytest.param({"org": [f"school:{urn}" for urn in range(900_000, 900_300)]}, "too many", id="hundreds"),
    ],
)
def test_claims_of_a_wrong_form_are_refused_without_repeating_them(changed: dict[str, Any], why: str) -> None:
    with pytest.raises(ClaimsUnusable, match=why) as refused:
        claimant(EMBEDDED | changed)

    assert "amara" not in refused.value.why
    assert "9000" not in refused.value.why


@pytest.mark.parametrize(
    "changed",
    [
        {"resource_access": []},
        {"resource_access": {"placements-pages": None}},
        {"realm_access": {"roles": {}}},
        {"realm_access": {"roles": [None, 7]}},
        {"organization": ["alderbrook"]},
        {"organization": {"alderbrook": None}},
        {"organisation": "Alderbrook"},
        {"organisation": {"category": "001"}},
        {"organisation": {"category": {"id": "001"}, "urn": None}},
    ],
)
def test_parts_of_another_form_than_expected_give_nothing(changed: dict[str, Any]) -> None:
    found = claimant(KEYCLOAK | changed)

    assert {each.org for each in found.memberships} == {SCHOOL}


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"name": "  Amara\n\tThistlewood\x00 "}, "Amara Thistlewood"),
        ({"name": "x" * 500}, "x" * 200),
        ({"name": 7, "given_name": "Amara"}, "Amara"),
        ({"name": "", "family_name": ["x"]}, None),
    ],
)
def test_a_name_is_one_line_that_can_be_shown(claims: dict[str, Any], name: str | None) -> None:
    found: Claimant = claimant({"sub": str(AMARA), **claims})

    assert found.name == name
    assert "Amara" not in repr(found)
