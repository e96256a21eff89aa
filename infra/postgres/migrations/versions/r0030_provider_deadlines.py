"""What is due about providers, a read model."""

from infra.postgres.migrations.script import run

revision = "0030"
down_revision: str | None = "0007"

PROVIDER_DEADLINE = """
CREATE TABLE provider_deadline (
    provider_id uuid NOT NULL,
    number integer NOT NULL,
    gravity integer NOT NULL,
    rule text NOT NULL,
    due_on date NOT NULL,
    due_at timestamptz NOT NULL,
    severity text NOT NULL,
    legal_ref text NOT NULL,
    words text NOT NULL,
    org_id text NOT NULL,
    CONSTRAINT provider_deadline_pkey PRIMARY KEY (provider_id, number)
)
"""
PROVIDER_DEADLINE_INDEX = """
CREATE INDEX provider_deadline_list_idx ON provider_deadline (org_id, gravity, due_on, provider_id, number)
"""
GRANT = "GRANT SELECT, INSERT, UPDATE, DELETE ON provider_deadline TO placements_app"


def sql() -> tuple[str, ...]:
    return (PROVIDER_DEADLINE, PROVIDER_DEADLINE_INDEX, GRANT)


def upgrade() -> None:
    for statement in sql():
        run(statement)
