"""The weekly pattern: where the pupil is expected in each session, and that no two places expect them at once."""

from collections.abc import Iterator, Sequence
from datetime import date, time

from domain.calendar.school_calendar import DAY
from domain.placement.facts import Elsewhere, Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.referral.threshold import (
    RegistrationRequired,
    minutes_a_week,
    pupil_there,
    required,
    there,
    with_period,
)
from domain.placement.stages import IN_FORCE
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import Session, SessionPlace
from events.definition import asked, value
from events.placement.running import AttendancePatternSet
from events.values.sessions import PatternSession

_WEEKDAYS = range(1, 6)


@value
class SetAttendancePattern:
    """Set where the pupil is in each session of the week: at the provider, at school, or off by agreement."""

    effective_from: date = asked("From which day?")
    sessions: tuple[PatternSession, ...] = asked("Sessions of the week", hint="One line for each session")
    am_start: time | None = asked("Morning session starts at", hint="For example, 08:45", default=None)
    pm_start: time | None = asked("Afternoon session starts at", hint="For example, 13:00", default=None)
    part_time_until: date | None = asked(
        "Until when is it part time?", hint="A part-time timetable is for a short time only", default=None
    )
    agreed_with: str | None = asked("Who agreed to the part-time timetable?", default=None)


class PatternIncomplete(Rejected):
    """A pattern names each morning and afternoon from Monday to Friday once, some of them at the provider.

    Where a morning or an afternoon is spent at the provider, it says when that begins: the register is due from then.
    """

    code = "pattern_incomplete"
    title = "The weekly pattern is not complete"


class PatternOutsidePlacement(Rejected):
    """The dates of a weekly pattern are within the dates of the placement."""

    code = "pattern_outside_placement"
    title = "The pattern is outside the dates of the placement"


class PartTimeWithoutEnd(Rejected):
    """A part-time timetable is agreed with the parent. Its last day is set when it begins."""

    code = "part_time_without_end"
    title = "A part-time timetable needs its last day"
    legal_refs = ("Working together to improve school attendance: part-time timetables",)


class SessionsOverlap(Rejected):
    """A pupil can have several placements, but can be at only one of them at a time."""

    code = "sessions_overlap"
    title = "The pupil is expected elsewhere in one of these sessions"


def set_pattern(state: Placement, command: SetAttendancePattern, facts: Facts) -> tuple[AttendancePatternSet, ...]:
    pattern = AttendancePatternSet(
        set_on=facts.today,
        effective_from=command.effective_from,
        sessions=tuple(sorted(command.sessions, key=lambda each: (each.weekday, each.session))),
        am_start=command.am_start,
        pm_start=command.pm_start,
        part_time_until=command.part_time_until,
        agreed_with=command.agreed_with,
    )
    refuse(*sound(pattern, state, facts))
    return (pattern,)


def _threshold(state: Placement, pattern: AttendancePatternSet, facts: Facts) -> RegistrationRequired | None:
    """More sessions may make the place a full-time one."""
    minutes = minutes_a_week(state, facts.today, patterns=(*state.agreement.patterns, pattern))
    assert state.period.proposed_end is not None
    place, held = (
        with_period(each, pattern.effective_from, state.period.proposed_end)
        for each in (pupil_there(state, minutes, facts.today), there(state, facts.today))
    )
    return required(facts.provider, place, facts, "/sessions", held=held)


def sound(event: AttendancePatternSet, state: Placement, facts: Facts) -> list[Rejected | None]:
    assert state.period.start_date is not None
    assert state.period.proposed_end is not None
    faults = [
        *_complete(event),
        not_future(event.set_on, facts.today, "/set_on"),
        not_before(event.effective_from, state.period.start_date, "the placement is to start", "/effective_from"),
        PatternOutsidePlacement(
            f"The placement is to end on {words.on(state.period.proposed_end)}.", pointer="/effective_from"
        )
        if event.effective_from > state.period.proposed_end
        else None,
        *_part_time(event, state.period.proposed_end),
    ]
    if any(faults):
        return faults
    return [
        overlap((*state.agreement.patterns, event), event.effective_from, state, facts, "/sessions"),
        _threshold(state, event, facts),
    ]


