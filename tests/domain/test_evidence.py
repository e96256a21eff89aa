"""Clause evidence: which event proves each clause, what is outstanding, what was missed, and what does not apply."""

from collections.abc import Sequence
from dataclasses import MISSING, fields, replace

import pytest

from domain.evidence.clauses import CLAUSES
from domain.evidence.gathering import evidence
from domain.evidence.model import ClauseStatus, Evidence
from domain.law.origins import RuleOrigin
from domain.law.rules import RULES
from domain.placement.record.history import Record
from domain.placement.stages import Stage
from domain.placement.time.pass_time import PassTime
from events.codes import (
    LegalBasis,
    ProviderDoubt,
    ProviderReviewOutcome,
    RecipientRole,
    RegimeId,
    Role,
    RuleId,
    ServiceCause,
    TerminationReason,
)
from events.definition import personal_fields
from events.ids import DocumentId, DoubtId, NoticeId, ProviderId
from events.placement.agreement import EarlyStartConsented, NoticeGiven
from events.placement.contact import CommunicationSent, TransportArranged
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import LaNotifiedOfEhcPlan, PlacementDetermined
from events.placement.letters import NoticeServiceChanged
from events.placement.referral import PlacementCancelled, ReferralDrafted
from events.placement.reviews import ReviewDecided, ReviewHeld, ReviewMissed
from events.placement.running import (
    PlacementMarkedTransitional,
    ProviderDoubted,
    ProviderReviewRecorded,
    TransitionDealtWith,
)
from events.placement.union import PlacementEvent
from tests.domain.documenting import closed, records, running
from tests.domain.examples import CALENDAR, at, day
from tests.dsl import Given, an_id
from tests.obligations import cited

S = ClauseStatus


def found(given: Given) -> dict[str, list[Evidence]]:
    """The evidence by clause."""
    return by_clause(records(given))


def by_clause(kept: Sequence[Record]) -> dict[str, list[Evidence]]:
    lines: dict[str, list[Evidence]] = {clause.id: [] for clause in CLAUSES}
    for each in evidence(kept, CALENDAR):
        lines[each.clause.id].append(each)
    return lines


def standings(lines: list[Evidence]) -> list[ClauseStatus]:
    return [each.finding.standing for each in lines]


def without(given: Given, *types: type) -> Given:
    return given.knowing(events=tuple(event for event in given.events if not isinstance(event, types)))


@pytest.mark.obligation("C6", "C9")
@pytest.mark.parametrize("given", [at(Stage.DRAFT), at(Stage.READY_TO_START), running(), closed()])
def test_every_clause_is_answered_for(given: Given) -> None:
    lines = found(given)

    assert all(lines.values())
    for each in (one for clause in lines.values() for one in clause):
        assert each.finding.why.endswith(".")
        proved = each.finding.standing in {S.SATISFIED, S.BREACHED, S.ADVISORY_MISSED}
        assert (each.finding.record is not None) is proved


def test_a_timely_notice_proves_what_regulation_3_asks() -> None:
    lines = found(at(Stage.ACTIVE))

    for clause in ("notice-timely", "notice-recipients", "notice-content"):
        (line,) = lines[clause]
        assert line.binding
        assert line.finding.standing is S.SATISFIED
        assert line.finding.record is not None
        assert isinstance(line.finding.record.event, NoticeGiven)
        assert line.finding.why == "Notice given on Thursday 19 November 2026."


def test_a_duty_is_outstanding_with_its_day_then_a_breach_with_its_event() -> None:
    """What is owed is outstanding with its day, and then a breach with the event that says so."""
    story = at(Stage.READY_TO_START)
    late = story.on(day("2026-11-24")).when(PassTime())
    missed = story.and_then(*late.events)

    (owed,) = found(story)["notice-timely"]
    (breach,) = found(missed)["notice-timely"]

    assert (owed.finding.standing, owed.finding.due_on) == (S.OUTSTANDING, day("2026-11-23"))
    assert (breach.finding.standing, breach.finding.due_on) == (S.BREACHED, day("2026-11-23"))
    assert breach.finding.record is not None
    assert isinstance(breach.finding.record.event, DeadlineMissed)


