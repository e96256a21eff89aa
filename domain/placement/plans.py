"""The annual review of an EHC plan, which a placement does not suspend."""

from collections.abc import Iterator
from datetime import date

from domain.errors import Rejected, refuse
from domain.facts import Facts
from domain.months import months_after
from domain.placement.grounds import NoEhcPlan
from domain.placement.guards import not_future
from domain.placement.state import TERMINAL, Placement, Stage
from domain.regimes import figures
from events.codes import RuleId
from events.definition import value
from events.placement import AnnualReviewRecorded


@value
class RecordAnnualReview:
    """Record when the pupil's EHC plan was last reviewed, or made if it was not reviewed since."""

    reviewed_on: date
    note: str | None = None


def record(state: Placement, command: RecordAnnualReview, facts: Facts) -> tuple[AnnualReviewRecorded, ...]:
    refuse(*sound(command, state, facts))
    return (AnnualReviewRecorded(reviewed_on=command.reviewed_on, note=command.note),)


def sound(event: RecordAnnualReview | AnnualReviewRecorded, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [
        None if state.has_plan else NoEhcPlan("The pupil has no EHC plan by the referral."),
        not_future(event.reviewed_on, facts.today, "/reviewed_on"),
    ]


def owed(state: Placement) -> Iterator[tuple[RuleId, date, None]]:
    """T12, while the placement lasts: within 12 months of the last review."""
    if state.annual_review is not None and state.has_plan and state.stage not in TERMINAL | {Stage.ENDED}:
        yield RuleId.T12, months_after(state.annual_review.reviewed_on, figures().annual_review_months), None
