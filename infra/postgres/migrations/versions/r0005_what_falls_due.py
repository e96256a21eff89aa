"""What falls due on records that have no workflow of their own."""

from infra.postgres.migrations.script import run

revision = "0005"
down_revision: str | None = "0004"

DUE_ROW = """
CREATE TABLE due_row (
    sweep text NOT NULL,
    subject text NOT NULL,
    due_at timestamptz,
    seen bigint NOT NULL DEFAULT 0,
    CONSTRAINT due_row_pkey PRIMARY KEY (sweep, subject)
)
"""
DUE_ROW_INDEX = "CREATE INDEX due_row_due_at_idx ON due_row (sweep, due_at) WHERE due_at IS NOT NULL"
GRANT = "GRANT SELECT, INSERT, UPDATE ON due_row TO placements_app"


def sql() -> tuple[str, ...]:
    return (DUE_ROW, DUE_ROW_INDEX, GRANT)


def upgrade() -> None:
    for statement in sql():
        run(statement)
