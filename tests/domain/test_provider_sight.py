"""What a provider sees of a placement, phase by phase: each cell of the table in docs/access.md."""

import dataclasses
import typing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.placement.provider_sight import shown_events
from domain.placement.provider_sight.fields import EVENTS, is_shown_document
from domain.placement.provider_sight.own import own_records
from domain.placement.provider_sight.phases import ProviderPart, ProviderPhase, ended_since, part, phase, phase_of_stage
from domain.placement.provider_sight.record import record, week
from domain.placement.provider_sight.shown_events import seen_ids, timeline
from domain.placement.record.view import view
from domain.placement.stages import RUNNING, TERMINAL, Stage
from domain.placement.state import Placement
from events import attendance as m
from events.codes import DocumentKind, RecipientRole, Role
from events.envelope import Actor, ActorKind, Metadata, Recorded
from events.ids import CommandId, ConcernId, EventId, OfferId, ProviderId
from events.placement.agreement import ParentViewRecorded, SafeguardingInformationReceived
from events.placement.contact import ProgressReportReceived
from events.placement.ending import EvaluationRecorded
from events.placement.letters import DocumentProduced
from events.placement.record import NoteAdded, RecordCorrected
from events.placement.referral import (
    ProviderOfferMade,
    ProviderOfferRequested,
    ProviderProposed,
    ReferralDrafted,
    ReferralSubmitted,
)
from events.placement.reviews import ReviewHeld
from events.placement.running import SafeguardingConcernAnswered, SafeguardingConcernRaised
from events.placement.union import PlacementEvent
from events.values.referral import Parent, Pupil
from tests.domain.changes import with_fields
from tests.dsl import an_id
from tests.events.samples import sample

OWN, OTHER = ProviderId(an_id("provider")), ProviderId(an_id("another provider"))
NOW = datetime(2026, 12, 1, tzinfo=UTC)
OFFER, TEACHING = ProviderPart.OFFER, ProviderPart.TEACHING


def _state(stage: Stage, *held: str) -> Placement:
    """A placement at a stage, with what is named: sampled, as only its presence counts."""
    kinds: dict[str, Any] = {
        "asked": sample(ProviderOfferRequested),
        "offer": sample(ProviderOfferMade),
        "evaluation": sample(EvaluationRecorded),
        "concerns_open": (sample(SafeguardingConcernRaised),),
    }
    return with_fields(Placement(), stage=stage, **{name: kinds[name] for name in held})


AGREED = {Stage.AGREEMENT_PENDING, Stage.READY_TO_START, *RUNNING}
UNDECIDED = (Stage.SCREENING, Stage.AWAITING_DECISION, Stage.DETERMINED)


@pytest.mark.parametrize("stage", Stage)
def test_a_provider_sees_nothing_of_a_placement_that_it_was_not_asked_for(stage: Stage) -> None:
    expected = ProviderPhase.PLACED if stage in AGREED else ProviderPhase.NONE
    ended = ProviderPhase.ENDED if stage in {Stage.ENDED, Stage.CLOSED} else expected

    assert phase(_state(stage)) is ended
    assert phase_of_stage(stage) is ended


@pytest.mark.parametrize("held", [("asked",), ("offer",), ("asked", "concerns_open")])
@pytest.mark.parametrize("stage", Stage)
def test_while_it_is_asked_for_a_place_it_sees_what_an_offer_needs(stage: Stage, held: tuple[str, ...]) -> None:
    found = phase(_state(stage, *held))

    assert (found is ProviderPhase.ASKED) is (stage in UNDECIDED)
    assert part(ProviderPhase.ASKED, None, date.max) is OFFER


@pytest.mark.parametrize(
    ("stage", "held", "expected"),
    [
        (Stage.ENDED, (), ProviderPhase.ENDED),
        (Stage.ENDED, ("concerns_open",), ProviderPhase.PLACED),
        (Stage.ENDED, ("evaluation",), ProviderPhase.NONE),
        (Stage.ENDED, ("evaluation", "concerns_open"), ProviderPhase.PLACED),
        (Stage.CLOSED, ("evaluation",), ProviderPhase.NONE),
        (Stage.CLOSED, ("evaluation", "concerns_open"), ProviderPhase.ENDED),
        (Stage.CANCELLED, ("concerns_open",), ProviderPhase.NONE),
        (Stage.WITHDRAWN, ("asked", "offer"), ProviderPhase.NONE),
        (Stage.DECLINED, ("offer",), ProviderPhase.NONE),
    ],
)
def test_its_sight_ends_with_the_evaluation_unless_a_concern_is_open(
    stage: Stage, held: tuple[str, ...], expected: ProviderPhase
) -> None:
    assert phase(_state(stage, *held)) is expected


