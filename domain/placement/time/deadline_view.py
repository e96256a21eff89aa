"""What is shown of one thing that is due on a placement, and of whose turn it is."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.law.rules import RULES
from domain.placement.time.deadlines import Deadline
from domain.placement.time.turns import EscalationStatus, turn
from domain.shared.views import View, shown
from events.codes import Role, RuleId, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineView(View):
    rule: RuleId
    due_on: date
    due_at: datetime
    severity: Severity
    legal_ref: str
    words: str
    owner: Role
    remind_on: date
    escalate_to: Role
    subject: UUID | None
    missed: bool
    was_on: date | None
    provisional: bool
    standing: EscalationStatus
    turn_of: Role | None


def deadline_view(deadline: Deadline, now: datetime) -> DeadlineView:
    whose = turn(RULES[deadline.rule], deadline.owner, deadline.due_on, deadline.due_at, now)
    return shown(DeadlineView, deadline, standing=whose.standing, turn_of=whose.turn_of)
