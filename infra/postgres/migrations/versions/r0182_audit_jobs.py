"""What an auditor has asked for that takes long: carried out by a worker, fetched once, and gone after a day."""

from infra.postgres.migrations.script import run

revision = "0182"
down_revision: str | None = "0181"

JOB = """
CREATE TABLE audit_job (
    job_id uuid CONSTRAINT audit_job_pkey PRIMARY KEY,
    kind text NOT NULL,
    asked text NOT NULL,
    person_id uuid NOT NULL,
    org text,
    status text NOT NULL DEFAULT 'waiting',
    reached bigint NOT NULL DEFAULT 0,
    attempts bigint NOT NULL DEFAULT 0,
    asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    claimed_until timestamptz,
    finished_at timestamptz,
    failure text,
    CONSTRAINT audit_job_kind_check CHECK (kind IN ('diff', 'what_if', 'export')),
    CONSTRAINT audit_job_status_check
        CHECK (status IN ('waiting', 'running', 'done', 'failed', 'fetched', 'expired'))
)
"""
PART = """
CREATE TABLE audit_job_part (
    job_id uuid NOT NULL CONSTRAINT audit_job_part_job_id_fkey REFERENCES audit_job (job_id),
    number bigint NOT NULL,
    content bytea NOT NULL,
    CONSTRAINT audit_job_part_pkey PRIMARY KEY (job_id, number)
)
"""
INDEX = "CREATE INDEX audit_job_open_idx ON audit_job (asked_at) WHERE status IN ('waiting', 'running', 'done')"
PERSON = "CREATE INDEX audit_job_person_id_idx ON audit_job (person_id, asked_at)"
GRANTS = (
    "GRANT SELECT, INSERT, UPDATE ON audit_job TO placements_app",
    "GRANT SELECT, INSERT, DELETE ON audit_job_part TO placements_app",
)


def sql() -> tuple[str, ...]:
    return (JOB, PART, INDEX, PERSON, *GRANTS)


def upgrade() -> None:
    for statement in sql():
        run(statement)
