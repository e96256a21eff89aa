"""Providers: who they are, what each commissioner checked for itself, and how they stand in a council's directory."""

from dataclasses import replace
from typing import Any

import pytest

from domain.calendar.months import months_after
from domain.provider import application, concerns, directory, registration
from domain.provider import diligence as dd
from domain.provider import evolve as provider_fold
from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider
from domain.provider.steps import ProviderWrongStage, decide
from domain.shared.errors import Rejections
from events.codes import (
    ApplicationOutcome,
    CheckOutcome,
    ConcernOutcome,
    ConcernSeverity,
    DiligenceCheck,
    EntryReason,
    EntryStatus,
    ProviderConcernKind,
    ProviderKind,
    QaSectionStatus,
    Role,
    SettingType,
)
from events.ids import ApplicationId, CommandId, ConcernId, PersonId, ProviderId, SiteId, derived_id
from events.provider import DirectoryEntryPublished, DueDiligenceCompleted, QaVisitRecorded
from events.values.provider import QaSection, Site
from tests.domain.examples import day
from tests.dsl import actor, an_id

SCHOOL = "school:900001"
FACTS = ProviderFacts(
    provider_id=ProviderId(an_id("provider")),
    command_id=CommandId(an_id("command")),
    actor=replace(actor(Role.CASE_WORKER), org_id=SCHOOL),
    today=day("2026-11-09"),
)
SITES = tuple(
    Site(site_id=SiteId(an_id(name)), name=name, address=f"{number} Example Street, Derby, DE99 9ZZ")
    for number, name in enumerate(("Ilkeston", "Chaddesden"), start=1)
)
REGISTER = registration.RegisterProvider(
    name="YMCA Key College", kind=ProviderKind.NON_SCHOOL, sites=SITES, setting_type=SettingType.OTH
)
VISIT = directory.RecordQaVisit(
    visited_on=day("2026-10-01"),
    la_code="831",
    sections=(QaSection(name="1", status=QaSectionStatus.COMPLETE),),
)
LIST = directory.PublishDirectoryEntry(la_code="831", approved_on=day("2026-10-05"), expires_on=day("2026-12-01"))
RENEW = directory.RenewDirectoryEntry(la_code="831", expires_on=day("2027-12-01"))
SUSPEND = directory.SuspendDirectoryEntry(la_code="831", reason_code=EntryReason.QUALITY, reason="no lesson plans")
REINSTATE = directory.ReinstateDirectoryEntry(la_code="831", reason="plans were seen")
WITHDRAW = directory.WithdrawDirectoryEntry(la_code="831", reason_code=EntryReason.CLOSED, reason="it moved away")


def checks(**changed: Any) -> tuple[dd.Check, ...]:
    """Every check, seen a month ago; `changed` applies to the insurance."""
    made = tuple(
        dd.Check(
            kind=kind,
            outcome=CheckOutcome.SEEN,
            evidence="seen on site",
            checked_on=day("2026-10-09"),
            expires_on=day("2027-06-30") if kind in dd.RUNS_OUT else None,
        )
        for kind in DiligenceCheck
    )
    return tuple(replace(check, **changed) if check.kind is DiligenceCheck.INSURANCE else check for check in made)


def provider(*commands: object, facts: ProviderFacts = FACTS) -> Provider:
    state = provider_fold.initial()
    for command in commands:
        for event in decide(state, command, facts):
            state = provider_fold.evolve(state, event)
    return state


def refused(state: Provider, command: object, facts: ProviderFacts = FACTS) -> set[type]:
    with pytest.raises(Rejections) as refusal:
        decide(state, command, facts)
    assert all(reason.detail.endswith(".") for reason in refusal.value.reasons)
    return {type(reason) for reason in refusal.value.reasons}


@pytest.mark.obligation("S9", "S11")
def test_a_provider_with_its_sites_is_visited_and_listed() -> None:
    found = provider(REGISTER, VISIT, LIST)

    published = DirectoryEntryPublished(la_code="831", approved_on=LIST.approved_on, expires_on=LIST.expires_on)
    assert found.version == 3
    assert found.sites == SITES
    assert found.visits == (QaVisitRecorded(visited_on=VISIT.visited_on, la_code="831", sections=VISIT.sections),)
    assert [entry.history for entry in found.entries] == [(published,)]


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"name": ""}, registration.ProviderIncomplete),
        ({"sites": ()}, registration.ProviderIncomplete),
        ({"sites": SITES[:1] * 2}, registration.ProviderIncomplete),
        ({"setting_type": None}, registration.ProviderIdentity),
        ({"urn": "123456"}, registration.ProviderIdentity),
        ({"setting_type": None, "urn": "1"}, registration.ProviderIdentity),
        ({"setting_type": None, "ukprn": "20000000"}, registration.ProviderIdentity),
    ],
)
def test_a_provider_is_refused(wrong: dict[str, Any], reason: type) -> None:
    assert refused(provider_fold.initial(), replace(REGISTER, **wrong)) == {reason}


