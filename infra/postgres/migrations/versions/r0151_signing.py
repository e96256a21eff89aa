"""When the record's signer last looked, and since when it does not sign."""

from infra.postgres.migrations.script import run

revision = "0151"
down_revision: str | None = "0150"

SIGNING = """
CREATE TABLE signing (
    origin text CONSTRAINT signing_pkey PRIMARY KEY,
    looked_at timestamptz NOT NULL,
    stopped_at timestamptz,
    why text
)
"""
# Where there is no role of the signer's own yet, the services' role signs: migrations/signer.py takes this away.
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON signing TO placements_app",
    "GRANT DELETE ON tree_tile TO placements_app",
)


def sql() -> tuple[str, ...]:
    return (SIGNING, *GRANTS)


def upgrade() -> None:
    for statement in sql():
        run(statement)
