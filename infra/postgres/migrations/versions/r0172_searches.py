"""Searches by name, UPN or reference: who made each, and when. What was searched for is sealed, and goes in an hour."""

from infra.postgres.migrations.script import run

revision = "0172"
down_revision: str | None = "0171"

SEARCHES = """
CREATE TABLE placement_search (
    search_id uuid CONSTRAINT placement_search_pkey PRIMARY KEY,
    person_id uuid NOT NULL,
    org text,
    made_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    kind text NOT NULL,
    sealed bytea
)
"""
INDEXES = (
    "CREATE INDEX placement_search_person_id_made_at_idx ON placement_search (person_id, made_at)",
    "CREATE INDEX placement_search_sealed_idx ON placement_search (made_at) WHERE sealed IS NOT NULL",
)
# The log of searches is not rewritten: what was searched for goes, and nothing else of a row.
GRANTS = ("GRANT SELECT, INSERT, UPDATE (sealed) ON placement_search TO placements_app",)


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [SEARCHES, *INDEXES, *GRANTS]


def upgrade() -> None:
    for statement in sql():
        run(statement)