def test_a_provider_is_registered_first_and_once() -> None:
    assert refused(provider_fold.initial(), VISIT) == {ProviderWrongStage}
    assert refused(provider(REGISTER), REGISTER) == {ProviderWrongStage}


@pytest.mark.parametrize("wrong", [{"visited_on": day("2026-11-10")}, {"sections": ()}])
def test_a_visit_is_refused(wrong: dict[str, Any]) -> None:
    assert refused(provider(REGISTER), replace(VISIT, **wrong)) == {directory.VisitUnsound}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"approved_on": day("2026-11-10")}, directory.EntryInFuture),
        ({"expires_on": day("2026-11-09")}, directory.EntryExpiryUnsound),
        ({"la_code": "830"}, directory.EntryNotVisited),
    ],
)
def test_an_entry_is_refused(wrong: dict[str, Any], reason: type) -> None:
    assert refused(provider(REGISTER, VISIT), replace(LIST, **wrong)) == {reason}


def test_an_entry_is_not_published_twice() -> None:
    assert refused(provider(REGISTER, VISIT, LIST), LIST) == {directory.EntryWrongStatus}


@pytest.mark.obligation("S9", "S11")
@pytest.mark.parametrize(
    ("then", "on", "status"),
    [
        ((), "2026-12-01", EntryStatus.CURRENT),
        ((), "2026-12-02", EntryStatus.EXPIRED),
        ((RENEW,), "2026-12-02", EntryStatus.CURRENT),
        ((SUSPEND,), "2026-11-09", EntryStatus.SUSPENDED),
        ((SUSPEND, REINSTATE), "2026-11-09", EntryStatus.CURRENT),
        ((WITHDRAW,), "2026-11-09", EntryStatus.WITHDRAWN),
        ((SUSPEND, WITHDRAW), "2026-11-09", EntryStatus.WITHDRAWN),
        ((replace(WITHDRAW, barred=True),), "2026-11-09", EntryStatus.BARRED),
        ((replace(WITHDRAW, barred=True), replace(LIST, expires_on=None)), "2030-01-01", EntryStatus.CURRENT),
    ],
)
def test_how_an_entry_stands_follows_from_what_the_council_did(
    then: tuple[object, ...], on: str, status: EntryStatus
) -> None:
    found = provider(REGISTER, VISIT, LIST, *then)

    assert found.entry_status("831", day(on)) is status
    assert found.entry_status("830", day(on)) is EntryStatus.UNLISTED
    assert len(found.entries[0].history) == 1 + len(then)


def test_what_one_council_does_leaves_another_councils_entry_alone() -> None:
    both = provider(REGISTER, VISIT, LIST, replace(VISIT, la_code="830"), replace(LIST, la_code="830"), SUSPEND)

    assert both.entry_status("830", FACTS.today) is EntryStatus.CURRENT


@pytest.mark.parametrize(
    ("then", "command"),
    [
        ((WITHDRAW,), RENEW),
        ((WITHDRAW,), WITHDRAW),
        ((SUSPEND,), RENEW),
        ((SUSPEND,), SUSPEND),
        ((), REINSTATE),
        ((), replace(SUSPEND, la_code="830")),
    ],
)
def test_an_entry_is_changed_only_as_it_stands(then: tuple[object, ...], command: object) -> None:
    assert refused(provider(REGISTER, VISIT, LIST, *then), command) == {directory.EntryWrongStatus}


def test_a_renewal_runs_on_from_today_and_a_change_for_worse_has_a_reason() -> None:
    listed = provider(REGISTER, VISIT, LIST)

    assert refused(listed, replace(RENEW, expires_on=FACTS.today)) == {directory.EntryExpiryUnsound}
    assert refused(listed, replace(SUSPEND, reason=" ")) == {directory.EntryReasonMissing}
    assert refused(listed, replace(WITHDRAW, reason="")) == {directory.EntryReasonMissing}


@pytest.mark.obligation("S9", "S17", "S19", "S30")
def test_each_commissioner_makes_its_own_checks_with_their_evidence() -> None:
    other = PersonId(an_id("the colleague who looked"))
    (event,) = decide(provider(REGISTER), dd.CompleteDueDiligence(checks=checks(checked_by=other)), FACTS)

    assert isinstance(event, DueDiligenceCompleted)
    assert (event.org_id, event.completed_on, event.satisfied) == (SCHOOL, FACTS.today, True)
    assert {check.kind for check in event.checks} == set(DiligenceCheck)
    assert {check.checked_by for check in event.checks} == {other, PersonId(FACTS.actor.id)}
    assert {each.evidence for each in event.evidence} == {"seen on site"}
    found = provider(REGISTER, dd.CompleteDueDiligence(checks=checks()))
    assert found.due_diligence_of(SCHOOL) is not None
    assert found.due_diligence_of("school:900002") is None


