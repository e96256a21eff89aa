"""Education from the sixth day of an exclusion: the exclusion itself, its deadline, and who must be told."""

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any

from domain.calendar.london import at
from domain.calendar.school_calendar import DAY, CalendarTooShort, SchoolCalendar
from domain.law.bases import BASES
from domain.law.rules import Figures, figures
from domain.placement.binding import figures_of
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import not_future, written
from domain.placement.stages import DECIDED, TERMINAL
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import CommissionerKind, ExclusionKind, RuleId
from events.definition import asked, value
from events.placement.agreement import EarlyStartConsented, NoticeGiven
from events.placement.decision import ExclusionRecorded
from events.placement.letters import NoticeServiceChanged
from events.values.sessions import SessionTimes


@value
class RecordExclusion:
    """Record the suspension or permanent exclusion from whose sixth day the education is owed.

    `days` counts the school days of a suspension; a permanent exclusion has none.
    """

    first_day: date = asked("First day of the exclusion")
    kind: ExclusionKind = asked("Kind of exclusion")
    days: int | None = asked("Number of school days", hint="For a suspension", default=None)


@value
class RecordEarlyStartConsent:
    """Record that the parent, or the pupil from 18, consents to a start less than 48 hours after the details came."""

    consented_on: date = asked("When did they consent?")
    consent: str = asked("Who consented, and how?", hint="For example, the mother, by email")


class ExclusionMismatch(Rejected):
    """The legal basis says which kind of exclusion the education follows, if any."""

    code = "exclusion_mismatch"
    title = "The exclusion does not fit the legal basis"


class SuspensionTooShort(Rejected):
    """The school must arrange education elsewhere only for a suspension of more than five school days."""

    code = "suspension_too_short"
    title = "The suspension is too short for education elsewhere"
    legal_refs = ("Education and Inspections Act 2006 s 100",)


class ExclusionNotRecorded(Rejected):
    """The day from which education must be arranged is counted from the first day of the exclusion."""

    code = "exclusion_not_recorded"
    title = "No exclusion is on record"
    legal_refs = ("Education and Inspections Act 2006 s 100", "Education Act 1996 s 19(3A)")


class ExclusionTooEarly(Rejected):
    """The sixth day is counted on the home school's calendar, so the calendar must include it."""

    code = "exclusion_too_early"
    title = "The school's calendar cannot count from that day"


class ConsentNotNeeded(Rejected):
    """Only the details of education from the sixth day of an exclusion must come 48 hours before it starts."""

    code = "consent_not_needed"
    title = "No consent to an early start is needed"


class DetailsMissing(Rejected):
    """Before the education starts, the school must tell the parent the address, the times and who to report to."""

    code = "details_missing"
    title = "The parent was not given the details"
    legal_refs = ("SI 2007/1870 reg 7",)


class DetailsTooLate(Rejected):
    """The details come at least 48 hours before the start, unless the parent agrees to less.

    If only the day is known, the details count as given at the end of that day.
    """

    code = "details_too_late"
    title = "The details were given too late for this start"
    legal_refs = ("SI 2007/1870 reg 7",)


_KINDS = {ExclusionKind.SUSPENSION: "a suspension", ExclusionKind.PERMANENT: "a permanent exclusion"}


def record(state: Placement, command: RecordExclusion, facts: Facts) -> tuple[ExclusionRecorded, ...]:
    refuse(*sound_exclusion(command, state, facts))
    return (ExclusionRecorded(first_day=command.first_day, kind=command.kind, days=command.days),)


def sound_exclusion(
    event: RecordExclusion | ExclusionRecorded, state: Placement, facts: Facts
) -> list[Rejected | None]:
    assert state.legal_basis is not None
    wanted = BASES[state.legal_basis].exclusion
    return [
        not_future(event.first_day, facts.today, "/first_day"),
        None
        if wanted is event.kind
        else ExclusionMismatch(f"This basis follows {_KINDS[wanted] if wanted else 'no exclusion'}.", pointer="/kind"),
        _length(event),
        _countable(event.first_day, facts.calendar),
    ]


def _length(command: RecordExclusion | ExclusionRecorded) -> Rejected | None:
    if command.kind is ExclusionKind.PERMANENT:
        return None if command.days is None else ExclusionMismatch("It has no number of days.", pointer="/days")
    most = figures(command.first_day).suspension_school_days
    if command.days is not None and command.days > most:
        return None
    return SuspensionTooShort(f"Give the school days of the suspension, more than {most}.", pointer="/days")


def _countable(first_day: date, calendar: SchoolCalendar) -> ExclusionTooEarly | None:
    """A deadline that cannot be counted would leave its workflow at a stand."""
    try:
        sixth_day(first_day, calendar)
    except CalendarTooShort:
        return ExclusionTooEarly("The calendar has too few days after this one.", pointer="/first_day")
    return None


