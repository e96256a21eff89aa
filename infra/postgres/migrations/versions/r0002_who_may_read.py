"""A restricted placement names who may read it."""

from infra.postgres.migrations.script import run

revision = "0002"
down_revision: str | None = "0001"

READERS = "ALTER TABLE placement ADD COLUMN readers text[]"


def sql() -> tuple[str, ...]:
    return (READERS,)


def upgrade() -> None:
    for statement in sql():
        run(statement)