@pytest.mark.parametrize(
    ("changed", "until"),
    [
        ({}, "2027-06-30"),  # insurance and DBS checks run out first
        ({"expires_on": day("2027-01-31")}, "2027-01-31"),
        ({"checked_on": day("2025-11-20"), "expires_on": day("2027-06-30")}, "2026-11-20"),
    ],
)
def test_checks_are_valid_for_twelve_months_or_until_evidence_runs_out(changed: dict[str, Any], until: str) -> None:
    completed = provider(REGISTER, dd.CompleteDueDiligence(checks=checks(**changed))).due_diligence_of(SCHOOL)

    assert completed is not None
    assert completed.valid_until == day(until)
    assert dd.valid(completed, day(until))
    assert not dd.valid(completed, months_after(day(until), 1))
    assert not dd.valid(None, FACTS.today)


def test_the_months_of_a_check_end_on_the_same_day_or_the_months_last() -> None:
    assert months_after(day("2028-02-29"), 12) == day("2029-02-28")


def test_checks_that_found_something_missing_are_kept_and_do_not_count() -> None:
    missing = dd.CompleteDueDiligence(checks=checks(outcome=CheckOutcome.NOT_SEEN))
    completed = provider(REGISTER, missing).due_diligence_of(SCHOOL)

    assert completed is not None
    assert not dd.valid(completed, FACTS.today)


@pytest.mark.obligation("S30")
def test_no_kind_of_check_is_left_out_the_training_in_safeguarding_least() -> None:
    left_out = tuple(check for check in checks() if check.kind is not DiligenceCheck.SAFEGUARDING_TRAINING)

    assert refused(provider(REGISTER), dd.CompleteDueDiligence(checks=left_out)) == {dd.ChecksMissing}
    assert refused(provider(REGISTER), dd.CompleteDueDiligence(checks=checks() * 2)) == {dd.ChecksMissing}


@pytest.mark.parametrize(
    "changed",
    [
        {"evidence": " "},
        {"checked_on": day("2026-11-10")},
        {"expires_on": None},
        {"expires_on": day("2026-11-08")},
        {"checked_on": day("2025-11-08")},
    ],
)
def test_a_check_is_refused(changed: dict[str, Any]) -> None:
    assert refused(provider(REGISTER), dd.CompleteDueDiligence(checks=checks(**changed))) == {dd.CheckUnsound}


def test_it_is_known_for_whom_checks_are_made() -> None:
    nobody = replace(FACTS, actor=actor(Role.CASE_WORKER))

    assert refused(provider(REGISTER), dd.CompleteDueDiligence(checks=checks()), nobody) == {dd.CommissionerUnknown}


APPLY = application.SubmitDirectoryApplication(la_code="831", statement="carpentry for four pupils")
APPROVE = application.DecideDirectoryApplication(
    application_id=ApplicationId(derived_id(FACTS.command_id, "application")),
    la_code="831",
    outcome=ApplicationOutcome.APPROVED,
    reasons="it fills a gap",
)


@pytest.mark.obligation("S10")
def test_a_provider_applies_to_the_directory_and_the_council_decides() -> None:
    """A provider applies to join the directory, and the council decides with reasons."""
    waiting = provider(REGISTER, APPLY)
    decided = provider(REGISTER, APPLY, APPROVE)

    assert [each.open for each in waiting.applications] == [True]
    assert [each.open for each in decided.applications] == [False]
    assert decided.entries == (), "the entry is published after the visit"
    assert len(provider(REGISTER, APPLY, APPROVE, APPLY).applications) == 2
    other = replace(FACTS, command_id=CommandId(an_id("another command")))
    both = provider(REGISTER, APPLY)
    for event in decide(both, replace(APPLY, la_code="830"), other):
        both = provider_fold.evolve(both, event)
    for event in decide(both, APPROVE, FACTS):
        both = provider_fold.evolve(both, event)
    assert [each.open for each in both.applications] == [False, True]


def test_an_application_is_refused() -> None:
    assert refused(provider(REGISTER), replace(APPLY, statement=" ")) == {application.ApplicationUnsound}
    assert refused(provider(REGISTER, APPLY), APPLY) == {application.ApplicationUnsound}
    assert refused(provider(REGISTER, VISIT, LIST), APPLY) == {application.ApplicationUnsound}
    assert len(provider(REGISTER, VISIT, LIST, WITHDRAW, APPLY).applications) == 1
    assert len(provider(REGISTER, APPLY, replace(APPLY, la_code="830")).applications) == 2


