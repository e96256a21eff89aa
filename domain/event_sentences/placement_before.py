"""Sentences about the events of a placement before it starts."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    EarlyStartConsented,
    NoticeGiven,
    NoticeSuperseded,
    ParentViewRecorded,
    SafeguardingInformationReceived,
)
from events.placement.decision import (
    AnnualReviewRecorded,
    ConsultationRecorded,
    DeterminationProposed,
    ExclusionRecorded,
    LaNotifiedOfEhcPlan,
    PlacementDetermined,
    PlanDeliveryRecorded,
    ProfessionalsMeetingConvened,
    ProfessionalsMeetingHeld,
    ProfessionalsMeetingNotRequired,
    ProfessionalsMeetingOverridden,
    StartDateMoved,
)
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

BEFORE_THE_START: Final[Mapping[type, tuple[str, ...]]] = MappingProxyType(
    {
        ReferralDrafted: (
            "A referral was drafted: {legal_basis}.",
            "A referral was drafted.",
        ),
        ReferralSubmitted: (
            "The referral was submitted for {proposed_days} days, and the parent was informed on {parent_informed_on}.",
            "The referral was submitted for {proposed_days} days.",
            "The referral was submitted.",
        ),
        ProviderProposed: ("A provider was proposed.",),
        ProviderOfferRequested: (
            (
                "The provider was asked for {sessions_a_week} sessions a week from {wanted_from}, and to reply by"
                " {reply_by}."
            ),
            "The provider was asked for {sessions_a_week} sessions a week from {wanted_from}.",
            "The provider was asked for a place.",
        ),
        ProviderOfferMade: (
            (
                "The provider offered {sessions_a_week} sessions a week from {start_from}, at {pennies_per_session} a"
                " session, open until {open_until}."
            ),
            "The provider offered a place.",
        ),
        ProviderOfferDeclined: (
            "The provider said on {declined_on} that it has no place ({reason_code}).",
            "The provider said that it has no place.",
        ),
        ReferralDeclined: (
            "The referral was declined on {declined_on} ({reason_code}).",
            "The referral was declined.",
        ),
        ReferralWithdrawn: (
            "The referral was withdrawn on {withdrawn_on} ({reason_code}).",
            "The referral was withdrawn.",
        ),
        PlacementCancelled: (
            "The placement was cancelled on {cancelled_on} ({reason_code}).",
            "The placement was cancelled.",
        ),
        ProfessionalsMeetingConvened: (
            "A professionals meeting was arranged for {at}.",
            "A professionals meeting was arranged.",
        ),
        ConsultationRecorded: (
            "The view of {role} was recorded on {consulted_on}.",
            "A view was recorded.",
        ),
        ProfessionalsMeetingHeld: (
            "The professionals meeting was held on {held_on}, and recommended this: {recommendation}.",
            "The professionals meeting was held.",
        ),
        ProfessionalsMeetingNotRequired: ("No professionals meeting is needed.",),
        ExclusionRecorded: (
            "An exclusion of {days} days ({kind}) from {first_day} was recorded.",
            "An exclusion ({kind}) from {first_day} was recorded.",
            "An exclusion was recorded.",
        ),
        AnnualReviewRecorded: (
            "The annual review of the EHC plan on {reviewed_on} was recorded.",
            "The annual review of the EHC plan was recorded.",
        ),
        PlanDeliveryRecorded: (
            "Who delivers each part of section F of the EHC plan was recorded on {arranged_on}.",
            "Who delivers each part of section F of the EHC plan was recorded.",
        ),
        ProfessionalsMeetingOverridden: (
            "{by_role} set the need for a professionals meeting aside.",
            "The need for a professionals meeting was set aside.",
        ),
        LaNotifiedOfEhcPlan: (
            "Council {la_code}, which maintains the EHC plan, was told on {notified_on}.",
            "The council that maintains the EHC plan was told.",
        ),
        DeterminationProposed: (
            (
                "A decision of {determined_on} was recorded: from {start_date} to {proposed_end}, {days} days, and a"
                " second person must confirm it."
            ),
            "A decision was recorded, and a second person must confirm it.",
        ),
        PlacementDetermined: (
            (
                "The placement was decided on {determined_on}: from {start_date} to {proposed_end}, {days} days,"
                " {legal_basis}."
            ),
            "The placement was decided: from {start_date} to {proposed_end}, {days} days.",
            "The placement was decided.",
        ),
        StartDateMoved: (
            "The start was moved from {from_date} to {to_date}.",
            "The start was moved.",
        ),
        SafeguardingInformationReceived: (
            "The provider's safeguarding confirmation was received on {received_on}: {covers}.",
            "The provider's safeguarding confirmation was received.",
        ),
        AgreementIssued: (
            (
                "Version {version} of the agreement was issued, at {pennies_per_session} a session and"
                " {total_pennies} in all."
            ),
            "The agreement was issued.",
        ),
        AgreementSigned: (
            "{party} signed the agreement on {signed_on}.",
            "The agreement was signed.",
        ),
        ParentViewRecorded: (
            "The parent's view was recorded on {given_on}: the parent {stance}.",
            "The parent's view was recorded.",
        ),
        NoticeGiven: (
            (
                "Notice of the start on {start_date} was given {method} on {given_on} and counts as given on"
                " {deemed_on}, {timely}."
            ),
            "Notice of the start on {start_date} was given on {given_on}.",
            "Notice was given.",
        ),
        EarlyStartConsented: (
            "The parent agreed on {consented_on} to a start on {start_date} with shorter notice.",
            "The parent agreed to shorter notice.",
        ),
        NoticeSuperseded: ("A notice was replaced, because what it said has changed.",),
    }
)
