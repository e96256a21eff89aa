"""Written notice of the placement: what it must say, whom it must reach and how long before the start."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import pairwise

from domain.calendar.school_calendar import CalendarTooShort, SchoolCalendar
from domain.law.bases import BASES
from domain.law.rules import Figures
from domain.placement.ages import unfit_when_decided
from domain.placement.agreement.delivery import deemed_on, sent_at
from domain.placement.agreement.email import agreed
from domain.placement.binding import figures_of
from domain.placement.facts import Facts
from domain.placement.guards import missing_recipients, not_before, not_future, relevant_person
from domain.placement.referral import exclusions
from domain.placement.stages import RUNNING
from domain.placement.state import Placement
from domain.shared.addresses import incomplete
from domain.shared.errors import Rejected, Rejections, refuse
from domain.shared.text import visible
from events.codec import canonical_json
from events.codes import DeliveryMethod, RecipientRole, RuleId, SessionMode, TermsField
from events.definition import asked, value
from events.ids import NoticeId, derived_id
from events.placement.agreement import NoticeGiven, NoticeSuperseded
from events.placement.letters import NoticeServiceChanged
from events.placement.running import TermsChanged
from events.values.referral import Objective
from events.values.sessions import SessionTimes


@value
class GiveNotice:
    """Record the written notice of the placement, for the present start date, or of terms that change.

    A late notice is recorded too, and says that it is late. `given_at`, the hour in London, counts where notice is
    counted in hours: after an exclusion.
    """

    given_on: date = asked("When was the notice given?", hint="The day it was handed over, posted or emailed")
    method: DeliveryMethod = asked("How was it given?")
    recipients: tuple[RecipientRole, ...] = asked("Who was it given to?")
    session_times: SessionTimes = asked("Times of the sessions")
    address: str | None = asked(
        "Address the pupil goes to", hint="Leave empty to use the address of the site", default=None
    )
    report_to: str | None = asked("Who does the pupil report to on the first day?", default=None)
    reasons: str | None = asked("Reasons", hint="Leave empty to use the reasons of the decision", default=None)
    objectives: tuple[Objective, ...] = asked(
        "Objectives", hint="Leave empty to use the objectives of the referral", default=()
    )
    given_at: time | None = asked(
        "What time was it given?", hint="Needed for a notice that starts a placement within 48 hours", default=None
    )


class NoticeIncomplete(Rejected):
    """The notice gives the address, the person to report to, the number of days, the reasons and the objectives."""

    code = "notice_incomplete"
    title = "The notice is not complete"
    legal_refs = ("SI 2010/1156 reg 3(4)",)


class SessionTimesIncomplete(Rejected):
    """Two sessions: the morning's start, the break and the afternoon's end. One session: its start and end."""

    code = "session_times_incomplete"
    title = "The times of the sessions are not complete"
    legal_refs = ("SI 2010/1156 reg 3(4)",)


class SessionTimesOutOfOrder(Rejected):
    """A day begins before its break and ends after it."""

    code = "session_times_out_of_order"
    title = "The times of the sessions are not in order"
    legal_refs = ("SI 2010/1156 reg 3(4)",)


class NoticeNotOwed(Rejected):
    """Once a placement has started, give notice only of terms that change."""

    code = "notice_not_owed"
    title = "There is nothing to give notice of"


class NoticeOmitsChange(Rejected):
    """A notice of changed terms gives them as they were changed."""

    code = "notice_omits_change"
    title = "The notice does not say what changes"
    legal_refs = ("SI 2010/1156 reg 3(4)",)


def give(state: Placement, command: GiveNotice, facts: Facts) -> tuple[NoticeGiven | NoticeSuperseded, ...]:
    assert state.period.start_date is not None
    assert state.period.days is not None
    changed = _changed(state) if state.stage in RUNNING else ()
    owed_since = changed[0].changed_on if changed else date.min
    start = changed[0].effective_on if changed else state.period.start_date
    refuse(
        unfit_when_decided(state),
        *sound(command, state, facts),
        agreed(command, state, facts),
        not_before(command.given_on, owed_since, "the terms changed", "/given_on"),
        *(_states(each, command) for each in changed),
    )
    hour = sent_at(command.given_on, command.given_at, facts.now)
    deemed = deemed_on(command.given_on, command.method, facts.calendar, hour)
    clear = facts.calendar.between(deemed, start)
    notice = NoticeGiven(
        notice_id=NoticeId(derived_id(facts.command_id, "notice")),
        given_on=command.given_on,
        deemed_on=deemed,
        method=command.method,
        recipients=command.recipients,
        start_date=start,
        days=next((each.days for each in changed if each.days is not None), state.period.days),
        session_times=command.session_times,
        school_days_clear=clear,
        timely=is_timely(clear, figures_of(state)) if changed else _timely(state, command, deemed, clear),
        calendar_version=facts.calendar.version,
        given_at=command.given_at,
        relevant_person=relevant_person(state, command.given_on),
        change_id=changed[0].change_id if changed else None,
        address=command.address,
        report_to=command.report_to,
        reasons=command.reasons,
        objectives=command.objectives,
    )
    if state.notices.current is None or (changed and not notice.timely):
        return (notice,)
    return (notice, NoticeSuperseded(notice_id=state.notices.current.notice_id, by_notice_id=notice.notice_id))


def sound(event: GiveNotice | NoticeGiven, state: Placement, facts: Facts) -> list[Rejected | None]:
    required = {
        RecipientRole.RELEVANT_PERSON,
        *({RecipientRole.LA} if state.referral.had_plan_on(event.given_on) else ()),
    }
    made = state.decision.determination
    return [
        *_content(event),
        incomplete(event.address, "/address") if event.address and visible(event.address) else None,
        check_times(event.session_times),
        *missing_recipients(event.recipients, required),
        not_future(event.given_on, facts.today, "/given_on"),
        not_before(event.given_on, made.determined_on, "the placement was determined", "/given_on") if made else None,
    ]


def _changed(state: Placement) -> tuple[TermsChanged, ...]:
    """The change of terms that a notice is owed for, once the placement runs.

    Raises:
        Rejections: there is none.
    """
    if state.period.change_pending is None:
        raise Rejections((NoticeNotOwed("Change the terms first, then give notice of the change."),))
    return state.period.changed(state.period.change_pending.change_id)


def _states(changed: TermsChanged, command: GiveNotice) -> NoticeOmitsChange | None:
    """The notice says what changes; the number of days it takes from the change itself."""
    stated = {
        TermsField.ADDRESS: command.address,
        TermsField.REPORT_TO: command.report_to,
        TermsField.SESSION_TIMES: command.session_times,
    }.get(changed.field)
    if stated is None or as_text(stated) == changed.to_value:
        return None
    return NoticeOmitsChange(
        f"The {changed.field.replace('_', ' ')} is not the one that was changed to.", pointer=f"/{changed.field}"
    )


def as_text(term: object) -> str | None:
    """A term as its change keeps it: text as it is, times and numbers as JSON."""
    return term if term is None or isinstance(term, str) else canonical_json(term)


def _timely(state: Placement, command: GiveNotice, deemed: date, clear: int) -> bool:
    assert state.legal_basis is not None
    assert state.period.start_date is not None
    if BASES[state.legal_basis].notice is not RuleId.T8:
        return is_timely(clear, figures_of(state))
    # The hour was that of sending, and not of receipt on a later day.
    at = command.given_at if deemed == command.given_on else None
    return exclusions.in_time(deemed, at, state.period.start_date, command.session_times, figures_of(state))


def is_by_days(state: Placement) -> bool:
    """After an exclusion the notice of a start is counted in hours."""
    assert state.legal_basis is not None
    return BASES[state.legal_basis].notice is RuleId.T1


def is_timely(school_days_clear: int, bound: Figures) -> bool:
    """T1, reg 3(2): not less than two school days before the start, read as clear days, the safe reading."""
    return school_days_clear >= bound.notice_clear_school_days


def as_served(events: Iterable[object]) -> dict[NoticeId, NoticeGiven]:
    """Each notice with the day on which it counts as given, by what became of its letters; none that never arrived."""
    notices: dict[NoticeId, NoticeGiven] = {}
    lost = set[NoticeId]()
    for event in events:
        if isinstance(event, NoticeGiven):
            notices[event.notice_id] = event
        elif isinstance(event, NoticeServiceChanged) and event.notice_id in notices:
            lost.discard(event.notice_id)
            if event.deemed_on is None:
                lost.add(event.notice_id)
            else:
                notices[event.notice_id] = replace(
                    notices[event.notice_id],
                    deemed_on=event.deemed_on,
                    timely=event.timely,
                    calendar_version=event.calendar_version,
                )
    return {notice_id: notice for notice_id, notice in notices.items() if notice_id not in lost}


def is_timely_by(notice: NoticeGiven, calendar: SchoolCalendar, bound: Figures) -> bool:
    """T1 by the school's days as a calendar has them, whatever the notice said of itself when it was given."""
    return is_timely(calendar.between(notice.deemed_on, notice.start_date), bound)


