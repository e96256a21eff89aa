"""What the sender of a letter says of it after it took it, and when it is asked again."""

from infra.postgres.migrations.script import run

revision = "0160"
down_revision: str | None = "0130"

COLUMNS = "ALTER TABLE letter ADD COLUMN fate text, ADD COLUMN fate_at timestamptz"
ASKING = """
CREATE TABLE letter_asking (
    document_id uuid CONSTRAINT letter_asking_pkey PRIMARY KEY,
    sender text NOT NULL,
    ask_at timestamptz,
    asked integer NOT NULL DEFAULT 0
)
"""
INDEX = "CREATE INDEX letter_asking_ask_at_idx ON letter_asking (ask_at) WHERE ask_at IS NOT NULL"
GRANTS = (
    "GRANT UPDATE (fate, fate_at) ON letter TO placements_app",
    "GRANT SELECT, INSERT ON letter_asking TO placements_app",
    "GRANT UPDATE (ask_at, asked) ON letter_asking TO placements_app",
)
# What Notify took before this release and may have refused since: it keeps a week of it.
ASKED = """
INSERT INTO letter_asking (document_id, sender, ask_at)
SELECT document_id, sent_by, clock_timestamp() FROM letter
WHERE status = 'sent' AND sent_by = 'notify' AND sent_at > clock_timestamp() - interval '8 days'
"""


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [COLUMNS, ASKING, INDEX, *GRANTS, ASKED]


def upgrade() -> None:
    for statement in sql():
        run(statement)
