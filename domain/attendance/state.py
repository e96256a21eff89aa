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
class MarkEntry:
    """One entry of the register: the entry before it, the new one, why, on which day and by whom.

    The first has none before it. What was stored before the register kept them has no day, name or position here:
    the event's own time and actor say them.
    """

    before: AttendanceCode | None
    code: AttendanceCode
    reason: str | None
    entered_on: date | None
    entered_by: str | None
    position: str | None
    seen_by: str | None
    whereabouts: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionMark:
    """One session: what the provider saw, and the code in force once the school has entered one.

    `corrections` are the provider's of its own mark, after the school's entry. `entries` are the school's, the first
    one and every amendment of it. `code_proposed` waits for a person's decision while the code is N.
    """

    day: date
    session: Session
    proposed: e.SessionMarkProposed | None = None
    corrections: tuple[e.SessionMarkCorrected, ...] = ()
    confirmed: e.SessionMarkConfirmed | None = None
    code: AttendanceCode | None = None
    code_proposed: e.UnauthorisedAbsenceProposed | None = None
    entries: tuple[MarkEntry, ...] = ()
    resolved: e.AbsenceResolved | None = None
    amendments: tuple[e.SessionMarkAmended, ...] = ()
    alerts: tuple[e.AbsenceAlertRaised, ...] = ()

    @property
    def slot(self) -> Slot:
        return self.day, self.session


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The marks stand in the order of their sessions."""

    marks: tuple[SessionMark, ...] = ()
    illness: tuple[e.IllnessThresholdReached, ...] = ()

    def mark(self, day: date, session: Session) -> SessionMark:
        """The session's mark; an empty one where nothing has been said of it."""
        return next((mark for mark in self.marks if mark.slot == (day, session)), SessionMark(day=day, session=session))


def initial() -> Week:
    return Week()


def evolve(state: Week, event: e.AttendanceEvent) -> Week:
    """The state after an event. Judges nothing: what happened, happened."""
    if isinstance(event, e.IllnessThresholdReached):
        return replace(state, illness=(*state.illness, event))
    after = _marked(state.mark(event.day, event.session), event)
    marks = (after, *(mark for mark in state.marks if mark.slot != after.slot))
    return replace(state, marks=tuple(sorted(marks, key=lambda mark: mark.slot)))


RegisterEntryEvent = e.SessionMarkConfirmed | e.AbsenceResolved | e.SessionMarkAmended
MarkEvent = (
    RegisterEntryEvent
    | e.SessionMarkProposed
    | e.SessionMarkCorrected
    | e.UnauthorisedAbsenceProposed
    | e.AbsenceAlertRaised
)


def _marked(mark: SessionMark, event: MarkEvent) -> SessionMark:  # noqa: PLR0911 # one flat match: a case for each event
    match event:
        case e.SessionMarkProposed():
            return replace(mark, proposed=event)
        case e.SessionMarkCorrected():
            return replace(mark, proposed=_as_corrected(event), corrections=(*mark.corrections, event))
        case e.SessionMarkConfirmed():
            return replace(_entered(mark, event, event.entered_on), confirmed=event)
        case e.UnauthorisedAbsenceProposed():
            return replace(mark, code_proposed=event)
        case e.AbsenceResolved():
            return replace(_entered(mark, event, event.amended_on), resolved=event)
        case e.SessionMarkAmended():
            return replace(_entered(mark, event, event.amended_on), amendments=(*mark.amendments, event))
        case e.AbsenceAlertRaised():
            return replace(mark, alerts=(*mark.alerts, event))
        case _:
            assert_never(event)


def _entered(mark: SessionMark, event: RegisterEntryEvent, on: date | None) -> SessionMark:
    entry = MarkEntry(
        before=mark.code,
        code=event.code,
        reason=event.reason,
        entered_on=on,
        entered_by=event.entered_by,
        position=event.position,
        seen_by=event.seen_by,
        whereabouts=event.whereabouts,
    )
    return replace(mark, code=event.code, code_proposed=None, entries=(*mark.entries, entry))


def _as_corrected(event: e.SessionMarkCorrected) -> e.SessionMarkProposed:
    """The provider's mark as it reads from then on."""
    return e.SessionMarkProposed(
        placement_id=event.placement_id,
        day=event.day,
        session=event.session,
        mark=event.mark,
        place=event.place,
        activity=event.activity,
        site_id=event.site_id,
        minutes_late=event.minutes_late,
        explanation=event.explanation,
    )


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
