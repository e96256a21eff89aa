"""Who delivers section F of an EHC plan is on record by an event that says so of each item, and by no other."""

from dataclasses import replace
from typing import Any

import pytest

from domain.documents.agreement import agreement
from domain.documents.model import NOT_RECORDED
from domain.documents.parts import section_f
from domain.documents.record import record
from domain.evidence.model import ClauseStatus as Proof
from domain.placement.decision.section_f import DeliveryIncomplete, RecordPlanDelivery
from domain.placement.guards import DateBeforeCause, DateInFuture
from domain.placement.referral.grounds import NoEhcPlan
from domain.placement.stages import Stage
from domain.placement.steps import wrong_stage
from domain.shared.errors import Rejected
from events.codes import Deliverer, Role
from events.placement.agreement import AgreementIssued
from events.placement.decision import PlacementDetermined, PlanDeliveryRecorded
from events.values.decision import SectionFDelivery
from tests.domain.documenting import source_of
from tests.domain.examples import at, day
from tests.domain.test_evidence import erased, found, standings
from tests.domain.test_pupil_flags import PLAN, change, taking, with_plan
from tests.dsl import Given

ITEMS = (
    SectionFDelivery(item="weekly mentoring", delivered_by=Deliverer.PROVIDER),
    SectionFDelivery(item="speech therapy", delivered_by=Deliverer.OTHER, name="Example Therapy Practice"),
    SectionFDelivery(item="a hearing aid", delivered_by=Deliverer.HEALTH, name="Example Clinic"),
)
RECORD = RecordPlanDelivery(arranged_on=day("2026-12-02"), items=ITEMS)


def later() -> Given:
    """A plan that begins while the placement runs."""
    return taking(at(Stage.ACTIVE).on(day("2026-12-02")), change(1, "2026-12-01", *PLAN))


def proved(story: Given) -> list[Proof]:
    return standings(found(story)["ehc-section-f"])


@pytest.mark.clause("ehc-section-f")
def test_a_decision_that_does_not_say_who_delivers_proves_nothing() -> None:
    story = with_plan(Stage.DETERMINED)
    silent = story.knowing(
        events=tuple(
            replace(each, ehc_plan=None) if isinstance(each, PlacementDetermined) else each for each in story.events
        )
    )

    assert proved(story) == [Proof.SATISFIED]
    assert proved(silent) == [Proof.OUTSTANDING]


@pytest.mark.clause("ehc-section-f")
def test_a_plan_that_comes_later_is_proved_by_its_own_delivery_alone() -> None:
    story = later()
    assert Proof.SATISFIED not in proved(story)

    after = story.when(RECORD).then(PlanDeliveryRecorded(arranged_on=day("2026-12-02"), items=ITEMS))
    assert proved(after) == [Proof.SATISFIED]
    assert proved(erased(after)) == [Proof.UNKNOWN]


@pytest.mark.clause("ehc-section-f")
def test_what_was_said_of_a_plan_that_ended_proves_nothing_of_the_next() -> None:
    before = with_plan(Stage.DETERMINED).on(day("2026-11-30"))
    before = before.when(replace(RECORD, arranged_on=day("2026-11-30"))).then_happens(PlanDeliveryRecorded)
    story = taking(before.on(day("2026-12-02")), change(1, "2026-12-01"), change(2, "2026-12-02", *PLAN))

    assert Proof.SATISFIED not in proved(story)
    assert proved(story.when(RECORD).then_happens(PlanDeliveryRecorded)) == [Proof.SATISFIED]


@pytest.mark.parametrize(
    ("changes", "reason", "pointer"),
    [
        ({"items": ()}, DeliveryIncomplete, "/items"),
        ({"items": (replace(ITEMS[0], item="\u3164"),)}, DeliveryIncomplete, "/items/0/item"),
        ({"items": (ITEMS[0], replace(ITEMS[1], name=None))}, DeliveryIncomplete, "/items/1/name"),
        ({"items": (replace(ITEMS[1], name=" "),)}, DeliveryIncomplete, "/items/0/name"),
        ({"arranged_on": day("2026-12-03")}, DateInFuture, "/arranged_on"),
        ({"arranged_on": day("2026-11-30")}, DateBeforeCause, "/arranged_on"),
    ],
    ids=["no-items", "no-item", "other-unnamed", "other-blank", "future", "before-the-plan"],
)
def test_each_item_needs_its_deliverer_and_other_a_name(
    changes: dict[str, Any], reason: type[Rejected], pointer: str
) -> None:
    (found_,) = later().when(replace(RECORD, **changes)).then_rejected(reason)

    assert found_.pointer == pointer


def test_nobody_delivers_a_plan_that_there_is_not() -> None:
    at(Stage.ACTIVE).on(day("2026-12-02")).when(RECORD).then_rejected(NoEhcPlan)


@pytest.mark.parametrize(
    ("stage", "allowed"),
    [
        *((Stage.DRAFT, False), (Stage.REFERRED, True), (Stage.AWAITING_DECISION, True), (Stage.READY_TO_START, True)),
        *((Stage.ACTIVE, True), (Stage.PAUSED, True), (Stage.ENDED, False), (Stage.CLOSED, False)),
    ],
    ids=str,
)
def test_delivery_is_recorded_from_the_referral_to_the_end(stage: Stage, allowed: bool) -> None:
    assert (wrong_stage(stage, RecordPlanDelivery) is None) is allowed


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        (with_plan(Stage.DETERMINED), ("weekly mentoring: the provider",)),
        (
            with_plan(Stage.DETERMINED).and_then(PlanDeliveryRecorded(arranged_on=day("2026-11-20"), items=ITEMS)),
            (
                "weekly mentoring: The provider",
                "speech therapy: Example Therapy Practice",
                "a hearing aid: The health service (Example Clinic)",
            ),
        ),
        (with_plan(Stage.AWAITING_DECISION), (NOT_RECORDED,)),
        (at(Stage.DETERMINED), ()),
    ],
    ids=["by-the-decision", "as-recorded-since", "not-yet", "no-plan"],
)
def test_the_documents_say_who_delivers_each_item(given: Given, lines: tuple[str, ...]) -> None:
    assert tuple(line for each in section_f(source_of(given)) for line in each.lines) == lines


def test_the_agreement_and_the_record_show_who_delivers() -> None:
    delivered = PlanDeliveryRecorded(arranged_on=day("2026-11-20"), items=ITEMS)
    story = with_plan(Stage.READY_TO_START)
    events = list(story.events)
    events.insert(next(n for n, each in enumerate(events) if isinstance(each, AgreementIssued)), delivered)
    told = story.knowing(events=tuple(events))

    for document in (*agreement(source_of(told, up_to=AgreementIssued)), *record(source_of(told))):
        assert any(
            "speech therapy: Example Therapy Practice" in each.lines
            for section in document.sections
            for each in section.items
        )


def test_an_officer_of_the_council_that_maintains_the_plan_may_record_it() -> None:
    story = later().knowing(role=Role.SEND_OFFICER, org="la:831")
    story.when(RECORD).then_happens(PlanDeliveryRecorded)
