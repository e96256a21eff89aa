"""What outside witnesses signed of the checkpoints."""

from infra.postgres.migrations.script import run

revision = "0080"
down_revision: str | None = "0040"

COSIGNATURE = """
CREATE TABLE cosignature (
    origin text,
    size bigint,
    witness text,
    line text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT cosignature_pkey PRIMARY KEY (origin, size, witness)
)
"""


def sql() -> tuple[str, ...]:
    return (COSIGNATURE, "GRANT SELECT, INSERT ON cosignature TO placements_app")


def upgrade() -> None:
    for statement in sql():
        run(statement)
