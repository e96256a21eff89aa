"""What a change of the pupil's flags after the decision brings: whom to tell, and what is to be arranged.

The law sets no day for any of it, so each day is our own: five school days after the change holds, is known and the
placement is decided. What the law asked before the decision is not asked again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import figures
from domain.placement import pupil_flags
from domain.placement.decision import section_f
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.stages import IN_FORCE
from domain.placement.state import Placement
from domain.shared import words
from events.codes import PupilFlag, Role, RuleId
from events.placement.decision import (
    ConsultationRecorded,
    LaNotifiedOfEhcPlan,
    PlacementDetermined,
    PlanDeliveryRecorded,
)
from events.placement.other_streams import PupilFlagsTaken


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagTask:
    """`since` is the day from which its time counts, and `done_on` that of the first event that answers it."""

    rule: RuleId
    since: date
    done_on: date | None

    def due(self, calendar: SchoolCalendar) -> date:
        return calendar.nth_after(self.since, figures(self.since).flags_school_days)


def task(rule: RuleId, state: Placement) -> FlagTask | None:
    """The task of a rule by the flags as they are now, done or not. A flag that is gone asks nothing any more."""
    decided = state.decision.determination
    if decided is None or not state.referral.flags_taken:
        return None
    change = _BROUGHT[rule](state)
    if change is None:
        return None
    known = max(change.from_on, change.known_on)
    # What was known by the day of the decision, the decision itself had to weigh.
    if known <= decided.determined_on:
        return None
    return FlagTask(rule=rule, since=known, done_on=_done_on(rule, change, state))


def answers(rule: RuleId, event: Any, state: Placement) -> bool:
    """Whether an event does what a change of the flags asks for."""
    change = _BROUGHT[rule](state) if task(rule, state) else None
    return change is not None and _does(rule, change, event, state)


def _made(state: Placement) -> PupilFlagsTaken | None:
    return pupil_flags.since(state, PupilFlag.EHCP)


def _care(state: Placement) -> PupilFlagsTaken | None:
    care = [pupil_flags.since(state, each) for each in (PupilFlag.LOOKED_AFTER, PupilFlag.SOCIAL_WORKER)]
    return max((each for each in care if each is not None), key=lambda each: each.from_on, default=None)


_BROUGHT: Mapping[RuleId, Callable[[Placement], PupilFlagsTaken | None]] = MappingProxyType(
    {RuleId.PLAN_COUNCIL: pupil_flags.council_since, RuleId.SECTION_F: _made, RuleId.VIRTUAL_SCHOOL: _care}
)
"""The change that brings each task, as far as the flags that it gave the pupil still hold."""


def _done_on(rule: RuleId, change: PupilFlagsTaken, state: Placement) -> date | None:
    decided = (state.decision.determination,) if state.decision.determination else ()
    told = (*state.decision.las_notified, *state.decision.consultations, *state.decision.plan_deliveries, *decided)
    return min((_day(each) for each in told if _does(rule, change, each, state)), default=None)


_Told = LaNotifiedOfEhcPlan | ConsultationRecorded | PlanDeliveryRecorded | PlacementDetermined


def _day(event: _Told) -> date:
    match event:
        case LaNotifiedOfEhcPlan():
            return event.notified_on
        case ConsultationRecorded():
            return event.consulted_on
        case PlanDeliveryRecorded():
            return event.arranged_on
        case _:
            return event.determined_on


def _does(rule: RuleId, change: PupilFlagsTaken, event: Any, state: Placement) -> bool:
    begun = min(change.from_on, change.known_on)
    match event:
        case LaNotifiedOfEhcPlan() if rule is RuleId.PLAN_COUNCIL:
            # A council that was told about the placement before knows about it.
            maintains = change.plan.la_code if change.plan else None
            return event.la_code == maintains or (maintains is None and begun <= event.notified_on)
        case PlanDeliveryRecorded() | PlacementDetermined() if rule is RuleId.SECTION_F:
            return section_f.says_who(event, state)
        case ConsultationRecorded() if rule is RuleId.VIRTUAL_SCHOOL:
            return event.role is Role.VIRTUAL_SCHOOL and begun <= event.consulted_on
        case _:
            return False


def _duty(rule: RuleId) -> Duty:
    def owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
        if state.stage in IN_FORCE:
            asked = task(rule, state)
            if asked is not None and asked.done_on is None:
                yield Owed(asked.due(calendar), since=asked.since)

    def done(_events: Sequence[Any], state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
        asked = task(rule, state)
        if asked is not None and asked.done_on is not None:
            yield Done(asked.due(calendar), asked.done_on)

    return Duty(rule=rule, owed=owed, explain=_explain, done=done, ends_with_placement=True)


def _explain(day: DueDay) -> str:
    assert day.owed.since is not None
    after = words.count(figures(day.owed.since).flags_school_days, "school day")
    return f"{after} after {words.on(day.owed.since)}, when the change to the pupil's record applied and was known"


COUNCIL_TOLD = _duty(RuleId.PLAN_COUNCIL)
DELIVERY = _duty(RuleId.SECTION_F)
VIRTUAL_SCHOOL = _duty(RuleId.VIRTUAL_SCHOOL)
