"""A test's story as the records that documents are made from."""

from datetime import datetime

from domain.documents.source import Source, source
from domain.legal_refs import legal_refs
from domain.placement.record.history import Record, occurred_at
from domain.placement.stages import Stage
from events.codes import (
    DeliveryMethod,
    EndReason,
    Rag,
    RecipientRole,
    ReviewDecision,
    ReviewRequester,
    ReviewSource,
    Role,
    RuleId,
    Severity,
)
from events.definition import occurred_field
from events.envelope import Metadata, Recorded
from events.ids import CommandId, EventId, NoticeId, PlanId, RequestId, ReviewId, placement_stream
from events.placement.agreement import NoticeGiven
from events.placement.deadlines import DeadlineMissed
from events.placement.ending import EvaluationRecorded, PlacementClosed, PlacementEnded, ReintegrationPlanned
from events.placement.reviews import (
    ReviewDecided,
    ReviewDue,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewMissed,
    ReviewOutcomeNotified,
    ReviewRequested,
    ReviewRequestRefused,
    ReviewScheduled,
)
from events.placement.running import PlacementStarted
from events.placement.union import PlacementEvent
from events.values.reviews import ObjectiveRag, ReintegrationStep, ReviewEvidence
from tests.domain.examples import EHCP_PICTURE, OBJECTIVE, SITE, TIMES, at, day, picture, submit
from tests.dsl import Given, actor, an_id, london

REVIEW = ReviewId(an_id("review"))
REQUEST = RequestId(an_id("request"))
EVERYBODY = (RecipientRole.RELEVANT_PERSON, RecipientRole.LA, RecipientRole.HEAD, RecipientRole.BOARD_NOMINEE)


def records(given: Given) -> tuple[Record, ...]:
    """Each event as recorded on the day it names, or with the one before."""
    found: list[Record] = []
    now = london(day("2026-11-09"))
    for number, event in enumerate(given.events, start=1):
        now = max(now, min(occurred_at(event, given.now), given.now) if occurred_field(type(event)) else now)
        found.append(_record(number, event, given, now))
    return tuple(found)


def _record(number: int, event: PlacementEvent, given: Given, now: datetime) -> Record:
    command_id = CommandId(an_id(f"command {number}"))
    return Recorded(
        position=number,
        stream_id=placement_stream(given.placement_id),
        version=number,
        event_id=EventId(an_id(f"event {number - 1}")),
        recorded_at=now,
        metadata=Metadata(
            occurred_at=occurred_at(event, now),
            actor=actor(Role.CASE_WORKER),
            command_id=command_id,
            correlation_id=command_id,
            legal_refs=legal_refs(event),
        ),
        event=event,
    )


def source_of(given: Given, *, up_to: type | None = None) -> Source:
    """The record, or the record up to the last event of a type."""
    found = records(given)
    if up_to is not None:
        last = max(number for number, record in enumerate(found) if isinstance(record.event, up_to))
        found = found[: last + 1]
    hashes = {record.version: f"{record.version:064x}" for record in found}
    return source(found, school=given.school, provider=given.provider, hashes=hashes)


def running(**of_picture: object) -> Given:
    """A placement that runs, of a pupil with an EHC plan: parents and council had notice."""
    ready = at(Stage.READY_TO_START, submitted=submit(picture=picture(**{**EHCP_PICTURE, **of_picture})))
    return ready.and_then(_NOTICE, PlacementStarted(started_on=day("2026-11-26"), first_site_id=SITE))


def closed() -> Given:
    """One that was reviewed, planned back to school, ended and evaluated: every document of it can be made."""
    return running().and_then(*_REVIEWED, *_REFUSED, _PLANNED, *_ENDED).on(day("2027-02-22"))


