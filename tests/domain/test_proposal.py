"""Proposing a provider: what must have been checked, and what may be set aside with a reason."""

from dataclasses import replace
from typing import Any

import pytest

from domain.law.registration import REGISTRATION_TESTS, registration_test
from domain.placement.facts import PupilThere
from domain.placement.guards import DateBeforeCause, DateInFuture, FigureOutOfRange, TextMissing
from domain.placement.referral import offers
from domain.placement.referral import proposal as p
from domain.placement.referral.threshold import RegistrationRequired, there
from domain.placement.stages import Stage
from domain.provider.state import DirectoryEntry, Provider
from events.codes import (
    CommissionerKind,
    ConcernSeverity,
    EntryStatus,
    LegalBasis,
    OfferDeclineReason,
    ProposalOverride,
    ProposalWarning,
    ProviderConcernKind,
    ProviderKind,
    PupilFlag,
    RegistrationResult,
)
from events.ids import ConcernId, OfferId, PersonId, PupilId, SiteId
from events.placement.referral import ProviderOfferDeclined, ProviderOfferMade, ProviderOfferRequested, ProviderProposed
from events.provider import ProviderConcernRaised
from events.values.referral import OverrideReason
from tests.domain.changes import with_fields
from tests.domain.examples import (
    EHCP_PICTURE,
    PROPOSE,
    PROVIDER,
    SCHOOL,
    at,
    day,
    draft,
    picture,
    submit,
)
from tests.dsl import Given, an_id

CHECK = PROPOSE.registration
assert CHECK is not None
FULL_TIME = 18 * 60 + 1
WITHOUT_CHECKS = replace(PROVIDER, due_diligence=())


def override(which: ProposalOverride, reason: str = "the only place nearby") -> OverrideReason:
    return OverrideReason(override=which, reason=reason)


def entry(**fields: Any) -> tuple[DirectoryEntry, ...]:
    return (DirectoryEntry(la_code="831", approved_on=day("2026-06-20"), **fields),)


def proposed(story: Given, command: p.ProposeProvider = PROPOSE) -> ProviderProposed:
    (event,) = story.when(command).events
    assert isinstance(event, ProviderProposed)
    return event


@pytest.mark.obligation("S3", "S12", "S17", "S18")
def test_a_provider_is_proposed_with_what_the_choice_relied_on() -> None:
    story = at(Stage.REFERRED)

    story.when(PROPOSE).then(
        ProviderProposed(
            provider_id=PROPOSE.provider_id,
            site_ids=PROPOSE.site_ids,
            provider_version=2,
            registration_result=RegistrationResult.NOT_REQUIRED,
            registration_checked_on=day("2026-06-15"),
            registration_checked_by=PersonId(story.facts(PROPOSE).actor.id),
            entry_status=EntryStatus.UNLISTED,
            due_diligence_until=day("2199-12-31"),
            minutes_a_week=4 * 150,
            provider_kind=ProviderKind.NON_SCHOOL,
            registration_influence="a small workshop, so our own checks weigh more",
            needs_considered="small groups answer what upsets her",
        )
    )


@pytest.mark.obligation("S2", "S33")
def test_a_pupil_at_another_school_is_registered_there_too() -> None:
    story = at(Stage.REFERRED).knowing(provider=replace(PROVIDER, kind=ProviderKind.SCHOOL))
    registered = replace(PROPOSE, registration=replace(CHECK, result=RegistrationResult.REGISTERED))

    assert proposed(story, registered).dual_registration
    story.when(PROPOSE).then_rejected(p.RegistrationCheckMissing)


def test_a_college_may_be_registered_or_not() -> None:
    story = at(Stage.REFERRED).knowing(provider=replace(PROVIDER, kind=ProviderKind.COLLEGE))

    assert not proposed(story).dual_registration


@pytest.mark.parametrize("site_ids", [(), (SiteId(an_id("elsewhere")),)])
def test_a_proposal_names_the_providers_own_sites(site_ids: tuple[SiteId, ...]) -> None:
    at(Stage.REFERRED).when(replace(PROPOSE, site_ids=site_ids)).then_rejected(p.SiteUnknown)


