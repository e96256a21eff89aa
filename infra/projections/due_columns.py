"""What a deadline's row says, of a placement or about a provider: both stand in one list."""

from typing import Any

from sqlalchemy import Boolean, Column, Date, DateTime, Integer, Text, false

from domain.placement.time.deadlines import Deadline
from domain.provider.deadlines import ProviderDeadline
from events.codes import Severity


def due_columns() -> tuple[Column[Any], ...]:
    """Made again for each table."""
    return (
        # 0 for what is law, 1 for good practice: the order of the list.
        Column("gravity", Integer, nullable=False),
        Column("rule", Text, nullable=False),
        Column("due_on", Date, nullable=False),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("severity", Text, nullable=False),
        Column("legal_ref", Text, nullable=False),
        Column("words", Text, nullable=False),
        # The day rests on days of which nothing is published, or whose bank holidays are not known, and may move.
        Column("provisional", Boolean, nullable=False, server_default=false()),
    )


def due_values(due: Deadline | ProviderDeadline) -> dict[str, Any]:
    return {
        "gravity": int(due.severity != Severity.BREACH),
        "rule": due.rule,
        "due_on": due.due_on,
        "due_at": due.due_at,
        "severity": due.severity,
        "legal_ref": due.legal_ref,
        "words": due.words,
        "provisional": due.provisional,
    }