def test_without_an_evaluation_it_ends_so_many_days_after_the_end() -> None:
    ended_on = date(2027, 3, 25)

    for days, seen in ((0, True), (59, True), (60, True), (61, False)):
        since = ended_since(ended_on + timedelta(days=days), 60)
        assert part(ProviderPhase.ENDED, ended_on, since) is (TEACHING if seen else None)
        assert part(ProviderPhase.PLACED, ended_on, since) is TEACHING
        assert part(ProviderPhase.NONE, ended_on, since) is None
    assert part(ProviderPhase.ENDED, None, date.min) is None


def test_no_terminal_stage_but_the_close_leaves_any_sight() -> None:
    everything = ("asked", "offer", "concerns_open")

    assert {stage for stage in TERMINAL if phase(_state(stage, *everything)) is not ProviderPhase.NONE} == {
        Stage.CLOSED
    }


def _paths(value: Any, at: str = "") -> set[str]:
    """Where something is in a picture, by the names of the fields on the way."""
    match value:
        case dict():
            return set().union(*(_paths(each, f"{at}.{name}".strip(".")) for name, each in value.items()), {at})
        case list():
            return set().union(*(_paths(each, at) for each in value), {at})
        case _:
            return {at}


WHOLE_STATE: Placement = sample(Placement)
OF_STATE = ProviderId(WHOLE_STATE.proposal.provider_id or an_id("nobody"))
NEVER = {
    "pupil": ("upn", "address", "parents.stance", "parents.informed_on"),
    "referral": (
        *("primary_reason", "parent_informed_on", "signed_off_by", "warnings", "details.uln", "details.hospital"),
        *("details.previous_schools", "details.roll_status", "picture.plan_la_code", "picture.section_i_school"),
        *("picture.suspension_days", "picture.attendance_basis_points", "picture.unknown", "picture.on_roll"),
    ),
    "proposal": ("registration_result", "registration_influence", "overrides", "override_reasons", "needs_considered"),
    "notice": ("reasons", "recipients", "timely"),
    "reviews": (
        *("views", "invitation", "notified", "missed", "source", "held.evidence", "held.minutes", "held.parent_voice"),
        *("held.pupil_voice", "held.attended_roles", "decided.reasons", "decided.views_considered"),
    ),
    "plan": ("parent_view", "pupil_view"),
    "end": ("reason", "reason_text", "destination_urn", "agreed_by"),
    "pause": ("interim_education", "concern_id"),
    "patterns": ("agreed_with",),
    "safeguarding": ("note",),
    "terms_changed": ("reason",),
    "around": ("notes", "contacts", "communications", "visits", "assigned_to", "restriction", "requests"),
}
NOT_TAUGHT = {
    *("meeting", "consultations", "meeting_held", "meeting_not_required", "meeting_overrides", "exclusion", "stopped"),
    *("annual_review", "las_notified", "determination", "regime_id", "parent_views", "early_consent", "requests"),
    *("requests_waiting", "request_refusals", "assessments_sought", "evaluation", "closed_on", "transitional"),
    *("transition_dealt_with", "doubts", "provider_reviews", "missed", "limits", "erasure_proposed", "offer_declined"),
    *("erasure_confirmed", "erasure_decided", "calendar_version", "recalculated", "documents", "planned"),
    *("start_set_on", "end_set_on", "paused_from"),
}
OFFERED = {
    *("stage", "placement_id", "home_school_urn", "commissioner", "pupil", "referral", "provider_id", "site_ids"),
    *("proposal", "asked", "offer"),
}
OFFERED_PUPIL = {"pupil", "pupil.sex", "pupil.year_group", "pupil.home_language"}


