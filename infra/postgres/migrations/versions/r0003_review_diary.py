"""The diary of reviews, a read model."""

from infra.postgres.migrations.script import run

revision = "0003"
down_revision: str | None = "0002"

REVIEW_DIARY = """
CREATE TABLE review_diary (
    placement_id uuid NOT NULL,
    review_id uuid NOT NULL,
    day date NOT NULL,
    meets_at timestamptz,
    due_on date NOT NULL,
    status text NOT NULL,
    source text NOT NULL,
    rule text NOT NULL,
    missed boolean NOT NULL,
    invite_by date,
    invited_on date,
    invited_timely boolean,
    notify_by date,
    notified_on date,
    notified_timely boolean,
    CONSTRAINT review_diary_pkey PRIMARY KEY (placement_id, review_id)
)
"""
REVIEW_DIARY_INDEX = "CREATE INDEX review_diary_day_idx ON review_diary (day, placement_id, review_id)"
GRANT = "GRANT SELECT, INSERT, UPDATE, DELETE ON review_diary TO placements_app"


def sql() -> tuple[str, ...]:
    return (REVIEW_DIARY, REVIEW_DIARY_INDEX, GRANT)


def upgrade() -> None:
    for statement in sql():
        run(statement)
