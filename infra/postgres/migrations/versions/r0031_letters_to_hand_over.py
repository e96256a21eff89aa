"""By which way each letter goes and went, and whether somebody handed over what could not be sent."""

from infra.postgres.migrations.script import run

revision = "0031"
down_revision: str | None = "0030"

COLUMNS = """
ALTER TABLE letter
    ADD COLUMN method text,
    ADD COLUMN sent_by text,
    ADD COLUMN handed_over boolean NOT NULL DEFAULT false
"""
GRANT = "GRANT UPDATE (sent_by, handed_over) ON letter TO placements_app"


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [COLUMNS, GRANT]


def upgrade() -> None:
    for statement in sql():
        run(statement)
