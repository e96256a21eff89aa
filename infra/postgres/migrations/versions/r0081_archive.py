"""Streams that are taken off into files: what stays of their events, and that they are never begun again."""

from infra.event_store.schema import statement
from infra.postgres.migrations.script import run

revision = "0081"
down_revision: str | None = "0070"

# A store made since then has all of this from its first revision on; one made before gets it here.
ARCHIVE = "ALTER TABLE event_store.stream ADD COLUMN IF NOT EXISTS archive bytea"
MADE = (
    "tables/archive",
    "tables/event_archived",
    "functions/refuse",
    "triggers/event_unchanged",
    "triggers/event_unchanged_always",
    "functions/refuse_unfenced",
    "tables/clock_allowance",
    "tables/clock_allowance_row",
    "functions/take_fence",
    "functions/lock_streams",
    "functions/claim",
    "functions/append",
    "functions/append_one",
    "functions/refuse_lost",
    "triggers/event_detached",
    "triggers/event_detached_always",
    "triggers/event_archived_unchanged",
    "triggers/event_archived_unchanged_always",
    "triggers/archive_unchanged",
    "triggers/archive_unchanged_always",
    "privileges/archive_grants",
)


def sql() -> tuple[str, ...]:
    return (ARCHIVE, *(statement(name) for name in MADE))


def upgrade() -> None:
    for each in sql():
        run(each)
