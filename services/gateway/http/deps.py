"""What routes are given: the process's runtime, and the person who is signed in."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, cast
from uuid import UUID

import structlog
from fastapi import Depends, Path
from starlette.requests import Request

from domain.shared.references import MistypedReference, NotAReference
from infra.identity.tokens import IssuerUnavailable, NotAuthenticated, Person
from infra.postgres.db import connection
from services.application import authorisation, references
from services.gateway.http.problem_types import OWN
from services.gateway.http.problems import FieldError, Problem, malformed
from services.gateway.http.runtime import Gateway
from services.gateway.http.shares import Use

PLACEMENT_NAMED = "its id, or its reference as in AP-7K3M-9QX2-4C"
PLACEMENT_PATH = "The placement's id, or its reference as in AP-7K3M-9QX2-4C"


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


async def placement_named(gateway: Gateway, text: str, pointer: str) -> UUID | None:
    """The placement that an id or a reference names; None where nobody has it. Raises Problem: it is mistyped."""
    try:
        async with connection(gateway.engine) as conn:
            return await references.placement_of(conn, text)
    except MistypedReference:
        errors = [{"pointer": pointer, "detail": references.MISTYPED}]
        raise Problem("reference_mistyped", references.MISTYPED, errors=errors) from None
    except NotAReference:
        words = "This must be a placement's id, which is a UUID, or its reference, as in AP-7K3M-9QX2-4C."
        raise malformed([FieldError(pointer=pointer, detail=words)]) from None


async def placement_in(request: Request) -> UUID:
    """The placement of the path. Raises Problem: it is mistyped, or nobody has it."""
    found = await placement_named(gateway_of(request), request.path_params["placement_id"], "/path/placement_id")
    if found is None:
        raise Problem("not_found", OWN["not_found"].words)
    return found


async def _placement_in_path(
    request: Request,
    _person: Annotated[Person, Depends(signed_in)],
    placement_id: Annotated[str, Path(description=PLACEMENT_PATH)],  # noqa: ARG001 - for the OpenAPI document
) -> UUID:
    """Who is not signed in hears that first."""
    return await placement_in(request)


def _share(use: Use) -> Any:
    async def hold(
        gateway: Annotated[Gateway, Depends(gateway_of)], person: Annotated[Person, Depends(signed_in)]
    ) -> AsyncIterator[None]:
        with gateway.shares.held(person.id, use):
            yield

    return Depends(hold)


# Held until the answer has been sent, for a stream until it ends.
A_STREAM, A_FEED, A_DOCUMENT, A_LIST = map(_share, (Use.STREAM, Use.FEED, Use.DOCUMENT, Use.LIST))
PlacementInPath = Annotated[UUID, Depends(_placement_in_path)]
Runtime = Annotated[Gateway, Depends(gateway_of)]
SignedIn = Annotated[Person, Depends(signed_in)]
OrganisationMember = Annotated[Person, Depends(with_organisation)]
