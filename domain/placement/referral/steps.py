"""The commands of the referral: drafting it, proposing a provider, and what is recorded of the pupil meanwhile."""

from domain.placement.referral import drafting, exclusions, grounds, offers, proposal, referral, submitting, warnings
from domain.placement.stages import DECIDED, Stage
from domain.placement.step import (
    LEADERS,
    NOT_STARTED,
    PROPOSED,
    UNTIL_END,
    WORKER,
    Need,
    PlacementStep,
)
from events.codes import Role

_PROPOSERS = frozenset({Role.CASE_WORKER, Role.LA_OFFICER})
_PROVIDER = frozenset({Role.PROVIDER_USER})

STEPS = (
    PlacementStep(
        drafting.DraftReferral,
        drafting.draft,
        stages={Stage.NEW},
        by=WORKER,
        needs={Need.OWNERSHIP, Need.SAME_NUMBER, Need.ERASURE},
        names=drafting.named,
        leads_to=Stage.DRAFT,
        warns=(warnings.same_number,),
    ),
    PlacementStep(
        referral.SubmitReferral,
        submitting.submit,
        stages={Stage.DRAFT},
        by=WORKER,
        leads_to=Stage.REFERRED,
        warns=(warnings.referred,),
    ),
    PlacementStep(
        proposal.ProposeProvider,
        proposal.propose,
        stages={Stage.REFERRED, Stage.SCREENING},
        by=_PROPOSERS,
        needs={Need.PUPILS_AT_PROVIDER},
        names=proposal.named,
        leads_to=Stage.SCREENING,
        warns=(warnings.proposed, warnings.total_unknown),
    ),
    PlacementStep(offers.RequestProviderOffer, offers.request, stages=PROPOSED, by=_PROPOSERS),
    PlacementStep(offers.MakeProviderOffer, offers.make, stages=PROPOSED, by=_PROVIDER),
    PlacementStep(offers.DeclineProviderOffer, offers.decline, stages=PROPOSED, by=_PROVIDER),
    PlacementStep(
        grounds.NotifyLaOfPlan,
        grounds.notify_la,
        stages=UNTIL_END,
        by=WORKER | {Role.SEND_OFFICER},
        of_the_plan=True,
    ),
    PlacementStep(exclusions.RecordExclusion, exclusions.record, stages=NOT_STARTED, by=LEADERS | {Role.LA_OFFICER}),
    PlacementStep(exclusions.RecordEarlyStartConsent, exclusions.consent, stages=DECIDED, by=WORKER),
)
