"""What came of the placements that have ended, a read model."""

from infra.postgres.migrations.script import run

revision = "0004"
down_revision: str | None = "0003"

OUTCOME = """
CREATE TABLE outcome (
    placement_id uuid CONSTRAINT outcome_pkey PRIMARY KEY,
    started_on date NOT NULL,
    ended_on date NOT NULL,
    school_days integer NOT NULL,
    destination text NOT NULL,
    attendance_before integer,
    attendance_during integer,
    attendance_after integer,
    objectives_set integer,
    objectives_met integer,
    cost_pennies bigint
)
"""
OUTCOME_INDEX = "CREATE INDEX outcome_ended_on_idx ON outcome (ended_on, placement_id)"
GRANT = "GRANT SELECT, INSERT, UPDATE, DELETE ON outcome TO placements_app"


def sql() -> tuple[str, ...]:
    return (OUTCOME, OUTCOME_INDEX, GRANT)


def upgrade() -> None:
    for statement in sql():
        run(statement)
