"""Sessions of people who signed in by page. Nothing refers to them, and the rows of those that are over go."""

from infra.postgres.migrations.script import run

revision = "0190"
down_revision: str | None = "0180"

WEB_SESSION = """
CREATE TABLE web_session (
    token_sha256 bytea CONSTRAINT web_session_pkey PRIMARY KEY,
    session_id uuid NOT NULL CONSTRAINT web_session_session_id_key UNIQUE,
    person_id uuid NOT NULL,
    roles text[] NOT NULL,
    organisation text,
    organisation_name text,
    choices jsonb NOT NULL,
    csrf text NOT NULL,
    issuer_subject text NOT NULL,
    issuer_session text,
    sealed bytea NOT NULL,
    browser text NOT NULL,
    created timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended timestamptz
)
"""
INDEXES = (
    "CREATE INDEX web_session_person_id_idx ON web_session (person_id)",
    "CREATE INDEX web_session_issuer_subject_idx ON web_session (issuer_subject)",
    "CREATE INDEX web_session_created_idx ON web_session (created)",
)
# Who signed in, and as what, is not to be changed: only that a session is in use, or has ended.
GRANTS = ("GRANT SELECT, INSERT, DELETE, UPDATE (seen, ended) ON web_session TO placements_app",)


def sql() -> tuple[str, ...]:
    return (WEB_SESSION, *INDEXES, *GRANTS)


def upgrade() -> None:
    for statement in sql():
        run(statement)
