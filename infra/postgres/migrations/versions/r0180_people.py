"""Who has signed in, for which organisation and with which roles: the register that a name is read from."""

from infra.postgres.migrations.script import run

revision = "0180"
down_revision: str | None = "0161"

PERSON = """
CREATE TABLE person (
    person_id uuid NOT NULL,
    org text NOT NULL,
    name text,
    roles text[] NOT NULL,
    claimed_at timestamptz NOT NULL,
    first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT person_pkey PRIMARY KEY (person_id, org)
)
"""
INDEXES = (
    "CREATE INDEX person_org_name_idx ON person (org, name)",
    "CREATE INDEX person_last_seen_at_idx ON person (last_seen_at)",
)
GRANTS = "GRANT SELECT, INSERT, UPDATE, DELETE ON person TO placements_app"


def sql() -> tuple[str, ...]:
    return (PERSON, *INDEXES, GRANTS)


def upgrade() -> None:
    for statement in sql():
        run(statement)
