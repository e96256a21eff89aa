"""Whose a pupil's record is, and who may use its id in a draft."""

import pytest

from domain.access.controllers import Ownership, PupilUnknown, controller_of, is_of, may_draft
from events.codes import CommissionerKind
from events.ids import PupilId, Urn
from events.placement.referral import ReferralDrafted
from tests.domain.examples import draft, given
from tests.dsl import an_id

ACADEMY, LA = CommissionerKind.ACADEMY, CommissionerKind.LA
HERE, THERE = Urn("900001"), Urn("900002")
OF_SCHOOL = Ownership(controller="school:900001", schools=frozenset({HERE}))
OF_COUNCIL = Ownership(controller="la:831", schools=frozenset({HERE}))
UNOPENED = Ownership(controller="school:900001", opened=False)


@pytest.mark.parametrize(
    ("commissioner", "la_code", "controller"),
    [
        (ACADEMY, "831", "school:900001"),
        (CommissionerKind.PRU, None, "school:900001"),
        (LA, "831", "la:831"),
        (LA, None, None),
        (LA, "", None),
    ],
)
def test_the_controller_is_who_commissions(
    commissioner: CommissionerKind, la_code: str | None, controller: str | None
) -> None:
    assert controller_of(commissioner, HERE, la_code) == controller


@pytest.mark.obligation("C6")
@pytest.mark.parametrize(
    ("owned", "commissioner", "home", "org", "may"),
    [
        (OF_SCHOOL, ACADEMY, HERE, "school:900001", True),
        (OF_SCHOOL, ACADEMY, HERE, "school:900002", False),
        (OF_SCHOOL, ACADEMY, HERE, None, False),
        (OF_SCHOOL, ACADEMY, THERE, "school:900002", False),
        (OF_SCHOOL, LA, HERE, "school:900001", False),
        (OF_SCHOOL, LA, HERE, "la:831", False),
        (OF_COUNCIL, LA, HERE, "school:900001", True),
        (OF_COUNCIL, LA, HERE, "la:831", True),
        (OF_COUNCIL, LA, THERE, "school:900002", False),
        (OF_COUNCIL, LA, HERE, "school:900002", False),
        (OF_COUNCIL, ACADEMY, HERE, "school:900001", False),
        (UNOPENED, ACADEMY, HERE, "school:900001", True),
        (UNOPENED, LA, HERE, "school:900001", True),
        (UNOPENED, ACADEMY, THERE, "school:900002", False),
    ],
)
def test_a_pupils_id_is_used_by_its_controller_and_for_it(
    owned: Ownership, commissioner: CommissionerKind, home: Urn, org: str | None, may: bool
) -> None:
    assert may_draft(owned, controller_of(commissioner, home, "831"), home, org) is may


@pytest.mark.obligation("C6")
def test_whoever_may_not_use_an_id_learns_nothing_else_about_it() -> None:
    asked = draft(pupil_id=PupilId(an_id("known")), commissioner=CommissionerKind.PRU)
    told = given().knowing(owned=OF_SCHOOL, org="school:900002", erasure_settled=True)

    [reason] = told.when(asked).then_rejected(PupilUnknown)

    assert (reason.detail, reason.pointer) == ("No pupil has this id. Leave it out for a new one.", "/pupil_id")
    told.knowing(school=None).when(asked).then_rejected(PupilUnknown)


def test_the_controller_drafts_again_with_its_pupils_id() -> None:
    owned = Ownership(controller=f"school:{draft().home_school_urn}")
    told = given().knowing(owned=owned, org=owned.controller)

    told.when(draft(pupil_id=PupilId(an_id("known")))).then_happens(ReferralDrafted)


@pytest.mark.parametrize(
    ("owned", "commissioner", "home", "own"),
    [
        (OF_SCHOOL, ACADEMY, HERE, True),
        (OF_SCHOOL, LA, HERE, True),
        (OF_SCHOOL, ACADEMY, THERE, False),
        (OF_SCHOOL, LA, THERE, False),
        (OF_COUNCIL, LA, THERE, True),
        (OF_COUNCIL, ACADEMY, THERE, False),
    ],
)
def test_a_placement_is_the_controllers_as_commissioner_or_home_school(
    owned: Ownership, commissioner: CommissionerKind, home: Urn, own: bool
) -> None:
    assert is_of(owned, commissioner, home, "831") is own