def is_recorded(state: Placement) -> ExclusionNotRecorded | None:
    """The exclusion that a decision on its basis follows is on record."""
    assert state.legal_basis is not None
    if BASES[state.legal_basis].exclusion is None or state.referral.exclusion is not None:
        return None
    return ExclusionNotRecorded("Record the exclusion first, with its first day.")


def consent(state: Placement, command: RecordEarlyStartConsent, facts: Facts) -> tuple[EarlyStartConsented, ...]:
    assert state.period.start_date is not None
    refuse(
        None if _by_hours(state) else ConsentNotNeeded("Notice on this basis is not counted in hours."),
        *sound_consent(command, state, facts),
    )
    return (
        EarlyStartConsented(
            consented_on=command.consented_on, start_date=state.period.start_date, consent=command.consent
        ),
    )


def sound_consent(
    event: RecordEarlyStartConsent | EarlyStartConsented, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.consented_on, facts.today, "/consented_on"),
        written(event.consent, "what was consented to, and how", "/consent"),
    ]


def in_time(deemed_on: date, given_at: time | None, start_date: date, times: SessionTimes, bound: Figures) -> bool:
    """T8: not less than 48 hours before the first session. Without its hour a day counts to its end."""
    begins = times.am_start or times.start
    assert begins is not None
    given = at(deemed_on, given_at) if given_at else at(deemed_on + DAY, time.min)
    return at(start_date, begins) - given >= timedelta(hours=bound.day_six_details_hours)


def may_start(state: Placement) -> DetailsMissing | DetailsTooLate | None:
    if state.notices.current is None:
        return DetailsMissing("Give the parent the details of the education first.")
    if state.notices.current.timely or _consented(state):
        return None
    hours = figures_of(state).day_six_details_hours
    return DetailsTooLate(
        f"The details came less than {words.figure(hours, 'hour')} before the start."
        " Record the parent's consent, or move the start."
    )


def _by_hours(state: Placement) -> bool:
    return state.legal_basis is not None and BASES[state.legal_basis].notice is RuleId.T8


def _consented(state: Placement) -> bool:
    """Consent is to one start, and is spent when that is moved."""
    return (
        state.agreement.early_consent is not None
        and state.agreement.early_consent.start_date == state.period.start_date
    )


def _sixth_day_owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    """T7, until the education begins."""
    if state.referral.exclusion is not None and state.running.started_on is None and state.stage not in TERMINAL:
        yield Owed(sixth_day(state.referral.exclusion.first_day, calendar))


def _sixth_day_done(_events: Sequence[Any], state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    if state.referral.exclusion is not None and state.running.started_on is not None:
        yield Done(sixth_day(state.referral.exclusion.first_day, calendar), state.running.started_on)


def _why_sixth_day(day: DueDay) -> str:
    assert day.state.referral.exclusion is not None
    who = "the council" if day.state.commissioner is CommissionerKind.LA else "the school"
    return (
        f"by {who}, from day {figures(day.state.referral.exclusion.first_day).day_six} of the exclusion that began on"
        f" {words.on(day.state.referral.exclusion.first_day)}"
    )


def _details_owed(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    """T8, until the parent has the details in time; never before the start was set."""
    if (
        not _by_hours(state)
        or state.stage not in DECIDED
        or state.period.start_date is None
        or state.period.start_set_on is None
    ):
        return
    if may_start(state) is not None:
        lead = DAY if _consented(state) else timedelta(hours=figures_of(state).day_six_details_hours)
        yield Owed(max(state.period.start_date - lead, state.period.start_set_on))


def _why_details(day: DueDay) -> str:
    start = day.state.period.start_date
    assert start is not None
    hours = figures_of(day.state).day_six_details_hours
    late = start - timedelta(hours=hours) < day.due
    before = words.figure(hours, "hour")
    return f"{before} before the start on {words.on(start)}{', the longest that this start allows' if late else ''}"


def sixth_day(first_day: date, calendar: SchoolCalendar) -> date:
    """The sixth school day of an exclusion, its first day counted: the stricter reading."""
    return calendar.nth_after(first_day - DAY, figures(first_day).day_six)


def _details_moved_on(event: Any, after: Placement) -> date | None:
    if isinstance(event, EarlyStartConsented):
        # With consent the details come a day later; consent does not make them come in time.
        told = after.notices.current.deemed_on - DAY if after.notices.current else event.consented_on
        return max(event.consented_on, told)
    return event.deemed_on if isinstance(event, NoticeGiven | NoticeServiceChanged) else None


SIXTH_DAY = Duty(
    rule=RuleId.T7, what="Arrange education", owed=_sixth_day_owed, explain=_why_sixth_day, done=_sixth_day_done
)
DETAILS = Duty(
    rule=RuleId.T8,
    what="Give the details to the parent",
    owed=_details_owed,
    explain=_why_details,
    moved_on=_details_moved_on,
)
