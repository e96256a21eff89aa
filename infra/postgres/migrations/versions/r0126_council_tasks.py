"""Keyed hashes of the UPNs of a council's placements, and the tasks of its officer that follow from two alike."""

from infra.postgres.migrations.script import run

revision = "0126"
down_revision: str | None = "0120"

KEYS = """
CREATE TABLE council_number_key (
    la_code text CONSTRAINT council_number_key_pkey PRIMARY KEY,
    key_id uuid NOT NULL
)
"""
NUMBERS = """
CREATE TABLE council_number (
    placement_id uuid CONSTRAINT council_number_pkey PRIMARY KEY,
    la_code text NOT NULL,
    digest bytea NOT NULL,
    pupil_id uuid NOT NULL
)
"""
TASKS = """
CREATE TABLE council_task (
    task_id uuid CONSTRAINT council_task_pkey PRIMARY KEY,
    la_code text NOT NULL,
    kind text NOT NULL,
    first_pupil_id uuid NOT NULL,
    second_pupil_id uuid NOT NULL,
    found_at timestamp with time zone NOT NULL
)
"""
INDEXES = (
    "CREATE INDEX council_number_digest_idx ON council_number (la_code, digest)",
    "CREATE INDEX council_number_pupil_id_idx ON council_number (pupil_id)",
    "CREATE UNIQUE INDEX council_task_pair_idx ON council_task (la_code, kind, first_pupil_id, second_pupil_id)",
    "CREATE INDEX council_task_first_pupil_id_idx ON council_task (first_pupil_id)",
    "CREATE INDEX council_task_second_pupil_id_idx ON council_task (second_pupil_id)",
)
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON council_number_key TO placements_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON council_number TO placements_app",
    "GRANT SELECT, INSERT, DELETE ON council_task TO placements_app",
)


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [KEYS, NUMBERS, TASKS, *INDEXES, *GRANTS]


def upgrade() -> None:
    for statement in sql():
        run(statement)
