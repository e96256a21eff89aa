"""The two placements of one child, of two schools of a council, whose sessions overlap, and until which day."""

from infra.postgres.migrations.script import run

revision = "0127"
down_revision: str | None = "0126"

OVERLAPS = """
CREATE TABLE council_overlap (
    first_placement_id uuid NOT NULL,
    second_placement_id uuid NOT NULL,
    last_on date NOT NULL,
    CONSTRAINT council_overlap_pkey PRIMARY KEY (first_placement_id, second_placement_id)
)
"""
INDEX = "CREATE INDEX council_overlap_second_placement_id_idx ON council_overlap (second_placement_id)"
GRANT = "GRANT SELECT, INSERT, UPDATE, DELETE ON council_overlap TO placements_app"
# Placements that were compared by their numbers alone are looked at again.
LOOK_AGAIN = "UPDATE due_row SET seen = 0 WHERE sweep = 'council-numbers'"


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [OVERLAPS, INDEX, GRANT, LOOK_AGAIN]


def upgrade() -> None:
    for statement in sql():
        run(statement)
