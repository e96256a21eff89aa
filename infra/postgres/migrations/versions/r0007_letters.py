"""Letters on their way out, one for each document that goes to somebody."""

from infra.postgres.migrations.script import run

revision = "0007"
down_revision: str | None = "0006"

LETTER = """
CREATE TABLE letter (
    document_id uuid CONSTRAINT letter_pkey PRIMARY KEY,
    placement_id uuid NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    why text,
    sender_reference text,
    queued_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    not_before timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at timestamptz,
    CONSTRAINT letter_status_check CHECK (status IN ('waiting', 'sent', 'by_hand', 'not_sendable'))
)
"""
LETTER_INDEXES = (
    "CREATE INDEX letter_waiting_idx ON letter (not_before) WHERE status = 'waiting'",
    "CREATE INDEX letter_placement_id_idx ON letter (placement_id)",
)
# A letter is never forgotten, nor to whom and of what it was.
GRANTS = (
    "GRANT SELECT, INSERT ON letter TO placements_app",
    "GRANT UPDATE (status, attempts, why, sender_reference, not_before, sent_at) ON letter TO placements_app",
)


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [LETTER, *LETTER_INDEXES, *GRANTS]


def upgrade() -> None:
    for statement in sql():
        run(statement)
