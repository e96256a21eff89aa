"""Keyed hashes of the UPNs of each school's pupils, by which a second draft for the same child is found."""

from infra.postgres.migrations.script import run

revision = "0125"
down_revision: str | None = "0100"

KEYS = """
CREATE TABLE pupil_number_key (
    school_urn text CONSTRAINT pupil_number_key_pkey PRIMARY KEY,
    key_id uuid NOT NULL
)
"""
NUMBERS = """
CREATE TABLE pupil_number (
    school_urn text NOT NULL,
    digest bytea NOT NULL,
    pupil_id uuid NOT NULL,
    CONSTRAINT pupil_number_pkey PRIMARY KEY (school_urn, digest, pupil_id)
)
"""
INDEX = "CREATE INDEX pupil_number_pupil_id_idx ON pupil_number (pupil_id)"
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE, DELETE ON pupil_number_key TO placements_app",
    "GRANT SELECT, INSERT, DELETE ON pupil_number TO placements_app",
)


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [KEYS, NUMBERS, INDEX, *GRANTS]


def upgrade() -> None:
    for statement in sql():
        run(statement)
