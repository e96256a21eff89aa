"""Referring a pupil: what must be known, and who could make the provision."""

from dataclasses import replace

import pytest

from domain.law.bases import NotAlternativeProvision
from domain.law.powers import NoPower, NotTheirBasis
from domain.law.school_age import year_group
from domain.placement.guards import DateInFuture, FigureOutOfRange
from domain.placement.referral.drafting import CommissionerMismatch, ErasureFollows, SchoolUnknown, pupil_of
from domain.placement.referral.grounds import NoEhcPlan
from domain.placement.referral.referral import ObjectiveMissing, ReferralIncomplete, SubmitReferral
from domain.placement.referral.submitting import DetailUnsound, NotOnRoll, ReasonMismatch, RollMismatch
from domain.placement.stages import Stage
from domain.shared.upn import UpnCheckLetter, UpnFormat
from events.codes import CommissionerKind, LegalBasis, PrimaryReason, RollStatus
from events.ids import CommandId, PupilId, Urn
from events.placement.referral import ReferralDrafted, ReferralSubmitted
from events.values.referral import ReferralDetails, Unknown
from tests.domain.examples import (
    CARE_PICTURE,
    EHCP_PICTURE,
    OBJECTIVE,
    PUPIL,
    at,
    day,
    draft,
    given,
    picture,
    submit,
)
from tests.dsl import an_id


def test_a_draft_makes_an_id_for_a_new_pupil_that_a_retry_makes_again() -> None:
    story = given()
    drafted = story.when(draft()).then_happens(ReferralDrafted).events[0]

    assert isinstance(drafted, ReferralDrafted)
    assert drafted.pupil_id == pupil_of(draft(), story.facts(draft()).command_id)
    assert drafted.pupil == PUPIL


@pytest.mark.obligation("C6")
def test_no_placement_begins_for_a_pupil_who_is_to_be_erased() -> None:
    given().knowing(erasure_settled=True).when(draft()).then_rejected(ErasureFollows)


def test_a_draft_may_name_a_pupil_already_known() -> None:
    known = PupilId(an_id("known pupil"))

    assert pupil_of(draft(pupil_id=known), CommandId(an_id("any"))) == known


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"legal_basis": LegalBasis.PEX6}, NotTheirBasis),
        ({"legal_basis": LegalBasis.EOTAS_S61}, NotTheirBasis),
        ({"commissioner": CommissionerKind.LA}, NoPower),
        ({"commissioner": CommissionerKind.MAINTAINED}, CommissionerMismatch),
        ({"home_school_urn": Urn("12345")}, SchoolUnknown),
        ({"home_school_urn": Urn("900002")}, SchoolUnknown),
    ],
)
def test_a_draft_is_refused(changes: dict[str, object], reason: type) -> None:
    given().when(draft(**changes)).then_rejected(reason)


def test_a_draft_needs_its_school_registered() -> None:
    given().knowing(school=None).when(draft()).then_rejected(SchoolUnknown)


@pytest.mark.obligation("S1")
def test_an_authority_may_arrange_by_agreement() -> None:
    agreed = draft(commissioner=CommissionerKind.LA, legal_basis=LegalBasis.AGREED)

    given().when(agreed).then_happens(ReferralDrafted)


AUTHORITYS = (LegalBasis.PEX6, LegalBasis.S19_ILL, LegalBasis.S19_OTH, LegalBasis.EHCP_S42, LegalBasis.EOTAS_S61)


@pytest.mark.obligation("S1")
@pytest.mark.parametrize("basis", AUTHORITYS)
def test_an_authority_drafts_on_each_basis_of_its_own(basis: LegalBasis) -> None:
    given().when(draft(commissioner=CommissionerKind.LA, legal_basis=basis)).then_happens(ReferralDrafted)


@pytest.mark.obligation("S1")
def test_a_school_drafts_for_a_suspension() -> None:
    given().when(draft(legal_basis=LegalBasis.SUSP6)).then_happens(ReferralDrafted)


