"""Decided commands and kept documents, in the order in which the signer took them into a tree of their own."""

from infra.postgres.migrations.script import run

revision = "0154"
down_revision: str | None = "0160"

ENTRY = """
CREATE TABLE proof_entry (
    number bigint CONSTRAINT proof_entry_pkey PRIMARY KEY,
    kind text NOT NULL,
    id uuid NOT NULL,
    media text NOT NULL,
    hash bytea NOT NULL,
    CONSTRAINT proof_entry_id_media_key UNIQUE (id, media),
    CONSTRAINT proof_entry_kind_check CHECK (kind IN ('command', 'document'))
)
"""
# Which row is in the tree already. Nobody waits for the signer: it takes what is new a minute at a time.
COLUMNS = (
    "ALTER TABLE command ADD COLUMN proved_as bigint",
    "ALTER TABLE document ADD COLUMN proved_as bigint",
)
# A revision is one transaction, and these take about a second for a million commands, which wait meanwhile.
INDEXES = (
    """
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX command_unproved_idx ON command (command_id) WHERE status <> 'recorded' AND proved_as IS NULL
""",
    """
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX document_unproved_idx ON document (document_id, media) WHERE proved_as IS NULL
""",
)
# Where there is no role of the signer's own yet, the services' role signs: migrations/signer.py takes this away.
GRANTS = (
    "GRANT SELECT, INSERT ON proof_entry TO placements_app",
    "GRANT UPDATE (proved_as) ON command TO placements_app",
    "GRANT UPDATE (proved_as) ON document TO placements_app",
)


def sql() -> tuple[str, ...]:
    return (ENTRY, *COLUMNS, *INDEXES, *GRANTS)


def upgrade() -> None:
    for statement in sql():
        run(statement)
