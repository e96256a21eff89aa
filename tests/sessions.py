"""A session of the pages, begun as the sign-in begins it: the sign-in itself has tests of its own."""

from infra.identity import sessions
from infra.identity.claims import Membership
from infra.identity.sessions import SignIn, WebSession
from infra.postgres.db import connection
from services.gateway.http.runtime import Gateway
from services.local.people import DemonstrationPerson


async def session_of(gateway: Gateway, person: DemonstrationPerson) -> tuple[str, WebSession]:
    """The token that the browser's cookie holds, and the session."""
    begun = SignIn(
        person_id=person.id,
        name=person.name,
        memberships=(Membership(org=person.org, roles=frozenset(person.roles), org_name=None),),
        issuer_subject=str(person.id),
        issuer_session=None,
        id_token="",
        browser="A browser of the tests",
    )
    async with connection(gateway.engine) as conn:
        token = await sessions.begin(conn, begun)
        session = await sessions.find(conn, token)
    assert session is not None, "it has just begun"
    return token, session
