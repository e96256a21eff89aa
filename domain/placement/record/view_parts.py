"""What is shown of the parts of a record that are no events: each names its fields."""

from dataclasses import dataclass
from datetime import date

from domain.placement.parts.reviews import ReviewStatus
from domain.shared.views import View
from events.codes import ReviewSource as Source
from events.codes import (
    RuleId,
)
from events.ids import DocumentId, PersonId, RequestId, ReviewId
from events.placement.agreement import (
    NoticeGiven,
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
from events.placement.letters import (
    LetterFateRecorded,
    LetterReturned,
)
from events.placement.record import (
    AccessRestricted,
    NoteAdded,
)
from events.placement.reviews import (
    ReviewDecided,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewMissed,
    ReviewOutcomeNotified,
    ReviewScheduled,
    WrittenViewsReceived,
)
from events.placement.running import (
    PlacementPaused,
    PlacementResumed,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView(View):
    review_id: ReviewId
    source: Source
    rule: RuleId
    opened_on: date
    due: date
    immediate: bool
    request_id: RequestId | None
    scheduled: ReviewScheduled | None
    invitation: ReviewInvitationGiven | None
    invitation_lost: ReviewInvitationGiven | None
    views: tuple[WrittenViewsReceived, ...]
    held: ReviewHeld | None
    decided: ReviewDecided | None
    notified: ReviewOutcomeNotified | None
    notified_lost: ReviewOutcomeNotified | None
    missed: ReviewMissed | None
    lapsed_on: date | None
    status: ReviewStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedView(View):
    due: date
    set_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeNoticeView(View):
    given: NoticeGiven
    served: NoticeGiven | None
    before: NoticeGiven | None
    days_before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseView(View):
    paused: PlacementPaused
    resumed: PlacementResumed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterStatusView(View):
    document_id: DocumentId
    dispatched: LetterFateRecorded | None
    delivered: LetterFateRecorded | None
    failed: LetterFateRecorded | None
    unheard: LetterFateRecorded | None
    returned: LetterReturned | None
    handed_over: CommunicationSent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryView(View):
    asked: SubjectAccessQueried
    answered: SubjectAccessQueryAnswered | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequestView(View):
    request: SubjectAccessRequested
    due: date
    extended: SubjectAccessExtended | None
    queries: tuple[QueryView, ...]
    harm: SeriousHarmConsidered | None
    answered: SubjectAccessAnswered | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComplaintView(View):
    received: DataProtectionComplaintReceived
    acknowledged: DataProtectionComplaintAcknowledged | None
    answered: DataProtectionComplaintAnswered | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundView(View):
    visits: tuple[PlacementVisited, ...]
    contacts: tuple[ContactLogged, ...]
    communications: tuple[CommunicationSent, ...]
    transport: TransportArranged | None
    meals: MealsArranged | None
    reports: tuple[ProgressReportReceived, ...]
    notes: tuple[NoteAdded, ...]
    assigned_to: PersonId | None
    restriction: AccessRestricted | None
    requests: tuple[AccessRequestView, ...]
    complaints: tuple[ComplaintView, ...]
