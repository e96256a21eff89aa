"""To whom a letter goes, sealed beside its PDF as it is made; of letters made before, it is read from the record."""

from infra.postgres.migrations.script import run

revision = "0161"
down_revision: str | None = "0140"

ADDRESSEE = "ALTER TABLE document ADD COLUMN addressee bytea"


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [ADDRESSEE]


def upgrade() -> None:
    for statement in sql():
        run(statement)
