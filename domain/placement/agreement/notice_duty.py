"""The duty to give notice, T1: of the start, and of each change of the terms."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.bases import BASES
from domain.placement.agreement.notice import as_served, is_timely_by, latest_day
from domain.placement.binding import figures_of
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.missing import is_overtaken
from domain.placement.stages import DECIDED, RUNNING
from domain.placement.state import Placement
from domain.shared import words
from events.codes import RuleId
from events.placement.agreement import NoticeSuperseded


def _owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    notice_by = _of_start(state, calendar)
    if notice_by is not None:
        yield Owed(notice_by, towards=state.period.start_date)
    change = state.period.change_pending
    if change is not None and state.stage in RUNNING:
        since = _since(state, change.changed_on, change.change_id)
        due = max(latest_day(change.effective_on, calendar, figures_of(state)) or since, since)
        yield Owed(due, change.change_id, towards=change.effective_on)


def _of_start(state: Placement, calendar: SchoolCalendar) -> date | None:
    """While it is owed: no notice in time for the start as it is. Never before the start was set."""
    if state.stage not in DECIDED or state.period.start_date is None or state.period.start_set_on is None:
        return None
    by_hours = state.legal_basis is None or BASES[state.legal_basis].notice is not RuleId.T1
    if by_hours or (
        state.notices.current is not None and is_timely_by(state.notices.current, calendar, figures_of(state))
    ):
        return None
    if is_overtaken(state, RuleId.T1, None):
        # No notice can be in time for this start any more: the task is to move it.
        return None
    latest = latest_day(state.period.start_date, calendar, figures_of(state))
    since = _since(state, state.period.start_set_on, None)
    return max(latest, since) if latest is not None else since


def _since(state: Placement, set_on: date, subject: UUID | None) -> date:
    """The day that brought the notice about: of the start or the terms, or of a calendar that left no time for it."""
    immediate = (
        each
        for each in state.duties.recalculated
        if each.immediate and (each.rule, each.subject) == (RuleId.T1, subject)
    )
    return max([set_on, *(each.due for each in immediate)])


def _explain(day: DueDay) -> str:
    clear = words.count(figures_of(day.state).notice_clear_school_days, "clear school day")
    assert day.owed.towards is not None
    before = "before" if day.owed.subject is None else "before the terms change on"
    return f"{clear} {before} {words.on(day.owed.towards)}"


def _done(events: Sequence[Any], state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    """The notice of the start as it is, and the last one of each change of terms."""
    in_hours = state.legal_basis is not None and BASES[state.legal_basis].notice is not RuleId.T1
    spent = {event.notice_id for event in events if isinstance(event, NoticeSuperseded) and event.by_notice_id is None}
    for event in as_served(events).values():
        if event.notice_id in spent:
            continue
        if event.change_id is None and (in_hours or event.start_date != state.period.start_date):
            continue
        due = latest_day(event.start_date, calendar, figures_of(state))
        if due is not None:
            yield Done(due, event.deemed_on, event.change_id)


def _lost(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    for each in {each.given.change_id: each for each in state.notices.change_notices}.values():
        due = latest_day(each.given.start_date, calendar, figures_of(state))
        if each.served is None and due is not None:
            yield Owed(due, each.given.change_id)


DUTY = Duty(
    rule=RuleId.T1, what="Give notice", owed=_owed, explain=_explain, done=_done, lost=_lost, ends_with_placement=True
)
