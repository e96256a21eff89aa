"""The commands of the referral: drafting it, proposing a provider, and what is recorded of the pupil meanwhile."""

from domain.placement.event_row import FOLLOWS, LAW, EventRow, corrected, each_for
from domain.placement.facts import Need
from domain.placement.referral import drafting, exclusions, grounds, offers, proposal, referral, submitting, warnings
from domain.placement.stages import DECIDED, Stage
from domain.placement.step import (
    LEADERS,
    NOT_STARTED,
    PROPOSED,
    UNTIL_END,
    WORKER,
    PlacementStep,
)
from events.codes import Role
from events.placement.agreement import EarlyStartConsented
from events.placement.decision import ExclusionRecorded, LaNotifiedOfEhcPlan
from events.placement.referral import (
    ProviderOfferDeclined,
    ProviderOfferMade,
    ProviderOfferRequested,
    ProviderProposed,
    ReferralDrafted,
    ReferralSubmitted,
)

_PROPOSERS = frozenset({Role.CASE_WORKER, Role.LA_OFFICER})
_PROVIDER = frozenset({Role.PROVIDER_USER})

_CONSENT = "Consent is to one start and no other. Until the placement starts, record it again."
_PROPOSED = "The proposal relied on it. Until the decision, propose the provider again."

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

EVENTS = (
    EventRow(
        ReferralDrafted,
        clauses=(),
        corrections=corrected(
            drafting.sound_draft, "pupil", **each_for(LAW, "home_school_urn", "commissioner", "legal_basis")
        ),
        needs={Need.SAME_NUMBER},
    ),
    EventRow(
        ReferralSubmitted,
        clauses=(),
        corrections=corrected(
            submitting.sound_referral,
            *("primary_reason", "sessions_requested", "proposed_days", "parent_informed_on", "signed_off_by"),
            *("provision_requested", "objectives", "picture", "details"),
            **each_for(FOLLOWS, "upn_warnings", "warnings"),
        ),
    ),
    EventRow(
        ProviderProposed,
        clauses=("Education and Skills Act 2008 s 92",),
        corrections=corrected(
            proposal.sound,
            *("registration_checked_on", "registration_checked_by", "registration_influence"),
            *("needs_considered", "override_reasons"),
            **each_for(
                _PROPOSED,
                *("provider_version", "registration_result", "entry_status", "due_diligence_until", "minutes_a_week"),
                *("dual_registration", "provider_kind", "warnings", "overrides"),
            ),
        ),
    ),
    EventRow(
        ProviderOfferRequested,
        clauses=(),
        corrections=corrected(
            offers.sound_request, "requested_on", "sessions_a_week", "wanted_from", "reply_by", "message"
        ),
    ),
    EventRow(
        ProviderOfferMade,
        clauses=(),
        corrections=corrected(
            offers.sound_offer,
            *("made_on", "start_from", "sessions_a_week", "pennies_per_session", "open_until", "conditions"),
        ),
    ),
    EventRow(
        ProviderOfferDeclined,
        clauses=(),
        corrections=corrected(offers.sound_refusal, "declined_on", "reason_code", "reason"),
    ),
    EventRow(
        LaNotifiedOfEhcPlan,
        clauses=("Children and Families Act 2014 s 42",),
        corrections=corrected(grounds.sound_notification, "la_code", "notified_on"),
    ),
    EventRow(
        ExclusionRecorded,
        clauses=("Education and Inspections Act 2006 s 100", "Education Act 1996 s 19(3A)"),
        corrections=corrected(exclusions.sound_exclusion, "first_day", "kind", "days"),
    ),
    EventRow(
        EarlyStartConsented,
        clauses=("SI 2007/1870 reg 7",),
        corrections=corrected(exclusions.sound_consent, "consented_on", "consent", start_date=_CONSENT),
    ),
)

DUTIES = (
    exclusions.SIXTH_DAY,
    exclusions.DETAILS,
)
