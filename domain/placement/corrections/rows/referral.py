"""What may be put right of the events of a referral."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.corrections.rows.row import FOLLOWS, LAW, CorrectionRow, each_for, row
from domain.placement.ending import closing
from domain.placement.referral import drafting, offers, proposal, submitting
from events.placement.referral import (
    PlacementCancelled,
    ProviderOfferDeclined,
    ProviderOfferMade,
    ProviderOfferRequested,
    ProviderProposed,
    ReferralDeclined,
    ReferralDrafted,
    ReferralSubmitted,
    ReferralWithdrawn,
)

_PROVIDER = "The proposal relied on it. Until the decision, propose the provider again."

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        ReferralDrafted: row(
            drafting.sound_draft, "pupil", **each_for(LAW, "home_school_urn", "commissioner", "legal_basis")
        ),
        ReferralSubmitted: row(
            submitting.sound_referral,
            *("primary_reason", "sessions_requested", "proposed_days", "parent_informed_on", "signed_off_by"),
            *("provision_requested", "objectives", "picture", "details"),
            **each_for(FOLLOWS, "upn_warnings", "warnings"),
        ),
        ProviderProposed: row(
            proposal.sound,
            *("registration_checked_on", "registration_checked_by", "registration_influence"),
            *("needs_considered", "override_reasons"),
            **each_for(
                _PROVIDER,
                *("provider_version", "registration_result", "entry_status", "due_diligence_until", "minutes_a_week"),
                *("dual_registration", "provider_kind", "warnings", "overrides"),
            ),
        ),
        ProviderOfferRequested: row(
            offers.sound_request, "requested_on", "sessions_a_week", "wanted_from", "reply_by", "message"
        ),
        ProviderOfferMade: row(
            offers.sound_offer,
            *("made_on", "start_from", "sessions_a_week", "pennies_per_session", "open_until", "conditions"),
        ),
        ProviderOfferDeclined: row(offers.sound_refusal, "declined_on", "reason_code", "reason"),
        ReferralDeclined: row(closing.sound_stop, "declined_on", "reason_code", "reason_text"),
        ReferralWithdrawn: row(closing.sound_stop, "withdrawn_on", "reason_code", "reason_text"),
        PlacementCancelled: row(closing.sound_stop, "cancelled_on", "reason_code", "reason_text"),
    }
)