@pytest.mark.parametrize("provider", [None, replace(PROVIDER, provider_id=None)])
def test_a_proposal_needs_a_registered_provider(provider: Provider | None) -> None:
    at(Stage.REFERRED).knowing(provider=provider, school=SCHOOL).when(PROPOSE).then_rejected(p.ProviderUnknown)


@pytest.mark.obligation("S18")
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"registration": None}, p.RegistrationCheckMissing),
        ({"registration": replace(CHECK, result=RegistrationResult.REGISTERED)}, p.RegistrationCheckMissing),
        ({"registration": replace(CHECK, checked_on=day("2199-01-01"))}, DateInFuture),
        ({"registration": replace(CHECK, influence=" ")}, TextMissing),
        ({"needs_considered": None}, TextMissing),
        ({"minutes_a_week": 0}, FigureOutOfRange),
    ],
)
def test_the_registration_check_and_the_pupils_needs_are_on_record(changed: dict[str, Any], reason: type) -> None:
    at(Stage.REFERRED).when(replace(PROPOSE, **changed)).then_rejected(reason)


@pytest.mark.obligation("S9", "S17", "S19")
def test_use_needs_the_schools_own_checks_or_a_reason_to_go_on_without() -> None:
    story = at(Stage.REFERRED).knowing(provider=WITHOUT_CHECKS)
    reasoned = replace(PROPOSE, overrides=(override(ProposalOverride.DUE_DILIGENCE),))
    unreasoned = replace(PROPOSE, overrides=(override(ProposalOverride.DUE_DILIGENCE, " "),))

    story.when(PROPOSE).then_rejected(p.DueDiligenceMissing)
    story.when(unreasoned).then_rejected(p.DueDiligenceMissing)
    event = proposed(story, reasoned)
    assert (event.overrides, event.override_reasons) == ((ProposalOverride.DUE_DILIGENCE,), reasoned.overrides)


@pytest.mark.parametrize("changed", [{"valid_until": day("2026-11-01")}, {"satisfied": False}])
def test_checks_that_ran_out_or_found_something_missing_do_not_count(changed: dict[str, Any]) -> None:
    spent = replace(PROVIDER, due_diligence=(replace(PROVIDER.due_diligence[0], **changed),))

    at(Stage.REFERRED).knowing(provider=spent).when(PROPOSE).then_rejected(p.DueDiligenceMissing)


@pytest.mark.obligation("S9")
def test_another_schools_checks_do_not_count() -> None:
    others = replace(PROVIDER, due_diligence=(replace(PROVIDER.due_diligence[0], org_id="school:900002"),))

    at(Stage.REFERRED).knowing(provider=others).when(PROPOSE).then_rejected(p.DueDiligenceMissing)


def test_a_council_that_commissions_makes_the_checks_itself() -> None:
    drafted = draft(commissioner=CommissionerKind.LA, legal_basis=LegalBasis.AGREED)
    story = at(Stage.REFERRED, drafted=drafted)
    schools, councils = PROVIDER.due_diligence
    council = replace(PROVIDER, due_diligence=(councils,))

    story.knowing(provider=replace(PROVIDER, due_diligence=(schools,))).when(PROPOSE).then_rejected(
        p.DueDiligenceMissing
    )
    assert proposed(story.knowing(provider=council)).due_diligence_until is not None
    story.knowing(provider=council, school=None).when(PROPOSE).then_rejected(p.DueDiligenceMissing)


@pytest.mark.obligation("S9", "S26")
@pytest.mark.parametrize(
    "fields",
    [
        {"expires_on": day("2026-07-01")},
        {"suspended_on": day("2026-10-01")},
        {"withdrawn_on": day("2026-10-01")},
    ],
)
def test_an_entry_that_does_not_stand_needs_a_reason(fields: dict[str, Any]) -> None:
    story = at(Stage.REFERRED).knowing(provider=replace(PROVIDER, entries=entry(**fields)))

    story.when(PROPOSE).then_rejected(p.EntryNotCurrent)
    assert proposed(story, replace(PROPOSE, overrides=(override(ProposalOverride.ENTRY),))).entry_status in {
        EntryStatus.EXPIRED,
        EntryStatus.SUSPENDED,
        EntryStatus.WITHDRAWN,
    }


