"""What happens to a placement because time passes: reviews open, lapse and are missed; deadlines are missed.

A timer records and opens; it never decides, extends or ends. What falls due follows from the record and the
calendar alone, not from when anybody looks: one look after a year makes the same events as a look each day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from domain.calendar.london import start_of
from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.bases import BASES
from domain.law.figures import Figures
from domain.law.rules import RULES
from domain.placement.agreement import arrangements
from domain.placement.agreement.notice import latest_day, stands
from domain.placement.binding import figures_of, severity
from domain.placement.decision import plans
from domain.placement.ending.reintegration import plan_due
from domain.placement.facts import Facts
from domain.placement.missing import recorded
from domain.placement.record import access, complaints, letters, retention
from domain.placement.referral import exclusions
from domain.placement.reviews import periods
from domain.placement.reviews.requests import answer_due
from domain.placement.reviews.reviews import invitation_due, outcome_due
from domain.placement.running import flag_tasks, limits, provider_review, safeguarding, transition
from domain.placement.state import DECIDED, RUNNING, TERMINAL, Placement, Review, Stage, evolve
from domain.placement.time import overtaken
from domain.shared import words
from events.codes import ReviewSource, RuleId
from events.ids import ReviewId, derived_id
from events.placement.deadlines import DeadlineMissed
from events.placement.ending import PlacementEnded
from events.placement.reviews import ReviewDecided, ReviewDue, ReviewLapsed, ReviewMissed
from events.placement.union import PlacementEvent
from events.values.school_days import HalfTerm


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedEvents:
    """Something that time brings: at an instant, these events, because of this rule and day."""

    at: datetime
    rule: RuleId
    due_on: date
    words: str
    events: tuple[PlacementEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A review to come: due on a day, opening on another."""

    source: ReviewSource
    rule: RuleId
    due: date
    opens_on: date
    immediate: bool = False


# At one instant a miss comes before the opening of the next review, which makes the former lapse.
_MISS, _OPEN = 0, 1


def fall_due(state: Placement, facts: Facts) -> tuple[PlacementEvent, ...]:
    """Everything that has fallen due by now, in the order of its time."""
    passed: list[PlacementEvent] = []
    while (due := next_due(state, facts.calendar)) is not None and due.at <= facts.now:
        for event in due.events:
            state = evolve(state, event)
        passed.extend(due.events)
    return tuple(passed)


def next_due(state: Placement, calendar: SchoolCalendar) -> TimedEvents | None:
    """The first thing that time will bring, if nothing else happens; it may lie in the past."""
    ranked = [
        *((due.at, _MISS, due) for due in _misses(state, calendar)),
        *((due.at, _OPEN, due) for due in _openings(state, calendar)),
        *((due.at, _OPEN, due) for due in _marks(state)),
        *((due.at, _OPEN, due) for due in _limits(state, calendar)),
    ]
    if not ranked:
        return None
    return min(ranked, key=lambda each: (each[0], each[1], each[2].rule, each[2].due_on))[2]


def _marks(state: Placement) -> Iterator[TimedEvents]:
    mark = transition.to_mark(state)
    if mark is not None:
        said = f"The law changed on {words.on(mark.marked_on)}"
        yield TimedEvents(
            at=start_of(mark.marked_on), rule=RuleId.TRANSITION, due_on=mark.marked_on, words=said, events=(mark,)
        )


def _limits(state: Placement, calendar: SchoolCalendar) -> Iterator[TimedEvents]:
    for limit in limits.to_reach(state, calendar):
        yield TimedEvents(
            at=start_of(limit.reached_on),
            rule=limit.rule,
            due_on=limit.reached_on,
            words=f"{RULES[limit.rule].words}: reached on {words.on(limit.reached_on)}",
            events=(limit.event,),
        )


# ---- misses


def _misses(state: Placement, calendar: SchoolCalendar) -> Iterator[TimedEvents]:
    if state.stage in TERMINAL:
        # A request for access may come after the end; what is due then is listed, and no timer runs.
        return
    for rule, due, subject in duties(state, calendar):
        if not is_missed(state, rule, due, subject):
            yield _miss(
                due,
                DeadlineMissed(rule=rule, due=due, severity=severity(state, rule, subject), subject=subject),
            )
    for review in to_hold(state, calendar):
        if review.missed is None:
            yield _miss(
                review.due,
                ReviewMissed(
                    review_id=review.review_id,
                    due=review.due,
                    rule=review.rule,
                    severity=severity(state, review.rule, review.review_id),
                ),
            )


