"""Append refuses a clock that is ahead, a sequence that was set back or used up, and a condition that does not hold."""

from infra.event_store.schema import statement
from infra.postgres.migrations.script import run

revision = "0152"
down_revision: str | None = "0151"

MADE = (
    "tables/clock_allowance",
    "tables/clock_allowance_row",
    "privileges/clock_allowance_grants",
    "functions/take_fence",
    "functions/lock_streams",
    "functions/claim",
    "functions/append",
    "functions/append_one",
)
# A function is made for everybody. What an earlier release made under other parameters stays, for no one but the owner,
# and nothing calls it any more.
REVOKED = """
REVOKE ALL ON FUNCTION event_store.take_fence(timestamptz),
    event_store.lock_streams(text[], bigint[], integer[], timestamptz) FROM PUBLIC;
"""


def sql() -> tuple[str, ...]:
    return (*(statement(name) for name in MADE), REVOKED)


def upgrade() -> None:
    for each in sql():
        run(each)