def pattern_on(patterns: Sequence[AttendancePatternSet], day: date) -> AttendancePatternSet | None:
    """The pattern in force on a day: of those that have begun the latest, and of two for one day the later set."""
    begun = [pattern for pattern in reversed(patterns) if pattern.effective_from <= day]
    return max(begun, key=lambda pattern: pattern.effective_from, default=None)


def place_on(patterns: Sequence[AttendancePatternSet], day: date, session: Session) -> SessionPlace | None:
    """Where the pupil is expected; None where no pattern says it, or its agreed part time is over."""
    pattern = pattern_on(patterns, day)
    if pattern is None:
        return None
    place = next(
        (each.place for each in pattern.sessions if (each.weekday, each.session) == (day.isoweekday(), session)), None
    )
    if place is SessionPlace.NONE and pattern.part_time_until is not None and day > pattern.part_time_until:
        return None
    return place


def _complete(command: AttendancePatternSet) -> Iterator[Rejected]:
    named = [(each.weekday, each.session) for each in command.sessions]
    if sorted(named) != [(weekday, session) for weekday in _WEEKDAYS for session in Session]:
        yield PatternIncomplete(
            "Name each morning and afternoon from Monday (1) to Friday (5) once.", pointer="/sessions"
        )
    at_provider = {each.session for each in command.sessions if each.place is SessionPlace.PROVIDER}
    if not at_provider:
        yield PatternIncomplete("At least one session is at the provider.", pointer="/sessions")
    starts = {Session.AM: ("am_start", command.am_start), Session.PM: ("pm_start", command.pm_start)}
    for session in sorted(at_provider):
        field, start = starts[session]
        if start is None:
            half = "mornings" if session is Session.AM else "afternoons"
            yield PatternIncomplete(f"Say when {half} at the provider begin.", pointer=f"/{field}")


def _part_time(command: AttendancePatternSet, proposed_end: date) -> Iterator[Rejected | None]:
    if all(each.place is not SessionPlace.NONE for each in command.sessions):
        return
    until = command.part_time_until
    if until is None:
        yield PartTimeWithoutEnd("Give the last day of the part-time timetable.", pointer="/part_time_until")
    elif not command.effective_from <= until <= proposed_end:
        yield PartTimeWithoutEnd(
            f"The part-time timetable ends between {words.on(command.effective_from)} and {words.on(proposed_end)}.",
            pointer="/part_time_until",
        )
    yield written(command.agreed_with, "with whom the part-time timetable was agreed", "/agreed_with")


def overlap(
    mine: Sequence[AttendancePatternSet], first_on: date, state: Placement, facts: Facts, pointer: str
) -> SessionsOverlap | None:
    """The first session from a day on in which this placement and another both expect the pupil."""
    assert state.period.proposed_end is not None
    for other in facts.elsewhere:
        day = max(first_on, other.first_on)
        while day <= min(state.period.proposed_end, other.last_on):
            for session in Session:
                if _both_expect(mine, other.patterns, day, session):
                    half = "morning" if session is Session.AM else "afternoon"
                    return SessionsOverlap(
                        f"Another placement expects the pupil on the {half} of {words.on(day)}.", pointer=pointer
                    )
            day += DAY
    return None


def last_overlap(one: Elsewhere, other: Elsewhere) -> date | None:
    """The last day on which both expect the pupil at a provider in one session; None where there is none."""
    first_on, day = max(one.first_on, other.first_on), min(one.last_on, other.last_on)
    while day >= first_on:
        if any(_both_expect(one.patterns, other.patterns, day, session) for session in Session):
            return day
        day -= DAY
    return None


def _both_expect(
    mine: Sequence[AttendancePatternSet], theirs: Sequence[AttendancePatternSet], day: date, session: Session
) -> bool:
    return {place_on(mine, day, session), place_on(theirs, day, session)} == {SessionPlace.PROVIDER}


def elsewhere(state: Placement) -> Elsewhere | None:
    """What another placement of the pupil needs to know of this one; None where it expects them nowhere."""
    if state.stage not in IN_FORCE or state.period.start_date is None or state.period.proposed_end is None:
        return None
    return Elsewhere(
        first_on=state.period.start_date, last_on=state.period.proposed_end, patterns=state.agreement.patterns
    )
