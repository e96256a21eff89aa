"""Figures at which a placement is worth a second look: a long part-time timetable, a long or a large placement.

None of them is law, so none holds anything up and none is a miss. Each is listed until a review has decided with it in
view, and is recorded once when it is reached.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.registration import registration_test
from domain.placement.binding import figures_of
from domain.placement.state import RUNNING, Placement
from events.codes import ProviderKind, RegistrationResult, RuleId, SessionPlace
from events.placement.deadlines import LimitReached
from events.placement.running import AttendancePatternSet


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedLimit:
    """`since`: what it counts from. `figure`: school days, weeks, sessions a week or minutes a week, by the rule."""

    rule: RuleId
    since: date
    reached_on: date
    figure: int

    @property
    def event(self) -> LimitReached:
        return LimitReached(rule=self.rule, since=self.since, reached_on=self.reached_on, figure=self.figure)


def to_reach(state: Placement, calendar: SchoolCalendar) -> tuple[ReachedLimit, ...]:
    """The limits that the placement comes to as it stands and that are not on record."""
    return tuple(each for each in _limits(state, calendar) if not is_recorded(state, each))


def to_weigh(state: Placement, calendar: SchoolCalendar) -> Iterator[ReachedLimit]:
    """The limits that no review has decided on since they were reached; not one that the end is to come before."""
    decided = [review.decided.decided_on for review in state.reviews if review.decided is not None]
    latest = max(decided, default=date.min)
    for each in _limits(state, calendar):
        ends_before = state.proposed_end is not None and state.proposed_end < each.reached_on
        if latest < each.reached_on and (not ends_before or is_recorded(state, each)):
            yield each


def is_recorded(state: Placement, limit: ReachedLimit) -> bool:
    return any((each.rule, each.since) == (limit.rule, limit.since) for each in state.limits)


def _limits(state: Placement, calendar: SchoolCalendar) -> Iterator[ReachedLimit]:
    if state.stage not in RUNNING or state.started_on is None:
        return
    patterns = _in_force(state.patterns)
    yield from _part_time(state, patterns, calendar)
    if _non_school(state):
        yield from _weeks(state)
        yield from _week_by_week(state, patterns)


def _in_force(patterns: Sequence[AttendancePatternSet]) -> list[AttendancePatternSet]:
    """The patterns by the day from which each holds; of two for one day the later set."""
    latest = {pattern.effective_from: pattern for pattern in patterns}
    return [latest[day] for day in sorted(latest)]


def _part_time(
    state: Placement, patterns: list[AttendancePatternSet], calendar: SchoolCalendar
) -> Iterator[ReachedLimit]:
    """T15: part-time timetables that follow one another count as one."""
    assert state.started_on is not None
    limit = figures_of(state).part_time_school_days
    for since, last_on in _runs(state.started_on, patterns, calendar):
        reached_on = calendar.nth_after(since - DAY, limit)
        if reached_on <= last_on:
            yield ReachedLimit(rule=RuleId.T15, since=since, reached_on=reached_on, figure=limit)


def _runs(
    started_on: date, patterns: list[AttendancePatternSet], calendar: SchoolCalendar
) -> Iterator[tuple[date, date]]:
    """The first and last day of each stretch in which some sessions are off by agreement."""
    runs: list[tuple[date, date]] = []
    for pattern, following in zip_longest(patterns, patterns[1:]):
        if pattern.part_time_until is None or all(each.place is not SessionPlace.NONE for each in pattern.sessions):
            continue
        replaced_on = following.effective_from if following else date.max
        first, last = max(pattern.effective_from, started_on), min(pattern.part_time_until, replaced_on - DAY)
        if first > last:
            continue
        if runs and calendar.between(runs[-1][1], first) == 0:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    yield from runs


def _non_school(state: Placement) -> bool:
    proposal = state.proposal
    if proposal is None:
        return False
    if proposal.provider_kind is not None:
        return proposal.provider_kind is ProviderKind.NON_SCHOOL
    # Proposed before the kind stood in the event: what is no registered school is taken for none.
    return proposal.registration_result is RegistrationResult.NOT_REQUIRED


def _weeks(state: Placement) -> Iterator[ReachedLimit]:
    """T18: the placement has run for so many weeks."""
    assert state.started_on is not None
    weeks = figures_of(state).non_school_weeks
    reached_on = state.started_on + timedelta(weeks=weeks)
    yield ReachedLimit(rule=RuleId.T18, since=state.started_on, reached_on=reached_on, figure=weeks)


def _week_by_week(state: Placement, patterns: list[AttendancePatternSet]) -> Iterator[ReachedLimit]:
    """T18 and T19: the first weekly pattern with more sessions, or with more time, at the provider."""
    assert state.started_on is not None
    most_minutes = registration_test(state.started_on).full_time_minutes
    bound = figures_of(state)
    for rule, most in ((RuleId.T18_SESSIONS, bound.non_school_sessions), (RuleId.T19, most_minutes)):
        for pattern in patterns:
            sessions = sum(each.place is SessionPlace.PROVIDER for each in pattern.sessions)
            found = sessions if rule is RuleId.T18_SESSIONS else sessions * bound.session_minutes
            if found > most:
                reached_on = max(pattern.effective_from, state.started_on)
                yield ReachedLimit(rule=rule, since=pattern.effective_from, reached_on=reached_on, figure=found)
                break
