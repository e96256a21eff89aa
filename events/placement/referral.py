"""A referral is written and submitted, a provider is proposed and asked for a place, or the referral ends."""

from datetime import date

from events.codes import (
    CommissionerKind,
    EntryStatus,
    LegalBasis,
    OfferDeclineReason,
    PrimaryReason,
    ProposalOverride,
    ProposalWarning,
    ProviderKind,
    RegistrationResult,
    TerminationReason,
)
from events.definition import event, holds, personal
from events.ids import (
    OfferId,
    PersonId,
    PlacementId,
    ProviderId,
    PupilId,
    SiteId,
    Urn,
)
from events.kinds import CODE, PARTS, TEXT
from events.values.referral import Objective, OverrideReason, Pupil, ReferralDetails, ReferralPicture


@event()
class ReferralDrafted:
    placement_id: PlacementId
    pupil_id: PupilId
    home_school_urn: Urn = holds(CODE)
    commissioner: CommissionerKind
    legal_basis: LegalBasis
    pupil: Pupil | None = personal(PARTS)


@event()
class ReferralSubmitted:
    primary_reason: PrimaryReason
    sessions_requested: int
    proposed_days: int
    parent_informed_on: date
    signed_off_by: PersonId
    upn_warnings: tuple[str, ...] = ()
    provision_requested: str | None = personal(TEXT)
    objectives: tuple[Objective, ...] = personal(PARTS, default=())
    picture: ReferralPicture | None = personal(PARTS)
    details: ReferralDetails | None = personal(PARTS)
    warnings: tuple[str, ...] = ()


@event()
class ProviderProposed:
    """The event holds what the proposal relied on: the provider's version, the registration check and how it weighed,
    the entry in the council's directory, the commissioner's own due diligence and the day until which that holds.

    `dual_registration`: the provider is a school, so the pupil is registered there too. `minutes_a_week` is the
    education that the provider would give, as stated or calculated from the sessions asked for.
    """

    provider_id: ProviderId
    site_ids: tuple[SiteId, ...]
    provider_version: int
    registration_result: RegistrationResult
    registration_checked_on: date | None = None
    registration_checked_by: PersonId | None = None
    entry_status: EntryStatus | None = None
    due_diligence_until: date | None = None
    minutes_a_week: int | None = None
    dual_registration: bool = False
    provider_kind: ProviderKind | None = None
    warnings: tuple[ProposalWarning, ...] = ()
    overrides: tuple[ProposalOverride, ...] = ()
    registration_influence: str | None = personal(TEXT)
    needs_considered: str | None = personal(TEXT)
    override_reasons: tuple[OverrideReason, ...] = personal(PARTS, default=())


@event(occurred="requested_on")
class ProviderOfferRequested:
    """The school asked the provider that it proposes for a place."""

    offer_id: OfferId
    provider_id: ProviderId
    requested_on: date
    sessions_a_week: int
    wanted_from: date
    reply_by: date | None = None
    message: str | None = personal(TEXT)


@event(occurred="made_on")
class ProviderOfferMade:
    """The provider offers the place; the offer is open until a day."""

    offer_id: OfferId
    made_on: date
    start_from: date
    sessions_a_week: int
    pennies_per_session: int
    open_until: date
    conditions: str | None = personal(TEXT)


@event(occurred="declined_on")
class ProviderOfferDeclined:
    """The provider has no place for the pupil."""

    offer_id: OfferId
    declined_on: date
    reason_code: OfferDeclineReason
    reason: str | None = personal(TEXT)


@event(occurred="declined_on")
class ReferralDeclined:
    declined_on: date
    reason_code: TerminationReason
    reason_text: str | None = personal(TEXT)


@event(occurred="withdrawn_on")
class ReferralWithdrawn:
    withdrawn_on: date
    reason_code: TerminationReason
    reason_text: str | None = personal(TEXT)


@event(occurred="cancelled_on")
class PlacementCancelled:
    cancelled_on: date
    reason_code: TerminationReason
    reason_text: str | None = personal(TEXT)


ReferralEvent = (
    ReferralDrafted
    | ReferralSubmitted
    | ProviderProposed
    | ProviderOfferRequested
    | ProviderOfferMade
    | ProviderOfferDeclined
    | ReferralDeclined
    | ReferralWithdrawn
    | PlacementCancelled
)
