"""Where a pupil was by a mark, and in which sessions a register has them at its provider."""

from domain.attendance.codes import ATTENDING
from domain.attendance.state import Slot, Week
from events.attendance import SessionMarkConfirmed, SessionMarkProposed
from events.codes import MarkPlace, ProposedMark
from events.ids import SiteId


def came_to(event: SessionMarkProposed | SessionMarkConfirmed) -> SiteId | None:
    """The site that the pupil came to by this mark; None if they came to none."""
    if isinstance(event, SessionMarkConfirmed):
        return event.site_id
    there = event.mark is not ProposedMark.ABSENT and event.place is MarkPlace.ON_SITE
    return event.site_id if there else None


def attended(week: Week) -> frozenset[Slot]:
    """The sessions in which the provider has the pupil, and the school has not said otherwise."""
    return frozenset(
        mark.slot
        for mark in week.marks
        if mark.proposed is not None
        and came_to(mark.proposed) is not None
        and (mark.code is None or mark.code in ATTENDING)
    )
