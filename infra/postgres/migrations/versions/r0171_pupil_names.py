"""What lists show of each placement's pupil, sealed under the pupil's key, and the keyed hashes that find it.

Filled as each placement is next written, and by the sweep that writes again what an older release wrote: a migration
opens nothing that is sealed.
"""

from infra.postgres.migrations.script import run

revision = "0171"
down_revision: str | None = "0170"

NAMES = """
CREATE TABLE placement_name (
    placement_id uuid CONSTRAINT placement_name_pkey PRIMARY KEY,
    pupil_id uuid NOT NULL,
    sealed bytea NOT NULL,
    found_by bytea[] NOT NULL
)
"""
INDEXES = (
    "CREATE INDEX placement_name_pupil_id_idx ON placement_name (pupil_id)",
    "CREATE INDEX placement_name_found_by_idx ON placement_name USING gin (found_by)",
)
GRANTS = ("GRANT SELECT, INSERT, UPDATE, DELETE ON placement_name TO placements_app",)


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [NAMES, *INDEXES, *GRANTS]


def upgrade() -> None:
    for statement in sql():
        run(statement)
