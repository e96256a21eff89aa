"""Which session a deadline of a register is about, and who was told about what since."""

from datetime import date

from domain.attendance.state import SessionMark
from domain.placement.state import Placement
from domain.shared import words
from events.codes import Role, Session


def named(mark: SessionMark) -> str:
    return f"the {'morning' if mark.session is Session.AM else 'afternoon'} of {words.on(mark.day)}"


def told_since(state: Placement, day: date, whom: frozenset[Role]) -> bool:
    """One of them was spoken or written to on that day or later."""
    told = [
        *((each.contacted_on, each.with_roles) for each in state.around.contacts),
        *((each.sent_on, each.to_roles) for each in state.around.communications),
    ]
    return any(on >= day and whom & set(roles) for on, roles in told)
