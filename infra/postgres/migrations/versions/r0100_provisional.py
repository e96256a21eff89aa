"""Whether the day of a deadline or a review may still move; and what is advisory, in the rows that there are."""

from infra.postgres.migrations.script import run

revision = "0100"
down_revision: str | None = "0154"

COLUMNS = (
    "ALTER TABLE deadline ADD COLUMN provisional boolean NOT NULL DEFAULT false",
    "ALTER TABLE provider_deadline ADD COLUMN provisional boolean NOT NULL DEFAULT false",
    "ALTER TABLE review_diary ADD COLUMN provisional boolean NOT NULL DEFAULT false",
    "ALTER TABLE placement ADD COLUMN next_deadline_provisional boolean",
)
# The words of a row say it already. Each row is written again with the next event of its placement.
FILL = (
    "UPDATE deadline SET provisional = true WHERE words LIKE '%(provisional: %'",
    # A planned day and the lead before the end are the school's own: neither is a breach of law.
    "UPDATE deadline SET severity = 'ADVISORY', gravity = 1 WHERE rule IN ('T6', 'PLAN') AND severity = 'BREACH'",
    """
    UPDATE placement SET next_deadline_severity = 'ADVISORY'
    WHERE next_deadline_rule IN ('T6', 'PLAN') AND next_deadline_severity = 'BREACH'
    """,
)


def sql() -> tuple[str, ...]:
    return (*COLUMNS, *FILL)


def upgrade() -> None:
    for statement in sql():
        run(statement)
