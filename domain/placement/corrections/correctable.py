"""What may be put right of each kind of event, and what it must satisfy: the same as when it was first entered.

One row for each kind. A field that no row names is not corrected, so a new one is open only once somebody has said so.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from domain.placement.agreement import agreement, arrangements, notice, pattern
from domain.placement.decision import determination, meeting, plans, section_f
from domain.placement.ending import closing, reintegration
from domain.placement.facts import Facts
from domain.placement.record import access, complaints, contact, letters
from domain.placement.referral import exclusions, grounds, offers, proposal, referral
from domain.placement.reviews import requests, reviews
from domain.placement.running import overtaken, progress, provider_review, safeguarding, terms, transition
from domain.placement.running import start as running
from domain.placement.state import Placement
from domain.shared.errors import Rejected
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    EarlyStartConsented,
    NoticeGiven,
    NoticeSuperseded,
    ParentViewRecorded,
    SafeguardingInformationReceived,
)
from events.placement.contact import (
    CommunicationSent,
    ContactLogged,
    MealsArranged,
    PlacementVisited,
    ProgressReportReceived,
    TransportArranged,
)
from events.placement.data_protection import (
    DataProtectionComplaintAcknowledged,
    DataProtectionComplaintAnswered,
    DataProtectionComplaintReceived,
    SeriousHarmConsidered,
    SubjectAccessAnswered,
    SubjectAccessExtended,
    SubjectAccessQueried,
    SubjectAccessQueryAnswered,
    SubjectAccessRequested,
)
from events.placement.deadlines import (
    DeadlineMissed,
    DeadlineRecalculated,
    DutyOvertaken,
    LimitReached,
    MissDisproved,
    OvertakenDutyDealtWith,
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
from events.placement.ending import (
    AssessmentSought,
    EvaluationRecorded,
    PlacementClosed,
    PlacementEnded,
    ReintegrationHalted,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)
from events.placement.letters import (
    DocumentProduced,
    LetterFateRecorded,
    LetterReturned,
    NoticeServiceChanged,
    ReviewServiceChanged,
)
from events.placement.other_streams import CalendarTaken, HomeSchoolSucceeded, PupilFlagsTaken
from events.placement.record import (
    AccessRestricted,
    AccessRestrictionLifted,
    CaseAssigned,
    ErasureConfirmed,
    ErasureDecided,
    ErasureProposed,
    NoteAdded,
    RecordCorrected,
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
from events.placement.reviews import (
    ReviewDecided,
    ReviewDue,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewLapsed,
    ReviewMissed,
    ReviewOutcomeNotified,
    ReviewRequested,
    ReviewRequestRefused,
    ReviewScheduled,
    WrittenViewsReceived,
)
from events.placement.running import (
    AttendancePatternSet,
    PlacementMarkedTransitional,
    PlacementPaused,
    PlacementResumed,
    PlacementStarted,
    ProviderChangeReported,
    ProviderDoubted,
    ProviderReviewRecorded,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
    TermsChanged,
    TransitionDealtWith,
)

CorrectionCheck = Callable[[Any, Placement, Facts], Iterable[Rejected | None]]
"""What is wrong with an event, given the record before it: asked at its entry and at each correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionRow:
    """`corrects` may be put right. Each of `stays` may not, and its text says what to do instead."""

    sound: CorrectionCheck
    corrects: frozenset[str] = frozenset()
    stays: Mapping[str, str] = field(default_factory=dict)


def _row(sound: CorrectionCheck, *corrects: str, **stays: str) -> CorrectionRow:
    return CorrectionRow(sound=sound, corrects=frozenset(corrects), stays=MappingProxyType(stays))


def _all(why: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, why)


