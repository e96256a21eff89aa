"""How the day of each deadline was reckoned, in words for whoever must keep it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from uuid import UUID

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.figures import figures
from domain.law.registration import registration_test
from domain.law.rules import RULES
from domain.placement.binding import figures_of
from domain.placement.decision import plans
from domain.placement.reviews import periods
from domain.placement.reviews.reviews import meeting_day
from domain.placement.running import flag_tasks, limits
from domain.placement.state import Placement, Review
from domain.shared import words
from events.codes import CommissionerKind, ProviderDoubt, RuleId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoned:
    """What falls due, for which the words are wanted. `subject` is the review or other thing that it is about."""

    rule: RuleId
    due: date
    state: Placement
    calendar: SchoolCalendar
    subject: UUID | None = None

    @property
    def review(self) -> Review:
        found = next((review for review in self.state.reviews if review.review_id == self.subject), None)
        assert found is not None, "the rule is about a review that has opened"
        return found


def said(one: Reckoned) -> str:
    """`Notice by Monday 23 November 2026: two clear school days before Thursday 26 November 2026`."""
    what, reckoning = _WORDS[one.rule]
    return f"{what} by {words.on(one.due)}: {reckoning(one)}"


def _notice(one: Reckoned) -> str:
    clear = words.count(figures_of(one.state).notice_clear_school_days, "clear school day")
    if one.subject is None:
        assert one.state.start_date is not None
        return f"{clear} before {words.on(one.state.start_date)}"
    assert one.state.change_pending is not None
    return f"{clear} before the terms change on {words.on(one.state.change_pending.effective_on)}"


def _invitation(one: Reckoned) -> str:
    before = words.count(figures_of(one.state).invitation_days, "day")
    return f"{before} before the review on {words.on(meeting_day(one.review))}"


def _outcome(one: Reckoned) -> str:
    assert one.review.held is not None
    after = words.count(figures_of(one.state).outcome_days, "day")
    return f"{after} after the review on {words.on(one.review.held.held_on)}"


def _requested(one: Reckoned) -> str:
    after = words.count(figures_of(one.state).requested_review_school_days, "school day")
    return f"{after} after it was asked for on {words.on(one.review.opened_on)}"


def _answer(one: Reckoned) -> str:
    asked = next(each for each in one.state.requests_waiting if each.request_id == one.subject)
    after = words.count(figures(asked.requested_on).request_answer_school_days, "school day")
    return f"{after} after it was made on {words.on(asked.requested_on)}"


def _pause(one: Reckoned) -> str:
    after = words.count(figures_of(one.state).pause_review_school_days, "school day")
    return f"at once, within {after} of the pause on {words.on(one.review.opened_on)}"


def _concern(one: Reckoned) -> str:
    raised = next(each for each in one.state.concerns_open if each.concern_id == one.subject)
    return f"the school day after it was raised on {words.on(raised.raised_on)}"


def _letter(one: Reckoned) -> str:
    letter = next(each for each in one.state.letters if each.document_id == one.subject)
    since = letter.lost_on or letter.unsure_on
    assert since is not None
    after = words.count(figures(since).lost_letter_school_days, "school day")
    if letter.lost_on is not None:
        return f"{after} after it failed or came back on {words.on(letter.lost_on)}"
    return f"{after} after its sender no longer knew on {words.on(since)} whether it arrived"


def _half_term(one: Reckoned) -> str:
    half_term = one.calendar.half_term_of(one.due)
    if half_term is None or one.calendar.last_school_day(half_term) != one.due:
        most = words.count(figures_of(one.state).half_term_most_school_days, "school day")
        return f"one in each half-term, and the first within {most} of the start"
    return f"the last school day of {half_term.name}"


def _planned(one: Reckoned) -> str:
    planned = next((each for each in one.state.planned if each.due == one.due), None)
    return "the start, as its day came before it" if planned is None else f"set on {words.on(planned.set_on)}"


def _period_end(one: Reckoned) -> str:
    assert one.state.started_on is not None
    return f"the end of the period that began on {words.on(one.state.started_on)}"


def _decision(one: Reckoned) -> str:
    return f"{_outcome(one)}, by when its outcome is to be notified"


def _period(one: Reckoned) -> str:
    decided = one.state.period_decision
    attends = periods.next_attendance(one.state, decided, one.calendar)
    assert attends is not None
    ended = words.on(periods.until(one.state, decided))
    return (
        f"the period that was decided ends on {ended}, and the next day of attendance after it is {words.on(attends)}"
    )


def _return(one: Reckoned) -> str:
    assert one.state.started_on is not None
    assert one.state.proposed_end is not None
    return f"half the period from {words.on(one.state.started_on)} to {words.on(one.state.proposed_end)}"


def _destination(one: Reckoned) -> str:
    assert one.state.ending is not None
    after = words.count(figures_of(one.state).destination_school_days, "school day")
    return f"{after} after the decision to end on {words.on(one.state.ending.decided_on)}"


def _evaluation(one: Reckoned) -> str:
    assert one.state.end is not None
    after = words.count(figures_of(one.state).evaluation_school_days, "school day")
    return f"{after} after the end on {words.on(one.state.end.ended_on)}"


def _access(one: Reckoned) -> str:
    asked = next(each for each in one.state.around.requests if each.request.request_id == one.subject)
    return f"from the request of {words.on(asked.request.received_on)}"


def _complaint(one: Reckoned) -> str:
    made = next(each for each in one.state.around.complaints if each.received.complaint_id == one.subject)
    after = words.count(figures(made.received.received_on).complaint_acknowledged_days, "day")
    return f"{after} after it was made on {words.on(made.received.received_on)}"


def _sixth_day(one: Reckoned) -> str:
    assert one.state.exclusion is not None
    who = "the authority" if one.state.commissioner is CommissionerKind.LA else "the school"
    return (
        f"by {who}, from day {figures(one.state.exclusion.first_day).day_six} of the exclusion that began on"
        f" {words.on(one.state.exclusion.first_day)}"
    )


def _details(one: Reckoned) -> str:
    start = one.state.start_date
    assert start is not None
    hours = figures_of(one.state).day_six_details_hours
    late = start - timedelta(hours=hours) < one.due
    before = words.figure(hours, "hour")
    return f"{before} before the start on {words.on(start)}{', which leaves no more time' if late else ''}"


def _annual_review(one: Reckoned) -> str:
    counted = plans.counted_from(one.state)
    assert counted is not None
    return f"{figures(counted).annual_review_months} months after {words.on(counted)}"


def _flags(one: Reckoned) -> str:
    since = next(each.since for each in flag_tasks.tasks(one.state) if each.rule is one.rule)
    after = words.count(figures(since).flags_school_days, "school day")
    return f"{after} after {words.on(since)}, from when the change of the pupil's record holds and is known"


def _overtaken(one: Reckoned) -> str:
    each = next(each for each in one.state.overtaken if each.overtaken_id == one.subject)
    met = f"{RULES[each.rule].words} was in time on {words.on(each.met_on)}"
    return f"{met}, and the school's calendar changed on {words.on(each.overtaken_on)}"


def _transition(one: Reckoned) -> str:
    assert one.state.transitional is not None
    owner = RULES[RuleId.TRANSITION].owner
    after = words.count(figures(one.state.transitional.marked_on).transition_school_days, "school day")
    return f"by the {owner}, {after} after {words.on(one.state.transitional.marked_on)}"


def _provider(one: Reckoned) -> str:
    doubt = next(each for each in one.state.doubts if each.doubt_id == one.subject)
    after = words.count(figures(doubt.arose_on).provider_review_school_days, "school day")
    return f"{after} after {_DOUBTS[doubt.cause]} on {words.on(doubt.arose_on)}"


_DOUBTS = {
    ProviderDoubt.ENTRY_SUSPENDED: "the council suspended its directory entry",
    ProviderDoubt.ENTRY_WITHDRAWN: "the council withdrew its directory entry",
    ProviderDoubt.SERIOUS_CONCERN: "a serious concern about it was raised",
    ProviderDoubt.CHECKS_RAN_OUT: "your own checks of it had run out",
    ProviderDoubt.REGISTRATION: "it may have to be a registered school",
}


def _before_the_start(one: Reckoned) -> str:
    assert one.state.start_date is not None
    return f"before the start on {words.on(one.state.start_date)}"


def _part_time(one: Reckoned) -> str:
    found = limits.to_weigh(one.state, one.calendar)
    since = next(each.since for each in found if (each.rule, each.reached_on) == (one.rule, one.due))
    return f"{words.count(figures_of(one.state).part_time_school_days, 'school day')} of it since {words.on(since)}"


def _weeks_outside(one: Reckoned) -> str:
    assert one.state.started_on is not None
    weeks = words.count(figures_of(one.state).non_school_weeks, "week")
    return f"{weeks} after the start on {words.on(one.state.started_on)}; proposed as a limit, and not law"


def _sessions_outside(one: Reckoned) -> str:
    most = words.count(figures_of(one.state).non_school_sessions, "session")
    return f"more than {most} a week in the weekly pattern; proposed as a limit, and not law"


def _hours_outside(one: Reckoned) -> str:
    hours = words.figure(registration_test(one.due).full_time_minutes // 60, "hour")
    return f"more than {hours} a week in the weekly pattern, which the department generally takes for full-time"


def _erasure(one: Reckoned) -> str:
    assert one.state.erasure_proposed is not None
    return f"kept until the end of {one.state.erasure_proposed.kept_until_year}, and no longer without a reason"


_WORDS: Mapping[RuleId, tuple[str, Callable[[Reckoned], str]]] = MappingProxyType(
    {
        RuleId.T1: ("Notice", _notice),
        RuleId.T2: ("Invitation", _invitation),
        RuleId.T3: ("Outcome notified", _outcome),
        RuleId.T4: ("Review that was asked for held", _requested),
        RuleId.ANSWER: ("Request for a review answered", _answer),
        RuleId.SAFEGUARDING: ("Review of the pause held", _pause),
        RuleId.CONCERN: ("Safeguarding concern answered", _concern),
        RuleId.LETTER: (RULES[RuleId.LETTER].words, _letter),
        RuleId.T5: ("Review of the half-term held", _half_term),
        RuleId.PLAN: ("Planned review held", _planned),
        RuleId.T6: ("Decision on the placement", _period_end),
        RuleId.DECISION: (RULES[RuleId.DECISION].words, _decision),
        RuleId.PERIOD: ("Another decision, or the end", _period),
        RuleId.REINTEGRATION: ("Return to school planned", _return),
        RuleId.DESTINATION: ("End and destination recorded", _destination),
        RuleId.T7: ("Education", _sixth_day),
        RuleId.T8: ("Details to the parent", _details),
        RuleId.T12: (RULES[RuleId.T12].words, _annual_review),
        **{
            each: (RULES[each].words, _flags) for each in (RuleId.PLAN_COUNCIL, RuleId.SECTION_F, RuleId.VIRTUAL_SCHOOL)
        },
        RuleId.OVERTAKEN: (RULES[RuleId.OVERTAKEN].words, _overtaken),
        RuleId.TRANSITION: (RULES[RuleId.TRANSITION].words, _transition),
        RuleId.T14: ("Evaluation", _evaluation),
        RuleId.T15: (RULES[RuleId.T15].words, _part_time),
        RuleId.T18: (RULES[RuleId.T18].words, _weeks_outside),
        RuleId.T18_SESSIONS: (RULES[RuleId.T18_SESSIONS].words, _sessions_outside),
        RuleId.T19: (RULES[RuleId.T19].words, _hours_outside),
        RuleId.T16: (RULES[RuleId.T16].words, _erasure),
        RuleId.T17: (RULES[RuleId.T17].words, _access),
        RuleId.COMPLAINT: (RULES[RuleId.COMPLAINT].words, _complaint),
        RuleId.PROVIDER: (RULES[RuleId.PROVIDER].words, _provider),
        RuleId.TOLD: (RULES[RuleId.TOLD].words, _before_the_start),
        RuleId.TRANSPORT: (RULES[RuleId.TRANSPORT].words, _before_the_start),
        RuleId.MEALS: (RULES[RuleId.MEALS].words, _before_the_start),
    }
)


def spoken_of() -> frozenset[RuleId]:
    """The rules that have words."""
    return frozenset(_WORDS)
