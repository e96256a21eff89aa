"""The state of a placement: its stage, what identifies it, and the parts that its next decisions rest on.

Where a fact is wanted whole, it is kept as the event that says it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from domain.placement.parts import (
    agreement,
    decision,
    duties,
    ending,
    notices,
    papers,
    period,
    proposal,
    referral,
    reviews,
    running,
    surroundings,
)
from domain.placement.parts.agreement import AgreementState
from domain.placement.parts.decision import DecisionState
from domain.placement.parts.duties import DutiesState
from domain.placement.parts.ending import EndingState
from domain.placement.parts.notices import NoticesState
from domain.placement.parts.papers import PapersState
from domain.placement.parts.period import PeriodState
from domain.placement.parts.proposal import ProposalState
from domain.placement.parts.referral import ReferralState
from domain.placement.parts.reviews import ReviewsState
from domain.placement.parts.running import Pause, RunningState
from domain.placement.parts.surroundings import Surroundings
from domain.placement.stages import Stage
from events.codes import CommissionerKind, LegalBasis
from events.ids import PlacementId, PupilId, Urn
from events.placement.agreement import AgreementIssued, AgreementSigned, NoticeGiven
from events.placement.contact import CommunicationSent
from events.placement.deadlines import DeadlineRecalculated
from events.placement.decision import (
    PlacementDetermined,
    ProfessionalsMeetingHeld,
    ProfessionalsMeetingNotRequired,
    ProfessionalsMeetingOverridden,
    StartDateMoved,
)
from events.placement.ending import PlacementClosed, PlacementEnded, ReintegrationHalted, ReintegrationStarted
from events.placement.letters import NoticeServiceChanged
from events.placement.other_streams import HomeSchoolSucceeded
from events.placement.record import RecordCorrected
from events.placement.referral import (
    PlacementCancelled,
    ProviderProposed,
    ReferralDeclined,
    ReferralDrafted,
    ReferralSubmitted,
    ReferralWithdrawn,
)
from events.placement.reviews import ReviewDecided
from events.placement.running import PlacementPaused, PlacementResumed, PlacementStarted
from events.placement.union import PlacementEvent


class Placement(NamedTuple):
    """`successions` are the schools that took the home school's place, in order."""

    stage: Stage = Stage.NEW
    placement_id: PlacementId | None = None
    pupil_id: PupilId | None = None
    home_school_urn: Urn | None = None
    commissioner: CommissionerKind | None = None
    legal_basis: LegalBasis | None = None
    successions: tuple[HomeSchoolSucceeded, ...] = ()
    referral: ReferralState = ReferralState()
    proposal: ProposalState = ProposalState()
    decision: DecisionState = DecisionState()
    period: PeriodState = PeriodState()
    agreement: AgreementState = AgreementState()
    notices: NoticesState = NoticesState()
    running: RunningState = RunningState()
    reviews: ReviewsState = ReviewsState()
    ending: EndingState = EndingState()
    duties: DutiesState = DutiesState()
    papers: PapersState = PapersState()
    around: Surroundings = Surroundings()

    def commissioner_on(self, day: date) -> CommissionerKind | None:
        """Who commissioned the placement on a day: before another school took the home school's place, of its kind."""
        if self.commissioner is CommissionerKind.LA:
            return self.commissioner
        later = (each.from_kind for each in self.successions if day < each.effective_on)
        return next(later, self.commissioner)

    @property
    def began_at(self) -> Urn | None:
        """The first home school, where another took its place since."""
        return self.successions[0].from_urn if self.successions else None

    def runs_on(self, day: date) -> bool:
        """It had started by then and had not ended before; paused days are among them."""
        if self.running.started_on is None or day < self.running.started_on:
            return False
        return self.ending.end is None or day <= self.ending.end.ended_on

    def pause_on(self, day: date) -> Pause | None:
        """The pause that a day lies in. A day after the end lies in none."""
        if not self.runs_on(day):
            return None
        return next((pause for pause in self.running.pauses if pause.covers(day)), None)


def initial() -> Placement:
    return Placement()


def evolve(state: Placement, event: PlacementEvent) -> Placement:
    """The state after an event. Judges nothing: what happened, happened.

    Raises:
        NotImplementedError: nobody has said what this kind of event changes.
    """
    kind = type(event)
    across = _ACROSS.get(kind)
    if across is not None:
        return across(state, event)
    try:
        part, change = _PARTS[kind]
    except KeyError:
        raise NotImplementedError(f"{kind.__name__} has no row in domain/placement/parts or in state.py") from None
    changes: dict[str, Any] = {part: change(getattr(state, part), event)}
    if kind in _STAGES and not _waits(event):
        changes["stage"] = _STAGES[kind]
    return state._replace(**changes)


def _waits(event: PlacementEvent) -> bool:
    """It is one person's part of what two do: the last one moves the placement on."""
    return isinstance(event, ProfessionalsMeetingOverridden | AgreementSigned) and not event.complete


def _drafted(state: Placement, event: ReferralDrafted) -> Placement:
    return state._replace(
        stage=Stage.DRAFT,
        placement_id=event.placement_id,
        pupil_id=event.pupil_id,
        home_school_urn=event.home_school_urn,
        commissioner=event.commissioner,
        legal_basis=event.legal_basis,
        referral=state.referral._replace(pupil=event.pupil),
    )


