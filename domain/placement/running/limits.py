"""Figures at which a placement is worth a second look: a long part-time timetable, a long or a large placement.

None of them is law, so none holds anything up and none is a miss. Each is listed until a review has decided with it in
view, and is recorded once when it is reached.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from domain.calendar.london import start_of
from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.registration import registration_test
from domain.law.rules import RULES
from domain.placement.binding import figures_of
from domain.placement.duty import DueDay, Duty, Owed, TimedEvents
from domain.placement.stages import RUNNING
from domain.placement.state import Placement
from domain.shared import words
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


LimitFinder = Callable[[Placement, SchoolCalendar], Iterator[ReachedLimit]]
"""The limits of one rule that a running placement reaches as it is."""


def to_reach(state: Placement, calendar: SchoolCalendar) -> tuple[ReachedLimit, ...]:
    """The limits of every rule that are not on record."""
    every = (_part_time, _weeks, _sessions, _hours)
    return tuple(each for limits in every for each in _ahead(state, calendar, limits))


def _ahead(state: Placement, calendar: SchoolCalendar, limits: LimitFinder) -> Iterator[ReachedLimit]:
    return (each for each in _running(state, calendar, limits) if not _is_recorded(state, each.rule, each.since))


def _running(state: Placement, calendar: SchoolCalendar, limits: LimitFinder) -> Iterator[ReachedLimit]:
    if state.stage in RUNNING and state.running.started_on is not None:
        yield from limits(state, calendar)


def _is_recorded(state: Placement, rule: RuleId, since: date | None) -> bool:
    return any((each.rule, each.since) == (rule, since) for each in state.running.limits)


def _duty(rule: RuleId, limits: LimitFinder, explain: Callable[[DueDay], str]) -> Duty:
    """Listed until a review has decided with it in view, and recorded when it is reached. None of it is a miss."""

    def to_weigh(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
        """Those that no review has decided on since they were reached; not one that the end is to come before."""
        for each in _running(state, calendar, limits):
            decided = max((own.decided.decided_on for own in state.reviews.opened if own.decided), default=date.min)
            ends_before = state.period.proposed_end is not None and state.period.proposed_end < each.reached_on
            if decided < each.reached_on and (not ends_before or _is_recorded(state, rule, each.since)):
                yield Owed(each.reached_on, since=each.since)

    def brings(state: Placement, calendar: SchoolCalendar) -> Iterator[TimedEvents]:
        for each in _ahead(state, calendar, limits):
            on = each.reached_on
            said = f"{RULES[rule].words}: reached on {words.on(on)}"
            yield TimedEvents(at=start_of(on), rule=rule, due_on=on, words=said, events=(each.event,))

    return Duty(rule=rule, owed=to_weigh, explain=explain, missed=None, is_missed=_is_reached, brings=brings)


def _is_reached(state: Placement, rule: RuleId, owed: Owed) -> bool:
    return _is_recorded(state, rule, owed.since)


def _in_force(patterns: Sequence[AttendancePatternSet]) -> list[AttendancePatternSet]:
    """The patterns by the day from which each holds; of two for one day the later set."""
    latest = {pattern.effective_from: pattern for pattern in patterns}
    return [latest[day] for day in sorted(latest)]


def _part_time(state: Placement, calendar: SchoolCalendar) -> Iterator[ReachedLimit]:
    """T15: part-time timetables that follow one another count as one."""
    assert state.running.started_on is not None
    limit = figures_of(state).part_time_school_days
    for since, last_on in _runs(state.running.started_on, _in_force(state.agreement.patterns), calendar):
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
    proposal = state.proposal.proposed
    if proposal is None:
        return False
    if proposal.provider_kind is not None:
        return proposal.provider_kind is ProviderKind.NON_SCHOOL
    # Proposed before the kind stood in the event: what is no registered school is taken for none.
    return proposal.registration_result is RegistrationResult.NOT_REQUIRED


def _weeks(state: Placement, _calendar: SchoolCalendar) -> Iterator[ReachedLimit]:
    """T18: the placement has run for so many weeks."""
    assert state.running.started_on is not None
    if _non_school(state):
        weeks = figures_of(state).non_school_weeks
        reached_on = state.running.started_on + timedelta(weeks=weeks)
        yield ReachedLimit(rule=RuleId.T18, since=state.running.started_on, reached_on=reached_on, figure=weeks)


def _sessions(state: Placement, _calendar: SchoolCalendar) -> Iterator[ReachedLimit]:
    """T18: the first weekly pattern with more sessions at the provider."""
    if _non_school(state):
        yield from _first_over(state, RuleId.T18_SESSIONS, figures_of(state).non_school_sessions, minutes=1)


def _hours(state: Placement, _calendar: SchoolCalendar) -> Iterator[ReachedLimit]:
    """T19: the first weekly pattern with more time at the provider."""
    assert state.running.started_on is not None
    if _non_school(state):
        most = registration_test(state.running.started_on).full_time_minutes
        yield from _first_over(state, RuleId.T19, most, minutes=figures_of(state).session_minutes)


def _first_over(state: Placement, rule: RuleId, most: int, *, minutes: int) -> Iterator[ReachedLimit]:
    """Each session counts as so many `minutes`, or as one."""
    assert state.running.started_on is not None
    for pattern in _in_force(state.agreement.patterns):
        found = minutes * sum(each.place is SessionPlace.PROVIDER for each in pattern.sessions)
        if found > most:
            reached_on = max(pattern.effective_from, state.running.started_on)
            yield ReachedLimit(rule=rule, since=pattern.effective_from, reached_on=reached_on, figure=found)
            return


def _why_part_time(day: DueDay) -> str:
    assert day.owed.since is not None
    days = words.count(figures_of(day.state).part_time_school_days, "school day")
    return f"{days} part-time since {words.on(day.owed.since)}"


def _why_weeks(day: DueDay) -> str:
    assert day.owed.since is not None
    weeks = words.count(figures_of(day.state).non_school_weeks, "week")
    return f"{weeks} after the start on {words.on(day.owed.since)}; a proposed limit, not law"


def _why_sessions(day: DueDay) -> str:
    most = words.count(figures_of(day.state).non_school_sessions, "session")
    return f"more than {most} a week in the weekly pattern; a proposed limit, not law"


def _why_hours(day: DueDay) -> str:
    hours = words.figure(registration_test(day.due).full_time_minutes // 60, "hour")
    return f"more than {hours} a week in the weekly pattern, which generally counts as full-time"


PART_TIME = _duty(RuleId.T15, _part_time, _why_part_time)
WEEKS = _duty(RuleId.T18, _weeks, _why_weeks)
SESSIONS = _duty(RuleId.T18_SESSIONS, _sessions, _why_sessions)
HOURS = _duty(RuleId.T19, _hours, _why_hours)
