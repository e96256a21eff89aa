"""The mark of a demonstration, without which no setting moves the clock; the embedded set-up gives it to its own."""

from infra.postgres.migrations.script import run

revision = "0153"
down_revision: str | None = "0152"

MARK = "ALTER TABLE demonstration_clock ADD COLUMN allowed boolean NOT NULL DEFAULT false"


def sql() -> tuple[str, ...]:
    return (MARK,)


def upgrade() -> None:
    for statement in sql():
        run(statement)
