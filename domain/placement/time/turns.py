"""Who has to act on a deadline: its owner from the day of the reminder on, and after a miss whoever it is escalated to.

Nothing is recorded of a reminder: it follows from the day and the clock alone, so that nobody can miss one, and a
list asked for today holds what yesterday's did and nobody has done since.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.calendar.london import today
from domain.law.rules import Rule
from events.codes import Role


class EscalationStatus(StrEnum):
    TO_COME = "to_come"
    REMINDED = "reminded"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    standing: EscalationStatus
    turn_of: Role | None


def turn(rule: Rule, owner: Role, due_on: date, due_at: datetime, now: datetime) -> Turn:
    """Whether a deadline is to come, reminded or escalated at an instant, and whose turn it is then."""
    if due_at < now:
        return Turn(standing=EscalationStatus.ESCALATED, turn_of=rule.escalate_to)
    if today(now) < rule.remind_on(due_on):
        return Turn(standing=EscalationStatus.TO_COME, turn_of=None)
    return Turn(standing=EscalationStatus.REMINDED, turn_of=owner)
