"""What may be done to a home school: register it, publish its calendar, record to whom its body delegates."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import assert_never

from domain.calendar.school_calendar import SchoolCalendar, academic_year, year_name
from domain.school import correcting, succession
from domain.school.facts import SchoolFacts
from domain.school.state import Delegation, Published, School, SchoolStage, evolve, with_year
from domain.shared import words
from domain.shared.commands import Allowed, kebab
from domain.shared.errors import Rejected, Rejections, refuse
from domain.shared.text import visible
from events.codes import CalendarRevision, CommissionerKind, Role, Session
from events.definition import value
from events.ids import CalendarCorrectionId, DelegationId, PersonId, derived_id
from events.school import (
    AcademicYearPublished,
    CalendarCorrectionProposed,
    DelegationGranted,
    DelegationRevoked,
    SchoolEvent,
    SchoolRegistered,
)
from events.values.school_days import HalfDay, HalfTerm


@value
class RegisterSchool:
    """Register a home school, with the kind that decides which law binds it."""

    name: str
    kind: CommissionerKind
    la_code: str
    laestab: str | None = None


@value
class PublishCalendar:
    """Publish the school's calendar of an academic year, or of several: its half-terms, INSET days and half-days.

    Each year that has half-terms here replaces what was published for that year; other years stay. Published again,
    `revision` says whether the calendar was wrong (`corrected`, with the `reason`) or the school's days change
    (`changed`, as where it is left out). A day that has come changes by a correction alone, and a school day is added
    to the past only once a second person confirms it.
    """

    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...] = ()
    half_days: tuple[HalfDay, ...] = ()
    revision: CalendarRevision | None = None
    reason: str | None = None


@value
class ConfirmCalendarCorrection:
    """Confirm, as a second person, that the calendar lacked a school day that has passed."""

    correction_id: CalendarCorrectionId


@value
class GrantDelegation:
    """Record that the governing body or trust board lets the head direct pupils off site, until when and by what id."""

    delegation_id: DelegationId
    granted_on: date
    to_role: Role = Role.HEAD
    until_on: date | None = None


@value
class RevokeDelegation:
    """Record that the governing body or trust board took its power to direct pupils off site back."""

    delegation_id: DelegationId
    revoked_on: date


SchoolCommand = (
    RegisterSchool
    | correcting.CorrectSchool
    | PublishCalendar
    | ConfirmCalendarCorrection
    | GrantDelegation
    | RevokeDelegation
    | succession.SuccessionCommand
)


class SchoolWrongStage(Rejected):
    """A school is registered once, and everything else about it is recorded after that."""

    code = "school_wrong_stage"
    title = "The school is not at the stage for this"


class SchoolIncomplete(Rejected):
    """A school needs a name, a local authority code, a kind of school and a URN of six digits."""

    code = "school_incomplete"
    title = "Something about the school is missing or wrong"


class CalendarUnsound(Rejected):
    """Half-terms follow one another without overlap, each lasting at most 120 days.

    A half-day is a school day on which the school has its morning or its afternoon session alone.
    """

    code = "calendar_unsound"
    title = "The calendar does not hold together"


class PastDayChanged(Rejected):
    """What a school's calendar says of a day that has come stays as it is, unless the calendar was wrong.

    A school that closes on the day, for snow, has still had a school day: the register says that it was closed.
    """

    code = "past_day_changed"
    title = "A day that has come would change"
    legal_refs = ("SI 2010/1156 reg 2",)


class CorrectionUnknown(Rejected):
    """A correction waits until a second person confirms it, the year is published again or another is proposed."""

    code = "correction_unknown"
    title = "No such correction of the calendar waits"


class SecondPersonNeeded(Rejected):
    """A school day added to the past can make a duty late after the event, so two people answer for it."""

    code = "second_person_needed"
    title = "Somebody else confirms this"


class DelegationUnsound(Rejected):
    """The power to direct off site is the governing body's or the trust board's, and it may let the head use it.

    A delegation has an id of its own, and ends no earlier than it begins.
    """

    code = "delegation_unsound"
    title = "The delegation does not hold together"
    legal_refs = ("Education Act 2002 s 29A",)


class DelegationUnknown(Rejected):
    """Only a delegation that was granted, and was not revoked before, is revoked."""

    code = "delegation_unknown"
    title = "There is no such delegation to revoke"


# The head keeps the body's minutes, and so may record what it decided.
_OF_THE_BODY = frozenset({Role.BODY_DELEGATE, Role.HEAD})
_FOR_ITS_FUTURE = frozenset({Role.LA_OFFICER, *_OF_THE_BODY})

ALLOWED: Mapping[type[SchoolCommand], Allowed[SchoolStage]] = MappingProxyType({
    RegisterSchool: Allowed(
        stages=frozenset({SchoolStage.UNKNOWN}), roles=frozenset({Role.LA_OFFICER, Role.CASE_WORKER})
    ),
    correcting.CorrectSchool: Allowed(
        stages=frozenset({SchoolStage.REGISTERED}),
        roles=frozenset({Role.LA_OFFICER, Role.HEAD, Role.CASE_WORKER}),
    ),
    PublishCalendar: Allowed(
        stages=frozenset({SchoolStage.REGISTERED}),
        roles=frozenset({Role.LA_OFFICER, Role.HEAD, Role.CASE_WORKER}),
    ),
    ConfirmCalendarCorrection: Allowed(
        stages=frozenset({SchoolStage.REGISTERED}),
        roles=frozenset({Role.LA_OFFICER, Role.HEAD, Role.CASE_WORKER}),
    ),
    GrantDelegation: Allowed(stages=frozenset({SchoolStage.REGISTERED}), roles=_OF_THE_BODY),
    RevokeDelegation: Allowed(stages=frozenset({SchoolStage.REGISTERED}), roles=_OF_THE_BODY),
    succession.ConvertSchool: Allowed(stages=frozenset({SchoolStage.REGISTERED}), roles=_FOR_ITS_FUTURE),
    succession.CloseSchool: Allowed(stages=frozenset({SchoolStage.REGISTERED}), roles=_FOR_ITS_FUTURE),
    succession.CancelSuccession: Allowed(stages=frozenset({SchoolStage.REGISTERED}), roles=_FOR_ITS_FUTURE),
})  # fmt: skip

COMMANDS: Mapping[str, type[SchoolCommand]] = MappingProxyType({kebab(command): command for command in ALLOWED})

_URN = re.compile(r"[0-9]{6}")
_LONGEST_HALF_TERM_DAYS = 120
_MOST_HALF_TERMS = 60


def decide(  # noqa: PLR0911 # one flat match: a case for each command
    state: School, command: SchoolCommand, facts: SchoolFacts
) -> tuple[SchoolEvent, ...]:
    """What follows from a command.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    refuse(_stage(state, command))
    match command:
        case RegisterSchool():
            return _register(command, facts)
        case PublishCalendar():
            return _publish(state, command, facts)
        case ConfirmCalendarCorrection():
            return _confirm(state, command, facts)
        case GrantDelegation():
            return _grant(state, command)
        case RevokeDelegation():
            return _revoke(state, command)
        case correcting.CorrectSchool():
            return correcting.correct(state, command, facts)
        case succession.ConvertSchool():
            return succession.convert(state, command, facts)
        case succession.CloseSchool():
            return succession.close(state, command, facts)
        case succession.CancelSuccession():
            return succession.cancel(state, command, facts)
        case _:
            assert_never(command)