def test_a_bar_is_not_set_aside_by_a_reason() -> None:
    barred = replace(PROVIDER, entries=entry(withdrawn_on=day("2026-10-01"), barred=True))
    reasoned = replace(PROPOSE, overrides=(override(ProposalOverride.ENTRY),))

    at(Stage.REFERRED).knowing(provider=barred).when(reasoned).then_rejected(p.ProviderBarred)


def pupil(number: int, **changed: Any) -> PupilThere:
    fields: dict[str, Any] = {
        "pupil_id": PupilId(an_id(f"pupil {number}")),
        "minutes_a_week": FULL_TIME,
        "of_school_age": True,
        "has_plan": False,
        "looked_after": False,
        "has_sen": False,
    }
    return PupilThere(**(fields | changed))


FOUR = tuple(map(pupil, range(4)))
ALL_DAY = replace(PROPOSE, minutes_a_week=FULL_TIME)


@pytest.mark.obligation("S18")
@pytest.mark.parametrize(
    ("there", "command", "refused"),
    [
        ((), ALL_DAY, False),
        (FOUR[:3], ALL_DAY, False),
        (FOUR, ALL_DAY, True),  # the fifth
        (FOUR, replace(ALL_DAY, minutes_a_week=FULL_TIME - 1), False),  # 18 hours are not more than 18
        ((*FOUR[:3], FOUR[0]), ALL_DAY, False),  # a pupil counts once
        ((*FOUR[:3], pupil(4, of_school_age=False)), ALL_DAY, False),
        ((*FOUR[:3], pupil(4, minutes_a_week=FULL_TIME - 1)), ALL_DAY, False),
        ((pupil(1, has_plan=True),), ALL_DAY, True),
        ((pupil(1, looked_after=True),), ALL_DAY, True),
        ((pupil(1, has_sen=True),), ALL_DAY, False),
        ((pupil(1, has_plan=True),), PROPOSE, False),  # this pupil's part-time place changes nothing
    ],
)
def test_a_placement_that_would_make_the_provider_a_school_is_refused(
    there: tuple[PupilThere, ...], command: p.ProposeProvider, refused: bool
) -> None:
    outcome = at(Stage.REFERRED).knowing(at_provider=there).when(command)

    if refused:
        outcome.then_rejected(RegistrationRequired)
    else:
        outcome.then_happens(ProviderProposed)


@pytest.mark.parametrize(
    "referral", [picture(**EHCP_PICTURE), picture(flags=(PupilFlag.LOOKED_AFTER,), social_care_contact="duty team")]
)
def test_one_pupil_with_a_plan_or_looked_after_is_enough(referral: Any) -> None:
    story = at(Stage.DRAFT).when(submit(picture=referral)).given
    story = story.and_then(*story.when(submit(picture=referral)).events)

    story.when(ALL_DAY).then_rejected(RegistrationRequired)
    school = story.knowing(provider=replace(PROVIDER, kind=ProviderKind.SCHOOL))
    registered = replace(ALL_DAY, registration=replace(CHECK, result=RegistrationResult.REGISTERED))
    assert proposed(school, registered).warnings == ()


def test_more_than_18_hours_at_a_provider_that_is_no_school_is_warned_of() -> None:
    assert proposed(at(Stage.REFERRED), ALL_DAY).warnings == (ProposalWarning.OVER_18_HOURS,)


def test_the_2026_test_counts_needs_without_a_plan_and_does_not_bind_yet() -> None:
    before, after = REGISTRATION_TESTS

    assert not before.with_sen
    assert after.with_sen
    assert registration_test(day("2026-11-26")) is before
    assert registration_test(day("2001-01-01")) is before
    assert registration_test(after.from_on) is after