def _miss(due: date, event: DeadlineMissed | ReviewMissed) -> TimedEvents:
    """A deadline is kept until 23:59:59 in London; the next midnight it is missed."""
    said = f"{RULES[event.rule].words}: overdue after {words.on(due)}"
    return TimedEvents(at=start_of(due + DAY), rule=event.rule, due_on=due, words=said, events=(event,))


def is_missed(state: Placement, rule: RuleId, due: date, subject: UUID | None) -> bool:
    if rule is RuleId.PERIOD:
        # A period is overrun once, however its days move afterwards.
        return bool(recorded(state, rule, subject))
    dues = set(recorded(state, rule, subject))
    moved = {each.due: each.from_due for each in state.recalculated if (each.rule, each.subject) == (rule, subject)}
    # What was missed before a calendar moved its day is missed once, and not again on the other day.
    while due not in dues and due in moved:
        due = moved.pop(due)
    return due in dues


Duty = tuple[RuleId, date, UUID | None]


def duties(state: Placement, calendar: SchoolCalendar) -> Iterator[Duty]:
    """Each timed duty, other than holding a review, that is still undone: its rule, its day, and what it is about."""
    for of in (_notice, exclusions.owed, _review_steps, _answers, _return_and_end, _evaluation):
        yield from of(state, calendar)
    yield from periods.owed(state, calendar)
    yield from plans.owed(state)
    yield from flag_tasks.owed(state, calendar)
    settled_by = transition.settled_by(state, calendar)
    if settled_by is not None:
        yield RuleId.TRANSITION, settled_by, None
    yield from overtaken.owed(state, calendar)
    yield from provider_review.owed(state, calendar)
    yield from arrangements.owed(state)
    yield from access.owed(state)
    yield from complaints.owed(state)
    yield from letters.owed(state, calendar)
    yield from retention.owed(state)


def _notice(state: Placement, calendar: SchoolCalendar) -> Iterator[Duty]:
    notice_by = notice_due(state, calendar)
    if notice_by is not None:
        yield RuleId.T1, notice_by, None
    change = state.change_pending
    if change is not None and state.stage in RUNNING:
        since = _since(state, change.changed_on, change.change_id)
        yield (
            RuleId.T1,
            max(latest_day(change.effective_on, calendar, figures_of(state)) or since, since),
            change.change_id,
        )


def _review_steps(state: Placement, _calendar: SchoolCalendar) -> Iterator[Duty]:
    for review in state.reviews:
        if _invitation_owed(state, review):
            yield RuleId.T2, invitation_due(review, figures_of(state)), review.review_id
        if _outcome_owed(state, review):
            yield RuleId.T3, outcome_due(review, figures_of(state)), review.review_id


def _answers(state: Placement, calendar: SchoolCalendar) -> Iterator[Duty]:
    if state.stage not in TERMINAL:
        for concern in state.concerns_open:
            yield RuleId.CONCERN, safeguarding.answer_due(concern, calendar), concern.concern_id
    if state.stage in RUNNING:
        for asked in state.requests_waiting:
            yield RuleId.ANSWER, answer_due(asked, calendar), asked.request_id


def _return_and_end(state: Placement, calendar: SchoolCalendar) -> Iterator[Duty]:
    if state.stage not in RUNNING:
        return
    if state.ending is not None:
        yield RuleId.DESTINATION, destination_due(state.ending, calendar, figures_of(state)), state.ending.review_id
    elif state.plan is None:
        yield RuleId.REINTEGRATION, plan_due(state), None


def destination_due(decided: ReviewDecided, calendar: SchoolCalendar, bound: Figures) -> date:
    """By when a placement that a review decided to end has ended, with its destination."""
    return calendar.nth_after(decided.decided_on, bound.destination_school_days)


def _evaluation(state: Placement, calendar: SchoolCalendar) -> Iterator[Duty]:
    if state.stage is Stage.ENDED and state.end is not None and state.evaluation is None:
        yield RuleId.T14, evaluation_due(state.end, calendar, figures_of(state)), None


def evaluation_due(ended: PlacementEnded, calendar: SchoolCalendar, bound: Figures) -> date:
    return calendar.nth_after(ended.ended_on, bound.evaluation_school_days)