def test_as_good_practice_regulations_do_not_bind_and_a_miss_is_advisory() -> None:
    agreed = tuple(
        replace(event, legal_basis=LegalBasis.AGREED) if isinstance(event, ReferralDrafted) else event
        for event in at(Stage.AWAITING_DECISION).events
    )
    story = at(Stage.AWAITING_DECISION).knowing(events=agreed)
    determined = next(e for e in at(Stage.DETERMINED).events if isinstance(e, PlacementDetermined))
    voluntary = replace(determined, legal_basis=LegalBasis.AGREED, regime_id=RegimeId.VOLUNTARY)
    story = story.and_then(voluntary)
    story = story.and_then(*story.on(day("2026-11-24")).when(PassTime()).events)

    lines = found(story)

    assert standings(lines["notice-timely"]) == [S.ADVISORY_MISSED]
    assert not lines["notice-timely"][0].binding
    assert standings(lines["power"]) == [S.NOT_APPLICABLE]


def test_a_notice_that_omits_the_authority_does_not_prove_all_were_told() -> None:
    story = at(Stage.ACTIVE)
    to_nobody = tuple(
        replace(event, recipients=(RecipientRole.HEAD,)) if isinstance(event, NoticeGiven) else event
        for event in story.events
    )

    assert standings(found(story.knowing(events=to_nobody))["notice-recipients"]) == [S.OUTSTANDING]


@pytest.mark.clause("review-decision", "review-views")
def test_each_review_that_is_held_is_decided() -> None:
    story = closed()

    (held,) = [event for event in story.events if isinstance(event, ReviewHeld)]
    assert standings(found(story)["review-decision"]) == [S.SATISFIED]
    undecided = found(without(story, ReviewDecided))
    assert standings(undecided["review-decision"]) == [S.OUTSTANDING]
    assert undecided["review-decision"][0].finding.why == "It is not on record, and the placement is closed."
    assert held.review_id
    assert standings(found(running())["review-decision"]) in ([S.NOT_APPLICABLE], [S.SATISFIED])


@pytest.mark.clause("review-planned", "half-term")
def test_a_review_never_held_stands_as_missed() -> None:
    story = at(Stage.ACTIVE)
    story = story.and_then(*story.on(day("2027-02-01")).when(PassTime()).events)

    lines = found(story)

    # The day is a plan of the school's own: missing it is no breach.
    assert S.BREACHED not in standings(lines["review-planned"])
    assert S.ADVISORY_MISSED in standings(lines["review-planned"])
    assert S.ADVISORY_MISSED in standings(lines["half-term"])
    assert all(
        isinstance(line.finding.record.event, ReviewMissed)
        for line in lines["review-planned"]
        if line.finding.standing is S.ADVISORY_MISSED and line.finding.record is not None
    )


def test_the_duties_of_a_plan_are_those_of_pupils_who_have_one() -> None:
    with_plan, without_plan = found(closed()), found(at(Stage.ACTIVE))
    untold = found(without(closed(), LaNotifiedOfEhcPlan))

    assert standings(with_plan["ehc-told"]) == standings(with_plan["ehc-section-f"]) == [S.SATISFIED]
    assert standings(without_plan["ehc-told"]) == standings(without_plan["ehc-section-f"]) == [S.NOT_APPLICABLE]
    assert standings(untold["ehc-told"]) == [S.OUTSTANDING]


@pytest.mark.obligation("S23", "S24", "S25")
def test_arrangements_are_proved_or_outstanding() -> None:
    story = at(Stage.READY_TO_START)
    bare = found(without(story, TransportArranged, CommunicationSent))

    assert standings(found(story)["transport"]) == standings(found(story)["told"]) == [S.SATISFIED]
    assert standings(bare["transport"]) == standings(bare["told"]) == [S.OUTSTANDING]
    assert standings(bare["meals"]) == [S.NOT_APPLICABLE]


