"""What may be said of a session: the provider what it saw, the school which code that is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import assert_never

from domain.attendance.codes import ABSENT, AT_PROVIDER, ATTENDING
from domain.attendance.coding import DONE, Occasion, wrong_code
from domain.attendance.state import SessionMark, Slot, Week, days_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.agreement.pattern import place_on
from domain.placement.guards import at_least, not_before, not_future, written
from domain.placement.running.start import NotSchoolDay, SiteNotPlaced
from domain.placement.state import RUNNING, Placement, Stage
from domain.provider.state import Provider
from domain.shared import words
from domain.shared.commands import Allowed, kebab
from domain.shared.errors import Rejected, refuse
from events.attendance import (
    AbsenceResolved,
    AttendanceEvent,
    SessionMarkAmended,
    SessionMarkConfirmed,
    SessionMarkCorrected,
    SessionMarkProposed,
)
from events.codes import Activity, AttendanceCode, MarkPlace, ProposedMark, Resolution, Role, Session, SessionPlace
from events.definition import value
from events.ids import IsoWeek, PlacementId, SiteId


@value
class RecordMark:
    """Record whether the pupil came to a session at the provider. The school enters the code."""

    day: date
    session: Session
    mark: ProposedMark
    site_id: SiteId
    place: MarkPlace = MarkPlace.ON_SITE
    activity: Activity = Activity.EDUCATION
    minutes_late: int | None = None
    explanation: str | None = None


@value
class CorrectMark:
    """Correct what the provider said of a session for which the school has entered a code.

    The school's entry stays as it is until the school amends it.
    """

    day: date
    session: Session
    mark: ProposedMark
    site_id: SiteId
    place: MarkPlace = MarkPlace.ON_SITE
    activity: Activity = Activity.EDUCATION
    minutes_late: int | None = None
    explanation: str | None = None
    reason: str | None = None


@value
class ConfirmMark:
    """Enter the code of a session in the school's register.

    Where the provider has said nothing, `site_id` and `activity` say where the pupil was and what for. Where the
    provider says otherwise and is wrong, `seen_by` and `whereabouts` state who saw the pupil and where. `entered_by`
    and `position` are your name and position: without them, those that you signed in with.
    """

    day: date
    session: Session
    code: AttendanceCode
    site_id: SiteId | None = None
    activity: Activity | None = None
    reason: str | None = None
    seen_by: str | None = None
    whereabouts: str | None = None
    entered_by: str | None = None
    position: str | None = None


@value
class ResolveAbsence:
    """Enter the code of an absence that was entered as N, with the reason. Only the school authorises an absence.

    This amends the register: the entry before stays, with the day, your name and your position. `entered_by` and
    `position` say them where you did not sign in with them.
    """

    day: date
    session: Session
    code: AttendanceCode
    reason: str | None = None
    seen_by: str | None = None
    whereabouts: str | None = None
    entered_by: str | None = None
    position: str | None = None


@value
class AmendMark:
    """Correct an entry of the register, with the reason.

    The entry before stays, with the day, your name and your position; `entered_by` and `position` say them where you
    did not sign in with them. A code of a pupil who attended, where the provider says absent, needs the provider's
    correction, or `seen_by` and `whereabouts`: who saw the pupil and where.
    """

    day: date
    session: Session
    code: AttendanceCode
    reason: str | None = None
    seen_by: str | None = None
    whereabouts: str | None = None
    entered_by: str | None = None
    position: str | None = None


EntryCommand = ConfirmMark | ResolveAbsence | AmendMark
AttendanceCommand = RecordMark | CorrectMark | EntryCommand


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendanceFacts:
    """`week` is the one that the command was sent to; `calendar` is the home school's.

    `elsewhere` are the sessions of that week in which the register of another placement has the pupil. `name` and
    `role` are of whoever gives the command, as they signed in.
    """

    placement_id: PlacementId
    week: IsoWeek
    now: datetime
    today: date
    placement: Placement
    provider: Provider | None
    calendar: SchoolCalendar
    elsewhere: frozenset[Slot] = frozenset()
    name: str | None = None
    role: Role | None = None


class NotAttending(Rejected):
    """A register is kept from the day on which the pupil may start until the placement ends."""

    code = "not_attending"
    title = "The placement is not at the stage for a register"


class DayOutsideWeek(Rejected):
    """Each week of a placement is a register of its own, at its own address."""

    code = "day_outside_week"
    title = "The day is not in this week"


class NotExpected(Rejected):
    """The provider marks the sessions that the weekly pattern places with it."""

    code = "not_expected"
    title = "The pupil is not expected at the provider in this session"


class NoSession(Rejected):
    """On a half-day the school has a morning or an afternoon session alone; nobody is marked in the other half."""

    code = "no_session"
    title = "The school has no session in this half of the day"
    legal_refs = ("SI 2024/208 reg 10",)


class PresentElsewhere(Rejected):
    """A pupil may have several placements, and was at one of them at a time. Whichever mark is wrong is put right."""

    code = "present_elsewhere"
    title = "Another register has the pupil present in this session"
    legal_refs = ("SI 2024/208 reg 10",)


class AlreadyConfirmed(Rejected):
    """Once the school has entered a code, what is wrong is put right by an amendment that gives its reason."""

    code = "already_confirmed"
    title = "The school has entered a code for this session"
    legal_refs = ("SI 2024/208 reg 10",)


class NothingToCorrect(Rejected):
    """A provider corrects a mark that it made, once the school has entered a code; until then it marks again."""

    code = "nothing_to_correct"
    title = "There is no mark of the provider to correct"


class NothingConfirmed(Rejected):
    """An amendment changes an entry that stands in the register to another."""

    code = "nothing_to_amend"
    title = "There is no other entry to amend"


class NotUnexplained(Rejected):
    """Only an absence that was entered as N waits for its reason, and its reason is the code of an absence."""

    code = "not_unexplained"
    title = "The session is not an absence without a reason"


_PROVIDER = frozenset({Role.PROVIDER_USER, Role.INTEGRATION})
_SCHOOL = frozenset({Role.CASE_WORKER, Role.HEAD, Role.DSL})
_KEPT = frozenset({Stage.READY_TO_START, *RUNNING, Stage.ENDED})
# A register is put right also when the placement is over.
_PUT_RIGHT = _KEPT | {Stage.CLOSED}

ALLOWED: Mapping[type[AttendanceCommand], Allowed[Stage]] = MappingProxyType(
    {
        RecordMark: Allowed(stages=_KEPT - {Stage.ENDED}, roles=_PROVIDER),
        CorrectMark: Allowed(stages=_PUT_RIGHT, roles=_PROVIDER),
        ConfirmMark: Allowed(stages=_PUT_RIGHT, roles=_SCHOOL),
        ResolveAbsence: Allowed(stages=_PUT_RIGHT, roles=_SCHOOL),
        AmendMark: Allowed(stages=_PUT_RIGHT, roles=_SCHOOL),
    }
)

COMMANDS: Mapping[str, type[AttendanceCommand]] = MappingProxyType({kebab(command): command for command in ALLOWED})


def decide(state: Week, command: AttendanceCommand, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    """What follows from a command.

    Raises:
        Rejections: the command may not be given, with every reason.
    """
    refuse(_stage(command, facts))
    mark = state.mark(command.day, command.session)
    match command:
        case RecordMark():
            return _record(mark, command, facts)
        case CorrectMark():
            return _correct(mark, command, facts)
        case ConfirmMark():
            return _confirm(mark, command, facts)
        case ResolveAbsence():
            return _resolve(mark, command, facts)
        case AmendMark():
            return _amend(mark, command, facts)
        case _:
            assert_never(command)


def _stage(command: AttendanceCommand, facts: AttendanceFacts) -> Rejected | None:
    stage = facts.placement.stage
    if stage in ALLOWED[type(command)].stages:
        return None
    return NotAttending(f"The placement is {stage.value.replace('_', ' ')}.")


def _session(command: AttendanceCommand, facts: AttendanceFacts) -> tuple[Rejected | None, ...]:
    """The day is a school day of this week and of this placement, and has come."""
    placement, day = facts.placement, command.day
    first = placement.started_on or placement.start_date
    assert first is not None
    return (
        None
        if day in days_of(facts.week)
        else DayOutsideWeek(f"{words.on(day)} is not in week {facts.week}.", pointer="/day"),
        _held(command, facts.calendar),
        not_before(day, first, "the placement begins", "/day"),
        not_future(day, facts.today, "/day"),
        NotAttending(f"The placement ended on {words.on(placement.end.ended_on)}.", pointer="/day")
        if placement.end is not None and day > placement.end.ended_on
        else None,
    )


def _held(command: AttendanceCommand, calendar: SchoolCalendar) -> Rejected | None:
    """The home school has the session."""
    day = command.day
    if not calendar.is_school_day(day):
        return NotSchoolDay(f"{words.on(day)} is not a school day at the home school.", pointer="/day")
    if not calendar.has_session(day, command.session):
        half = "morning" if command.session is Session.AM else "afternoon"
        return NoSession(f"The home school has no {half} session on {words.on(day)}.", pointer="/session")
    return None


def _record(mark: SessionMark, command: RecordMark, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    refuse(
        *_session(command, facts),
        None
        if mark.code is None
        else AlreadyConfirmed("Correct your mark, with the reason; the school amends its entry."),
        None
        if facts.placement.pause_on(command.day) is None
        else NotAttending(f"The placement is paused on {words.on(command.day)}.", pointer="/day"),
        *_seen_at_provider(mark, command, facts),
    )
    return (
        SessionMarkProposed(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            mark=command.mark,
            place=command.place,
            activity=command.activity,
            site_id=command.site_id,
            minutes_late=command.minutes_late,
            explanation=command.explanation,
        ),
    )


def _correct(mark: SessionMark, command: CorrectMark, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    before = mark.proposed
    refuse(
        *_session(command, facts),
        NothingToCorrect("Record the mark instead.", pointer="/session")
        if before is None or mark.code is None
        else None,
        *_seen_at_provider(mark, command, facts),
        written(command.reason, "why the mark is corrected", "/reason"),
    )
    assert before is not None
    return (
        SessionMarkCorrected(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            from_mark=before.mark,
            from_place=before.place,
            mark=command.mark,
            place=command.place,
            activity=command.activity,
            site_id=command.site_id,
            minutes_late=command.minutes_late,
            explanation=command.explanation,
            reason=command.reason,
        ),
    )


def _seen_at_provider(
    mark: SessionMark, command: RecordMark | CorrectMark, facts: AttendanceFacts
) -> tuple[Rejected | None, ...]:
    expected = place_on(facts.placement.patterns, command.day, command.session)
    return (
        None
        if expected in {None, SessionPlace.PROVIDER}
        else NotExpected("The weekly pattern has the pupil elsewhere then.", pointer="/session"),
        _site(command.site_id, facts),
        _elsewhere(mark, facts) if command.mark is not ProposedMark.ABSENT else None,
        None if command.minutes_late is None else at_least(command.minutes_late, 0, "Minutes late", "/minutes_late"),
    )


def _confirm(mark: SessionMark, command: ConfirmMark, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    occasion = _occasion(mark, command, facts, seen=mark.proposed, activity=command.activity)
    site_id = mark.proposed.site_id if mark.proposed else command.site_id
    elsewhere = occasion.paused or occasion.expected is SessionPlace.SCHOOL
    at_provider = command.code in AT_PROVIDER and not elsewhere
    # Who was seen elsewhere may have been at no site of the placement.
    at_site = at_provider and not (occasion.witnessed and site_id is None)
    refuse(
        *_session(command, facts),
        None if mark.code is None else AlreadyConfirmed("Amend the entry instead, with the reason."),
        *wrong_code(command.code, occasion),
        _site(site_id, facts) if at_site else None,
        _elsewhere(mark, facts) if at_provider else None,
        *_statement(command, occasion),
    )
    return (
        SessionMarkConfirmed(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            code=command.code,
            site_id=site_id if at_site else None,
            entered_on=facts.today,
            reason=command.reason,
            seen_by=command.seen_by,
            whereabouts=_whereabouts(command, facts),
            entered_by=_name(command, facts),
            position=_position(command, facts),
        ),
    )


def _resolve(mark: SessionMark, command: ResolveAbsence, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    reasons = ABSENT - {AttendanceCode.NO_REASON_YET}
    occasion = _occasion(mark, command, facts, seen=mark.proposed)
    refuse(
        *_session(command, facts),
        None
        if mark.code is AttendanceCode.NO_REASON_YET
        else NotUnexplained("The session is not entered as N.", pointer="/session"),
        None
        if command.code in reasons
        else NotUnexplained("Enter the code of an absence; amend the entry if it was none.", pointer="/code"),
        *wrong_code(command.code, occasion),
        written(command.reason, "the reason of the absence, or that none was found", "/reason"),
        *_statement(command, occasion),
        _named(command, facts),
    )
    return (
        AbsenceResolved(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            code=command.code,
            resolution=Resolution.SCHOOL,
            from_code=mark.code,
            amended_on=facts.today,
            reason=command.reason,
            seen_by=command.seen_by,
            whereabouts=_whereabouts(command, facts),
            entered_by=_name(command, facts),
            position=_position(command, facts),
        ),
    )


def _amend(mark: SessionMark, command: AmendMark, facts: AttendanceFacts) -> tuple[AttendanceEvent, ...]:
    # That a pupil was absent after all is the school's to say, with its reason; that one was present, somebody saw.
    seen = mark.proposed if command.code in ATTENDING else None
    # With its reason the amendment says what the pupil did, whatever was said of that before.
    occasion = _occasion(mark, command, facts, seen=seen, activity=DONE.get(command.code))
    came = command.code in AT_PROVIDER and mark.code not in AT_PROVIDER
    at_provider = came and not occasion.paused and occasion.expected is not SessionPlace.SCHOOL
    refuse(
        *_session(command, facts),
        _elsewhere(mark, facts) if at_provider and not occasion.witnessed else None,
        NothingConfirmed("Choose a session that has an entry, and another code.", pointer="/code")
        if mark.code in {None, command.code}
        else None,
        *wrong_code(command.code, occasion),
        written(command.reason, "why the entry is amended", "/reason"),
        *_statement(command, occasion),
        _named(command, facts),
    )
    assert mark.code is not None
    return (
        SessionMarkAmended(
            placement_id=facts.placement_id,
            day=command.day,
            session=command.session,
            from_code=mark.code,
            code=command.code,
            amended_on=facts.today,
            reason=command.reason,
            seen_by=command.seen_by,
            whereabouts=_whereabouts(command, facts),
            entered_by=_name(command, facts),
            position=_position(command, facts),
        ),
    )


def _statement(command: EntryCommand, occasion: Occasion) -> Iterator[Rejected | None]:
    """Who saw the pupil is nothing without where; where the pupil was may stand alone."""
    if command.seen_by is not None:
        yield written(command.seen_by, "who saw the pupil", "/seen_by")
        yield written(command.whereabouts, "where the pupil was seen", "/whereabouts")
    elif occasion.paused and command.code in AT_PROVIDER:
        yield written(command.whereabouts, "where the pupil is while the placement is paused", "/whereabouts")


def _whereabouts(command: EntryCommand, facts: AttendanceFacts) -> str | None:
    """During a pause where the child is meanwhile; where the entry does not say it, as the pause does."""
    if command.whereabouts is not None and command.whereabouts.strip():
        return command.whereabouts
    pause = facts.placement.pause_on(command.day)
    return pause.paused.interim_education if pause else None


def _named(command: EntryCommand, facts: AttendanceFacts) -> Rejected | None:
    """A change of the register carries the name of whoever makes it."""
    return written(_name(command, facts), "your name: you did not sign in with one", "/entered_by")


def _name(command: EntryCommand, facts: AttendanceFacts) -> str | None:
    """As signed in, before what somebody types."""
    return facts.name if facts.name and facts.name.strip() else command.entered_by


def _position(command: EntryCommand, facts: AttendanceFacts) -> str | None:
    if command.position is not None and command.position.strip():
        return command.position
    return facts.role.value.replace("_", " ") if facts.role else None


def _site(site_id: SiteId | None, facts: AttendanceFacts) -> Rejected | None:
    if site_id in facts.placement.site_ids:
        return None
    return SiteNotPlaced("Choose a site that the placement names.", pointer="/site_id")


def _elsewhere(mark: SessionMark, facts: AttendanceFacts) -> PresentElsewhere | None:
    if mark.slot not in facts.elsewhere:
        return None
    return PresentElsewhere("Ask the home school which of the two is right.", pointer="/session")


def _occasion(
    mark: SessionMark,
    command: EntryCommand,
    facts: AttendanceFacts,
    *,
    seen: SessionMarkProposed | None,
    activity: Activity | None = None,
) -> Occasion:
    placement = facts.placement
    stated = mark.proposed.activity if mark.proposed else None
    return Occasion(
        session=mark.session,
        expected=place_on(placement.patterns, mark.day, mark.session),
        seen=seen,
        activity=activity or stated or Activity.EDUCATION,
        legal_basis=placement.legal_basis,
        commissioner=placement.commissioner,
        provider_kind=facts.provider.kind if facts.provider else None,
        witnessed=bool((command.seen_by or "").strip() and (command.whereabouts or "").strip()),
        paused=placement.pause_on(mark.day) is not None,
    )
