"""A provider that comes into doubt while a pupil is placed there: what time records, and what a person decides."""

from dataclasses import replace
from typing import Any

import pytest

from domain.placement.guards import TextMissing
from domain.placement.running.provider_review import ProviderNotDoubted, RecordProviderReview
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from domain.provider import evolve as provider_state
from domain.provider.state import Provider
from events.codes import (
    CommissionerKind,
    ConcernSeverity,
    DiligenceCheck,
    EntryReason,
    ProviderConcernKind,
    ProviderDoubt,
    ProviderReviewOutcome,
    Role,
    RuleId,
    Severity,
)
from events.ids import ConcernId, ProviderId
from events.placement.deadlines import DeadlineMissed
from events.placement.ending import PlacementEnded
from events.placement.referral import ProviderProposed
from events.placement.running import ProviderDoubted, ProviderReviewRecorded
from events.provider import (
    DirectoryEntrySuspended,
    DirectoryEntryWithdrawn,
    ProviderConcernRaised,
    ProviderDeadlineMissed,
    ProviderEvent,
)
from tests.domain.examples import PROVIDER, URN, at, day
from tests.domain.test_running import held
from tests.dsl import Given, an_id, london

ON = day("2026-12-02")
SUSPENDED = DirectoryEntrySuspended(la_code="831", suspended_on=ON, reason_code=EntryReason.QUALITY, reason="none seen")
WITHDRAWN = DirectoryEntryWithdrawn(
    la_code="831", withdrawn_on=ON, reason_code=EntryReason.CLOSED, barred=False, reason="shut"
)
SERIOUS = ProviderConcernRaised(
    concern_id=ConcernId(an_id("concern")),
    raised_on=ON,
    kind=ProviderConcernKind.SAFEGUARDING,
    severity=ConcernSeverity.SERIOUS,
)
RAN_OUT = ProviderDeadlineMissed(
    rule=RuleId.T11,
    org_id=f"school:{URN}",
    due=day("2026-12-01"),
    severity=Severity.ADVISORY,
    check=DiligenceCheck.INSURANCE,
)
GOES_ON = RecordProviderReview(
    outcome=ProviderReviewOutcome.GOES_ON_WITH_SAFEGUARDS, reasons="The mentor visits each week"
)


def heard(*news: ProviderEvent, stage: Stage = Stage.ACTIVE, provider: Provider = PROVIDER) -> Given:
    """A placement at a provider of which this came to be known since it was proposed."""
    for event in news:
        provider = provider_state.evolve(provider, event)
    return at(stage).knowing(provider=provider, now=london(ON))


def doubts(story: Given) -> list[ProviderDoubt]:
    return [each.cause for each in story.when(PassTime()).events if isinstance(each, ProviderDoubted)]


def passed(story: Given) -> Given:
    return story.and_then(*story.when(PassTime()).events)


@pytest.mark.obligation("S19", "S26")
@pytest.mark.parametrize(
    ("news", "cause"),
    [
        (SUSPENDED, ProviderDoubt.ENTRY_SUSPENDED),
        (WITHDRAWN, ProviderDoubt.ENTRY_WITHDRAWN),
        (SERIOUS, ProviderDoubt.SERIOUS_CONCERN),
        (RAN_OUT, ProviderDoubt.CHECKS_RAN_OUT),
    ],
)
@pytest.mark.parametrize("stage", [Stage.DETERMINED, Stage.ACTIVE])
def test_bad_news_of_the_provider_is_recorded_once_and_a_review_falls_due(
    stage: Stage, news: ProviderEvent, cause: ProviderDoubt
) -> None:
    story = heard(news, stage=stage)

    assert doubts(story) == [cause]
    after = passed(story)
    assert doubts(after) == []
    [due] = [each for each in deadlines(after.state, after.calendar) if each.rule is RuleId.PROVIDER]
    assert (due.due_on, due.severity, due.owner) == (day("2026-12-09"), Severity.ADVISORY, Role.CASE_WORKER)
    assert due.words.startswith("Review the placement, as its provider is in doubt by Wednesday 9 December 2026")


