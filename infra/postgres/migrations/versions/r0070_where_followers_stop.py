"""Where a follower stopped, beside why: the event that it could not apply."""

from infra.postgres.migrations.script import run

revision = "0070"
down_revision: str | None = "0080"

WHERE = """
ALTER TABLE subscription ADD COLUMN stopped_position bigint, ADD COLUMN stopped_event_id uuid
"""


def sql() -> tuple[str, ...]:
    return (WHERE,)


def upgrade() -> None:
    for statement in sql():
        run(statement)