def _determined(state: Placement, event: PlacementDetermined) -> Placement:
    with_plan = state.referral.had_plan_on(event.determined_on)
    return state._replace(
        stage=Stage.DETERMINED,
        legal_basis=event.legal_basis,
        decision=decision.determined(state.decision, event, with_plan=with_plan),
        period=period.determined(state.period, event),
        duties=state.duties._replace(calendar_version=event.calendar_version),
    )


def _start_moved(state: Placement, event: StartDateMoved) -> Placement:
    return state._replace(period=period.moved(state.period, event), duties=duties.start_moved(state.duties))


def _noticed(state: Placement, event: NoticeGiven) -> Placement:
    with_plan = state.referral.had_plan_on(event.given_on)
    given, terms = notices.given(state.notices, state.period, event, with_plan=with_plan)
    return state._replace(notices=given, period=terms)


def _served(state: Placement, event: NoticeServiceChanged) -> Placement:
    served, terms = notices.served(state.notices, state.period, event)
    return state._replace(notices=served, period=terms)


def _communicated(state: Placement, event: CommunicationSent) -> Placement:
    return state._replace(
        around=surroundings.communicated(state.around, event), papers=papers.lettered(state.papers, event)
    )


def _paused(state: Placement, event: PlacementPaused) -> Placement:
    return state._replace(stage=Stage.PAUSED, running=running.paused(state.running, event, state.stage))


def _resumed(state: Placement, event: PlacementResumed) -> Placement:
    return state._replace(
        stage=state.running.paused_from or Stage.ACTIVE, running=running.resumed(state.running, event)
    )


def _halted(state: Placement, _event: ReintegrationHalted) -> Placement:
    """Back to where the return began, though a paused placement stays paused."""
    return state._replace(
        stage=state.stage if state.stage is Stage.PAUSED else Stage.ACTIVE,
        running=state.running._replace(paused_from=state.running.paused_from and Stage.ACTIVE),
        ending=ending.halted(state.ending),
    )


def _review_decided(state: Placement, event: ReviewDecided) -> Placement:
    return state._replace(reviews=reviews.step(state.reviews, event), period=period.continued(state.period, event))


def _succeeded(state: Placement, event: HomeSchoolSucceeded) -> Placement:
    by_council = state.commissioner is CommissionerKind.LA
    return state._replace(
        home_school_urn=event.to_urn,
        commissioner=state.commissioner if by_council else event.to_kind,
        successions=(*state.successions, event),
    )


def _moved(state: Placement, event: DeadlineRecalculated) -> Placement:
    return state._replace(reviews=reviews.moved(state.reviews, event), duties=duties.recalculated(state.duties, event))


def _corrected(state: Placement, _event: RecordCorrected) -> Placement:
    """Nothing here: a correction takes effect at the place of the event that it corrects."""
    return state


_ACROSS: Final[Mapping[type[Any], Callable[[Placement, Any], Placement]]] = {
    ReferralDrafted: _drafted,
    PlacementDetermined: _determined,
    StartDateMoved: _start_moved,
    NoticeGiven: _noticed,
    NoticeServiceChanged: _served,
    CommunicationSent: _communicated,
    PlacementPaused: _paused,
    PlacementResumed: _resumed,
    ReintegrationHalted: _halted,
    ReviewDecided: _review_decided,
    HomeSchoolSucceeded: _succeeded,
    DeadlineRecalculated: _moved,
    RecordCorrected: _corrected,
}
"""Events that change more than one part, or the stage by what they say."""

_STAGES: Final[Mapping[type[Any], Stage]] = {
    ReferralSubmitted: Stage.REFERRED,
    ProviderProposed: Stage.SCREENING,
    ReferralDeclined: Stage.DECLINED,
    ReferralWithdrawn: Stage.WITHDRAWN,
    PlacementCancelled: Stage.CANCELLED,
    ProfessionalsMeetingHeld: Stage.AWAITING_DECISION,
    ProfessionalsMeetingNotRequired: Stage.AWAITING_DECISION,
    ProfessionalsMeetingOverridden: Stage.AWAITING_DECISION,
    AgreementIssued: Stage.AGREEMENT_PENDING,
    AgreementSigned: Stage.READY_TO_START,
    PlacementStarted: Stage.ACTIVE,
    ReintegrationStarted: Stage.REINTEGRATING,
    PlacementEnded: Stage.ENDED,
    PlacementClosed: Stage.CLOSED,
}
_PARTS: Final[Mapping[type[Any], tuple[str, Callable[[Any, Any], Any]]]] = {
    kind: (part, change)
    for part, table in (
        ("referral", referral.EVOLVE),
        ("proposal", proposal.EVOLVE),
        ("decision", decision.EVOLVE),
        ("period", period.EVOLVE),
        ("agreement", agreement.EVOLVE),
        ("notices", notices.EVOLVE),
        ("running", running.EVOLVE),
        ("reviews", reviews.EVOLVE),
        ("ending", ending.EVOLVE),
        ("duties", duties.EVOLVE),
        ("papers", papers.EVOLVE),
        ("around", surroundings.EVOLVE),
    )
    for kind, change in table.items()
}
