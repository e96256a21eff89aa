"""The severity of a placement's next deadline, and the day of its next review, beside the row of the caseload."""

from infra.postgres.migrations.script import run

revision = "0010"
down_revision: str | None = "0031"

COLUMNS = """
ALTER TABLE placement ADD COLUMN next_deadline_severity text;
ALTER TABLE placement ADD COLUMN next_review_on date;
"""
# Placements that nobody works on keep what the read models already say; each decision writes its own row.
FILL = """
UPDATE placement SET
    next_deadline_severity = (
        SELECT severity FROM deadline
        WHERE deadline.placement_id = placement.placement_id AND deadline.due_on = placement.next_deadline_on
            AND deadline.rule = placement.next_deadline_rule
        ORDER BY number LIMIT 1
    ),
    next_review_on = (
        SELECT min(day) FROM review_diary
        WHERE review_diary.placement_id = placement.placement_id AND status IN ('due', 'scheduled', 'invited')
    )
WHERE is_open AND ended_on IS NULL;
"""


def sql() -> tuple[str, ...]:
    return (COLUMNS, FILL)


def upgrade() -> None:
    for statement in sql():
        run(statement)