def test_what_a_placement_did_not_come_to_does_not_apply() -> None:
    story = at(Stage.REFERRED)
    cancelled = story.and_then(
        PlacementCancelled(
            cancelled_on=day("2026-11-10"), reason_code=TerminationReason.PUPIL_MOVED, reason_text="moved"
        )
    )

    (line,) = found(cancelled)["agreement"]

    assert line.finding.standing is S.NOT_APPLICABLE
    assert line.finding.why == "The placement was cancelled before it."


def test_before_the_decision_no_regime_binds_and_what_binds_everybody_does() -> None:
    lines = found(at(Stage.REFERRED))

    binding = {clause for clause, answers in lines.items() if answers[0].binding}
    assert binding == {"ehc-told", "ehc-section-f", "day-six", "annual-review", "access", "complaints"}


def test_a_clause_agrees_with_its_rule() -> None:
    differing = {
        clause.id
        for clause in CLAUSES
        if clause.rule is not None
        and (clause.mark, clause.law is None) != (RULES[clause.rule].mark, RULES[clause.rule].whatever_regime)
    }

    # The duty to hold it is law; the day of the rule is a target of this service.
    assert differing == {"review-requested"}
    assert len({clause.id for clause in CLAUSES}) == len(CLAUSES)
    assert {RuleId.T1, RuleId.T2, RuleId.T3, RuleId.PLAN, RuleId.T6} <= {clause.rule for clause in CLAUSES}
    # What is only proposed demands nothing, so nothing proves it.
    assert {clause.mark for clause in CLAUSES} == set(RuleOrigin) - {RuleOrigin.PROPOSED}


def test_tests_cite_only_real_clauses_and_each_timed_clause_of_law() -> None:
    ids = {clause.id for clause in CLAUSES}
    regulations = {clause.id for clause in CLAUSES if clause.rule is not None and clause.mark is RuleOrigin.LAW}

    assert regulations <= set(cited("clause")) <= ids


def excluded(*more: PlacementEvent) -> Given:
    """Education after a suspension, as far as its evidence reads it."""
    story = at(Stage.ACTIVE)
    events = tuple(
        replace(event, legal_basis=LegalBasis.SUSP6)
        if isinstance(event, ReferralDrafted | PlacementDetermined)
        else event
        for event in story.events
    )
    return story.knowing(events=(*events, *more))


def test_after_an_exclusion_its_own_rules_of_time_are_answered_for() -> None:
    consent = EarlyStartConsented(consented_on=day("2026-11-25"), start_date=day("2026-11-26"), consent="yes")

    lines = found(excluded(consent))

    assert standings(lines["notice-timely"]) == [S.NOT_APPLICABLE]
    assert standings(lines["day-six"]) == [S.SATISFIED]
    assert standings(lines["day-six-details"]) == [S.SATISFIED, S.SATISFIED]
    assert standings(found(at(Stage.ACTIVE))["day-six"]) == [S.NOT_APPLICABLE]


@pytest.mark.parametrize("deemed_on", [None, "2026-11-25"])
def test_details_that_reached_no_parent_in_time_are_no_evidence(deemed_on: str | None) -> None:
    (given,) = (each for each in excluded().events if isinstance(each, NoticeGiven))
    changed = NoticeServiceChanged(
        notice_id=given.notice_id,
        document_id=DocumentId(an_id("letter")),
        cause=ServiceCause.FAILED,
        deemed_on=day(deemed_on) if deemed_on else None,
        school_days_clear=0 if deemed_on else None,
        timely=False,
        calendar_version=given.calendar_version,
    )

    assert standings(found(excluded(changed))["day-six-details"]) == [S.NOT_APPLICABLE]


