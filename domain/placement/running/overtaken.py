"""Duties that were met and that a change of the school's days then overtook: no miss, but a task for a person.

The world changed after the duty was done, as where a school closes on a day between the notice and the start. What was
wrong in the calendar from the beginning is another matter: then the duty is judged again.
"""

from collections.abc import Iterator
from datetime import date

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import RULES, figures
from domain.placement.agreement.notice import is_timely_by
from domain.placement.binding import figures_of
from domain.placement.duty import DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.stages import DECIDED, IN_FORCE
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import RuleId
from events.definition import asked, value
from events.ids import OvertakenId, PersonId
from events.placement.deadlines import DutyOvertaken, OvertakenDutyDealtWith


@value
class RecordOvertakenDutyDealtWith:
    """Record what was done about a duty that a change of the school's calendar overtook."""

    overtaken_id: OvertakenId = asked("Duty")
    how: str = asked("What did you do about it?")


class NotOvertaken(Rejected):
    """A duty is overtaken if the school's days change after it was met. The record lists it until someone deals with
    it.

    A notice before the start is not dealt with like this: move the start date, and give notice again.
    """

    code = "not_overtaken"
    title = "There is no such overtaken duty to deal with"


def waiting(state: Placement, calendar: SchoolCalendar) -> Iterator[DutyOvertaken]:
    """The overtaken duties that nobody has dealt with so far."""
    if state.stage not in IN_FORCE:
        return
    done = {each.overtaken_id for each in state.duties.overtaken_dealt_with}
    for each in state.duties.overtaken:
        if each.overtaken_id not in done and not _settled(state, each, calendar):
            yield each


def _settled(state: Placement, each: DutyOvertaken, calendar: SchoolCalendar) -> bool:
    if not _of_the_start(each):
        return False
    # Moving the start takes the duty off the list; a calendar that gives the days back settles it too.
    return (
        state.stage not in DECIDED
        or state.notices.current is None
        or is_timely_by(state.notices.current, calendar, figures_of(state))
    )


def _of_the_start(each: DutyOvertaken) -> bool:
    return each.rule is RuleId.T1 and each.subject is None


def due(state: Placement, each: DutyOvertaken, calendar: SchoolCalendar) -> date:
    """Before the start, where that is what the duty is about."""
    by = calendar.nth_after(each.overtaken_on, figures(each.overtaken_on).overtaken_school_days)
    if _of_the_start(each) and state.period.start_date is not None:
        by = min(by, state.period.start_date)
    return max(by, each.overtaken_on)


def deal_with(
    state: Placement, command: RecordOvertakenDutyDealtWith, facts: Facts
) -> tuple[OvertakenDutyDealtWith, ...]:
    found = next((each for each in waiting(state, facts.calendar) if each.overtaken_id == command.overtaken_id), None)
    dealt = OvertakenDutyDealtWith(
        overtaken_id=command.overtaken_id, dealt_with_on=facts.today, by=PersonId(facts.actor.id), how=command.how
    )
    refuse(
        NotOvertaken(
            "Move the start date instead, and give notice again."
            if found is not None
            else "Name a duty that the record lists as overtaken.",
            pointer="/overtaken_id",
        )
        if found is None or _of_the_start(found)
        else None,
        *sound(dealt, state, facts),
    )
    return (dealt,)


def sound(event: OvertakenDutyDealtWith, state: Placement, facts: Facts) -> list[Rejected | None]:
    since = next(
        (each.overtaken_on for each in state.duties.overtaken if each.overtaken_id == event.overtaken_id), None
    )
    return [
        not_future(event.dealt_with_on, facts.today, "/dealt_with_on"),
        not_before(event.dealt_with_on, since, "the duty was overtaken", "/dealt_with_on") if since else None,
        written(event.how, "what was done", "/how"),
    ]


def _owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    for each in waiting(state, calendar):
        yield Owed(due(state, each, calendar), each.overtaken_id)


def _explain(day: DueDay) -> str:
    each = next(each for each in day.state.duties.overtaken if each.overtaken_id == day.owed.subject)
    met = f"'{RULES[each.rule].words}' was done in time on {words.on(each.met_on)}"
    return f"{met}, and the school's calendar changed on {words.on(each.overtaken_on)}"


DUTY = Duty(rule=RuleId.OVERTAKEN, owed=_owed, explain=_explain, ends_with_placement=True)
