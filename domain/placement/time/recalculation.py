"""What a revised calendar of the home school does to a placement: each day that moves is recorded with the old one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement import duties
from domain.placement.binding import severity
from domain.placement.derived import in_place
from domain.placement.facts import Facts
from domain.placement.missing import recorded
from domain.placement.stages import DECIDED
from domain.placement.state import Placement
from domain.placement.time.judging import DutyJudgement, What, met_or_late, verdicts
from events.codes import RecalculationCause, RuleId
from events.ids import OvertakenId, ReviewId, derived_id, event_id_of
from events.placement.deadlines import DeadlineMissed, DeadlineRecalculated, DutyOvertaken, MissDisproved
from events.placement.other_streams import CalendarTaken
from events.placement.union import PlacementEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class _Revised:
    """What a revision does: the days that are owed, and what was done, by three calendars.

    `old` and `met` are by the calendar before, `right` and `put_right` by the same as it is known now, `new` and `now`
    by the present one.
    """

    facts: Facts
    old: Mapping[What, date]
    right: Mapping[What, date]
    new: Mapping[What, date]
    met: Mapping[What, DutyJudgement]
    put_right: Mapping[What, DutyJudgement]
    now: Mapping[What, DutyJudgement]

    def cause(self, what: What, due: date) -> RecalculationCause:
        if self.facts.before_as_corrected is None:
            return RecalculationCause.CALENDAR_REVISED
        found = self.put_right.get(what)
        if due in {self.right.get(what), found.due if found else None}:
            return RecalculationCause.CALENDAR_CORRECTED
        return RecalculationCause.CALENDAR_CHANGED


def recalculated(state: Placement, before: SchoolCalendar, facts: Facts) -> tuple[PlacementEvent, ...]:
    """The placement uses the present calendar from now on, and what this does to its duties.

    Each day that moves is recorded with the old one. A duty that was met is judged again by the days of then as they
    are known now: late by those, it was a miss all along. One that only the days as they are now would make late was
    overtaken.
    """
    calendars = (before, facts.before_as_corrected or before, facts.calendar)
    events = in_place(facts.history)
    old, right, new = (_dues(state, each) for each in calendars)
    met, put_right, now = (met_or_late(events, state, each, reviews_by_calendar=True) for each in calendars)
    one = _Revised(facts=facts, old=old, right=right, new=new, met=met, put_right=put_right, now=now)
    taken = CalendarTaken(version=facts.calendar.version, from_version=before.version)
    misses = verdicts(met, put_right, state, event_id_of(facts.command_id, 0))
    return (
        taken,
        *_owed_otherwise(one, state),
        *_met_otherwise(one, taken),
        *(each for each in misses if not _still_owed(each, state)),
        *_missed_too_early(one, state),
    )


def _missed_too_early(one: _Revised, state: Placement) -> Iterator[MissDisproved]:
    """What is undone, and on record as missed on a day that the right days of then do not give."""
    if one.facts.before_as_corrected is None:
        return
    for what, due in one.old.items():
        rule, subject = what
        if one.right.get(what, due) != due and due in recorded(state, rule, subject):
            yield MissDisproved(
                rule=rule,
                due=due,
                severity=severity(state, rule, subject),
                subject=subject,
                cause=event_id_of(one.facts.command_id, 0),
            )


def _still_owed(event: PlacementEvent, state: Placement) -> bool:
    """Notice of a start that lies ahead is owed again, and its miss is found as any other."""
    if state.stage not in DECIDED or not isinstance(event, DeadlineMissed):
        return False
    return (event.rule, event.subject) == (RuleId.T1, None)


def _owed_otherwise(one: _Revised, state: Placement) -> Iterator[DeadlineRecalculated]:
    """What is undone, and due on another day."""
    today = one.facts.today
    reviews: dict[What, date] = {
        (duty.rule, owed.subject): owed.due for duty, owed in duties.undone(state, one.facts.calendar) if duty.is_review
    }
    for what, by_old in one.old.items():
        if what not in one.new or one.new[what] == by_old:
            continue
        was, due = reviews.get(what, by_old), one.new[what]
        why, immediate = one.cause(what, due), False
        if what in reviews and due < was:
            # Not a day that has passed already: the review would be missed before anybody could hold it.
            due = min(was, max(due, today))
        if what[0] is RuleId.T1 and due < today <= was and why is not RecalculationCause.CALENDAR_CORRECTED:
            # Nobody could give notice in time any more: the day of the cause is the day that it is due.
            due, immediate = today, True
        if due != was or immediate:
            yield _moved(what, due, was, why, immediate=immediate)


def _met_otherwise(one: _Revised, taken: CalendarTaken) -> Iterator[DeadlineRecalculated | DutyOvertaken]:
    """What was met, and would be late by the days as they are now."""
    for what, was in one.met.items():
        found = one.now.get(what)
        if was.missed or found is None or not found.missed:
            continue
        why = one.cause(what, found.due)
        yield _moved(what, found.due, was.due, why)
        # Where there is still time, it is owed again. Otherwise it is no miss, as nobody could have known.
        if not one.put_right[what].missed and found.due < one.facts.today:
            yield _overtaken(what, was, found, taken=taken, cause=why, facts=one.facts)


def _moved(
    what: What, due: date, was: date, cause: RecalculationCause, *, immediate: bool = False
) -> DeadlineRecalculated:
    rule, subject = what
    return DeadlineRecalculated(rule=rule, due=due, from_due=was, cause=cause, subject=subject, immediate=immediate)


def _overtaken(
    what: What, was: DutyJudgement, now: DutyJudgement, *, taken: CalendarTaken, cause: RecalculationCause, facts: Facts
) -> DutyOvertaken:
    rule, subject = what
    assert was.done_on is not None
    return DutyOvertaken(
        overtaken_id=OvertakenId(derived_id(facts.command_id, f"overtaken/{rule}/{subject}")),
        rule=rule,
        overtaken_on=facts.today,
        met_on=was.done_on,
        from_due=was.due,
        due=now.due,
        from_version=taken.from_version,
        version=taken.version,
        cause=cause,
        subject=subject,
    )


def _dues(state: Placement, calendar: SchoolCalendar) -> dict[What, date]:
    """Each day that the placement has to keep, by what it is about."""
    opening = (each for duty in duties.DUTIES if (each := duty.opens(state, calendar)))
    dues: dict[What, date] = {(each.rule, None): each.due for each in opening}
    reviews: dict[What, date] = {}
    for duty, owed in duties.undone(state, calendar):
        if not duty.is_review:
            dues[duty.rule, owed.subject] = owed.due
        elif not duty.is_missed(state, duty.rule, owed):
            review = state.reviews.by_id(ReviewId(owed.subject)) if owed.subject else None
            assert review is not None, "it has opened"
            reviews[duty.rule, owed.subject] = duty.due_by(state, review, calendar)
    brought = (each for duty in duties.DUTIES for each in duty.brings(state, calendar))
    return dues | {(each.rule, None): each.due_on for each in brought} | reviews