def test_only_an_open_application_to_the_council_is_decided_with_reasons() -> None:
    waiting = provider(REGISTER, APPLY)

    assert refused(provider(REGISTER), APPROVE) == {application.ApplicationNotOpen}
    assert refused(waiting, replace(APPROVE, la_code="830")) == {application.ApplicationNotOpen}
    assert refused(provider(REGISTER, APPLY, APPROVE), APPROVE) == {application.ApplicationNotOpen}
    assert refused(waiting, replace(APPROVE, reasons="")) == {application.ApplicationReasonsMissing}


THERE = replace(FACTS, placed_there=True)
OFFICER = replace(FACTS, actor=replace(actor(Role.LA_OFFICER), org_id="la:831"))
RAISE = concerns.RaiseProviderConcern(
    kind=ProviderConcernKind.SAFEGUARDING, severity=ConcernSeverity.SERIOUS, concern="doors were left unlocked"
)
RESOLVE = concerns.ResolveProviderConcern(
    concern_id=ConcernId(derived_id(FACTS.command_id, "concern")),
    outcome=ConcernOutcome.PUT_RIGHT,
    findings="locks were fitted",
)


@pytest.mark.obligation("S19")
def test_users_and_officers_raise_a_concern_that_stays_open_until_resolved() -> None:
    """Who has a pupil there, or is an officer, raises a concern, and it stays open until resolved."""
    (event,) = decide(provider(REGISTER), RAISE, THERE)
    doubted = provider_fold.evolve(provider(REGISTER), event)

    assert decide(provider(REGISTER), RAISE, OFFICER)
    assert refused(provider(REGISTER), RAISE) == {concerns.ConcernNotYours}
    assert refused(provider(REGISTER), replace(RAISE, concern=" "), THERE) == {concerns.ConcernTextMissing}
    assert doubted.gravely_doubted
    (resolved,) = decide(doubted, RESOLVE, FACTS)
    assert not provider_fold.evolve(doubted, resolved).gravely_doubted


def test_those_who_raised_a_concern_or_an_officer_resolve_it_once() -> None:
    (event,) = decide(provider(REGISTER), RAISE, THERE)
    doubted = provider_fold.evolve(provider(REGISTER), event)
    stranger = replace(FACTS, actor=replace(FACTS.actor, org_id="school:900002"))

    assert decide(doubted, RESOLVE, replace(OFFICER, own_council=frozenset({SCHOOL})))
    assert refused(doubted, RESOLVE, stranger) == {concerns.ConcernNotOpen}
    assert refused(provider(REGISTER), RESOLVE) == {concerns.ConcernNotOpen}
    assert refused(doubted, replace(RESOLVE, findings="")) == {concerns.ConcernTextMissing}


NEIGHBOUR = replace(OFFICER, actor=replace(OFFICER.actor, org_id="la:830"))
ADRIFT = replace(OFFICER, actor=replace(OFFICER.actor, org_id=None))


def test_an_officer_resolves_only_concerns_of_own_council_and_its_schools() -> None:
    (of_school,) = decide(provider(REGISTER), RAISE, THERE)
    (of_council,) = decide(provider(REGISTER), RAISE, OFFICER)

    for raised in (of_school, of_council):
        doubted = provider_fold.evolve(provider(REGISTER), raised)
        assert refused(doubted, RESOLVE, NEIGHBOUR) == {concerns.ConcernNotOpen}
        assert refused(doubted, RESOLVE, ADRIFT) == {concerns.ConcernNotOpen}
    assert decide(provider_fold.evolve(provider(REGISTER), of_council), RESOLVE, OFFICER)


def test_a_council_that_uses_the_provider_resolves_a_concern_of_nobody() -> None:
    """A concern of nobody is resolved by a council that deals with the provider."""
    (event,) = decide(provider(REGISTER), RAISE, ADRIFT)
    doubted = provider_fold.evolve(provider(REGISTER), event)

    assert refused(doubted, RESOLVE, OFFICER) == {concerns.ConcernNotOpen}
    assert refused(doubted, RESOLVE, ADRIFT) == {concerns.ConcernNotOpen}
    assert decide(doubted, RESOLVE, replace(OFFICER, placed_there=True))
    assert decide(provider_fold.evolve(provider(REGISTER, VISIT), event), RESOLVE, OFFICER)


def test_a_provider_is_not_registered_under_the_id_of_a_pupil() -> None:
    taken = replace(FACTS, is_a_pupil=True)

    assert refused(provider_fold.initial(), REGISTER, taken) == {registration.ProviderIdTaken}
    assert refused(provider(REGISTER), REGISTER, taken) != {registration.ProviderIdTaken}
