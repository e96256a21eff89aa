"""The access log can be read: by time, and the reading of it is a row of its own, which may be of no one placement."""

from infra.postgres.migrations.script import run

revision = "0181"
down_revision: str | None = "0200"

# Metadata alone: no row is looked at. The release before counts readings of a person and lists those of one placement:
# a row without a placement is nothing to it.
COLUMNS = (
    "ALTER TABLE access_log ADD COLUMN asked text",
    "-- squawk-ignore ban-drop-not-null\nALTER TABLE access_log ALTER COLUMN placement_id DROP NOT NULL",
)
# A revision is one transaction, and this takes about a second for a million readings, which wait meanwhile.
INDEX = """
-- squawk-ignore require-concurrent-index-creation
CREATE INDEX access_log_read_at_idx ON access_log (read_at, access_id)
"""


def sql() -> tuple[str, ...]:
    return (*COLUMNS, INDEX)


def upgrade() -> None:
    for statement in sql():
        run(statement)