@pytest.mark.obligation("S1")
def test_education_otherwise_than_at_school_is_drafted_and_goes_no_further() -> None:
    story = at(Stage.DRAFT, drafted=draft(commissioner=CommissionerKind.LA, legal_basis=LegalBasis.EOTAS_S61))
    (reason,) = story.when(submit()).then_rejected(NotAlternativeProvision)

    assert reason.legal_refs == ("Children and Families Act 2014 s 61",)


def test_provision_of_an_ehc_plan_is_for_a_pupil_who_has_one() -> None:
    story = at(Stage.DRAFT, drafted=draft(commissioner=CommissionerKind.LA, legal_basis=LegalBasis.EHCP_S42))
    (found,) = story.when(submit()).then_rejected(NoEhcPlan)

    assert found.pointer == "/picture/flags"
    story.when(submit(picture=picture(**EHCP_PICTURE))).then_happens(ReferralSubmitted)


@pytest.mark.parametrize(
    ("commissioner", "basis", "reason"),
    [
        (CommissionerKind.LA, LegalBasis.PEX6, PrimaryReason.PERM_EX),
        (CommissionerKind.ACADEMY, LegalBasis.SUSP6, PrimaryReason.SUSPENSION),
    ],
)
def test_an_exclusion_is_the_main_reason_where_there_is_one(
    commissioner: CommissionerKind, basis: LegalBasis, reason: PrimaryReason
) -> None:
    story = at(Stage.DRAFT, drafted=draft(commissioner=commissioner, legal_basis=basis))

    story.when(submit(primary_reason=reason)).then_happens(ReferralSubmitted)
    (found,) = story.when(submit(primary_reason=PrimaryReason.MENTAL)).then_rejected(ReasonMismatch)
    assert found.pointer == "/primary_reason"


@pytest.mark.obligation("S4", "S31")
def test_a_complete_referral_is_submitted() -> None:
    event = at(Stage.DRAFT).when(submit()).then_happens(ReferralSubmitted).events[-1]

    assert isinstance(event, ReferralSubmitted)
    assert event.objectives == (OBJECTIVE,)
    assert event.upn_warnings == ()


def test_an_empty_referral_is_told_everything_that_is_missing_at_once() -> None:
    reasons = at(Stage.DRAFT).when(SubmitReferral()).then_rejected(ReferralIncomplete, ObjectiveMissing)

    assert {reason.pointer for reason in reasons} == {
        "/primary_reason",
        "/provision_requested",
        "/sessions_requested",
        "/proposed_days",
        "/parent_informed_on",
        "/signed_off_by",
        "/objectives",
        "/picture",
    }


NO_SECTION_I = picture(**EHCP_PICTURE | {"section_i_school": None})
NO_CONTACT = picture(**CARE_PICTURE | {"social_care_contact": None})
NO_REASON = picture(health=None, unknown=(Unknown(field="health", reason=" "),))


@pytest.mark.parametrize(
    ("changes", "reason", "pointer"),
    [
        ({"sessions_requested": 0}, FigureOutOfRange, "/sessions_requested"),
        ({"proposed_days": 0}, FigureOutOfRange, "/proposed_days"),
        ({"parent_informed_on": day("2026-11-10")}, DateInFuture, "/parent_informed_on"),
        ({"objectives": (replace(OBJECTIVE, target=" "),)}, ObjectiveMissing, "/objectives"),
        ({"picture": picture(health=" ")}, ReferralIncomplete, "/picture/health"),
        ({"picture": picture(on_roll=None)}, ReferralIncomplete, "/picture/on_roll"),
        ({"picture": picture(on_roll=False)}, NotOnRoll, "/picture/on_roll"),
        ({"picture": NO_SECTION_I}, ReferralIncomplete, "/picture/section_i_school"),
        ({"picture": NO_CONTACT}, ReferralIncomplete, "/picture/social_care_contact"),
        ({"picture": NO_REASON}, ReferralIncomplete, "/picture/health"),
    ],
)
def test_a_referral_is_refused(changes: dict[str, object], reason: type, pointer: str) -> None:
    (found,) = at(Stage.DRAFT).when(submit(**changes)).then_rejected(reason)

    assert found.pointer == pointer