@pytest.mark.parametrize(
    "news",
    [
        replace(SUSPENDED, la_code="830"),
        replace(SERIOUS, severity=ConcernSeverity.CONCERN),
        replace(RAN_OUT, org_id="school:900002"),
        replace(RAN_OUT, org_id="la:830"),
        replace(RAN_OUT, rule=RuleId.QA_VISIT),
    ],
)
def test_what_concerns_others_or_is_no_grave_matter_is_no_doubt(news: ProviderEvent) -> None:
    assert doubts(heard(news)) == []


def test_the_checks_of_the_council_count_where_it_commissions() -> None:
    story = heard(replace(RAN_OUT, org_id="la:831"))
    drafted = replace(story.events[0], commissioner=CommissionerKind.LA)

    assert doubts(story.knowing(events=(drafted, *story.events[1:]))) == [ProviderDoubt.CHECKS_RAN_OUT]


def test_what_the_proposal_knew_it_weighed() -> None:
    story = heard(SUSPENDED)
    proposed = tuple(
        replace(each, provider_version=PROVIDER.version + 1) if isinstance(each, ProviderProposed) else each
        for each in story.events
    )

    assert doubts(story.knowing(events=proposed)) == []


def test_several_checks_that_run_out_on_one_day_are_one_doubt() -> None:
    also = replace(RAN_OUT, check=DiligenceCheck.SAFER_RECRUITMENT)

    assert doubts(heard(RAN_OUT, also)) == [ProviderDoubt.CHECKS_RAN_OUT]


def test_a_placement_that_is_not_decided_or_over_hears_no_news() -> None:
    ended = [each for each in at(Stage.ENDED).events if isinstance(each, PlacementEnded)]

    assert ended
    assert doubts(heard(SUSPENDED, stage=Stage.SCREENING)) == []
    assert doubts(heard(SUSPENDED, stage=Stage.ENDED)) == []


def test_the_news_of_another_provider_is_not_this_ones() -> None:
    other = replace(PROVIDER, provider_id=ProviderId(an_id("another provider")))

    assert doubts(heard(SUSPENDED, provider=other)) == []


@pytest.mark.obligation("S19")
def test_a_decision_answers_every_open_doubt() -> None:
    story = passed(heard(SUSPENDED, SERIOUS))
    doubt_ids = tuple(each.doubt_id for each in story.state.running.doubts)

    answered = story.when(GOES_ON).then(
        ProviderReviewRecorded(reviewed_on=ON, doubt_ids=doubt_ids, outcome=GOES_ON.outcome, reasons=GOES_ON.reasons)
    )

    assert RuleId.PROVIDER not in {each.rule for each in deadlines(answered.state, answered.calendar)}
    answered.when(GOES_ON).then_rejected(ProviderNotDoubted)


def test_a_decision_has_its_reasons() -> None:
    passed(heard(SUSPENDED)).when(replace(GOES_ON, reasons=" ")).then_rejected(TextMissing)


def test_a_review_held_on_a_later_day_answers_the_doubt() -> None:
    story = held()
    [review] = [each for each in story.state.reviews.opened if each.held is not None]
    assert review.held is not None
    made: dict[str, Any] = {"doubt_id": an_id("doubt"), "provider_id": PROVIDER.provider_id}
    doubt = ProviderDoubted(cause=ProviderDoubt.ENTRY_SUSPENDED, arose_on=review.held.held_on, **made)

    on_the_day = story.and_then(doubt)
    before = story.and_then(replace(doubt, arose_on=day("2026-12-07")))

    assert RuleId.PROVIDER in {each.rule for each in deadlines(on_the_day.state, story.calendar)}
    assert RuleId.PROVIDER not in {each.rule for each in deadlines(before.state, story.calendar)}


def test_a_review_that_nobody_made_is_missed_and_breaks_no_law() -> None:
    late = passed(heard(SUSPENDED)).on(day("2026-12-10"), hour=1)

    assert [
        (each.rule, each.severity)
        for each in late.when(PassTime()).events
        if isinstance(each, DeadlineMissed) and each.rule is RuleId.PROVIDER
    ] == [(RuleId.PROVIDER, Severity.ADVISORY)]
