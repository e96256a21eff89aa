"""Forms that people began and have not sent: what they typed is sealed, and goes when it is sent, erased or too old."""

from infra.postgres.migrations.script import run

revision = "0195"
down_revision: str | None = "0182"

FORM_DRAFT = """
CREATE TABLE form_draft (
    command_id uuid CONSTRAINT form_draft_pkey PRIMARY KEY,
    person_id uuid NOT NULL,
    org text,
    kind text NOT NULL,
    target text NOT NULL,
    key_id uuid NOT NULL,
    sealed bytea NOT NULL,
    saved timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""
INDEXES = (
    "CREATE INDEX form_draft_person_id_saved_idx ON form_draft (person_id, saved)",
    "CREATE INDEX form_draft_key_id_idx ON form_draft (key_id)",
    "CREATE INDEX form_draft_saved_idx ON form_draft (saved)",
)
GRANTS = ("GRANT SELECT, INSERT, DELETE, UPDATE (sealed, saved) ON form_draft TO placements_app",)


def sql() -> tuple[str, ...]:
    """Every statement of this revision, in order."""
    return (FORM_DRAFT, *INDEXES, *GRANTS)


def upgrade() -> None:
    for statement in sql():
        run(statement)