@pytest.mark.parametrize(
    ("details", "on_roll", "reason", "pointer"),
    [
        (ReferralDetails(uln="123456789"), True, DetailUnsound, "/details/uln"),
        (ReferralDetails(uln="12345678901"), True, DetailUnsound, "/details/uln"),
        (ReferralDetails(roll_status=RollStatus.NONE), True, RollMismatch, "/details/roll_status"),
    ],
)
def test_details_hold_together(details: ReferralDetails, *, on_roll: bool, reason: type, pointer: str) -> None:
    command = submit(details=details, picture=picture(on_roll=on_roll))
    (found,) = at(Stage.DRAFT).when(command).then_rejected(reason)

    assert found.pointer == pointer


def test_a_pupil_on_no_roll_of_the_home_school_has_no_roll_status_there() -> None:
    story = at(Stage.DRAFT, drafted=draft(legal_basis=LegalBasis.AGREED))
    unknown = (Unknown(field="on_roll", reason="the family has just moved"),)

    for status, on_roll, fits in (
        (RollStatus.NONE, False, True),
        (RollStatus.SINGLE, False, False),
        (RollStatus.DUAL_MAIN, True, True),
        (RollStatus.NONE, None, True),
    ):
        told = submit(details=ReferralDetails(roll_status=status), picture=picture(on_roll=on_roll, unknown=unknown))
        outcome = story.when(told)
        assert {type(each) for each in outcome.reasons} == (set() if fits else {RollMismatch}), status


def test_details_are_kept_and_an_unusual_year_group_is_a_warning() -> None:
    details = ReferralDetails(uln="1234567890", hospital="Sample Infirmary, children's ward")
    (event,) = at(Stage.DRAFT).when(submit(details=details)).events
    (older,) = at(Stage.DRAFT, drafted=draft(pupil=replace(PUPIL, year_group=9))).when(submit()).events

    assert isinstance(event, ReferralSubmitted)
    assert isinstance(older, ReferralSubmitted)
    assert (event.details, event.warnings) == (details, ())
    assert older.warnings == ("year_group_unusual",)


@pytest.mark.parametrize(
    ("born_on", "on", "expected"),
    [
        ("2012-08-31", "2026-11-09", 10),
        ("2012-09-01", "2026-11-09", 9),
        ("2012-08-31", "2026-08-31", 9),
        ("2022-01-10", "2026-09-01", 0),
    ],
)
def test_the_year_group_follows_from_birth_and_school_year(born_on: str, on: str, expected: int) -> None:
    assert year_group(day(born_on), day(on)) == expected


def test_what_cannot_be_known_is_left_out_with_a_reason() -> None:
    unknown = picture(health=None, unknown=(Unknown(field="health", reason="the family has just moved"),))

    at(Stage.DRAFT).when(submit(picture=unknown)).then_happens(ReferralSubmitted)


def test_by_agreement_a_pupil_need_not_be_on_roll() -> None:
    story = at(Stage.DRAFT, drafted=draft(legal_basis=LegalBasis.AGREED))

    story.when(submit(picture=picture(on_roll=False))).then_happens(ReferralSubmitted)


@pytest.mark.parametrize(
    ("pupil", "reason"),
    [
        (replace(PUPIL, upn="A801200005001"), UpnCheckLetter),
        (replace(PUPIL, upn="none yet"), UpnFormat),
        (replace(PUPIL, address=None), ReferralIncomplete),
        (replace(PUPIL, year_group=15), DetailUnsound),
        (replace(PUPIL, year_group=-1), DetailUnsound),
        (replace(PUPIL, parents=()), ReferralIncomplete),
        (None, ReferralIncomplete),
    ],
)
def test_the_pupil_is_known_well_enough(pupil: object, reason: type) -> None:
    at(Stage.DRAFT, drafted=draft(pupil=pupil)).when(submit()).then_rejected(reason)


def test_a_temporary_upn_is_flagged() -> None:
    story = at(Stage.DRAFT, drafted=draft(pupil=replace(PUPIL, upn="X83140012600A"))).when(submit())
    (event,) = story.events

    assert isinstance(event, ReferralSubmitted)
    assert event.upn_warnings == ("temporary_upn",)