_NOTICE = NoticeGiven(
    notice_id=NoticeId(an_id("notice")),
    given_on=day("2026-11-19"),
    deemed_on=day("2026-11-19"),
    method=DeliveryMethod.FIRST_CLASS_POST,
    recipients=(RecipientRole.RELEVANT_PERSON, RecipientRole.LA),
    start_date=day("2026-11-26"),
    days=40,
    session_times=TIMES,
    school_days_clear=4,
    timely=True,
    calendar_version=1,
    address="1 Workshop Lane\nDerby",
    report_to="the site lead",
    reasons="to improve behaviour",
    objectives=(OBJECTIVE,),
)
_REVIEWED: tuple[PlacementEvent, ...] = (
    ReviewDue(
        review_id=REVIEW,
        opened_on=day("2026-12-01"),
        due=day("2026-12-16"),
        source=ReviewSource.PLAN,
        rule=RuleId.PLAN,
    ),
    ReviewScheduled(
        review_id=REVIEW,
        scheduled_on=day("2026-12-01"),
        at=london(day("2026-12-14"), hour=10),
        convenience_checked=True,
        place="The library",
    ),
    ReviewInvitationGiven(
        review_id=REVIEW,
        given_on=day("2026-12-03"),
        deemed_on=day("2026-12-03"),
        method=DeliveryMethod.EMAIL,
        recipients=EVERYBODY,
        written_views_invited=True,
        days_before=11,
        timely=True,
    ),
    ReviewMissed(review_id=REVIEW, due=day("2026-12-16"), rule=RuleId.PLAN, severity=Severity.BREACH),
    ReviewHeld(
        review_id=REVIEW,
        held_on=day("2026-12-17"),
        attended_roles=(Role.HEAD, Role.PARENT),
        evidence=ReviewEvidence(
            attendance_basis_points=9425,
            behaviour="Calm mornings",
            progress="Two units done",
            rag=(ObjectiveRag(id="1", rag=Rag.GREEN),),
        ),
        pupil_voice="I like it",
        parent_voice="It helps",
        minutes="As agreed",
    ),
    ReviewDecided(
        review_id=REVIEW,
        decided_on=day("2026-12-17"),
        decision=ReviewDecision.CONTINUE,
        until=day("2027-03-25"),
        next_review_due=day("2027-03-01"),
        reasons="The objectives are nearly met",
        views_considered="The letter was read out",
    ),
    ReviewOutcomeNotified(
        review_id=REVIEW,
        given_on=day("2026-12-18"),
        deemed_on=day("2026-12-18"),
        method=DeliveryMethod.FIRST_CLASS_POST,
        recipients=EVERYBODY,
        days_after=1,
        timely=True,
    ),
)
_REFUSED: tuple[PlacementEvent, ...] = (
    ReviewRequested(
        request_id=REQUEST,
        requested_on=day("2027-01-04"),
        by=ReviewRequester.RELEVANT_PERSON,
        last_review_on=day("2026-12-17"),
        review_id=None,
        request="May we meet again?",
    ),
    ReviewRequestRefused(
        request_id=REQUEST,
        refused_on=day("2027-01-06"),
        last_review_on=day("2026-12-17"),
        binding_from=day("2027-02-26"),
        reason="Nothing has changed since",
    ),
)
_PLANNED = ReintegrationPlanned(
    plan_id=PlanId(an_id("plan")),
    full_time_by=day("2027-02-08"),
    school_accepted=True,
    steps=(ReintegrationStep(n=1, from_on=day("2027-01-25"), sessions_school=6, sessions_ap=4, support="A mentor"),),
    key_adult="Ms Placeholder",
    readiness_criteria=("Two calm weeks",),
    pupil_view="Start with art",
    parent_view="Not too fast",
)
_ENDED: tuple[PlacementEvent, ...] = (
    PlacementEnded(
        ended_on=day("2027-02-08"), reason=EndReason.RETURN_PHASED, destination_urn=None, reason_text="Back in class"
    ),
    DeadlineMissed(rule=RuleId.T14, due=day("2027-02-19"), severity=Severity.ADVISORY),
    EvaluationRecorded(
        objectives_met=("1",),
        attendance_before_basis_points=8125,
        attendance_during_basis_points=9300,
        cost_total_pennies=200_050,
        pupil_assessment="I grew up",
        parent_assessment="A good choice",
        provider_view="A pleasure",
    ),
    PlacementClosed(closed_on=day("2027-02-22")),
)