def test_for_teaching_and_safety_it_sees_no_more_than_these_need() -> None:
    shown = record(WHOLE_STATE, TEACHING, {each.concern_id for each in WHOLE_STATE.running.concerns}, OF_STATE)
    paths = _paths(shown)

    assert not {f"{name}.{field}" for name, fields in NEVER.items() for field in fields} & paths
    assert not NOT_TAUGHT & shown.keys()
    assert {
        *("pupil.legal_name", "pupil.born_on", "pupil.parents.contact", "referral.picture.risk_assessment"),
        *("referral.picture.health", "referral.picture.flags", "referral.details.medication", "referral.objectives"),
        *(
            "notice.address",
            "notice.report_to",
            "notice.session_times",
            "patterns.sessions",
            "plan.steps",
            "end.ended_on",
        ),
        *("agreement.terms", "concerns.concern", "reviews.scheduled.at", "reviews.decided.decision", "around.reports"),
        *("around.transport", "around.meals", "steps.outcome", "reviews.status"),
    } <= paths


def test_for_an_offer_it_sees_the_needs_and_the_risks_and_nobody_by_name() -> None:
    shown = record(WHOLE_STATE, OFFER, (), OF_STATE)
    paths = _paths(shown)

    assert shown.keys() == OFFERED
    assert {each for each in paths if each.split(".")[0] == "pupil"} == OFFERED_PUPIL
    assert not {f"{name}.{field}" for name, fields in NEVER.items() for field in fields} & paths
    assert (
        not {"referral.picture.flags", "referral.picture.social_care_contact", "referral.details.link_person"} & paths
    )
    assert {
        *("referral.picture.risk_assessment", "referral.picture.triggers", "referral.picture.health"),
        *("referral.details.medication", "referral.picture.sen_need", "referral.objectives.target", "asked.message"),
    } <= paths


@pytest.mark.parametrize("shown", ProviderPart)
def test_every_field_of_the_record_is_shown_by_a_row_or_not_at_all(shown: ProviderPart) -> None:
    found = record(WHOLE_STATE, shown, (), OF_STATE)

    assert view(WHOLE_STATE).keys() >= found.keys()
    assert found["stage"] == WHOLE_STATE.stage


def test_concerns_of_others_are_not_shown() -> None:
    shown = record(WHOLE_STATE, TEACHING, (), OF_STATE)

    assert (shown["concerns"], shown["concerns_open"]) == ([], [])


@pytest.mark.parametrize("shown", ProviderPart)
@pytest.mark.parametrize("named", [OTHER, None])
def test_of_a_time_of_another_provider_it_sees_nothing_about_that_one(
    shown: ProviderPart, named: ProviderId | None
) -> None:
    told = replace(sample(SafeguardingInformationReceived), provider_id=OTHER)
    state = with_fields(WHOLE_STATE, provider_id=named, safeguarding=(told,))

    found = record(state, shown, (), OWN)

    assert [found[name] for name in ("provider_id", "site_ids", "proposal", "asked", "offer")] == [
        *(None, [], None, None, None)
    ]
    assert not found.get("safeguarding")
    assert found["referral"] is not None


ROWAN = Pupil(
    legal_name="Rowan Tester",
    born_on=date(2012, 4, 1),
    sex="F",
    upn="B801200005001",
    year_group=9,
    parents=(replace(sample(Parent), name="Quill Tester"),),
)


def _submitted() -> ReferralSubmitted:
    submitted: ReferralSubmitted = sample(ReferralSubmitted)
    assert submitted.picture is not None
    said = "Rowan runs when Tester, Rowan is shouted at; her mother Quill Tester knows why"
    return replace(submitted, picture=replace(submitted.picture, triggers=said))


def test_a_name_inside_a_text_is_not_shown_for_an_offer() -> None:
    state = with_fields(WHOLE_STATE, pupil=ROWAN, referral=_submitted())
    erased = with_fields(state, pupil=None)

    told = record(state, OFFER, (), OF_STATE)["referral"]["picture"]["triggers"]
    assert "Rowan" not in told
    assert "Quill" not in told
    assert "runs when" in told
    assert "Rowan" in record(state, TEACHING, (), OF_STATE)["referral"]["picture"]["triggers"]
    assert record(erased, OFFER, (), OF_STATE)["pupil"] is None


