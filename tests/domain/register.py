"""A placement's register as the tests of its rules vary it: one week, its facts, and what follows from a command."""

from dataclasses import dataclass, replace
from datetime import date, time
from functools import reduce
from typing import Any

from domain.attendance.entries import AmendMark, ConfirmMark, ResolveAbsence
from domain.attendance.facts import AttendanceFacts
from domain.attendance.provider_marks import CorrectMark, RecordMark
from domain.attendance.state import evolve, initial, week_of
from domain.attendance.steps import decide
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.agreement.pattern import SetAttendancePattern
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.provider.state import Provider
from domain.shared.errors import Rejections
from events.attendance import AttendanceEvent
from events.codes import AttendanceCode as Code
from events.codes import ProposedMark, Role, Session, SessionPlace
from events.values.sessions import PatternSession
from tests.domain.changes import with_fields
from tests.domain.examples import SITE, at, day
from tests.dsl import Given

THURSDAY = day("2026-11-26")
FRIDAY = day("2026-11-27")
PROVIDER, SCHOOL, NONE = SessionPlace.PROVIDER, SessionPlace.SCHOOL, SessionPlace.NONE


def sessions(*places: SessionPlace) -> tuple[PatternSession, ...]:
    """Monday morning first; ten of them."""
    halves = [(weekday, session) for weekday in range(1, 6) for session in Session]
    return tuple(
        PatternSession(weekday=weekday, session=session, place=place)
        for (weekday, session), place in zip(halves, places, strict=True)
    )


def pattern(**changes: Any) -> SetAttendancePattern:
    """At the provider from Monday to Thursday, at school on Friday morning, Friday afternoon off until half-term."""
    fields: dict[str, Any] = {
        "effective_from": THURSDAY,
        "sessions": sessions(*[PROVIDER] * 8, SCHOOL, NONE),
        "am_start": time(9, 0),
        "pm_start": time(12, 45),
        "part_time_until": day("2027-02-12"),
        "agreed_with": "the parent, in a meeting",
    }
    return SetAttendancePattern(**(fields | changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What happened in one week so far, and what else a decision may know."""

    story: Given
    day: date = THURSDAY
    events: tuple[AttendanceEvent, ...] = ()
    changed: tuple[tuple[str, Any], ...] = ()
    name: str | None = "Wren Sample"

    @property
    def placement(self) -> Placement:
        return with_fields(self.story.state, **dict(self.changed))

    def but(self, **changes: Any) -> "Register":
        """The placement with some of its fields changed."""
        return replace(self, changed=(*self.changed, *changes.items()))

    def at_provider(self, provider: Provider | None) -> "Register":
        return replace(self, story=self.story.knowing(provider=provider))

    def on(self, now: date, hour: int = 12) -> "Register":
        return replace(self, story=self.story.on(now, hour))

    def facts(self, calendar: SchoolCalendar | None = None) -> AttendanceFacts:
        facts = self.story.facts(pattern())
        return AttendanceFacts(
            placement_id=facts.placement_id,
            week=week_of(self.day),
            now=facts.now,
            today=facts.today,
            placement=self.placement,
            provider=facts.provider,
            calendar=calendar or facts.calendar,
            name=self.name,
            role=Role.CASE_WORKER,
        )

    def after(self, *commands: object) -> "Register":
        """With these commands accepted."""
        register = self
        for command in commands:
            state = reduce(evolve, register.events, initial())
            register = replace(register, events=(*register.events, *decide(state, command, register.facts())))
        return register

    def refusals(self, command: object) -> list[str]:
        """The codes of the reasons why a command is refused; none where it is accepted."""
        try:
            self.after(command)
        except Rejections as rejections:
            return [reason.code for reason in rejections.reasons]
        return []


def running(*, with_pattern: bool = True) -> Register:
    """A placement that began that Thursday, seen at noon on the Friday."""
    story = at(Stage.ACTIVE)
    if with_pattern:
        outcome = story.when(pattern())
        assert outcome.reasons == ()
        story = story.and_then(*outcome.events)
    return Register(story=story.on(FRIDAY, 12))


def mark(**changes: Any) -> RecordMark:
    fields: dict[str, Any] = {"day": THURSDAY, "session": Session.AM, "mark": ProposedMark.PRESENT, "site_id": SITE}
    return RecordMark(**(fields | changes))


def correct(**changes: Any) -> CorrectMark:
    fields: dict[str, Any] = {"day": THURSDAY, "session": Session.AM, "mark": ProposedMark.PRESENT, "site_id": SITE}
    return CorrectMark(**(fields | {"reason": "the wrong row was marked"} | changes))


def confirm(code: Code, **changes: Any) -> ConfirmMark:
    fields: dict[str, Any] = {"day": THURSDAY, "session": Session.AM, "code": code, "site_id": SITE}
    return ConfirmMark(**(fields | changes))


def resolve(code: Code, **changes: Any) -> ResolveAbsence:
    fields: dict[str, Any] = {"day": THURSDAY, "session": Session.AM, "code": code, "reason": "a parent rang"}
    return ResolveAbsence(**(fields | changes))


def amend(code: Code, **changes: Any) -> AmendMark:
    fields: dict[str, Any] = {"day": THURSDAY, "session": Session.AM, "code": code, "reason": "the register was wrong"}
    return AmendMark(**(fields | changes))
