"""The commands of the agreement and of what is arranged for the pupil: notice, transport, meals."""

from domain.law.clauses import KCSIE, REGULATIONS, START
from domain.placement.agreement import agreement, arrangements, email, notice, notice_duty, warnings
from domain.placement.event_row import FOLLOWED, FOLLOWS, GIVEN, EventRow, corrected, each_for
from domain.placement.stages import IN_FORCE, RUNNING, Stage
from domain.placement.step import LEADERS, NOT_STARTED, UNTIL_END, WORKER, PlacementStep
from events.codes import Role
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    NoticeGiven,
    NoticeSuperseded,
    ParentViewRecorded,
    SafeguardingInformationReceived,
)
from events.placement.contact import MealsArranged, TransportArranged

_NOTICE = "Whether the notice was in time follows from it. Until the placement starts, give the notice again."
_VERSION = "Each version of the agreement has a number of its own. Issue the agreement again."

STEPS = (
    PlacementStep(
        agreement.RecordSafeguardingInformation,
        agreement.receive_safeguarding,
        stages=UNTIL_END - {Stage.REFERRED},
        by=WORKER | {Role.DSL},
    ),
    PlacementStep(
        agreement.IssueAgreement,
        agreement.issue,
        stages={Stage.DETERMINED, Stage.AGREEMENT_PENDING},
        by=WORKER,
        leads_to=Stage.AGREEMENT_PENDING,
    ),
    PlacementStep(
        agreement.SignAgreement,
        agreement.sign,
        stages={Stage.AGREEMENT_PENDING},
        by=LEADERS | {Role.PROVIDER_USER},
        leads_to=Stage.READY_TO_START,
    ),
    PlacementStep(
        agreement.RecordParentView,
        agreement.record_parent_view,
        stages=NOT_STARTED | RUNNING,
        by={Role.CASE_WORKER, Role.PARENT},
    ),
    PlacementStep(
        notice.GiveNotice,
        notice.give,
        stages=IN_FORCE,
        by=WORKER,
        needs=email.needs,
        warns=(warnings.late_notice,),
    ),
    PlacementStep(
        arrangements.ArrangeTransport,
        arrangements.arrange_transport,
        stages=UNTIL_END,
        by=LEADERS | {Role.LA_OFFICER},
    ),
    PlacementStep(arrangements.ArrangeMeals, arrangements.arrange_meals, stages=UNTIL_END, by=LEADERS),
)

EVENTS = (
    EventRow(
        SafeguardingInformationReceived,
        clauses=(KCSIE,),
        corrections=corrected(agreement.sound_safeguarding, "received_on", "covers", "note"),
    ),
    EventRow(
        AgreementIssued,
        clauses=(),
        corrections=corrected(
            agreement.sound_terms,
            *("pennies_per_session", "total_pennies", "notice_days", "terms"),
            version=_VERSION,
        ),
    ),
    EventRow(
        AgreementSigned,
        clauses=(),
        corrections=corrected(
            agreement.sound_signature,
            *("signed_on", "method", "signatory"),
            party="A side signs for itself. Issue the agreement again, for both to sign.",
            complete=FOLLOWS,
        ),
    ),
    EventRow(ParentViewRecorded, clauses=(), corrections=corrected(agreement.sound_view, "given_on", "stance", "view")),
    EventRow(
        NoticeGiven,
        clauses=(f"{REGULATIONS} reg 3(2)", f"{REGULATIONS} reg 3(4)"),
        corrections=corrected(
            notice.sound,
            *("recipients", "session_times", "address", "report_to", "reasons", "objectives"),
            **each_for(_NOTICE, *GIVEN, "given_at", "start_date", "days", "school_days_clear", "calendar_version"),
            relevant_person=FOLLOWS,
        ),
    ),
    EventRow(NoticeSuperseded, clauses=START, corrections=FOLLOWED),
    EventRow(
        TransportArranged,
        clauses=(),
        corrections=corrected(arrangements.sound_transport, "arranged_on", "required", "mode", "from_on", "details"),
    ),
    EventRow(
        MealsArranged,
        clauses=("Education Act 1996 s 512ZB",),
        corrections=corrected(arrangements.sound_meals, "arranged_on", "arrangement", "from_on", "eligible", "details"),
    ),
)

DUTIES = (
    notice_duty.DUTY,
    arrangements.INFORMED,
    arrangements.TRANSPORT,
    arrangements.MEALS,
)