def _stage(state: School, command: SchoolCommand) -> Rejected | None:
    if state.stage in ALLOWED[type(command)].stages:
        return None
    if state.stage is SchoolStage.SUCCEEDED:
        return SchoolWrongStage(succession.refused_words(state))
    if state.stage is SchoolStage.REGISTERED:
        return SchoolWrongStage("This school is already registered.")
    return SchoolWrongStage("Register the school first.")


def _register(command: RegisterSchool, facts: SchoolFacts) -> tuple[SchoolEvent, ...]:
    refuse(
        None if visible(command.name) else SchoolIncomplete("Give the school's name.", pointer="/name"),
        None
        if re.fullmatch(r"[0-9]{3}", command.la_code)
        else SchoolIncomplete("A local authority code has three digits.", pointer="/la_code"),
        None
        if command.laestab is None or re.fullmatch(f"{re.escape(command.la_code)}[0-9]{{4}}", command.laestab)
        else SchoolIncomplete("A LAESTAB has seven digits, the authority's code first.", pointer="/laestab"),
        None if _URN.fullmatch(facts.urn) else SchoolIncomplete("A URN has six digits."),
        SchoolIncomplete("The local authority is not a school.", pointer="/kind")
        if command.kind is CommissionerKind.LA
        else None,
    )
    return (
        SchoolRegistered(
            urn=facts.urn, name=command.name, kind=command.kind, la_code=command.la_code, laestab=command.laestab
        ),
    )


