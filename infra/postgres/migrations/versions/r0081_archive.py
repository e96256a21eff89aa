"""Streams that are taken off into files: what stays of their events, and that they are never begun again."""

from infra.event_store.schema import statement
from infra.postgres.migrations.script import run

revision = "0081"
down_revision: str | None = "0070"

# A store made since then has all of this from its first revision on; one made before gets it here.
ARCHIVE = "ALTER TABLE event_store.stream ADD COLUMN IF NOT EXISTS archive bytea"
MADE = (
    "23_archive",
    "24_event_archived",
    "04_refuse",
    "05_event_unchanged",
    "06_event_unchanged_always",
    "07_refuse_unfenced",
    "38_clock_allowance",
    "39_clock_allowance_row",
    "17_take_fence",
    "15_lock_streams",
    "16_claim",
    "19_append",
    "21_append_one",
    "25_refuse_lost",
    "26_event_detached",
    "27_event_detached_always",
    "28_event_archived_unchanged",
    "29_event_archived_unchanged_always",
    "30_archive_unchanged",
    "31_archive_unchanged_always",
    "32_archive_grants",
)


def sql() -> tuple[str, ...]:
    return (ARCHIVE, *(statement(name) for name in MADE))


def upgrade() -> None:
    for each in sql():
        run(each)
