"""Documents as they were made, sealed under their pupils' keys."""

from infra.postgres.migrations.script import run

revision = "0006"
down_revision: str | None = "0005"

DOCUMENT = """
CREATE TABLE document (
    document_id uuid NOT NULL,
    media text NOT NULL,
    placement_id uuid NOT NULL,
    fingerprint bytea NOT NULL,
    sealed bytea NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT document_pkey PRIMARY KEY (document_id, media),
    CONSTRAINT document_media_check CHECK (media IN ('html', 'pdf'))
)
"""
DOCUMENT_INDEX = "CREATE INDEX document_placement_id_idx ON document (placement_id)"
GRANT = "GRANT SELECT, INSERT ON document TO placements_app"

# What was recorded before documents were made was written and sent by other means: no letter goes out for it now.
BEGIN_HERE = """
INSERT INTO subscription (name, position)
SELECT 'documents', max(position) FROM event_store.event HAVING max(position) IS NOT NULL
"""


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [DOCUMENT, DOCUMENT_INDEX, GRANT, BEGIN_HERE]


def upgrade() -> None:
    for statement in sql():
        run(statement)
