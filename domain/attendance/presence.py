"""Where a pupil was by a mark, and in which sessions a register has them at its provider."""

from domain.attendance.codes import AT_PROVIDER, ATTENDING
from domain.attendance.state import SessionMark, Slot, Week
from events.attendance import SessionMarkConfirmed, SessionMarkCorrected, SessionMarkProposed
from events.codes import MarkPlace, ProposedMark
from events.ids import SiteId


def came_to(event: SessionMarkProposed | SessionMarkCorrected | SessionMarkConfirmed) -> SiteId | None:
    """The site that the pupil attended by this mark; None if they attended none."""
    if isinstance(event, SessionMarkConfirmed):
        return event.site_id
    there = event.mark is not ProposedMark.ABSENT and event.place is MarkPlace.ON_SITE
    return event.site_id if there else None


def attended(week: Week) -> frozenset[Slot]:
    """The sessions in which the provider has the pupil and the school has not said otherwise, or the school has."""
    return frozenset(mark.slot for mark in week.marks if _was_there(mark))


def _was_there(mark: SessionMark) -> bool:
    if mark.proposed is not None and came_to(mark.proposed) is not None:
        return mark.code is None or mark.code in ATTENDING
    if mark.code not in AT_PROVIDER or mark.confirmed is None:
        return False
    last = mark.entries[-1]
    # An amendment names no site: it has the pupil there unless it says elsewhere.
    amended = bool(mark.amendments) and last.seen_by is None and last.whereabouts is None
    return mark.confirmed.site_id is not None or amended
