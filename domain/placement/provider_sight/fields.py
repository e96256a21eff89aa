"""The events that a provider sees in each part of a placement, and which of their fields: an allow list."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from domain.placement.provider_sight.phases import ProviderPart
from events import attendance as m
from events.codes import DocumentKind, RecipientRole, RuleId
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    NoticeGiven,
    NoticeSuperseded,
    SafeguardingInformationReceived,
)
from events.placement.contact import MealsArranged, ProgressReportReceived, TransportArranged
from events.placement.decision import PlacementDetermined, PlanDeliveryRecorded, StartDateMoved
from events.placement.ending import (
    PlacementEnded,
    ReintegrationHalted,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)
from events.placement.letters import DocumentProduced
from events.placement.referral import (
    ProviderOfferDeclined,
    ProviderOfferMade,
    ProviderOfferRequested,
    ProviderProposed,
    ReferralDrafted,
    ReferralSubmitted,
)
from events.placement.reviews import ReviewDecided, ReviewDue, ReviewHeld, ReviewLapsed, ReviewScheduled
from events.placement.running import (
    AttendancePatternSet,
    PlacementPaused,
    PlacementResumed,
    PlacementStarted,
    ProviderChangeReported,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
    TermsChanged,
)

FieldSpec = Mapping[str, "FieldSpec | None"]
"""The fields that are shown; of a field with a value of its own, those that its own row names, or all for None."""

WHOLE: Final[FieldSpec | None] = None


def only(*names: str, **within: FieldSpec) -> FieldSpec:
    return MappingProxyType({**dict.fromkeys(names), **within})


_REFERRAL = only(
    *("sessions_requested", "proposed_days", "provision_requested", "objectives"),
    picture=only(
        *("sen_status", "sen_need", "health", "strengths", "triggers", "strategies_tried", "risk_assessment"),
        "transport",
    ),
    details=only("medication", "interpreter"),
)
_REFERRAL_TAUGHT = only(
    *("sessions_requested", "proposed_days", "provision_requested", "objectives"),
    picture=only(
        *("sen_status", "sen_need", "section_f_summary", "flags", "social_care_contact", "health", "strengths"),
        *("triggers", "strategies_tried", "risk_assessment", "free_school_meals", "transport"),
    ),
    details=only("medication", "interpreter", "link_person"),
)
_PUPIL = only("sex", "year_group", "home_language")
_PUPIL_TAUGHT = only(
    *("legal_name", "born_on", "sex", "year_group", "home_language"),
    parents=only("name", "relationship", "has_parental_responsibility", "contact"),
)
_DRAFTED = ("placement_id", "home_school_urn", "commissioner")
_OFFERS: Mapping[type, FieldSpec | None] = {
    ProviderProposed: only("provider_id", "site_ids", "minutes_a_week"),
    ProviderOfferRequested: WHOLE,
    ProviderOfferMade: WHOLE,
    ProviderOfferDeclined: WHOLE,
}

EVENTS: Final[Mapping[ProviderPart, Mapping[type, FieldSpec | None]]] = MappingProxyType(
    {
        ProviderPart.OFFER: {
            ReferralDrafted: only(*_DRAFTED, pupil=_PUPIL),
            ReferralSubmitted: _REFERRAL,
            **_OFFERS,
        },
        ProviderPart.TEACHING: {
            ReferralDrafted: only(*_DRAFTED, "pupil_id", "legal_basis", pupil=_PUPIL_TAUGHT),
            ReferralSubmitted: _REFERRAL_TAUGHT,
            **_OFFERS,
            PlacementDetermined: only("legal_basis", "start_date", "proposed_end", "days"),
            PlanDeliveryRecorded: WHOLE,
            StartDateMoved: only("moved_on", "from_date", "to_date", "proposed_end", "days"),
            SafeguardingInformationReceived: only("provider_id", "received_on", "covers"),
            AgreementIssued: WHOLE,
            AgreementSigned: WHOLE,
            NoticeGiven: only(
                *("notice_id", "given_on", "start_date", "days", "session_times", "change_id", "address", "report_to"),
                "objectives",
            ),
            NoticeSuperseded: WHOLE,
            PlacementStarted: WHOLE,
            AttendancePatternSet: only(
                *("set_on", "effective_from", "sessions", "am_start", "pm_start", "part_time_until")
            ),
            TermsChanged: only(*("change_id", "field", "changed_on", "effective_on", "days", "from_value", "to_value")),
            ProviderChangeReported: WHOLE,
            SafeguardingConcernRaised: WHOLE,
            SafeguardingConcernAnswered: WHOLE,
            PlacementPaused: only("paused_on", "review_id"),
            PlacementResumed: WHOLE,
            ReviewDue: only("review_id", "opened_on", "due"),
            ReviewScheduled: WHOLE,
            ReviewHeld: only("review_id", "held_on"),
            ReviewDecided: only("review_id", "decided_on", "decision", "until", "next_review_due"),
            ReviewLapsed: WHOLE,
            ReintegrationPlanned: only("plan_id", "full_time_by", "steps", "key_adult", "readiness_criteria"),
            ReintegrationStarted: WHOLE,
            ReintegrationStepRecorded: WHOLE,
            ReintegrationHalted: WHOLE,
            PlacementEnded: only("ended_on"),
            DocumentProduced: WHOLE,
            TransportArranged: WHOLE,
            MealsArranged: WHOLE,
            ProgressReportReceived: WHOLE,
            m.SessionMarkProposed: WHOLE,
            m.SessionMarkCorrected: WHOLE,
            m.SessionMarkConfirmed: only("placement_id", "day", "session", "code", "site_id", "entered_on"),
            m.AbsenceResolved: only("placement_id", "day", "session", "code", "from_code", "amended_on"),
            m.SessionMarkAmended: only("placement_id", "day", "session", "code", "from_code", "amended_on"),
        },
    }
)
"""The events that a provider sees in each part, and which of their fields."""

PROVIDER_RULES: Final = frozenset({RuleId.T9, RuleId.T10})
"""The deadlines that a provider sees: its own register, and absences that still have no reason."""

AROUND = only("transport", "meals", "reports")
REVIEW = only(
    *("review_id", "opened_on", "due", "status", "scheduled", "lapsed_on"),
    held=EVENTS[ProviderPart.TEACHING][ReviewHeld] or {},
    decided=EVENTS[ProviderPart.TEACHING][ReviewDecided] or {},
)
STATE: Final[Mapping[ProviderPart, tuple[str, ...]]] = MappingProxyType(
    {
        ProviderPart.OFFER: (
            *("stage", "placement_id", "home_school_urn", "commissioner", "pupil", "referral"),
            *("provider_id", "site_ids", "proposal", "asked", "offer"),
        ),
        ProviderPart.TEACHING: (
            *("stage", "placement_id", "pupil_id", "home_school_urn", "commissioner", "legal_basis", "pupil"),
            *(
                "referral",
                "provider_id",
                "site_ids",
                "proposal",
                "asked",
                "offer",
                "start_date",
                "proposed_end",
                "days",
            ),
            *("safeguarding", "agreement", "signatures", "notice", "started_on", "first_site_id", "terms_changed"),
            *(
                "change_pending",
                "provider_changes",
                "concerns",
                "concerns_open",
                "pause",
                "patterns",
                "reviews",
                "plan",
            ),
            *("reintegration", "steps", "end", "plan_deliveries", "around"),
        ),
    }
)
PERSON: Final = {ProviderPart.OFFER: _PUPIL, ProviderPart.TEACHING: _PUPIL_TAUGHT}


def is_shown_document(kind: DocumentKind, recipient: RecipientRole | None) -> bool:
    """The agreement, which the provider signs, and what is addressed to it."""
    return kind is DocumentKind.AGREEMENT or recipient is RecipientRole.PROVIDER


_TAUGHT: Final = EVENTS[ProviderPart.TEACHING]
WEEK: Final = only(
    marks=only(
        *("day", "session", "proposed", "corrections", "code"),
        confirmed=_TAUGHT[m.SessionMarkConfirmed] or {},
        resolved=_TAUGHT[m.AbsenceResolved] or {},
        amendments=_TAUGHT[m.SessionMarkAmended] or {},
        entries=only("before", "code", "entered_on"),
    )
)
