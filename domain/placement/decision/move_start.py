"""The start of a placement that has not begun is moved."""

from datetime import date

from domain.calendar.school_calendar import DAY
from domain.placement.ages import unfit
from domain.placement.decision.period import PeriodUnsound, period_faults, start_ahead
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.referral.threshold import RegistrationRequired, required, there, with_period
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from events.definition import asked, value
from events.placement.agreement import NoticeSuperseded
from events.placement.decision import StartDateMoved


@value
class MoveStartDate:
    """Move the start of a placement that has not begun. A notice given for the old date is spent."""

    start_date: date = asked("New first day")
    proposed_end: date = asked("New last day")
    days: int = asked("Number of school days")
    reason: str = asked("Why does the start move?")


def move_start(state: Placement, command: MoveStartDate, facts: Facts) -> tuple[StartDateMoved | NoticeSuperseded, ...]:
    assert state.period.start_date is not None
    refuse(
        start_ahead(command.start_date, facts),
        *period_faults(command.start_date, command.proposed_end, command.days, facts),
        unfit(state, [(command.start_date, "/start_date")]),
        _why_moved(command.reason),
        PeriodUnsound("The placement already starts on that day.", pointer="/start_date")
        if command.start_date == state.period.start_date
        else None,
        _held_then(state, command, facts),
    )
    moved = StartDateMoved(
        moved_on=facts.today,
        from_date=state.period.start_date,
        to_date=command.start_date,
        proposed_end=command.proposed_end,
        days=command.days,
        reason=command.reason,
    )
    if state.notices.current is None:
        return (moved,)
    return (moved, NoticeSuperseded(notice_id=state.notices.current.notice_id, by_notice_id=None))


def _held_then(state: Placement, command: MoveStartDate, facts: Facts) -> RegistrationRequired | None:
    """A place is given for its days: on others, more pupils may be there. On days that it had, it stays."""
    assert state.period.start_date is not None
    assert state.period.proposed_end is not None
    place = there(state, facts.today)
    new = (
        (command.start_date, min(command.proposed_end, state.period.start_date - DAY)),
        (max(command.start_date, state.period.proposed_end + DAY), command.proposed_end),
    )
    asked = (
        required(facts.provider, with_period(place, first_on, last_on), facts, "/start_date")
        for first_on, last_on in new
        if first_on <= last_on
    )
    return next((each for each in asked if each is not None), None)


def sound_move(event: StartDateMoved, state: Placement, facts: Facts) -> list[Rejected | None]:
    made = state.decision.determination
    return [
        not_future(event.moved_on, facts.today, "/moved_on"),
        not_before(event.moved_on, made.determined_on, "the placement was determined", "/moved_on") if made else None,
        *period_faults(event.to_date, event.proposed_end, event.days, facts),
        unfit(state, [(event.to_date, "/to_date")]),
        _why_moved(event.reason),
    ]


def _why_moved(text: str | None) -> Rejected | None:
    return written(text, "why the start is moved", "/reason")
