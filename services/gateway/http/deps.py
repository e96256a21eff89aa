"""What routes are given: the process's runtime, and the person who is signed in."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, cast

import structlog
from fastapi import Depends
from starlette.requests import Request

from infra.identity.tokens import IssuerUnavailable, NotAuthenticated, Person
from services.application import authorisation
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import Problem
from services.gateway.http.runtime import Gateway
from services.gateway.http.shares import Use


def gateway_of(request: Request) -> Gateway:
    return cast("Gateway", request.app.state.gateway)


async def signed_in(request: Request) -> Person:
    """Raises Problem: nobody this service knows is calling."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Problem("not_signed_in", OWN["not_signed_in"].words)
    try:
        person = await gateway_of(request).verifier.verify(token.strip())
    except NotAuthenticated as refused:
        headers = {"WWW-Authenticate": 'Bearer realm="placements", error="invalid_token"'}
        raise Problem("not_signed_in", f"Not signed in: {refused.why}.", headers=headers) from None
    except IssuerUnavailable:
        raise Problem("sign_in_away", OWN["sign_in_away"].words) from None
    structlog.contextvars.bind_contextvars(actor_id=str(person.id))
    gateway_of(request).people.note(person)
    return person


async def with_organisation(person: Annotated[Person, Depends(signed_in)]) -> Person:
    """Raises NotAllowed: no role of this person comes with the organisation that it needs, so it gives them nothing."""
    authorisation.require_organisation(person)
    return person


def _share(use: Use) -> Any:
    async def hold(
        gateway: Annotated[Gateway, Depends(gateway_of)], person: Annotated[Person, Depends(signed_in)]
    ) -> AsyncIterator[None]:
        with gateway.shares.held(person.id, use):
            yield

    return Depends(hold)


# Held until the answer has been sent, for a stream until it ends.
A_STREAM, A_FEED, A_DOCUMENT, A_LIST = map(_share, (Use.STREAM, Use.FEED, Use.DOCUMENT, Use.LIST))
Runtime = Annotated[Gateway, Depends(gateway_of)]
SignedIn = Annotated[Person, Depends(signed_in)]
OrganisationMember = Annotated[Person, Depends(with_organisation)]