def notice_due(state: Placement, calendar: SchoolCalendar) -> date | None:
    """T1, while it is owed: no notice in time for the start as it stands. Never before the start was set."""
    if state.stage not in DECIDED or state.start_date is None or state.start_set_on is None:
        return None
    by_hours = state.legal_basis is None or BASES[state.legal_basis].notice is not RuleId.T1
    if by_hours or (state.notice is not None and stands(state.notice, calendar, figures_of(state))):
        return None
    if overtaken.is_overtaken(state, RuleId.T1, None):
        # No notice can be in time for this start any more: the task is to move it.
        return None
    latest = latest_day(state.start_date, calendar, figures_of(state))
    since = _since(state, state.start_set_on, None)
    return max(latest, since) if latest is not None else since


def _since(state: Placement, set_on: date, subject: UUID | None) -> date:
    """The day that brought the notice about: of the start or the terms, or of a calendar that left no time for it."""
    immediate = (
        each for each in state.recalculated if each.immediate and (each.rule, each.subject) == (RuleId.T1, subject)
    )
    return max([set_on, *(each.due for each in immediate)])


def _invitation_owed(state: Placement, review: Review) -> bool:
    invited = review.invitation is not None and review.invitation.timely
    return state.stage in RUNNING and review.scheduled is not None and review.lapsed_on is None and not invited


def _outcome_owed(state: Placement, review: Review) -> bool:
    owed = review.held is not None and review.notified is None
    # Once a placement has ended, a review that was held and left undecided has nothing more to decide.
    return owed and (state.stage in RUNNING or (state.stage is Stage.ENDED and review.decided is not None))


def to_hold(state: Placement, calendar: SchoolCalendar) -> Iterator[Review]:
    """The open reviews that are still wanted."""
    if state.stage in RUNNING:
        yield from (review for review in state.reviews if review.open and not _answered(state, review, calendar))


def _answered(state: Placement, review: Review, calendar: SchoolCalendar) -> bool:
    """An open review that something else has made needless."""
    if review.source is ReviewSource.PERIOD_END:
        return state.ending is not None or _period_end_due(state) != review.due
    if review.source is ReviewSource.HALF_TERM:
        half_term = calendar.half_term_of(review.due)
        return half_term is not None and _held_in(state, half_term)
    return False


def _held_in(state: Placement, half_term: HalfTerm) -> bool:
    return any(
        review.held is not None and half_term.first_on <= review.held.held_on <= half_term.last_on
        for review in state.reviews
    )


# ---- openings


def _openings(state: Placement, calendar: SchoolCalendar) -> Iterator[TimedEvents]:
    for opening in openings(state, calendar):
        yield TimedEvents(
            at=start_of(opening.opens_on),
            rule=opening.rule,
            due_on=opening.due,
            words=f"{RULES[opening.rule].words}: opens {words.on(opening.opens_on)}, due {words.on(opening.due)}",
            events=_open(state, opening),
        )


def openings(state: Placement, calendar: SchoolCalendar) -> Iterator[Opening]:
    """The next review to open from each source, if the placement goes on as it stands."""
    if state.stage not in RUNNING or state.started_on is None:
        return
    for found in (_planned(state, calendar), _half_term(state, calendar), _period_end(state, calendar)):
        if found is not None:
            yield found


def _review_id(state: Placement, source: ReviewSource, due: date) -> ReviewId:
    assert state.placement_id is not None
    return ReviewId(derived_id(state.placement_id, f"review:{source}:{due}"))


def _is_open(state: Placement, source: ReviewSource, due: date) -> bool:
    """This review has opened already, whatever became of it."""
    return state.review(_review_id(state, source, due)) is not None


def _open(state: Placement, opening: Opening) -> tuple[PlacementEvent, ...]:
    lapsed = tuple(
        ReviewLapsed(review_id=review.review_id, lapsed_on=opening.opens_on)
        for review in state.reviews
        if review.source is opening.source and review.open
    )
    opened = ReviewDue(
        review_id=_review_id(state, opening.source, opening.due),
        opened_on=opening.opens_on,
        due=opening.due,
        source=opening.source,
        rule=opening.rule,
        immediate=opening.immediate,
    )
    return (*lapsed, opened)


def _last_due(state: Placement, source: ReviewSource) -> date:
    """The day on which the latest review of a source was due; openings only move on from there."""
    return max((review.due for review in state.reviews if review.source is source), default=date.min)


def _after(last: date) -> date:
    return last if last == date.min else last + DAY


