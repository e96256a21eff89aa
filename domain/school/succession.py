"""Another school takes a school's place from a day on: an academy that it becomes, or one that takes over from it.

A day that lies ahead is planned; on the day the successor is the home school of every placement and the controller of
every pupil's record, and nothing more is recorded of the school before it.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from domain.school.correcting import laestab_of
from domain.school.evolve import evolve
from domain.school.facts import SchoolFacts
from domain.school.state import School, SchoolStage
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from domain.shared.text import visible
from events.codes import CommissionerKind, SuccessionKind
from events.definition import asked, value
from events.ids import Urn
from events.school import (
    AcademicYearPublished,
    PredecessorTakenOver,
    SchoolEvent,
    SchoolRegistered,
    SchoolSucceeded,
    SuccessionCancelled,
    SuccessionPlanned,
)
from events.values.school_days import InheritedCalendar


@value
class ConvertSchool:
    """Record that the school becomes an academy: its new URN, its new kind and name, and from which day.

    The new school is registered where it is not so far. On the day it takes the school's place: its placements go on
    there, its pupils' records are the new school's, and delegations of the old body end.
    """

    successor_urn: Urn = asked("New URN", hint="6 digits")
    kind: CommissionerKind = asked("What kind of school does it become?")
    name: str = asked("New name")
    effective_on: date = asked("From which day?")
    laestab: str | None = asked("New LAESTAB", hint="7 digits", default=None)


@value
class CloseSchool:
    """Record that the school closes, from which day, and which registered school takes over."""

    successor_urn: Urn = asked("School that takes over")
    effective_on: date = asked("First day the school is closed")
    reason: str = asked("Why does the school close?")


@value
class CancelSuccession:
    """Record that a conversion or a closure that was planned does not take place, and why."""

    reason: str = asked("Why does it not take place?")


SuccessionCommand = ConvertSchool | CloseSchool | CancelSuccession


class SuccessionUnsound(Rejected):
    """A school that converts or closes names one other school of its council, which is open and has a URN of its own.

    The day is at most a year ago and two years from now.
    """

    code = "succession_unsound"
    title = "The conversion or closure is not correct"
    legal_refs = ("Academies Act 2010 s 6", "UK GDPR art 24")


class NoSuccession(Rejected):
    """Only a conversion or a closure in the future can be cancelled."""

    code = "succession_not_planned"
    title = "No conversion or closure is planned"


_BACK = timedelta(days=366)
_AHEAD = timedelta(days=731)


def convert(state: School, command: ConvertSchool, facts: SchoolFacts) -> tuple[SchoolEvent, ...]:
    known = facts.successor
    name = command.name.strip()
    refuse(
        *_sound(state, command.successor_urn, command.effective_on, facts),
        SuccessionUnsound("A council is not a school.", pointer="/kind")
        if command.kind is CommissionerKind.LA
        else None,
        None if visible(name) else SuccessionUnsound("Give the new school's name.", pointer="/name"),
        laestab_of(command.laestab, state.la_code),
        SuccessionUnsound("The new school is registered as another kind of school.", pointer="/kind")
        if known is not None and known.kind is not command.kind
        else None,
        SuccessionUnsound("The new school is registered under another name.", pointer="/name")
        if known is not None and known.name != name
        else None,
    )
    return _planned(
        state,
        SuccessionPlanned(
            kind=SuccessionKind.CONVERSION,
            successor_urn=command.successor_urn,
            effective_on=command.effective_on,
            planned_on=facts.today,
            reason=None,
        ),
    )


def close(state: School, command: CloseSchool, facts: SchoolFacts) -> tuple[SchoolEvent, ...]:
    refuse(
        *_sound(state, command.successor_urn, command.effective_on, facts),
        SuccessionUnsound("Register the school that takes over first.", pointer="/successor_urn")
        if facts.successor is None
        else None,
        None if visible(command.reason) else SuccessionUnsound("Write down the reason.", pointer="/reason"),
    )
    return _planned(
        state,
        SuccessionPlanned(
            kind=SuccessionKind.CLOSURE,
            successor_urn=command.successor_urn,
            effective_on=command.effective_on,
            planned_on=facts.today,
            reason=command.reason.strip(),
        ),
    )


def cancel(state: School, command: CancelSuccession, facts: SchoolFacts) -> tuple[SuccessionCancelled, ...]:
    if state.succession is None:
        raise Rejections((NoSuccession("There is nothing to cancel."),))
    refuse(None if visible(command.reason) else SuccessionUnsound("Write down the reason.", pointer="/reason"))
    return (SuccessionCancelled(cancelled_on=facts.today, reason=command.reason.strip()),)


def _sound(state: School, successor_urn: Urn, effective_on: date, facts: SchoolFacts) -> Iterator[Rejected | None]:
    found = facts.successor
    if not re.fullmatch(r"[0-9]{6}", successor_urn, re.ASCII):
        yield SuccessionUnsound("A URN has six digits.", pointer="/successor_urn")
    elif successor_urn == facts.urn:
        yield SuccessionUnsound("Another school takes its place, with a URN of its own.", pointer="/successor_urn")
    elif found is not None and found.stage is SchoolStage.SUCCEEDED:
        yield SuccessionUnsound("Another school has already taken that school's place.", pointer="/successor_urn")
    elif found is not None and found.succession is not None:
        yield SuccessionUnsound("That school is about to close or to convert itself.", pointer="/successor_urn")
    elif found is not None and found.la_code != state.la_code:
        yield SuccessionUnsound(
            "That school belongs to another council. Hand each pupil over to it.", pointer="/successor_urn"
        )
    if not facts.today - _BACK <= effective_on <= facts.today + _AHEAD:
        yield SuccessionUnsound("Give a day at most a year ago and two years from now.", pointer="/effective_on")


def _planned(state: School, planned: SuccessionPlanned) -> tuple[SchoolEvent, ...]:
    """What is planned now holds in place of what was planned before; a day that has come takes effect at once."""
    return (planned, *taking_effect(evolve(state, planned), planned.planned_on))


def taking_effect(state: School, today: date, *, by: Urn | None = None) -> tuple[SchoolSucceeded, ...]:
    """That the successor's day has come. `by` is the school that took the successor's own place meanwhile."""
    planned = state.succession
    if planned is None or planned.effective_on > today:
        return ()
    return (
        SchoolSucceeded(
            kind=planned.kind,
            successor_urn=by or planned.successor_urn,
            effective_on=planned.effective_on,
            recorded_on=today,
        ),
    )


def begun(state: School, command: ConvertSchool, facts: SchoolFacts) -> tuple[SchoolRegistered, ...]:
    """How the record begins of the school that a school converts to, where it has none so far."""
    if facts.successor is not None:
        return ()
    registered = SchoolRegistered(
        urn=command.successor_urn,
        name=command.name.strip(),
        kind=command.kind,
        la_code=state.la_code,
        laestab=command.laestab,
    )
    return (registered,)


def taken_over(before: School, successor: School, event: SchoolSucceeded) -> tuple[SchoolEvent, ...]:
    """What the successor's record gets: the days of the schools before it, and each year that it has not published."""
    assert before.urn is not None
    own = InheritedCalendar(
        urn=before.urn,
        half_terms=before.half_terms,
        inset_days=before.inset_days,
        half_days=before.half_days,
        assumed_from=before.assumed_from,
    )
    taken = PredecessorTakenOver(
        predecessor_urn=before.urn,
        effective_on=event.effective_on,
        recorded_on=event.recorded_on,
        calendars=(*(before.inherited(urn) for urn in before.predecessors), own),
    )
    return (taken, *_years(before, successor, event.recorded_on))


def _years(before: School, successor: School, today: date) -> Iterator[AcademicYearPublished]:
    known = {each.academic_year for each in successor.years}
    missing = [each.academic_year for each in before.years if each.academic_year not in known]
    for n, year in enumerate(sorted(missing), start=1):
        found = before.days_of(year)
        yield AcademicYearPublished(
            version=successor.calendar_version + n,
            academic_year=year,
            published_on=today,
            half_terms=found.half_terms,
            inset_days=found.inset_days,
            half_days=found.half_days,
        )


def refused_words(state: School) -> str:
    """Why nothing more is recorded of a school whose place another took."""
    assert state.succeeded is not None
    return (
        f"The school with URN {state.succeeded.successor_urn} took this one's place on"
        f" {words.on(state.succeeded.effective_on)}: do this there."
    )
