"""The event store, the commands, the placements as they stand, and what follows them."""

from infra.event_store.schema import statements
from infra.postgres.migrations.script import run

revision = "0001"
down_revision: str | None = None

# The login the services use is granted this role; it can neither change events nor make tables.
ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'placements_app') THEN
        CREATE ROLE placements_app NOLOGIN;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    -- Another database of the same cluster is being made at this moment; roles are shared among them.
    NULL;
END
$$
"""

COMMAND = """
CREATE TABLE command (
    command_id uuid CONSTRAINT command_pkey PRIMARY KEY,
    stream_id text NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    key_id uuid,
    body bytea NOT NULL,
    body_hmac bytea NOT NULL,
    correlation_id uuid NOT NULL,
    expected_version integer,
    issued_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    status text NOT NULL DEFAULT 'recorded',
    http_status integer,
    answer text,
    attempts integer NOT NULL DEFAULT 0,
    decided_at timestamptz,
    CONSTRAINT command_status_check CHECK (status IN ('recorded', 'accepted', 'refused')),
    CONSTRAINT command_decided_check CHECK (
        (status = 'recorded') = (decided_at IS NULL)
        AND (status = 'recorded') = (answer IS NULL)
        AND (status = 'recorded') = (http_status IS NULL)
    )
)
"""
COMMAND_INDEXES = (
    "CREATE INDEX command_undecided_idx ON command (received_at) WHERE status = 'recorded'",
    "CREATE INDEX command_stream_id_issued_at_idx ON command (stream_id, issued_at)",
)

PLACEMENT = """
CREATE TABLE placement (
    placement_id uuid CONSTRAINT placement_pkey PRIMARY KEY,
    version integer NOT NULL,
    stage text NOT NULL,
    is_open boolean NOT NULL,
    pupil_id uuid NOT NULL,
    home_school_urn text NOT NULL,
    la_code text,
    commissioner text NOT NULL,
    legal_basis text NOT NULL,
    regime_id text,
    provider_id uuid,
    assigned_to uuid,
    next_deadline_on date,
    next_deadline_rule text,
    next_wake_at timestamptz,
    started_on date,
    proposed_end_on date,
    ended_on date,
    updated_at timestamptz NOT NULL
)
"""
PLACEMENT_INDEXES = (
    "CREATE INDEX placement_next_deadline_on_idx ON placement (next_deadline_on, placement_id)",
    "CREATE INDEX placement_stage_idx ON placement (stage, next_deadline_on, placement_id)",
    "CREATE INDEX placement_home_school_urn_idx ON placement (home_school_urn, next_deadline_on, placement_id)",
    "CREATE INDEX placement_la_code_idx ON placement (la_code, next_deadline_on, placement_id)",
    "CREATE INDEX placement_provider_id_idx ON placement (provider_id, next_deadline_on, placement_id)",
    "CREATE INDEX placement_pupil_id_idx ON placement (pupil_id)",
    "CREATE INDEX placement_updated_at_idx ON placement (updated_at, placement_id)",
    "CREATE INDEX placement_open_idx ON placement (placement_id) WHERE is_open",
)

SUBSCRIPTION = """
CREATE TABLE subscription (
    name text CONSTRAINT subscription_pkey PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    stopped_reason text
)
"""

ACCESS_LOG = """
CREATE TABLE access_log (
    access_id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT access_log_pkey PRIMARY KEY,
    read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    person_id uuid NOT NULL,
    org text,
    placement_id uuid NOT NULL,
    what text NOT NULL,
    why text
)
"""
ACCESS_LOG_INDEXES = (
    "CREATE INDEX access_log_placement_id_read_at_idx ON access_log (placement_id, read_at)",
    "CREATE INDEX access_log_person_id_read_at_idx ON access_log (person_id, read_at)",
)

# A read model: derived from the record, and thrown away and made again when its shape changes.
DEADLINE = """
CREATE TABLE deadline (
    placement_id uuid NOT NULL,
    number integer NOT NULL,
    gravity integer NOT NULL,
    rule text NOT NULL,
    due_on date NOT NULL,
    due_at timestamptz NOT NULL,
    severity text NOT NULL,
    legal_ref text NOT NULL,
    words text NOT NULL,
    subject uuid,
    CONSTRAINT deadline_pkey PRIMARY KEY (placement_id, number)
)
"""
DEADLINE_INDEX = "CREATE INDEX deadline_list_idx ON deadline (gravity, due_on, placement_id, number)"

DEMONSTRATION_CLOCK = """
CREATE TABLE demonstration_clock (
    id integer DEFAULT 1 CONSTRAINT demonstration_clock_pkey PRIMARY KEY,
    moved_by interval NOT NULL,
    moved_at timestamptz NOT NULL,
    CONSTRAINT demonstration_clock_single_row_check CHECK (id = 1)
)
"""
DEMONSTRATION_CLOCK_ROW = (
    "INSERT INTO demonstration_clock (moved_by, moved_at) VALUES (interval '0', clock_timestamp())"
)

# Of the record nothing may be deleted, and of a command only what became of it may change.
GRANTS = (
    "GRANT SELECT, INSERT ON command TO placements_app",
    "GRANT UPDATE (status, http_status, answer, attempts, decided_at) ON command TO placements_app",
    "GRANT SELECT, INSERT, UPDATE ON placement TO placements_app",
    "GRANT SELECT, INSERT, UPDATE ON subscription TO placements_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON deadline TO placements_app",
    "GRANT SELECT, INSERT ON access_log TO placements_app",
    "GRANT SELECT, UPDATE (moved_by, moved_at) ON demonstration_clock TO placements_app",
    "GRANT SELECT ON alembic_version TO placements_app",
)


def sql() -> list[str]:
    """Every statement of this revision, in order."""
    return [
        ROLE,
        *statements(),
        COMMAND,
        *COMMAND_INDEXES,
        PLACEMENT,
        *PLACEMENT_INDEXES,
        SUBSCRIPTION,
        ACCESS_LOG,
        *ACCESS_LOG_INDEXES,
        DEADLINE,
        DEADLINE_INDEX,
        DEMONSTRATION_CLOCK,
        DEMONSTRATION_CLOCK_ROW,
        *GRANTS,
    ]


def upgrade() -> None:
    for statement in sql():
        run(statement)