def _publish(
    state: School, command: PublishCalendar, facts: SchoolFacts
) -> tuple[AcademicYearPublished | CalendarCorrectionProposed, ...]:
    in_order = sorted(command.half_terms, key=lambda half_term: half_term.first_on)
    refuse(
        None
        if 0 < len(in_order) <= _MOST_HALF_TERMS
        else CalendarUnsound(f"Give between one and {_MOST_HALF_TERMS} half-terms.", pointer="/half_terms"),
        *(_lasts(half_term) for half_term in in_order),
        *(_follows(before, after) for before, after in pairwise(in_order)),
    )
    # Of half-terms that are sound: the days of any other may be without end.
    years = sorted({academic_year(half_term.first_on) for half_term in in_order})
    refuse(*_half_days(command), *_outside(command, years))
    found: list[AcademicYearPublished | CalendarCorrectionProposed] = []
    for year in years:
        # Each year is held against the calendar as the years before it leave it.
        event = _year(state, command, year, facts)
        found.append(event)
        state = evolve(state, event)
    return tuple(found)


def _outside(command: PublishCalendar, years: Sequence[int]) -> Iterator[Rejected]:
    """A day of a year that has no half-terms here: what was meant for that year would be lost."""
    for n, day in enumerate(command.inset_days):
        if academic_year(day) not in years:
            yield CalendarUnsound(
                f"{words.on(day)} lies in {year_name(academic_year(day))}, and no half-term here does.",
                pointer=f"/inset_days/{n}",
            )


def _year(
    state: School, command: PublishCalendar, year: int, facts: SchoolFacts
) -> AcademicYearPublished | CalendarCorrectionProposed:
    """What one year of the command comes to.

    Raises:
        Rejections: it overlaps another year, or changes a day that has come without saying that this is a correction.
    """
    known = any(each.academic_year == year for each in state.years)
    revision = (command.revision or CalendarRevision.CHANGED) if known else None
    corrects = revision is CalendarRevision.CORRECTED
    event = AcademicYearPublished(
        version=state.calendar_version + 1,
        academic_year=year,
        published_on=facts.today,
        half_terms=tuple(sorted(_of(command.half_terms, year), key=lambda each: each.first_on)),
        inset_days=tuple(sorted({day for day in command.inset_days if academic_year(day) == year})),
        half_days=tuple(
            sorted((each for each in command.half_days if academic_year(each.day) == year), key=lambda each: each.day)
        ),
        revision=revision,
        reason=command.reason if known else None,
    )
    after = with_year(state, event)
    dropped, added = past_changes(state, after, year, facts.today) if known else ((), ())
    refuse(
        *(_follows(one, other) for one, other in pairwise(after.half_terms)),
        CalendarUnsound("Say why the calendar was wrong.", pointer="/reason")
        if corrects and not visible(command.reason)
        else None,
        None
        if corrects or not (dropped or added)
        else PastDayChanged(
            f"{words.on((*dropped, *added)[0])} has come. If the calendar was wrong about it, publish it as corrected,"
            " with the reason. If the school closes on a school day, the register says so.",
            pointer="/revision",
        ),
    )
    if not any(_is_new_day(state, day) for day in added):
        return event
    return CalendarCorrectionProposed(
        correction_id=CalendarCorrectionId(derived_id(facts.command_id, f"correction/{year}")),
        academic_year=year,
        proposed_on=facts.today,
        proposed_by=PersonId(facts.actor.id),
        half_terms=event.half_terms,
        inset_days=event.inset_days,
        half_days=event.half_days,
        reason=command.reason or "",
    )


def _of(half_terms: Iterable[HalfTerm], year: int) -> Iterator[HalfTerm]:
    return (each for each in half_terms if academic_year(each.first_on) == year)


