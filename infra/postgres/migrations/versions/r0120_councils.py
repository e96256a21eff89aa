"""Which councils see a placement beside that of its school: the one that maintains the pupil's EHC plan."""

from infra.postgres.migrations.script import run

revision = "0120"
down_revision: str | None = "0125"

# Filled as each placement is next written: who maintains the plan is sealed, and no migration opens it.
COLUMN = "ALTER TABLE placement ADD COLUMN councils text[]"
# In the revision's transaction: there is no row to be indexed yet, so the table is read once and no more.
INDEX = """
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX placement_councils_idx ON placement USING gin (councils) WHERE councils IS NOT NULL
"""


def sql() -> tuple[str, ...]:
    return (COLUMN, INDEX)


def upgrade() -> None:
    for statement in sql():
        run(statement)
