"""What the record's signer may do, and nobody else may: granted as soon as there is a role for it.

Migrations run as the owner, who can make no roles. So this is not part of a revision: it is done after each upgrade,
and again where it was done before.
"""

from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

SIGNER: Final = "placements_signer"
_SIGNS: Final = ("checkpoint", "cosignature", "proof_entry", "signing", "tree", "tree_tile")
GRANTS: Final = (
    f"GRANT USAGE ON SCHEMA event_store TO {SIGNER}",
    f"GRANT SELECT ON event_store.event, event_store.event_archived, event_store.stream TO {SIGNER}",
    f"GRANT SELECT ON event_store.archive TO {SIGNER}",
    f"GRANT SELECT ON SEQUENCE event_store.event_position_seq TO {SIGNER}",
    f"GRANT SELECT ON demonstration_clock TO {SIGNER}",
    f"GRANT SELECT, UPDATE ON tree TO {SIGNER}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON tree_tile TO {SIGNER}",
    f"GRANT SELECT, INSERT ON checkpoint, cosignature TO {SIGNER}",
    f"GRANT SELECT, INSERT, UPDATE ON signing TO {SIGNER}",
    f"GRANT SELECT ON command, document TO {SIGNER}",
    f"GRANT UPDATE (proved_as) ON command TO {SIGNER}",
    f"GRANT UPDATE (proved_as) ON document TO {SIGNER}",
    f"GRANT SELECT, INSERT ON proof_entry TO {SIGNER}",
    "REVOKE UPDATE (proved_as) ON command FROM placements_app",
    "REVOKE UPDATE (proved_as) ON document FROM placements_app",
    *(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM placements_app" for table in _SIGNS),
)
_CONNECT: Final = f"""
DO $$
BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO {SIGNER}', current_database());
END
$$
"""


async def grant(conn: AsyncConnection) -> bool:
    """False where there is no such role yet: until there is one, the services' role signs."""
    if not (await conn.execute(text("SELECT true FROM pg_roles WHERE rolname = :name"), {"name": SIGNER})).scalar():
        return False
    for statement in (_CONNECT, *GRANTS):
        await conn.exec_driver_sql(statement)
    return True
