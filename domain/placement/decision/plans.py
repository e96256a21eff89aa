"""The annual review of an EHC plan, which a placement does not suspend."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.calendar.months import months_after
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import figures
from domain.placement import pupil_flags
from domain.placement.duty import DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import not_future
from domain.placement.referral.grounds import NoEhcPlan
from domain.placement.stages import TERMINAL, Stage
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import PupilFlag, RuleId
from events.definition import asked, value
from events.placement.decision import AnnualReviewRecorded


@value
class RecordAnnualReview:
    """Record when the pupil's EHC plan was last reviewed, or made if it was not reviewed since."""

    reviewed_on: date = asked(
        "When was the EHC plan last reviewed?", hint="If it has not been reviewed yet, the day it was made"
    )
    note: str | None = asked("Note", default=None)


def record(state: Placement, command: RecordAnnualReview, facts: Facts) -> tuple[AnnualReviewRecorded, ...]:
    refuse(*sound(command, state, facts))
    return (AnnualReviewRecorded(reviewed_on=command.reviewed_on, note=command.note),)


def sound(event: RecordAnnualReview | AnnualReviewRecorded, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [
        None if state.referral.has_plan else NoEhcPlan("The pupil has no EHC plan on record."),
        not_future(event.reviewed_on, facts.today, "/reviewed_on"),
    ]


def counted_from(state: Placement) -> date | None:
    """From which day the twelve months count. None where no review is on record of a plan from before the referral."""
    begun = pupil_flags.since(state, PupilFlag.EHCP)
    reviewed_on = state.decision.annual_review.reviewed_on if state.decision.annual_review else None
    made_on = begun.from_on if begun else None
    return max((each for each in (reviewed_on, made_on) if each is not None), default=None)


def _known_on(state: Placement) -> date:
    """A plan that was made long ago is reviewed at the earliest on the day on which the record tells of it."""
    begun = pupil_flags.since(state, PupilFlag.EHCP)
    reviewed_on = state.decision.annual_review.reviewed_on if state.decision.annual_review else date.min
    return begun.known_on if begun is not None and reviewed_on < begun.from_on else date.min


def _owed(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    """T12, while the placement lasts: within 12 months of the last review, or of the day on which the plan was made."""
    if not state.referral.has_plan or state.stage in TERMINAL | {Stage.ENDED}:
        return
    counted = counted_from(state)
    if counted is not None:
        due = max(months_after(counted, figures(counted).annual_review_months), _known_on(state))
        yield Owed(due, since=counted)


def _explain(day: DueDay) -> str:
    assert day.owed.since is not None
    return f"{figures(day.owed.since).annual_review_months} months after {words.on(day.owed.since)}"


def _moved_on(event: Any, _after: Placement) -> date | None:
    return event.reviewed_on if isinstance(event, AnnualReviewRecorded) else None


ANNUAL_REVIEW = Duty(rule=RuleId.T12, owed=_owed, explain=_explain, moved_on=_moved_on, ends_with_placement=True)