def latest_day(start: date, calendar: SchoolCalendar, bound: Figures) -> date | None:
    """The last day on which a notice is timely for a start; None if the calendar begins too late to have one."""
    try:
        return calendar.nth_before(start, bound.notice_clear_school_days) - timedelta(days=1)
    except CalendarTooShort:
        return None


def earliest_start(given_on: date, calendar: SchoolCalendar, bound: Figures) -> date:
    """The first start for which a notice received on a day is timely."""
    return calendar.nth_after(given_on, bound.notice_clear_school_days + 1)


def _content(command: GiveNotice | NoticeGiven) -> list[NoticeIncomplete]:
    wanted = {
        "address": ("the address that the pupil goes to", command.address),
        "report_to": ("the person to report to", command.report_to),
        "reasons": ("the reasons", command.reasons),
    }
    missing = [
        NoticeIncomplete(f"Say {what}.", pointer=f"/{field}")
        for field, (what, given) in wanted.items()
        if not visible(given)
    ]
    if not command.objectives:
        missing.append(NoticeIncomplete("Give the objectives.", pointer="/objectives"))
    return missing


def check_times(times: SessionTimes) -> Rejected | None:
    two = times.mode is SessionMode.TWO_SESSION
    names = ("am_start", "break_start", "break_end", "pm_end") if two else ("start", "end")
    wanted: dict[str, time | None] = {name: getattr(times, name) for name in names}
    given = [at for at in wanted.values() if at is not None]
    if len(given) < len(names):
        lacking = ", ".join(name.replace("_", " ") for name, at in wanted.items() if at is None)
        return SessionTimesIncomplete(f"Give these times too: {lacking}.", pointer="/session_times")
    if any(later <= earlier for earlier, later in pairwise(given)):
        return SessionTimesOutOfOrder("Each time must come after the one before.", pointer="/session_times")
    return None
