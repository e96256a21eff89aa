"""The terms in force: from when, until when, for how many days, and when reviews are wanted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from events.codes import ReviewDecision
from events.ids import ChangeId
from events.placement.decision import PlacementDetermined, StartDateMoved
from events.placement.reviews import ReviewDecided
from events.placement.running import TermsChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A day on which a review is wanted, and the day on which that was decided."""

    due: date
    set_on: date


class PeriodState(NamedTuple):
    """`start_date`, `proposed_end` and `days` are as last moved or continued.

    `first_end` is the end as determined, or as moved before the start. `period_decision` is the last decision of a
    review: it sets the period since then. `start_set_on` and `end_set_on` are the days on which the start and the end
    in force were set. `planned` holds each review that the determination or a decision wants. `change_pending` is the
    last event of a change of terms of which no notice was given in time so far.
    """

    start_date: date | None = None
    proposed_end: date | None = None
    first_end: date | None = None
    period_decision: ReviewDecided | None = None
    days: int | None = None
    start_set_on: date | None = None
    end_set_on: date | None = None
    planned: tuple[Planned, ...] = ()
    terms_changed: tuple[TermsChanged, ...] = ()
    change_pending: TermsChanged | None = None

    def changed(self, change_id: ChangeId) -> tuple[TermsChanged, ...]:
        """Every term that one change changes."""
        return tuple(each for each in self.terms_changed if each.change_id == change_id)


def determined(part: PeriodState, event: PlacementDetermined) -> PeriodState:
    return part._replace(
        start_date=event.start_date,
        proposed_end=event.proposed_end,
        first_end=event.proposed_end,
        days=event.days,
        start_set_on=event.determined_on,
        end_set_on=event.determined_on,
        planned=tuple(Planned(due=planned.due, set_on=event.determined_on) for planned in event.review_plan),
    )


def moved(part: PeriodState, event: StartDateMoved) -> PeriodState:
    return part._replace(
        start_date=event.to_date,
        proposed_end=event.proposed_end,
        first_end=event.proposed_end,
        days=event.days,
        start_set_on=event.moved_on,
        end_set_on=event.moved_on,
    )


def continued(part: PeriodState, event: ReviewDecided) -> PeriodState:
    part = part._replace(period_decision=event)
    if event.decision is not ReviewDecision.END:
        part = part._replace(proposed_end=event.until, end_set_on=event.decided_on)
    if event.next_review_due is None:
        return part
    wanted = Planned(due=event.next_review_due, set_on=event.decided_on)
    return part._replace(planned=(*part.planned, wanted))


EVOLVE: Final[Mapping[type[Any], Callable[[PeriodState, Any], PeriodState]]] = {
    TermsChanged: lambda part, event: part._replace(terms_changed=(*part.terms_changed, event), change_pending=event),
}
