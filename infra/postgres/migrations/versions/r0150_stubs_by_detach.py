"""Stubs of archived events get in only through the function that takes whole streams off into a named file."""

from infra.event_store.schema import statement
from infra.postgres.migrations.script import run

revision = "0150"
down_revision: str | None = "0081"

MADE = (
    "functions/refuse_lost",
    "functions/refuse_stubs",
    "triggers/event_archived_detached",
    "triggers/event_archived_detached_always",
    "functions/detach",
    "privileges/detach_grants",
)


def sql() -> tuple[str, ...]:
    return tuple(statement(name) for name in MADE)


def upgrade() -> None:
    for each in sql():
        run(each)
