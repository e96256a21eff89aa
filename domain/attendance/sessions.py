"""What every command about one session of the register has to satisfy."""

from datetime import date
from typing import Protocol

from domain.attendance.facts import AttendanceFacts
from domain.attendance.state import SessionMark, days_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.guards import not_before, not_future
from domain.placement.running.start import NotSchoolDay, SiteNotPlaced
from domain.shared import words
from domain.shared.errors import Rejected
from events.codes import Session
from events.ids import SiteId


class OfSession(Protocol):
    """A command about one session."""

    @property
    def day(self) -> date: ...
    @property
    def session(self) -> Session: ...


class NotAttending(Rejected):
    """A register is kept from the day on which the pupil may start until the placement ends."""

    code = "not_attending"
    title = "The placement is not at the stage for a register"


class DayOutsideWeek(Rejected):
    """Each week of a placement is a register of its own, at its own address."""

    code = "day_outside_week"
    title = "The day is not in this week"


class NoSession(Rejected):
    """On a half-day the school has only a morning or an afternoon session. Nobody is marked in the other half."""

    code = "no_session"
    title = "The school has no session in this half of the day"
    legal_refs = ("SI 2024/208 reg 10",)


class PresentElsewhere(Rejected):
    """A pupil can have several placements, but can be at only one of them at a time. Correct the mark that is wrong."""

    code = "present_elsewhere"
    title = "Another register has the pupil present in this session"
    legal_refs = ("SI 2024/208 reg 10",)


class AlreadyConfirmed(Rejected):
    """Once the school has entered a code, an error is corrected by an amendment that gives its reason."""

    code = "already_confirmed"
    title = "The school has entered a code for this session"
    legal_refs = ("SI 2024/208 reg 10",)


def of_register(command: OfSession, facts: AttendanceFacts) -> tuple[Rejected | None, ...]:
    """The day is a school day of this week and of this placement, and has come."""
    placement, day = facts.placement, command.day
    first = placement.running.started_on or placement.period.start_date
    assert first is not None
    return (
        None
        if day in days_of(facts.week)
        else DayOutsideWeek(f"{words.on(day)} is not in week {facts.week}.", pointer="/day"),
        _held(command, facts.calendar),
        not_before(day, first, "the placement begins", "/day"),
        not_future(day, facts.today, "/day"),
        NotAttending(f"The placement ended on {words.on(placement.ending.end.ended_on)}.", pointer="/day")
        if placement.ending.end is not None and day > placement.ending.end.ended_on
        else None,
    )


def _held(command: OfSession, calendar: SchoolCalendar) -> Rejected | None:
    """The home school has the session."""
    day = command.day
    if not calendar.is_school_day(day):
        return NotSchoolDay(f"{words.on(day)} is not a school day at the home school.", pointer="/day")
    if not calendar.has_session(day, command.session):
        half = "morning" if command.session is Session.AM else "afternoon"
        return NoSession(f"The home school has no {half} session on {words.on(day)}.", pointer="/session")
    return None


def wrong_site(site_id: SiteId | None, facts: AttendanceFacts) -> Rejected | None:
    if site_id in facts.placement.proposal.site_ids:
        return None
    return SiteNotPlaced("Choose a site that the placement names.", pointer="/site_id")


def present_elsewhere(mark: SessionMark, facts: AttendanceFacts) -> PresentElsewhere | None:
    if mark.slot not in facts.elsewhere:
        return None
    return PresentElsewhere("Ask the home school which of the two is right.", pointer="/session")
