"""What DfE Sign-in's API says of somebody's roles, by answers of the form that its documents have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from infra.identity.claims import claimant
from infra.identity.dfe_roles import with_dfe_roles
from infra.identity.tokens import IssuerUnavailable
from infra.settings import Settings
from tests.infra.test_claims import AMARA, DFE_SIGN_IN

CLAIMS = {name: stated for name, stated in DFE_SIGN_IN.items() if name != "roles"}
SECRET = "a-secret-of-thirty-two-characters"
ACTIVE = {"id": "A1", "name": "Case worker", "code": "case_worker", "numericId": "1", "status": {"id": 1}}
LEFT = ACTIVE | {"code": "head", "status": {"id": 0}}


def settings(**more: Any) -> Settings:
    given = {
        "database_url": "postgresql://unused",
        "keys_directory": Path("/unused"),
        "issuer": "https://oidc.example",
        "jwks_url": "https://oidc.example/certs",
        "sign_in_client_id": "placements",
        "dfe_api_url": "https://api.example/",
        "dfe_api_secret": SECRET,
    }
    return Settings(**{**given, **more})


def answering(answer: Callable[[httpx2.Request], httpx2.Response]) -> httpx2.MockTransport:
    return httpx2.MockTransport(answer)


async def test_the_roles_are_those_of_the_person_in_the_organisation_they_chose() -> None:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(200, json={"roles": [ACTIVE, LEFT]})

    found = claimant(await with_dfe_roles(settings(), CLAIMS, transport=answering(answer)))

    assert [(each.org, each.roles) for each in found.usable] == [("school:900001", {"case_worker"})]
    [request] = asked
    organisation = "23F20E54-79EA-4146-8E39-18197576F023"
    assert str(request.url) == (
        f"https://api.example/services/placements/organisations/{organisation}/users/{str(AMARA).upper()}"
    )
    token = request.headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, OctKey.import_key(SECRET), algorithms=["HS256"]).claims
    assert (claims["iss"], claims["aud"]) == ("placements", "signin.education.gov.uk")


async def test_who_is_not_known_to_the_service_has_no_role() -> None:
    found = await with_dfe_roles(settings(), CLAIMS, transport=answering(lambda _: httpx2.Response(404)))

    assert claimant(found).usable == ()


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(500),
        httpx2.Response(403),
        httpx2.Response(302, headers={"Location": "https://evil.test/"}),
        httpx2.Response(200, text="not JSON"),
        httpx2.Response(200, json=[]),
        httpx2.Response(200, json={"roles": None}),
        httpx2.Response(200, json={"roles": [{"name": "Head"}]}),
    ],
    ids=["fault", "refused", "led elsewhere", "no JSON", "a list", "no roles", "no code"],
)
async def test_without_an_answer_nobody_is_signed_in(answer: httpx2.Response) -> None:
    with pytest.raises(IssuerUnavailable):
        await with_dfe_roles(settings(), CLAIMS, transport=answering(lambda _: answer))


@pytest.mark.parametrize(
    ("more", "claims"),
    [({"dfe_api_url": ""}, CLAIMS), ({}, {"sub": "x"}), ({}, {"sub": "x", "organisation": {"id": None}})],
    ids=["another issuer", "no organisation", "an organisation without an id"],
)
async def test_nothing_is_asked_where_there_is_nothing_to_ask(more: dict[str, Any], claims: dict[str, Any]) -> None:
    def never(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(request)

    assert await with_dfe_roles(settings(**more), claims, transport=answering(never)) is claims


async def test_the_secret_may_be_in_a_file_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")

    assert settings(dfe_api_secret="", dfe_api_secret_file=file).dfe_api_key() == SECRET