def _recorded(*events: Any, own: tuple[int, ...] = ()) -> tuple[Recorded[Any], ...]:
    """Events as recorded by the school, those at the places `own` by the provider."""
    return tuple(
        Recorded(
            position=number,
            stream_id="placement-x",
            version=number,
            event_id=EventId(an_id(f"event {number}")),
            recorded_at=NOW,
            metadata=Metadata(
                occurred_at=NOW,
                actor=Actor(
                    kind=ActorKind.PERSON,
                    id=an_id("somebody"),
                    role=Role.PROVIDER_USER if number in own else Role.CASE_WORKER,
                    org_id=f"provider:{OWN}" if number in own else "school:900001",
                ),
                command_id=CommandId(an_id("command")),
                correlation_id=an_id("command"),
            ),
            event=event,
        )
        for number, event in enumerate(events)
    )


def _types(seen: tuple[shown_events.EventForProvider, ...]) -> list[str]:
    return [type(each.record.event).__name__ for each in seen]


ASKED_OTHER = replace(sample(ProviderOfferRequested), provider_id=OTHER, offer_id=OfferId(an_id("first")))
OFFER_OF_OTHER = replace(sample(ProviderOfferMade), offer_id=OfferId(an_id("first")))
ASKED_OWN = replace(sample(ProviderOfferRequested), provider_id=OWN, offer_id=OfferId(an_id("second")))
OFFER_OF_OWN = replace(sample(ProviderOfferMade), offer_id=OfferId(an_id("second")))
CONCERN_OF_OTHERS = replace(sample(SafeguardingConcernRaised), concern_id=ConcernId(an_id("theirs")))
CONCERN_OF_OWN = replace(sample(SafeguardingConcernRaised), concern_id=ConcernId(an_id("own")))


@pytest.mark.parametrize("shown", ProviderPart)
def test_what_another_provider_was_asked_and_offered_is_not_shown(shown: ProviderPart) -> None:
    proposed = [replace(sample(ProviderProposed), provider_id=each) for each in (OTHER, OWN)]
    story = _recorded(proposed[0], ASKED_OTHER, OFFER_OF_OTHER, proposed[1], ASKED_OWN, OFFER_OF_OWN)

    seen = timeline(story, shown, OWN)

    assert seen_ids(story, shown, OWN) == {each.record.event_id for each in seen}
    assert _types(seen) == ["ProviderProposed", "ProviderOfferRequested", "ProviderOfferMade"]
    assert [each.record.version for each in seen] == [3, 4, 5]


def test_a_provider_sees_its_own_concerns_and_notes_and_their_answers() -> None:
    answers = [
        replace(sample(SafeguardingConcernAnswered), concern_id=each.concern_id)
        for each in (CONCERN_OF_OTHERS, CONCERN_OF_OWN)
    ]
    note: NoteAdded = sample(NoteAdded)
    story = _recorded(CONCERN_OF_OTHERS, CONCERN_OF_OWN, *answers, note, note, own=(1, 5))

    seen = timeline(story, TEACHING, OWN)

    assert [each.record.version for each in seen] == [1, 3, 5]
    assert all(each.withheld == () for each in seen)
    assert [each.record.version for each in timeline(story, OFFER, OWN)] == [1, 5]


def test_a_correction_is_shown_where_what_it_corrects_is() -> None:
    def corrected(number: int, field: str) -> RecordCorrected:
        return RecordCorrected(
            corrects_event_id=EventId(an_id(f"event {number}")), field=field, value='"x"', reason="a slip"
        )

    held: ReviewHeld = sample(ReviewHeld)
    report: ProgressReportReceived = sample(ProgressReportReceived)
    drafted: ReferralDrafted = replace(sample(ReferralDrafted), pupil=ROWAN)
    story = _recorded(
        drafted,
        held,
        report,
        sample(ParentViewRecorded),
        corrected(1, "held_on"),
        corrected(1, "minutes"),
        corrected(2, "behaviour"),
        corrected(3, "stance"),
        corrected(0, "pupil"),
    )

    seen = timeline(story, TEACHING, OWN)

    assert [each.record.version for each in seen] == [0, 1, 2, 4, 6]
    assert seen[-1].withheld == ("reason",)
    assert "minutes" in seen[1].withheld