_LAW = "It decides who may see the record and which law binds. Withdraw or cancel, and refer the pupil again."
_FOLLOWS = "The system worked it out. Correct the fact that it follows from."
_WHO = "It is the role of whoever gave the command, as the sign-in showed it."
_PROVIDER = "The proposal relied on it. Until the decision, propose the provider again."
_NOTICE = "Whether the notice was in time follows from it. Until the placement starts, give the notice again."
_INVITATION = "Whether the invitation was in time follows from it. Until the review is held, invite again."
_OUTCOME = "Whether the outcome was told in time follows from it. Record again that the outcome was notified."
_MEETING = "An invitation is given for one time and no other. Until the review is held, schedule it again."
_TERMS = "A notice is given for the terms as they were changed. Change the terms again."
_START = "A notice is given for one start and no other. Until the placement starts, move the start date."
_REQUEST = "Whether a review must be held follows from it. Until one is held, record the request again."
_ACCESS = "Whether the answer was in time follows from it. Record the request again as it was."
_QUERY = "The day by which the request is due follows from it. Ask again, or record the request again as it was."
_COMPLAINT = "Whether it was acknowledged in time follows from it. Record the complaint again as it was."
_CONSENT = "Consent is to one start and no other. Until the placement starts, record it again."
_LETTER = ("cause", "recipient", "recipient_number")
_GIVEN = ("given_on", "method", "deemed_on", "timely")
_VERSION = "Each version of the agreement has a number of its own. Issue the agreement again."

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        ReferralDrafted: _row(
            referral.sound_draft, "pupil", **_all(_LAW, "home_school_urn", "commissioner", "legal_basis")
        ),
        ReferralSubmitted: _row(
            referral.sound_referral,
            *("primary_reason", "sessions_requested", "proposed_days", "parent_informed_on", "signed_off_by"),
            *("provision_requested", "objectives", "picture", "details"),
            **_all(_FOLLOWS, "upn_warnings", "warnings"),
        ),
        ProviderProposed: _row(
            proposal.sound,
            *("registration_checked_on", "registration_checked_by", "registration_influence"),
            *("needs_considered", "override_reasons"),
            **_all(
                _PROVIDER,
                *("provider_version", "registration_result", "entry_status", "due_diligence_until", "minutes_a_week"),
                *("dual_registration", "provider_kind", "warnings", "overrides"),
            ),
        ),
        ProviderOfferRequested: _row(
            offers.sound_request, "requested_on", "sessions_a_week", "wanted_from", "reply_by", "message"
        ),
        ProviderOfferMade: _row(
            offers.sound_offer,
            *("made_on", "start_from", "sessions_a_week", "pennies_per_session", "open_until", "conditions"),
        ),
        ProviderOfferDeclined: _row(offers.sound_refusal, "declined_on", "reason_code", "reason"),
        ReferralDeclined: _row(closing.sound_stop, "declined_on", "reason_code", "reason_text"),
        ReferralWithdrawn: _row(closing.sound_stop, "withdrawn_on", "reason_code", "reason_text"),
        PlacementCancelled: _row(closing.sound_stop, "cancelled_on", "reason_code", "reason_text"),
        ProfessionalsMeetingConvened: _row(meeting.sound_convening, "at", "invited_roles", "place", "invited_names"),
        ConsultationRecorded: _row(meeting.sound_consultation, "role", "consulted_on", "body", "view"),
        ProfessionalsMeetingHeld: _row(
            meeting.sound_meeting,
            *("held_on", "attended_roles", "apologies_roles", "recommendation", "attended_names", "minutes"),
            *("pupil_view", "parent_view"),
        ),
        ProfessionalsMeetingNotRequired: _row(meeting.sound_dispensing, "reason"),
        ProfessionalsMeetingOverridden: _row(
            meeting.sound_override, "reason", by=_WHO, by_role=_WHO, complete=_FOLLOWS
        ),
        ExclusionRecorded: _row(exclusions.sound_exclusion, "first_day", "kind", "days"),
        AnnualReviewRecorded: _row(plans.sound, "reviewed_on", "note"),
        PlanDeliveryRecorded: _row(section_f.sound, "arranged_on", "items"),
        EarlyStartConsented: _row(exclusions.sound_consent, "consented_on", "consent", start_date=_CONSENT),
        LaNotifiedOfEhcPlan: _row(grounds.sound_notification, "la_code", "notified_on"),
        DeterminationProposed: _row(
            determination.sound_proposed,
            *("proposed_end", "days", "review_plan", "exams_ahead", "minute_reference"),
            *("reasons", "alternatives", "direction", "ehc_plan"),
            **_all(
                "A second person confirms it as it was typed. Record the decision again.",
                *("proposed_on", "proposed_by", "determined_on", "decided_by", "decided_by_role", "start_date"),
            ),
        ),
        PlacementDetermined: _row(
            determination.sound_determination,
            *("determined_on", "by", "proposed_end", "days", "review_plan", "reasons", "alternatives"),
            *("direction", "ehc_plan", "exams_ahead", "decided_by", "minute_reference"),
            **_all(_LAW, "legal_basis", "regime_id"),
            **_all("It is who acted, as the sign-in showed it.", "confirmed_by"),
            decided_by_role="The power to decide rests on it. Cancel, and decide again.",
            start_date=_START,
            calendar_version=_FOLLOWS,
        ),
        StartDateMoved: _row(
            determination.sound_move,
            *("moved_on", "proposed_end", "days", "reason"),
            to_date=_START,
            from_date=_FOLLOWS,
        ),
        SafeguardingInformationReceived: _row(agreement.sound_safeguarding, "received_on", "covers", "note"),
        AgreementIssued: _row(
            agreement.sound_terms,
            *("pennies_per_session", "total_pennies", "notice_days", "terms"),
            version=_VERSION,
        ),
        AgreementSigned: _row(
            agreement.sound_signature,
            *("signed_on", "method", "signatory"),
            party="A side signs for itself. Issue the agreement again, for both to sign.",
            complete=_FOLLOWS,
        ),
        ParentViewRecorded: _row(agreement.sound_view, "given_on", "stance", "view"),
        NoticeGiven: _row(
            notice.sound,
            *("recipients", "session_times", "address", "report_to", "reasons", "objectives"),
            **_all(_NOTICE, *_GIVEN, "given_at", "start_date", "days", "school_days_clear", "calendar_version"),
            relevant_person=_FOLLOWS,
        ),
        PlacementStarted: _row(running.sound, "started_on"),
        AttendancePatternSet: _row(
            pattern.sound,
            *("set_on", "effective_from", "sessions", "am_start", "pm_start", "part_time_until", "agreed_with"),
        ),
        TermsChanged: _row(
            terms.sound_change,
            "reason",
            **_all(_TERMS, "field", "changed_on", "effective_on", "days", "from_value", "to_value"),
        ),
        ProviderChangeReported: _row(terms.sound_report, "kind", "reported_on", "detail", by_role=_WHO),
        SafeguardingConcernRaised: _row(
            safeguarding.sound_concern, "raised_on", "severity", "pause_requested", "concern", by_role=_WHO
        ),
        SafeguardingConcernAnswered: _row(safeguarding.sound_answer, "answered_on", "answer"),
        PlacementPaused: _row(safeguarding.sound_pause, "paused_on", "interim_education"),
        PlacementResumed: _row(safeguarding.sound_resumption, "resumed_on", "safeguards"),
        ReviewRequested: _row(
            requests.sound_request, "by", "request", **_all(_REQUEST, "requested_on", "last_review_on")
        ),
        ReviewRequestRefused: _row(
            requests.sound_refusal,
            "reason",
            refused_on="It is the day on which the command was given.",
            **_all(_FOLLOWS, "last_review_on", "binding_from"),
        ),
        ReviewScheduled: _row(
            reviews.sound_schedule,
            *("convenience_checked", "place"),
            at=_MEETING,
            scheduled_on="It is the day on which the command was given.",
        ),
        ReviewInvitationGiven: _row(
            reviews.sound_invitation,
            *("recipients", "written_views_invited"),
            **_all(_INVITATION, *_GIVEN, "days_before"),
        ),
        WrittenViewsReceived: _row(reviews.sound_views, "received_on", "from_role", "views"),
        ReviewHeld: _row(
            reviews.sound_meeting,
            *("held_on", "attended_roles", "evidence", "pupil_voice", "parent_voice", "minutes"),
        ),
        ReviewDecided: _row(
            reviews.sound_decision,
            *("decided_on", "decision", "until", "next_review_due", "reasons", "views_considered"),
        ),
        ReviewOutcomeNotified: _row(reviews.sound_outcome, "recipients", **_all(_OUTCOME, *_GIVEN, "days_after")),
        ReintegrationPlanned: _row(
            reintegration.sound_plan,
            *("full_time_by", "school_accepted", "steps", "key_adult", "readiness_criteria"),
            *("pupil_view", "parent_view"),
        ),
        ReintegrationStarted: _row(reintegration.sound_start, "started_on"),
        ReintegrationStepRecorded: _row(
            reintegration.sound_step, "n", "recorded_on", "attendance_basis_points", "outcome"
        ),
        PlacementEnded: _row(
            closing.sound_end, "ended_on", "reason", "destination_urn", "agreed_by", "agreed_on", "reason_text"
        ),
        AssessmentSought: _row(closing.sound_attempt, "of", "asked_on", "method"),
        EvaluationRecorded: _row(
            closing.sound_evaluation,
            *("objectives_met", "attendance_before_basis_points", "attendance_during_basis_points"),
            *("cost_total_pennies", "attendance_after_basis_points", "evaluated_on"),
            *("pupil_assessment", "parent_assessment", "provider_view"),
        ),
        PlacementClosed: _row(closing.sound_closing, "closed_on"),
        OvertakenDutyDealtWith: _row(overtaken.sound, "dealt_with_on", "how", by=_WHO),
        TransitionDealtWith: _row(transition.sound, "dealt_with_on", "how"),
        ProviderReviewRecorded: _row(provider_review.sound, "reviewed_on", "outcome", "reasons"),
        LetterReturned: _row(
            letters.sound_return,
            *("returned_on", "note"),
            **_all("It follows from the letter. Record the return of the other letter.", *_LETTER),
        ),
        PlacementVisited: _row(contact.sound_visit, "visited_on", "pupil_seen", "visitor", "observations", "actions"),
        ContactLogged: _row(contact.sound_contact, "contacted_on", "with_roles", "method", "summary"),
        CommunicationSent: _row(
            contact.sound_communication, "sent_on", "sent_at", "subject", "to_roles", "method", "content"
        ),
        TransportArranged: _row(arrangements.sound_transport, "arranged_on", "required", "mode", "from_on", "details"),
        MealsArranged: _row(arrangements.sound_meals, "arranged_on", "arrangement", "from_on", "eligible", "details"),
        ProgressReportReceived: _row(
            progress.sound,
            *("received_on", "period_from", "period_to", "attendance_basis_points", "curriculum"),
            *("objective_rag", "behaviour", "curriculum_text", "personal_development", "achievements"),
            "pupil_voice",
        ),
        NoteAdded: _row(contact.sound_note, "text"),
        CaseAssigned: _row(contact.sound_assignment, "assigned_on", "reason", assigned_to="Assign the case again."),
        AccessRestricted: _row(
            access.sound_restriction,
            "reason",
            reader_roles="Restrict access again: the latest restriction holds.",
        ),
        AccessRestrictionLifted: _row(access.sound_lifting, "reason"),
        SubjectAccessRequested: _row(
            access.sound_request,
            *("requester", "scope"),
            **_all(_ACCESS, "received_on", "right", "due", "calendar_version"),
        ),
        SubjectAccessExtended: _row(access.sound_extension, "reason", **_all(_ACCESS, "extended_on", "due")),
        SubjectAccessAnswered: _row(
            access.sound_answer, "outcome", "reasons", **_all(_ACCESS, "answered_on", "timely")
        ),
        SubjectAccessQueried: _row(access.sound_query, "question", **_all(_QUERY, "asked_on", "query")),
        SubjectAccessQueryAnswered: _row(
            access.sound_query_answer, "answer", **_all(_QUERY, "answered_on", "query", "due")
        ),
        SeriousHarmConsidered: _row(
            access.sound_harm,
            *("considered_on", "reasons"),
            finding="The answer relied on it. Have serious harm considered again.",
        ),
        DataProtectionComplaintReceived: _row(
            complaints.sound_complaint,
            *("complainant", "complaint"),
            **_all(_COMPLAINT, "received_on", "due"),
        ),
        DataProtectionComplaintAcknowledged: _row(
            complaints.sound_acknowledgement, **_all(_COMPLAINT, "acknowledged_on", "timely")
        ),
        DataProtectionComplaintAnswered: _row(complaints.sound_answer, "answered_on", "outcome"),
    }
)

NEVER: Mapping[type, str] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                DocumentProduced,
                LetterFateRecorded,
                DutyOvertaken,
                ReviewDue,
                ReviewMissed,
                ReviewLapsed,
                DeadlineMissed,
                MissDisproved,
                LimitReached,
                PlacementMarkedTransitional,
                ProviderDoubted,
                CalendarTaken,
                HomeSchoolSucceeded,
                DeadlineRecalculated,
                ErasureProposed,
            ),
            "Time recorded this by itself. Correct the fact that it follows from.",
        ),
        **dict.fromkeys(
            (NoticeSuperseded, NoticeServiceChanged, ReviewServiceChanged, ReintegrationHalted),
            "It followed from another event by itself. Correct that one.",
        ),
        **dict.fromkeys(
            (ErasureConfirmed, ErasureDecided),
            "The pupil's personal data go with it, and a correction would go along.",
        ),
        PupilFlagsTaken: "The pupil's own record tells it. Change the flags there, from the day on which they hold.",
        RecordCorrected: "Correct the event itself once more, not its correction.",
    }
)
"""Kinds of event of which nothing is put right, and why."""
