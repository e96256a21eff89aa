"""The steps of a placement in their order: when each belongs to it, is done, can be begun, and what it waits for."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from domain.placement.parts.reviews import Review
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.placement.steps import COMMANDS, STEPS
from events.codes import Role

Test = Callable[[Placement], bool]


def _always(_state: Placement) -> bool:
    return True


def _never(_state: Placement) -> bool:
    return False


def _reviews(state: Placement) -> Sequence[Review]:
    return [each for each in state.reviews.opened if each.lapsed_on is None]


def _each_review(test: Callable[[Review], bool]) -> Test:
    """True of every review that has been opened, where there is one."""
    return lambda state: bool(_reviews(state)) and all(map(test, _reviews(state)))


def _any_review(test: Callable[[Review], bool]) -> Test:
    return lambda state: any(map(test, _reviews(state)))


def _met(state: Placement) -> bool:
    return state.decision.meeting_held is not None or _without_meeting(state)


def _without_meeting(state: Placement) -> bool:
    return state.decision.meeting_not_required is not None or any(
        each.complete for each in state.decision.meeting_overrides
    )


def _agreed(state: Placement) -> bool:
    return any(each.complete for each in state.agreement.signatures)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """One step: its command, its words, when it belongs to a placement, is done, or can be begun.

    `waits_for` says what comes first. `must`: the placement cannot go on without it.
    """

    command: str
    text: str
    part: str
    applies: Test = _always
    done: Test = _never
    ready: Test = _always
    waits_for: str = ""
    must: bool = True

    @property
    def stages(self) -> Collection[Stage]:
        return STEPS[COMMANDS[self.command]].stages

    @property
    def people(self) -> frozenset[Role]:
        return STEPS[COMMANDS[self.command]].people


_REFERRAL, _DECISION, _AGREEMENT = "Referral", "Decision", "Agreement and start"
_RUNNING, _REVIEWS, _END = "While the placement runs", "Reviews", "Return and end"
PARTS: Final = (_REFERRAL, _DECISION, _AGREEMENT, _RUNNING, _REVIEWS, _END)

STEPS_IN_ORDER: Final[tuple[NextStep, ...]] = (
    NextStep(
        command="submit-referral",
        text="Submit the referral",
        part=_REFERRAL,
        done=lambda state: state.referral.submitted is not None,
    ),
    NextStep(
        command="propose-provider",
        text="Propose a provider",
        part=_REFERRAL,
        done=lambda state: state.proposal.proposed is not None,
        waits_for="Submit the referral first.",
    ),
    NextStep(
        command="request-provider-offer",
        text="Ask the provider for a place",
        part=_REFERRAL,
        done=lambda state: state.proposal.asked is not None or state.proposal.offer is not None,
        waits_for="Propose a provider first.",
        must=False,
    ),
    NextStep(
        command="make-provider-offer",
        text="Offer a place",
        part=_REFERRAL,
        applies=lambda state: state.proposal.asked is not None or state.proposal.offer is not None,
        done=lambda state: state.proposal.offer is not None,
    ),
    NextStep(
        command="notify-la-of-plan",
        text="Tell the council that maintains the EHC plan",
        part=_REFERRAL,
        applies=lambda state: state.referral.has_plan,
        done=lambda state: bool(state.decision.las_notified),
        waits_for="Submit the referral first.",
    ),
    NextStep(
        command="convene-professionals-meeting",
        text="Invite people to the professionals' meeting",
        part=_DECISION,
        applies=lambda state: not _without_meeting(state),
        done=lambda state: state.decision.meeting is not None,
        waits_for="Propose a provider first.",
    ),
    NextStep(
        command="record-professionals-meeting",
        text="Record the professionals' meeting",
        part=_DECISION,
        applies=lambda state: not _without_meeting(state),
        done=lambda state: state.decision.meeting_held is not None,
        ready=lambda state: state.decision.meeting is not None,
        waits_for="Invite people to the meeting first.",
    ),
    NextStep(
        command="dispense-with-meeting",
        text="Go on without a professionals' meeting",
        part=_DECISION,
        applies=lambda state: not state.referral.in_social_care and state.decision.meeting_held is None,
        done=_without_meeting,
        waits_for="Propose a provider first.",
        must=False,
    ),
    NextStep(
        command="override-meeting",
        text="Go on without the meeting that is needed: confirm as a second person",
        part=_DECISION,
        applies=lambda state: bool(state.decision.meeting_overrides) and not _met(state),
        waits_for="Propose a provider first.",
        must=False,
    ),
    NextStep(
        command="determine",
        text="Decide on the placement",
        part=_DECISION,
        done=lambda state: state.decision.determination is not None,
        ready=lambda state: state.decision.determination_proposed is None,
        waits_for="Record the professionals' meeting first, or that none is needed.",
    ),
    NextStep(
        command="confirm-determination",
        text="Confirm the decision as a second person",
        part=_DECISION,
        applies=lambda state: state.decision.determination_proposed is not None,
        done=lambda state: state.decision.determination is not None,
    ),
    NextStep(
        command="record-safeguarding-information",
        text="Record the provider's safeguarding confirmation",
        part=_AGREEMENT,
        done=lambda state: any(each.provider_id == state.proposal.provider_id for each in state.agreement.safeguarding),
        waits_for="Propose a provider first.",
    ),
    NextStep(
        command="issue-agreement",
        text="Issue the agreement",
        part=_AGREEMENT,
        done=lambda state: state.agreement.issued is not None,
        waits_for="The placement is decided on first.",
    ),
    NextStep(
        command="sign-agreement",
        text="Sign the agreement",
        part=_AGREEMENT,
        done=_agreed,
        waits_for="Issue the agreement first.",
    ),
    NextStep(
        command="give-notice",
        text="Give notice of the placement",
        part=_AGREEMENT,
        done=lambda state: state.notices.current is not None and state.period.change_pending is None,
        waits_for="The placement is decided on first.",
    ),
    NextStep(
        command="set-attendance-pattern",
        text="Set the sessions of the week",
        part=_AGREEMENT,
        done=lambda state: bool(state.agreement.patterns),
        waits_for="The placement is decided on first.",
    ),
    NextStep(
        command="record-parent-view",
        text="Record the parents' view",
        part=_AGREEMENT,
        done=lambda state: bool(state.agreement.parent_views),
        must=False,
    ),
    NextStep(
        command="arrange-transport",
        text="Decide on transport",
        part=_AGREEMENT,
        done=lambda state: state.around.transport is not None,
        waits_for="Submit the referral first.",
        must=False,
    ),
    NextStep(
        command="arrange-meals",
        text="Arrange meals",
        part=_AGREEMENT,
        done=lambda state: state.around.meals is not None,
        waits_for="Submit the referral first.",
        must=False,
    ),
    NextStep(
        command="start-placement",
        text="Record that the pupil has started",
        part=_AGREEMENT,
        done=lambda state: state.running.started_on is not None,
        waits_for="The school and the provider sign the agreement first.",
    ),
    NextStep(
        command="answer-safeguarding-concern",
        text="Answer the safeguarding concern",
        part=_RUNNING,
        applies=lambda state: bool(state.running.concerns_open),
    ),
    NextStep(
        command="pause-for-safeguarding",
        text="Pause the placement for the concern",
        part=_RUNNING,
        applies=lambda state: bool(state.running.concerns_open),
        waits_for="A placement is paused once the pupil has started.",
        must=False,
    ),
    NextStep(
        command="resume-placement",
        text="Go on after the pause",
        part=_RUNNING,
        applies=lambda state: state.running.pause is not None,
        must=False,
    ),
    NextStep(
        command="record-provider-review",
        text="Decide what the doubt about the provider means here",
        part=_RUNNING,
        applies=lambda state: bool(state.running.doubts),
        done=lambda state: len(state.running.provider_reviews) >= len(state.running.doubts),
    ),
    NextStep(
        command="record-transition-dealt-with",
        text="Bring the placement under the law since 26 July 2026",
        part=_RUNNING,
        applies=lambda state: state.running.transitional is not None,
        done=lambda state: state.running.transition_dealt_with is not None,
    ),
    NextStep(
        command="record-overtaken-duty-dealt-with",
        text="Say what was done about the day that the calendar changed",
        part=_RUNNING,
        applies=lambda state: bool(state.duties.overtaken),
        done=lambda state: len(state.duties.overtaken_dealt_with) >= len(state.duties.overtaken),
    ),
    NextStep(
        command="receive-progress-report",
        text="Record a progress report",
        part=_RUNNING,
        applies=lambda state: state.running.started_on is not None,
        done=lambda state: bool(state.around.reports),
        must=False,
    ),
    NextStep(
        command="record-visit",
        text="Record a visit",
        part=_RUNNING,
        applies=lambda state: state.running.started_on is not None,
        done=lambda state: bool(state.around.visits),
        must=False,
    ),
    NextStep(
        command="grant-review-request",
        text="Answer the request for a review",
        part=_REVIEWS,
        applies=lambda state: bool(state.reviews.requests_waiting),
    ),
    NextStep(
        command="schedule-review",
        text="Set the time of the review",
        part=_REVIEWS,
        done=_each_review(lambda review: review.scheduled is not None or review.held is not None),
        ready=lambda state: bool(_reviews(state)),
        waits_for="A review opens by itself when it is time to arrange it.",
    ),
    NextStep(
        command="invite-to-review",
        text="Invite people to the review",
        part=_REVIEWS,
        applies=lambda state: bool(_reviews(state)),
        done=_each_review(lambda review: review.invitation is not None or review.held is not None),
        ready=_any_review(lambda review: review.scheduled is not None and review.invitation is None),
        waits_for="Set the time of the review first.",
    ),
    NextStep(
        command="hold-review",
        text="Record the review meeting",
        part=_REVIEWS,
        applies=lambda state: bool(_reviews(state)),
        done=_each_review(lambda review: review.held is not None),
        ready=_any_review(lambda review: review.scheduled is not None and review.held is None),
        waits_for="Set the time of the review first.",
    ),
    NextStep(
        command="decide-review",
        text="Decide after the review",
        part=_REVIEWS,
        applies=lambda state: bool(_reviews(state)),
        done=_each_review(lambda review: review.decided is not None),
        ready=_any_review(lambda review: review.held is not None and review.decided is None),
        waits_for="Hold the review first.",
    ),
    NextStep(
        command="notify-outcome",
        text="Tell people the outcome of the review",
        part=_REVIEWS,
        applies=lambda state: bool(_reviews(state)),
        done=_each_review(lambda review: review.notified is not None),
        ready=_any_review(lambda review: review.decided is not None and review.notified is None),
        waits_for="Decide after the review first.",
    ),
    NextStep(
        command="plan-reintegration",
        text="Plan the return to school",
        part=_END,
        done=lambda state: state.ending.plan is not None,
        waits_for="The pupil has to have started.",
        must=False,
    ),
    NextStep(
        command="start-reintegration",
        text="Begin the return to school",
        part=_END,
        done=lambda state: state.ending.reintegration is not None,
        ready=lambda state: state.ending.plan is not None,
        waits_for="Plan the return to school first.",
        must=False,
    ),
    NextStep(
        command="record-reintegration-step",
        text="Record how a step of the return went",
        part=_END,
        applies=lambda state: state.ending.reintegration is not None,
        must=False,
    ),
    NextStep(
        command="end-placement",
        text="Record the end of the placement",
        part=_END,
        done=lambda state: state.ending.end is not None,
        waits_for="The pupil has to have started.",
        must=False,
    ),
    NextStep(
        command="evaluate",
        text="Evaluate the placement",
        part=_END,
        done=lambda state: state.ending.evaluation is not None,
        waits_for="The placement ends first.",
    ),
    NextStep(
        command="close",
        text="Close the record",
        part=_END,
        done=lambda state: state.ending.closed_on is not None,
        ready=lambda state: state.ending.evaluation is not None,
        waits_for="Evaluate the placement first.",
    ),
    NextStep(
        command="confirm-erasure",
        text="Decide on erasing the pupil's personal data",
        part=_END,
        applies=lambda state: state.ending.erasure_proposed is not None,
        done=lambda state: state.ending.erasure_confirmed is not None or state.ending.erasure_decided is not None,
    ),
)
