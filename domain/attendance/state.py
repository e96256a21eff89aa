"""One week of one placement's register, folded from its events."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import assert_never

from events import attendance as e
from events.codes import AttendanceCode, Session
from events.ids import IsoWeek

Slot = tuple[date, Session]
"""One session of one day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One session as it stands: what the provider saw, and the code in force once the school has entered one."""

    day: date
    session: Session
    proposed: e.SessionMarkProposed | None = None
    confirmed: e.SessionMarkConfirmed | None = None
    code: AttendanceCode | None = None
    resolved: e.AbsenceResolved | None = None
    amendments: tuple[e.SessionMarkAmended, ...] = ()
    alerts: tuple[e.AbsenceAlertRaised, ...] = ()

    @property
    def slot(self) -> Slot:
        return self.day, self.session


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The marks stand in the order of their sessions."""

    marks: tuple[Mark, ...] = ()
    illness: tuple[e.IllnessThresholdReached, ...] = ()

    def mark(self, day: date, session: Session) -> Mark:
        """The session's mark; an empty one where nothing has been said of it."""
        return next((mark for mark in self.marks if mark.slot == (day, session)), Mark(day=day, session=session))


def initial() -> Week:
    return Week()


def evolve(state: Week, event: e.AttendanceEvent) -> Week:
    """The state after an event. Judges nothing: what happened, happened."""
    if isinstance(event, e.IllnessThresholdReached):
        return replace(state, illness=(*state.illness, event))
    after = _marked(state.mark(event.day, event.session), event)
    marks = (after, *(mark for mark in state.marks if mark.slot != after.slot))
    return replace(state, marks=tuple(sorted(marks, key=lambda mark: mark.slot)))


MarkEvent = (
    e.SessionMarkProposed | e.SessionMarkConfirmed | e.AbsenceResolved | e.SessionMarkAmended | e.AbsenceAlertRaised
)


def _marked(mark: Mark, event: MarkEvent) -> Mark:
    match event:
        case e.SessionMarkProposed():
            return replace(mark, proposed=event)
        case e.SessionMarkConfirmed():
            return replace(mark, confirmed=event, code=event.code)
        case e.AbsenceResolved():
            return replace(mark, resolved=event, code=event.code)
        case e.SessionMarkAmended():
            return replace(mark, amendments=(*mark.amendments, event), code=event.code)
        case e.AbsenceAlertRaised():
            return replace(mark, alerts=(*mark.alerts, event))
        case _:
            assert_never(event)


def week_of(day: date) -> IsoWeek:
    """The week that a day lies in, as its stream is named."""
    year, week, _ = day.isocalendar()
    return IsoWeek(f"{year:04}-W{week:02}")


def monday_of(week: IsoWeek) -> date:
    """Raises ValueError: there is no such week."""
    year, number = week.split("-W")
    return date.fromisocalendar(int(year), int(number), 1)


def days_of(week: IsoWeek) -> tuple[date, ...]:
    monday = monday_of(week)
    return tuple(monday + timedelta(days=n) for n in range(7))
