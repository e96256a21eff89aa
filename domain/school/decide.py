"""What may be done to a home school: register it, publish its calendar, record to whom its body delegates."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from types import MappingProxyType
from typing import assert_never

from domain import words
from domain.commands import Allowed, kebab
from domain.errors import Rejected, refuse
from domain.school.state import Delegation, School, Stage
from domain.school_calendar import SchoolCalendar
from domain.text import visible
from events.codes import CommissionerKind, Role
from events.definition import value
from events.ids import DelegationId, Urn
from events.school import CalendarPublished, DelegationGranted, DelegationRevoked, SchoolEvent, SchoolRegistered
from events.values import HalfDay, HalfTerm


@value
class RegisterSchool:
    """Register a home school, with the kind that decides which law binds it."""

    name: str
    kind: CommissionerKind
    la_code: str
    laestab: str | None = None


@value
class PublishCalendar:
    """Publish the school's calendar: its half-terms, INSET days and half-days, in place of the calendar before."""

    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...] = ()
    half_days: tuple[HalfDay, ...] = ()


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


SchoolCommand = RegisterSchool | PublishCalendar | GrantDelegation | RevokeDelegation


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolFacts:
    """`urn` is the one that the command was sent to."""

    urn: Urn


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

ALLOWED: Mapping[type[SchoolCommand], Allowed[Stage]] = MappingProxyType({
    RegisterSchool: Allowed(stages=frozenset({Stage.UNKNOWN}), roles=frozenset({Role.LA_OFFICER, Role.CASE_WORKER})),
    PublishCalendar: Allowed(
        stages=frozenset({Stage.REGISTERED}),
        roles=frozenset({Role.LA_OFFICER, Role.HEAD, Role.CASE_WORKER}),
    ),
    GrantDelegation: Allowed(stages=frozenset({Stage.REGISTERED}), roles=_OF_THE_BODY),
    RevokeDelegation: Allowed(stages=frozenset({Stage.REGISTERED}), roles=_OF_THE_BODY),
})  # fmt: skip

COMMANDS: Mapping[str, type[SchoolCommand]] = MappingProxyType({kebab(command): command for command in ALLOWED})

_URN = re.compile(r"[0-9]{6}")
_LONGEST_HALF_TERM_DAYS = 120
_MOST_HALF_TERMS = 60


def decide(state: School, command: SchoolCommand, facts: SchoolFacts) -> tuple[SchoolEvent, ...]:
    """What follows from a command.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    refuse(_stage(state, command))
    match command:
        case RegisterSchool():
            return _register(command, facts)
        case PublishCalendar():
            return _publish(state, command)
        case GrantDelegation():
            return _grant(state, command)
        case RevokeDelegation():
            return _revoke(state, command)
        case _:
            assert_never(command)


def _stage(state: School, command: SchoolCommand) -> Rejected | None:
    if state.stage in ALLOWED[type(command)].stages:
        return None
    if state.stage is Stage.REGISTERED:
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


def _publish(state: School, command: PublishCalendar) -> tuple[SchoolEvent, ...]:
    in_order = sorted(command.half_terms, key=lambda half_term: half_term.first_on)
    refuse(
        None
        if 0 < len(in_order) <= _MOST_HALF_TERMS
        else CalendarUnsound(f"Give between one and {_MOST_HALF_TERMS} half-terms.", pointer="/half_terms"),
        *(_lasts(half_term) for half_term in in_order),
        *(_follows(before, after) for before, after in pairwise(in_order)),
    )
    # Of half-terms that are sound: the days of any other may be without end.
    refuse(*_half_days(command))
    return (
        CalendarPublished(
            version=state.calendar_version + 1,
            half_terms=tuple(in_order),
            inset_days=tuple(sorted(set(command.inset_days))),
            half_days=tuple(sorted(command.half_days, key=lambda each: each.day)),
        ),
    )


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