def test_a_pupil_elsewhere_is_counted_as_their_own_record_says() -> None:
    state = at(Stage.SCREENING).state
    referred = at(Stage.REFERRED).state

    assert there(state, day("2026-11-26")) == PupilThere(
        pupil_id=state.pupil_id,  # type: ignore[arg-type] # a drafted placement has its pupil
        minutes_a_week=600,
        of_school_age=True,
        has_plan=False,
        looked_after=False,
        has_sen=False,
    )
    assert not there(state, day("2029-11-26")).of_school_age
    assert there(with_fields(state, pupil=None), day("2029-11-26")).of_school_age
    assert there(with_fields(referred, referral=None), day("2026-11-26")).minutes_a_week == 0


@pytest.mark.obligation("S19")
def test_while_a_serious_concern_is_open_a_proposal_needs_a_reason() -> None:
    concern = ProviderConcernRaised(
        concern_id=ConcernId(an_id("concern")),
        raised_on=day("2026-11-01"),
        kind=ProviderConcernKind.SAFEGUARDING,
        severity=ConcernSeverity.SERIOUS,
    )
    lesser = replace(concern, severity=ConcernSeverity.CONCERN)
    story = at(Stage.REFERRED).knowing(provider=replace(PROVIDER, open_concerns=(concern,)))

    story.when(PROPOSE).then_rejected(p.ConcernOpen)
    proposed(story, replace(PROPOSE, overrides=(override(ProposalOverride.CONCERN),)))
    proposed(story.knowing(provider=replace(PROVIDER, open_concerns=(lesser,))))


ASK = offers.RequestProviderOffer(sessions_a_week=4, wanted_from=day("2026-12-01"), reply_by=day("2026-11-20"))


def _offer(story: Given) -> offers.MakeProviderOffer:
    assert story.state.proposal.asked is not None
    return offers.MakeProviderOffer(
        offer_id=story.state.proposal.asked.offer_id,
        start_from=day("2026-12-01"),
        sessions_a_week=4,
        pennies_per_session=4500,
        open_until=day("2026-11-27"),
    )


@pytest.mark.obligation("S12")
def test_a_school_asks_for_a_place_and_the_provider_offers_it() -> None:
    asked = at(Stage.SCREENING).when(ASK).then_happens(ProviderOfferRequested)
    offered = asked.when(_offer(asked)).then_happens(ProviderOfferMade)

    assert offered.state.proposal.offer is not None
    assert offered.state.stage is Stage.SCREENING
    offered.when(_offer(asked)).then_rejected(offers.OfferNotAsked)
    asked.when(ASK).then_rejected(offers.OfferAskedAlready)


@pytest.mark.obligation("S12")
def test_a_provider_without_a_place_says_why_and_may_be_asked_again() -> None:
    asked = at(Stage.SCREENING).when(replace(ASK, reply_by=None)).then_happens(ProviderOfferRequested)
    no = offers.DeclineProviderOffer(
        offer_id=_offer(asked).offer_id, reason_code=OfferDeclineReason.FULL, reason="all places are taken"
    )

    asked.when(replace(no, reason=" ")).then_rejected(TextMissing)
    declined = asked.when(no).then_happens(ProviderOfferDeclined)
    assert declined.state.proposal.offer_declined is not None
    declined.when(no).then_rejected(offers.OfferNotAsked)
    declined.when(ASK).then_happens(ProviderOfferRequested)


def test_a_request_and_an_offer_lie_ahead_and_count_something() -> None:
    past = day("2026-01-05")
    story = at(Stage.SCREENING)
    asked = story.when(ASK).then_happens(ProviderOfferRequested)
    offer = _offer(asked)

    story.when(replace(ASK, sessions_a_week=0)).then_rejected(FigureOutOfRange)
    story.when(replace(ASK, wanted_from=past, reply_by=past)).then_rejected(DateBeforeCause)
    asked.when(replace(offer, start_from=past, open_until=past)).then_rejected(DateBeforeCause)
    asked.when(replace(offer, sessions_a_week=0, pennies_per_session=-1)).then_rejected(FigureOutOfRange)
    asked.when(replace(offer, offer_id=OfferId(an_id("another")))).then_rejected(offers.OfferNotAsked)
