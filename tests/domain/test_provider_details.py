"""What a provider offers, and which national standards its visits speak of."""

from dataclasses import replace
from typing import Any

import pytest

from domain.law.origins import Certainty
from domain.provider.details import DetailsNotYours, DetailsUnsound, RecordProviderDetails
from domain.provider.sites import RecordSiteAddress
from domain.provider.standards import FRAMEWORKS, Covered, covered, section
from domain.provider.steps import decide
from events.codes import Inspectorate, KeyStage, ProviderKind, QaSectionStatus, QaStandard, SchoolType, SenNeed
from events.ids import Urn
from events.values.provider import QaSection
from tests.domain.examples import day
from tests.domain.test_providers import APPLY, LIST, NEIGHBOUR, OFFICER, REGISTER, VISIT, provider, refused

OFFERS = RecordProviderDetails(key_stages=(KeyStage.KS3, KeyStage.KS4), needs=(SenNeed.SEMH,))
SCHOOL = replace(REGISTER, kind=ProviderKind.SCHOOL, setting_type=None, urn=Urn("900009"))
INSPECTED = replace(
    OFFERS, school_type=SchoolType.ACADEMY, inspected_on=day("2026-03-03"), inspectorate=Inspectorate.OFSTED
)


@pytest.mark.obligation("S2")
def test_a_registered_school_has_key_stages_a_type_and_an_inspection() -> None:
    found = provider(SCHOOL, INSPECTED).details

    assert found is not None
    assert (found.key_stages, found.needs) == (OFFERS.key_stages, OFFERS.needs)
    assert (found.school_type, found.inspectorate) == (SchoolType.ACADEMY, Inspectorate.OFSTED)


def test_what_is_recorded_last_stands_in_place_of_what_was_before() -> None:
    found = provider(REGISTER, OFFERS, replace(OFFERS, needs=())).details

    assert found is not None
    assert found.needs == ()


@pytest.mark.parametrize(
    ("command", "registered"),
    [
        (replace(OFFERS, key_stages=()), REGISTER),
        (replace(OFFERS, key_stages=(KeyStage.KS3, KeyStage.KS3)), REGISTER),
        (replace(OFFERS, needs=(SenNeed.SEMH, SenNeed.SEMH)), REGISTER),
        (replace(OFFERS, school_type=SchoolType.INDEPENDENT), REGISTER),
        (OFFERS, SCHOOL),
        (replace(INSPECTED, inspectorate=None), SCHOOL),
        (replace(INSPECTED, inspected_on=None), SCHOOL),
        (replace(INSPECTED, inspected_on=day("2026-11-10")), SCHOOL),
    ],
)
def test_details_that_do_not_hold_together_are_refused(command: RecordProviderDetails, registered: Any) -> None:
    assert refused(provider(registered), command) == {DetailsUnsound}


@pytest.mark.obligation("S11")
def test_a_section_named_for_a_standard_covers_it_and_the_last_visit_holds() -> None:
    named = QaSection(name="Safeguarding and welfare", status=QaSectionStatus.IN_PROGRESS)
    first = replace(VISIT, la_code="830", sections=(named, QaSection(name="Cooking", status=QaSectionStatus.COMPLETE)))
    again = replace(first, visited_on=day("2026-11-02"), sections=(replace(named, status=QaSectionStatus.COMPLETE),))

    # Recorded out of order: the day of the visit says which is the latest.
    assert covered(provider(REGISTER, again, first)) == (
        Covered(la_code="830", standard=QaStandard.SAFEGUARDING, status=QaSectionStatus.COMPLETE),
    )


@pytest.mark.obligation("S11")
def test_sections_whose_coverage_is_not_known_prove_no_standard() -> None:
    assert covered(provider(REGISTER, VISIT)) == ()
    assert {each.certainty for each in FRAMEWORKS["831"].values()} == {Certainty.UNCONFIRMED}
    assert section("831", "Section 2") == FRAMEWORKS["831"]["2"]
    assert section("830", "2").standards == ()


MOVED = RecordSiteAddress(site_id=REGISTER.sites[0].site_id, address="3 Example Street, Matlock, DE99 8ZZ")


@pytest.mark.parametrize("command", [OFFERS, MOVED])
def test_an_officer_describes_a_provider_that_their_council_deals_with(command: Any) -> None:
    """What it offers, and where its sites are: letters send children to the address."""
    listed = provider(REGISTER, VISIT, LIST)

    assert decide(listed, command, OFFICER)
    assert decide(provider(REGISTER), command, NEIGHBOUR), "no council lists it"
    assert refused(listed, command, NEIGHBOUR) == {DetailsNotYours}
    assert decide(listed, command, replace(NEIGHBOUR, placed_there=True))
    assert decide(provider(REGISTER, VISIT, LIST, replace(APPLY, la_code="830")), command, NEIGHBOUR)
    assert decide(provider(REGISTER, VISIT, LIST, replace(VISIT, la_code="830")), command, NEIGHBOUR)
    adrift = replace(OFFICER, actor=replace(OFFICER.actor, org_id="school:900001"))
    assert refused(listed, command, adrift) == {DetailsNotYours}