def test_details_of_another_start_are_no_evidence() -> None:
    (given,) = (each for each in excluded().events if isinstance(each, NoticeGiven))
    other = replace(given, notice_id=NoticeId(an_id("other")), start_date=day("2026-12-01"))

    assert standings(found(excluded(other))["day-six-details"]) == [S.SATISFIED]


def test_a_placement_that_runs_on_under_a_new_law_is_looked_at() -> None:
    marked = PlacementMarkedTransitional(marked_on=day("2026-12-01"), from_regime=RegimeId.ACAD_PRE)
    dealt = TransitionDealtWith(dealt_with_on=day("2026-12-02"), how="noticed again")

    lines = found(at(Stage.ACTIVE).and_then(marked, dealt))

    assert standings(lines["transition"]) == [S.SATISFIED]
    assert standings(found(at(Stage.ACTIVE))["transition"]) == [S.NOT_APPLICABLE]


def erased(given: Given) -> Given:
    """The same record once the pupil's key is destroyed: each personal field reads as its default."""
    return given.knowing(
        events=tuple(
            replace(event, **{each.name: None if each.default is MISSING else each.default for each in personal})
            if (personal := [each for each in fields(event) if each.name in personal_fields(type(event))])
            else event
            for event in given.events
        )
    )


def test_erasure_makes_what_turned_on_the_pupil_unknown_not_inapplicable() -> None:
    told, silent = found(erased(closed())), found(erased(at(Stage.ACTIVE)))

    turns = ("meeting", "ehc-told", "ehc-section-f", "notice-recipients", "annual-review", "meals")
    assert {clause: standings(silent[clause]) for clause in turns} == {clause: [S.UNKNOWN] for clause in turns}
    assert all("erased" in silent[clause][0].finding.why for clause in turns)
    # What the record still proves needs no knowledge of the pupil.
    assert standings(told["ehc-told"]) == standings(told["notice-recipients"]) == [S.SATISFIED]
    assert standings(told["ehc-section-f"]) == [S.UNKNOWN]
    assert standings(silent["notice-timely"]) == [S.SATISFIED]


@pytest.mark.obligation("S23")
def test_the_arrangements_are_told_once_both_parents_and_pupil_know() -> None:
    story = at(Stage.READY_TO_START)
    [sent] = [event for event in story.events if isinstance(event, CommunicationSent)]
    bare = without(story, CommunicationSent)
    parent, pupil = replace(sent, to_roles=(Role.PARENT,)), replace(sent, to_roles=(Role.PUPIL,))

    assert standings(found(bare.and_then(parent))["told"]) == [S.OUTSTANDING]
    [line] = found(bare.and_then(parent, pupil))["told"]
    assert line.finding.record is not None
    assert line.finding.record.event == pupil


@pytest.mark.obligation("S19")
def test_a_decision_or_a_later_review_answers_a_doubt_about_the_provider() -> None:
    made = {"doubt_id": DoubtId(an_id("doubt")), "provider_id": ProviderId(an_id("provider"))}
    doubt = ProviderDoubted(cause=ProviderDoubt.ENTRY_SUSPENDED, arose_on=day("2026-12-07"), **made)
    decided = ProviderReviewRecorded(
        reviewed_on=day("2026-12-08"),
        doubt_ids=(doubt.doubt_id,),
        outcome=ProviderReviewOutcome.GOES_ON,
        reasons="safe",
    )
    story = at(Stage.ACTIVE).and_then(doubt)

    assert standings(found(at(Stage.ACTIVE))["provider-doubt"]) == [S.NOT_APPLICABLE]
    assert standings(found(story)["provider-doubt"]) == [S.OUTSTANDING]
    assert standings(found(story.and_then(decided))["provider-doubt"]) == [S.SATISFIED]
    reviewed = found(closed().and_then(replace(doubt, arose_on=day("2026-11-30"))))["provider-doubt"]
    assert S.SATISFIED in standings(reviewed)
    assert S.OUTSTANDING not in standings(reviewed)