def _opens(calendar: SchoolCalendar, due: date, lead: int, *causes: date) -> date:
    """The day a review opens: so many school days before it is due, but not before what brings it about."""
    floor = max(causes)
    return calendar.lead(due, lead, not_before=floor) if floor < due else due


def _planned(state: Placement, calendar: SchoolCalendar) -> Opening | None:
    """Towards reg 4(1)(a): on the days that the determination planned and the decisions since then set."""
    assert state.started_on is not None
    last = _last_due(state, ReviewSource.PLAN)
    ahead = [
        # A thing is due no earlier than the day of its cause, here the start.
        (max(planned.due, state.started_on), planned.set_on, planned.due < state.started_on)
        for planned in state.planned
    ]
    wanted = sorted(each for each in ahead if each[0] > last and not _is_open(state, ReviewSource.PLAN, each[0]))
    if not wanted:
        return None
    due, set_on, immediate = wanted[0]
    lead = figures_of(state).review_lead_school_days
    return Opening(
        source=ReviewSource.PLAN,
        rule=RuleId.PLAN,
        due=due,
        opens_on=_opens(calendar, due, lead, state.started_on, set_on, _after(last)),
        immediate=immediate,
    )


def _half_term(state: Placement, calendar: SchoolCalendar) -> Opening | None:
    """T5, KCSIE: a review held in every half-term in which the placement is active."""
    assert state.started_on is not None
    assert state.end_set_on is not None
    assert state.proposed_end is not None
    last = _last_due(state, ReviewSource.HALF_TERM)
    for half_term, due in _half_term_dues(state.started_on, calendar, figures_of(state)):
        if due <= last or _held_in(state, half_term) or _opened_in(state, half_term):
            continue
        # After the period's end the placement is not expected to be active; the period-end review comes first.
        overrun = state.proposed_end + DAY if state.proposed_end < due else date.min
        lead = figures_of(state).review_lead_school_days
        causes = (state.started_on, state.end_set_on, _after(last), half_term.first_on, overrun)
        return Opening(
            source=ReviewSource.HALF_TERM, rule=RuleId.T5, due=due, opens_on=_opens(calendar, due, lead, *causes)
        )
    return None


def half_term_due(state: Placement, review: Review, calendar: SchoolCalendar) -> date:
    """When a half-term's review that has opened is due by a calendar."""
    assert state.started_on is not None
    dues = [
        due
        for half_term, due in _half_term_dues(state.started_on, calendar, figures_of(state))
        if half_term.first_on <= review.due
    ]
    return dues[-1] if dues else review.due


def _opened_in(state: Placement, half_term: HalfTerm) -> bool:
    """A revised calendar may move a half-term's last day; it brings no second review."""
    return any(
        review.source is ReviewSource.HALF_TERM and half_term.first_on <= review.due <= half_term.last_on
        for review in state.reviews
    )


def _half_term_dues(started_on: date, calendar: SchoolCalendar, bound: Figures) -> Iterator[tuple[HalfTerm, date]]:
    """Each half-term that counts, and when its review is due: on its last school day.

    A half-term with under ten school days of the placement does not count: the review is then due in the
    next, though never over 30 school days from the start.
    """
    first = True
    for half_term in calendar.half_terms:
        last_day = calendar.last_school_day(half_term)
        if last_day is None or last_day < started_on:
            continue
        active = calendar.within(max(started_on, half_term.first_on), last_day)
        if active < bound.half_term_least_school_days:
            continue
        if first and half_term.first_on > started_on:
            cap = calendar.nth_after(started_on, bound.half_term_most_school_days)
            yield half_term, min(last_day, cap)
        else:
            yield half_term, last_day
        first = False


def _period_end(state: Placement, calendar: SchoolCalendar) -> Opening | None:
    """T6, towards reg 4(1)(b): a decision before the period ends, unless the last one was to end the placement."""
    assert state.started_on is not None
    assert state.end_set_on is not None
    assert state.proposed_end is not None
    due = _period_end_due(state)
    if state.ending is not None or _is_open(state, ReviewSource.PERIOD_END, due):
        return None
    lead = figures_of(state).period_end_lead_school_days
    return Opening(
        source=ReviewSource.PERIOD_END,
        rule=RuleId.T6,
        due=due,
        opens_on=_opens(calendar, due, lead, state.started_on, state.end_set_on),
        immediate=state.proposed_end < state.started_on,
    )


def _period_end_due(state: Placement) -> date:
    assert state.started_on is not None
    assert state.proposed_end is not None
    return max(state.proposed_end, state.started_on)
