"""What an organisation is called, where the issuer does not say so."""

from uuid import UUID

import asyncpg

from domain.access.roles import Organisation, OrgKind, organisation
from events.ids import ProviderId, Urn
from services.application.deciders.provider import provider
from services.application.deciders.school import school


async def called(conn: asyncpg.Connection, org: str | None) -> str | None:
    """As the record calls it; a school or provider that the record does not know, and a council, by its number."""
    match organisation(org):
        case Organisation(kind=OrgKind.SCHOOL, name=urn):
            return (await school(Urn(urn)).load(conn)).state.name or f"School {urn}"
        case Organisation(kind=OrgKind.PROVIDER, name=provider_id):
            return (await provider(ProviderId(UUID(provider_id))).load(conn)).state.name or "A provider"
        case Organisation(kind=OrgKind.LA, name=la_code):
            return f"Council {la_code}"
        case _:
            return None
