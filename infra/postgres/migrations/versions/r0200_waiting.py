"""What waits for somebody on each placement and provider, beside what is due. The sweep fills it after an upgrade."""

from infra.postgres.migrations.script import run

revision = "0200"
down_revision: str | None = "0172"

_COLUMNS = """
    kind text NOT NULL,
    subject uuid NOT NULL,
    roles text[] NOT NULL,
    due_on date,
    since date,
    not_by uuid,
"""
WAITING = f"""
CREATE TABLE waiting (
    placement_id uuid NOT NULL,{_COLUMNS}
    CONSTRAINT waiting_pkey PRIMARY KEY (placement_id, kind, subject)
)
"""
PROVIDER_WAITING = f"""
CREATE TABLE provider_waiting (
    provider_id uuid NOT NULL,{_COLUMNS}
    org_id text NOT NULL,
    CONSTRAINT provider_waiting_pkey PRIMARY KEY (provider_id, kind, subject)
)
"""
INDEXES = (
    "CREATE INDEX waiting_roles_idx ON waiting USING gin (roles)",
    "CREATE INDEX provider_waiting_org_id_idx ON provider_waiting (org_id)",
)
GRANTS = ("GRANT SELECT, INSERT, UPDATE, DELETE ON waiting, provider_waiting TO placements_app",)


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [WAITING, PROVIDER_WAITING, *INDEXES, *GRANTS]


def upgrade() -> None:
    for statement in sql():
        run(statement)