def test_for_an_offer_no_event_names_the_child() -> None:
    story = _recorded(replace(sample(ReferralDrafted), pupil=ROWAN), _submitted(), ASKED_OWN)

    seen = timeline(story, OFFER, OWN)

    assert len(seen) == 3
    assert not any(name in str(each.data) for each in seen for name in ("Rowan", "Quill", "B801200005001", "2012"))
    assert seen[0].data["pupil"] == {"sex": "F", "year_group": 9, "home_language": None}


DOCUMENTS = [
    (kind, recipient, kind is DocumentKind.AGREEMENT or recipient is RecipientRole.PROVIDER)
    for kind in DocumentKind
    for recipient in (None, *RecipientRole)
]


@pytest.mark.parametrize(("kind", "recipient", "expected"), DOCUMENTS)
def test_it_sees_the_agreement_and_what_is_addressed_to_it(
    kind: DocumentKind, recipient: RecipientRole | None, expected: bool
) -> None:
    made = replace(sample(DocumentProduced), kind=kind, recipient=recipient)

    assert is_shown_document(kind, recipient) is expected
    assert bool(timeline(_recorded(made), TEACHING, OWN)) is expected
    assert timeline(_recorded(made), OFFER, OWN) == ()


@pytest.mark.parametrize("kind", [*typing.get_args(PlacementEvent), *typing.get_args(m.AttendanceEvent)])
@pytest.mark.parametrize("shown", ProviderPart)
def test_an_event_that_no_row_names_is_not_shown_and_a_field_neither(kind: type, shown: ProviderPart) -> None:
    event: Any = sample(kind)
    for name in ("provider_id", "offer_id"):
        if name in {field.name for field in dataclasses.fields(kind)}:
            event = replace(event, **{name: OWN if name == "provider_id" else OfferId(an_id("second"))})
    if kind is DocumentProduced:
        event = replace(event, kind=DocumentKind.AGREEMENT)
    concern = {SafeguardingConcernRaised, SafeguardingConcernAnswered}
    story = [ASKED_OWN, event] if kind not in concern else [replace(CONCERN_OF_OWN, concern_id=event.concern_id), event]

    seen = [each for each in timeline(_recorded(*story, own=(0,)), shown, OWN) if each.record.version == 1]

    if kind not in EVENTS[shown]:
        assert seen == []
    else:
        spec = EVENTS[shown][kind]
        names = {field.name for field in dataclasses.fields(kind)}
        assert seen[0].data.keys() == (names if spec is None else set(spec))
        assert set(seen[0].withheld) == names - seen[0].data.keys()


def test_a_week_shows_its_own_marks_and_codes_without_the_schools_reasons() -> None:
    entry = {"before": "N", "code": "C", "reason": "at a funeral", "entered_on": "2026-12-08", "entered_by": "A Person"}
    confirmed = {"day": "2026-12-08", "session": "AM", "code": "C", "reason": "at a funeral", "whereabouts": "home"}
    mark = {
        "day": "2026-12-08",
        "session": "AM",
        "proposed": {"mark": "absent", "explanation": "rang in"},
        "confirmed": confirmed,
        "code": "C",
        "entries": [entry],
        "alerts": [{"told": ["social_worker"]}],
    }

    shown = week({"marks": [mark], "illness": [{"days": 15}], "version": 3})

    assert "funeral" not in str(shown)
    assert "social_worker" not in str(shown)
    assert shown["marks"][0]["proposed"] == mark["proposed"]
    assert shown["marks"][0]["entries"] == [{"before": "N", "code": "C", "entered_on": "2026-12-08"}]
    assert shown.keys() == {"marks"}


def test_a_provider_takes_its_own_marks_reports_and_concerns_and_no_others() -> None:
    placement = _recorded(
        sample(ProgressReportReceived), CONCERN_OF_OTHERS, CONCERN_OF_OWN, sample(ParentViewRecorded), own=(2,)
    )
    weeks = _recorded(sample(m.SessionMarkProposed), sample(m.SessionMarkCorrected), sample(m.SessionMarkConfirmed))

    found = own_records(placement, weeks, OWN)

    assert [each.version for each in found.marks] == [0, 1]
    assert [each.version for each in found.reports] == [0]
    assert [each.version for each in found.concerns] == [2]