def past_changes(state: School, after: Published, year: int, today: date) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The days until today of one year on which a session is dropped, and those before today that gain one."""
    was = _sessions(_of(state.half_terms, year), state.inset_days, state.half_days)
    now = _sessions(_of(after.half_terms, year), after.inset_days, after.half_days)
    dropped = sorted({day for day, _ in was - now if day <= today})
    added = sorted({day for day, _ in now - was if day < today})
    return tuple(dropped), tuple(added)


def _sessions(
    half_terms: Iterable[HalfTerm], inset_days: Iterable[date], half_days: Iterable[HalfDay]
) -> frozenset[tuple[date, Session]]:
    """Without bank holidays, which are the same in both."""
    calendar = SchoolCalendar(half_terms=half_terms, inset_days=inset_days, half_days=half_days)
    return frozenset(
        (day, session) for day in calendar.days for session in Session if calendar.has_session(day, session)
    )


def _is_new_day(state: School, day: date) -> bool:
    """The school had no session at all on that day."""
    calendar = SchoolCalendar(half_terms=state.half_terms, inset_days=state.inset_days)
    return not calendar.is_school_day(day)


def _confirm(
    state: School, command: ConfirmCalendarCorrection, facts: SchoolFacts
) -> tuple[AcademicYearPublished, ...]:
    found = state.correction(command.correction_id)
    if found is None:
        raise Rejections(
            (CorrectionUnknown("Name a correction that waits to be confirmed.", pointer="/correction_id"),)
        )
    event = AcademicYearPublished(
        version=state.calendar_version + 1,
        academic_year=found.academic_year,
        published_on=facts.today,
        half_terms=found.half_terms,
        inset_days=found.inset_days,
        half_days=found.half_days,
        revision=CalendarRevision.CORRECTED,
        reason=found.reason,
        correction_id=found.correction_id,
    )
    refuse(
        SecondPersonNeeded("You proposed this correction yourself. Somebody else confirms it.")
        if found.proposed_by == facts.actor.id
        else None,
        *(_follows(one, other) for one, other in pairwise(with_year(state, event).half_terms)),
    )
    return (event,)


def _lasts(half_term: HalfTerm) -> Rejected | None:
    days = (half_term.last_on - half_term.first_on).days
    if 0 <= days <= _LONGEST_HALF_TERM_DAYS:
        return None
    return CalendarUnsound(
        f"{half_term.name} must end after it begins, and last at most {_LONGEST_HALF_TERM_DAYS} days.",
        pointer="/half_terms",
    )


def _follows(before: HalfTerm, after: HalfTerm) -> Rejected | None:
    if before.last_on < after.first_on:
        return None
    return CalendarUnsound(f"{before.name} and {after.name} overlap.", pointer="/half_terms")


def _half_days(command: PublishCalendar) -> Iterator[Rejected]:
    # Without bank holidays, which no school publishes: a half-day on one is no school day, and does no harm.
    calendar = SchoolCalendar(half_terms=command.half_terms, inset_days=command.inset_days)
    named: set[date] = set()
    for each in command.half_days:
        if each.day in named:
            yield CalendarUnsound(f"{words.on(each.day)} is named twice.", pointer="/half_days")
        elif not (calendar.covers(each.day) and calendar.is_school_day(each.day)):
            yield CalendarUnsound(f"{words.on(each.day)} is no school day of this calendar.", pointer="/half_days")
        named.add(each.day)


def _grant(state: School, command: GrantDelegation) -> tuple[DelegationGranted, ...]:
    refuse(
        None
        if command.to_role is Role.HEAD
        else DelegationUnsound(
            "The power is delegated to the head; the body's delegate has it already.", pointer="/to_role"
        ),
        DelegationUnsound("Another delegation has this id.", pointer="/delegation_id")
        if _delegation(state, command.delegation_id)
        else None,
        DelegationUnsound("It must not end before it begins.", pointer="/until_on")
        if command.until_on is not None and command.until_on < command.granted_on
        else None,
    )
    return (
        DelegationGranted(
            delegation_id=command.delegation_id,
            to_role=command.to_role,
            granted_on=command.granted_on,
            until_on=command.until_on,
        ),
    )


def _revoke(state: School, command: RevokeDelegation) -> tuple[DelegationRevoked, ...]:
    found = _delegation(state, command.delegation_id)
    refuse(
        DelegationUnknown("Name a delegation that is on record and not revoked.", pointer="/delegation_id")
        if found is None or found.revoked_on is not None
        else None,
        DelegationUnsound("It cannot be revoked before it was granted.", pointer="/revoked_on")
        if found is not None and command.revoked_on < found.granted_on
        else None,
    )
    return (DelegationRevoked(delegation_id=command.delegation_id, revoked_on=command.revoked_on),)


def _delegation(state: School, delegation_id: DelegationId) -> Delegation | None:
    return next((each for each in state.delegations if each.delegation_id == delegation_id), None)
