"""The notices of the placement and of its changed terms, as the fate of their letters has them given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from domain.placement.parts.period import PeriodState
from events.ids import NoticeId
from events.placement.agreement import NoticeGiven, NoticeSuperseded
from events.placement.letters import NoticeServiceChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNotice:
    """A notice of changed terms: as `given`, and as `served` by its letters' fate, None while all of them failed.

    `before` is the notice whose terms held until then, with their number of days.
    """

    given: NoticeGiven
    served: NoticeGiven | None
    before: NoticeGiven | None
    days_before: int | None


class NoticesState(NamedTuple):
    """`current` counts as given on the day that its letters' fate says; `lost` is one that reached no parent so far.

    `change_notices` are those of changed terms, in order. `with_plan` are those that were given while an EHC plan was
    on record, so that a later change of the flags asks nothing new of them.
    """

    current: NoticeGiven | None = None
    lost: NoticeGiven | None = None
    change_notices: tuple[ChangeNotice, ...] = ()
    with_plan: tuple[NoticeId, ...] = ()


NoticesAndPeriod = tuple[NoticesState, PeriodState]
"""A notice of changed terms changes the period too: what it says holds once it is given in time."""


def given(notices: NoticesState, period: PeriodState, event: NoticeGiven, *, with_plan: bool) -> NoticesAndPeriod:
    """A notice of changed terms in time makes them the placement's terms; one that is late leaves them owed."""
    if with_plan:
        notices = notices._replace(with_plan=(*notices.with_plan, event.notice_id))
    if event.change_id is None:
        return notices._replace(current=event, lost=None), period
    noticed = ChangeNotice(given=event, served=event, before=notices.current, days_before=period.days)
    notices = notices._replace(change_notices=(*notices.change_notices, noticed))
    if not event.timely:
        return notices, period
    return notices._replace(current=event), period._replace(days=event.days, change_pending=None)


def served(notices: NoticesState, period: PeriodState, event: NoticeServiceChanged) -> NoticesAndPeriod:
    """What the fate of a notice's letters says of the day on which it counts as given."""
    noticed = next((each for each in notices.change_notices if each.given.notice_id == event.notice_id), None)
    if noticed is not None:
        return _change_served(notices, period, noticed, event)
    notice = notices.current or notices.lost
    if notice is None or notice.notice_id != event.notice_id:
        return notices, period
    if event.deemed_on is None or event.school_days_clear is None:
        return notices._replace(current=None, lost=notice), period
    return notices._replace(current=_as_served(notice, event), lost=None), period


def _as_served(notice: NoticeGiven, event: NoticeServiceChanged) -> NoticeGiven:
    assert event.deemed_on is not None
    assert event.school_days_clear is not None
    return replace(
        notice,
        deemed_on=event.deemed_on,
        school_days_clear=event.school_days_clear,
        timely=event.timely,
        calendar_version=event.calendar_version,
    )


def _change_served(
    notices: NoticesState, period: PeriodState, noticed: ChangeNotice, event: NoticeServiceChanged
) -> NoticesAndPeriod:
    """A change of which the notice was not given in time is no term of the placement, and is owed a notice again."""
    notice = noticed.given
    reached = event.deemed_on is not None and event.school_days_clear is not None
    served_as = _as_served(notice, event) if reached else None
    changes = (replace(each, served=served_as) if each is noticed else each for each in notices.change_notices)
    notices = notices._replace(change_notices=tuple(changes))
    holds = notices.current.notice_id if notices.current else None
    pending = period.change_pending
    if served_as is not None and served_as.timely and holds in {notice.notice_id, _id_of(noticed.before)}:
        owed = None if pending is not None and pending.change_id == notice.change_id else pending
        return notices._replace(current=served_as), period._replace(days=served_as.days, change_pending=owed)
    if holds == notice.notice_id and (served_as is None or not served_as.timely):
        assert notice.change_id is not None
        owed = pending or period.changed(notice.change_id)[-1]
        before = notices._replace(current=noticed.before)
        return before, period._replace(days=noticed.days_before, change_pending=owed)
    return notices, period


def _id_of(notice: NoticeGiven | None) -> NoticeId | None:
    return notice.notice_id if notice else None


def _superseded(part: NoticesState, event: NoticeSuperseded) -> NoticesState:
    spent = part.current is not None and part.current.notice_id == event.notice_id
    return part._replace(current=None) if spent else part


EVOLVE: Final[Mapping[type[Any], Callable[[NoticesState, Any], NoticesState]]] = {NoticeSuperseded: _superseded}
