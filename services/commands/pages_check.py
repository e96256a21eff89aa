"""What `placements doctor` looks at of the sign-in by page: its settings, and what the issuer says of itself."""

from collections.abc import Iterator, Mapping
from typing import Any

import httpx2

from infra.settings import Settings, is_reached_safely

_SECONDS = 5.0
Found = tuple[bool, str, str]
"""Whether it is well, what was found, and what to do."""


async def pages(settings: Settings) -> list[Found]:
    """One row for each thing that is wrong; one where nothing is."""
    if not settings.pages_url:
        return [(True, "nobody signs in by page: PLACEMENTS_PAGES_URL is not set", "")]
    wrong = list(_of_settings(settings))
    url = f"{settings.issuer.rstrip('/')}/.well-known/openid-configuration"
    async with httpx2.AsyncClient(timeout=_SECONDS) as client:
        answer = await client.get(url)
    try:
        said = answer.json() if answer.is_success else None
    except ValueError:
        said = None
    if isinstance(said, dict):
        wrong += _of_document(settings, said)
    else:
        wrong.append((f"no document at {url}", "PLACEMENTS_ISSUER must be the address below which it is published"))
    if wrong:
        return [(False, found, remedy) for found, remedy in wrong]
    ends = "" if isinstance(said, dict) and "end_session_endpoint" in said else "; signing out there is not offered"
    return [(True, f"people sign in at {settings.issuer}{ends}", "")]


def _of_settings(settings: Settings) -> Iterator[tuple[str, str]]:
    if not settings.sign_in_client_id:
        yield "no client id", "set PLACEMENTS_SIGN_IN_CLIENT_ID to the pages' id at the issuer"
    if settings.sign_in_client_id == settings.audience:
        yield (
            "the pages and the API have one name at the issuer",
            "register the pages apart: else a token of theirs opens the API",
        )
    try:
        if not settings.client_secret():
            yield "no client secret", "set PLACEMENTS_SIGN_IN_CLIENT_SECRET_FILE, or the secret itself"
    except OSError as error:
        yield f"the file of the client secret cannot be read: {type(error).__name__}", "see its path and its owner"
    file = settings.sign_in_client_secret_file
    if file is not None and file.exists() and file.stat().st_mode & 0o007:
        yield "everybody may read the file of the client secret", "chmod 600, or 640 for a group of its own"


def _of_document(settings: Settings, said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if said.get("issuer") != settings.issuer:
        yield (
            "the issuer calls itself otherwise",
            "set PLACEMENTS_ISSUER to the `issuer` of its document exactly",
        )
    for name in ("authorization_endpoint", "token_endpoint"):
        if not is_reached_safely(said.get(name)):
            yield f"the issuer's document has no https address as {name}", "is it an OpenID Connect issuer?"
    methods = said.get("code_challenge_methods_supported")
    if isinstance(methods, list) and "S256" not in methods:
        yield "the issuer offers no PKCE by S256", "turn it on for the pages at the issuer"
    if said.get("jwks_uri") not in {None, settings.jwks_url}:
        yield "the issuer publishes its keys elsewhere", "set PLACEMENTS_JWKS_URL to the `jwks_uri` of its document"
