"""Which command moves a placement from which stage to which: for the diagram, and for the tests that hold it true."""

from domain.placement.agreement import agreement
from domain.placement.decision import determination, meeting
from domain.placement.ending import closing, reintegration
from domain.placement.referral import proposal, referral
from domain.placement.reviews import reviews
from domain.placement.running import safeguarding
from domain.placement.running import start as running
from domain.placement.state import Stage
from domain.placement.steps import ALLOWED, PlacementCommand

Move = tuple[Stage, type[PlacementCommand], Stage]


def _from_each(command: type[PlacementCommand], to: Stage) -> frozenset[Move]:
    """From every stage in which the command may be given, other than where it leads."""
    return frozenset((stage, command, to) for stage in ALLOWED[command].stages if stage is not to)


_ANYWHERE: dict[type[PlacementCommand], Stage] = {
    referral.DraftReferral: Stage.DRAFT,
    referral.SubmitReferral: Stage.REFERRED,
    proposal.ProposeProvider: Stage.SCREENING,
    meeting.RecordProfessionalsMeeting: Stage.AWAITING_DECISION,
    meeting.DispenseWithMeeting: Stage.AWAITING_DECISION,
    determination.Determine: Stage.DETERMINED,
    determination.ConfirmDetermination: Stage.DETERMINED,
    agreement.IssueAgreement: Stage.AGREEMENT_PENDING,
    agreement.SignAgreement: Stage.READY_TO_START,
    running.StartPlacement: Stage.ACTIVE,
    safeguarding.PauseForSafeguarding: Stage.PAUSED,
    reintegration.StartReintegration: Stage.REINTEGRATING,
    closing.EndPlacement: Stage.ENDED,
    closing.Close: Stage.CLOSED,
    closing.DeclineReferral: Stage.DECLINED,
    closing.Withdraw: Stage.WITHDRAWN,
    closing.Cancel: Stage.CANCELLED,
}
_BACK: frozenset[Move] = frozenset(
    {
        # A paused placement goes on as what it was.
        (Stage.PAUSED, safeguarding.ResumePlacement, Stage.ACTIVE),
        (Stage.PAUSED, safeguarding.ResumePlacement, Stage.REINTEGRATING),
        # A review may stop a return.
        (Stage.REINTEGRATING, reviews.DecideReview, Stage.ACTIVE),
    }
)

MOVES: frozenset[Move] = _BACK.union(*(_from_each(command, to) for command, to in _ANYWHERE.items()))
