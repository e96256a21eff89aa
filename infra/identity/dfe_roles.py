"""The roles that somebody has by DfE Sign-in, which puts none into its tokens: its own API is asked for them."""

import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import httpx2
from joserfc import jwt
from joserfc.jwk import OctKey

from infra.identity.tokens import IssuerUnavailable
from infra.settings import Settings

_AUDIENCE: Final = "signin.education.gov.uk"
_SECONDS: Final = 5.0
_TOKEN_SECONDS: Final = 60
_ACTIVE: Final = 1


async def with_dfe_roles(
    settings: Settings, claims: Mapping[str, Any], *, transport: httpx2.AsyncBaseTransport | None = None
) -> Mapping[str, Any]:
    """The claims with the person's roles in the organisation that they chose; as they are where there is no such API.

    Raises:
        IssuerUnavailable: the API gives no answer that says which roles these are.
    """
    organisation = claims.get("organisation")
    org_id = organisation.get("id") if isinstance(organisation, Mapping) else None
    if not settings.dfe_api_url or not isinstance(org_id, str):
        return claims
    client_id, person_id = (quote(each, safe="") for each in (settings.sign_in_client_id, str(claims["sub"])))
    path = f"services/{client_id}/organisations/{quote(org_id, safe='')}/users/{person_id}"
    try:
        async with httpx2.AsyncClient(timeout=_SECONDS, follow_redirects=False, transport=transport) as client:
            answer = await client.get(
                f"{settings.dfe_api_url.rstrip('/')}/{path}", headers={"Authorization": f"Bearer {_token(settings)}"}
            )
        if answer.status_code == httpx2.codes.NOT_FOUND:
            return {**claims, "roles": []}
        answer.raise_for_status()
        listed = answer.json()["roles"]
        roles = [{"code": each["code"]} for each in listed if _is_active(each)]
    except (httpx2.HTTPError, OSError, ValueError, KeyError, TypeError) as error:
        raise IssuerUnavailable(f"DfE Sign-in's API did not say the roles: {type(error).__name__}") from None
    return {**claims, "roles": roles}


def _is_active(role: Mapping[str, Any]) -> bool:
    status = role.get("status")
    return not isinstance(status, Mapping) or status.get("id") == _ACTIVE


def _token(settings: Settings) -> str:
    """As its documents ask: signed by the API's secret, for a minute."""
    now = int(time.time())
    claims = {"iss": settings.sign_in_client_id, "aud": _AUDIENCE, "iat": now, "exp": now + _TOKEN_SECONDS}
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(settings.dfe_api_key()), algorithms=["HS256"])
