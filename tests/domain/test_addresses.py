"""An address of teaching can be gone to, or says that there is nowhere to go: in each command that takes one."""

from dataclasses import replace

import pytest

from domain.placement.agreement.agreement import SiteAddressMissing
from domain.placement.running.terms import ChangeTerms
from domain.placement.stages import Stage
from domain.provider.evolve import evolve, initial
from domain.provider.facts import ProviderFacts
from domain.provider.registration import RegisterProvider
from domain.provider.sites import ProviderSiteUnknown, RecordSiteAddress
from domain.provider.steps import decide
from domain.shared.addresses import AddressIncomplete, incomplete, post_lines, postcode, unpostable
from domain.shared.errors import Rejections
from events.codes import ProviderKind, Role, SettingType
from events.envelope import Actor, ActorKind
from events.ids import CommandId, ProviderId, SiteId
from events.provider import ProviderRegistered, SiteAddressRecorded
from events.values.provider import Site
from tests.domain.examples import ISSUE, PROVIDER, SITE, an_id, at, day, notice

WHOLE = (
    "1 Example Street, Derby, DE99 9ZZ",
    "The Old Mill\nExample\nde999zz",
    "Example Farm W1A 1AA",
    "Unit 4, Ely CB7 4AA, by the river",
    "Online",
    "Taught on-line, from home",
    "online (no site)",
)
LACKING = (
    ("Mindjam, Mindjam", "a postcode"),
    ("address not recorded", "a postcode"),
    ("DE99 9ZZ", "a street or place line"),
    ("  de99 9zz. ", "a street or place line"),
    ("1, 2, DE99 9ZZ", "a street or place line"),
    ("1 Example Street, Derby, DE999 ZZ", "a postcode"),
    ("1 Example Street, Derby, DE99 9CZ", "a postcode"),
    ("1 Example Street, Derby, XDE99 9ZZX", "a postcode"),
    ("Taught in the building, not online", "a postcode"),
    ("Onlineshop House, Derby", "a postcode"),
    ("12", "a street or place line and a postcode"),
)
OFFICER = ProviderFacts(
    provider_id=ProviderId(an_id("provider")),
    command_id=CommandId(an_id("command")),
    actor=Actor(kind=ActorKind.PERSON, id=an_id("officer"), role=Role.LA_OFFICER, org_id="la:831"),
    today=day("2026-11-23"),
)


@pytest.mark.parametrize("address", WHOLE)
def test_a_place_with_a_postcode_or_online_teaching_is_an_address(address: str) -> None:
    assert incomplete(address, "/address") is None


@pytest.mark.parametrize(("address", "lacking"), LACKING)
def test_what_an_address_lacks_is_told(address: str, lacking: str) -> None:
    found = incomplete(address, "/address")

    assert found is not None
    assert found.pointer == "/address"
    assert found.detail.startswith(f"Give {lacking}, such as")


def test_of_two_postcodes_the_last_is_the_addresss_own() -> None:
    assert postcode("Moved from DE99 9ZZ to 2 Example Street, DE99 9ZY") == "DE99 9ZY"


def _registered(*addresses: str | None) -> RegisterProvider:
    sites = tuple(
        Site(site_id=SiteId(an_id(str(number))), name="Site", address=address)
        for number, address in enumerate(addresses)
    )
    return RegisterProvider(name="Example", kind=ProviderKind.NON_SCHOOL, sites=sites, setting_type=SettingType.OTH)


@pytest.mark.parametrize("address", [None, "", *(text for text, _ in LACKING)])
def test_each_site_of_a_provider_is_registered_with_its_address(address: str | None) -> None:
    with pytest.raises(Rejections) as refused:
        decide(initial(), _registered(WHOLE[0], address), OFFICER)

    (reason,) = refused.value.reasons
    assert isinstance(reason, AddressIncomplete)
    assert reason.pointer == "/sites/1/address"


def test_a_sites_address_is_recorded_in_place_of_the_one_before() -> None:
    registered = ProviderRegistered(
        provider_id=ProviderId(an_id("provider")),
        name="Example",
        kind=ProviderKind.NON_SCHOOL,
        sites=(Site(site_id=SITE, name="Workshop"), Site(site_id=SiteId(an_id("other")), name="Yard")),
    )
    state = evolve(initial(), registered)

    (recorded,) = decide(state, RecordSiteAddress(site_id=SITE, address=WHOLE[0]), OFFICER)

    assert recorded == SiteAddressRecorded(site_id=SITE, address=WHOLE[0])
    assert [site.address for site in evolve(state, recorded).sites] == [WHOLE[0], None]


def test_an_address_is_recorded_for_a_site_there_is_and_complete() -> None:
    with pytest.raises(Rejections) as refused:
        decide(PROVIDER, RecordSiteAddress(site_id=SiteId(an_id("other")), address="Mindjam, Mindjam"), OFFICER)

    assert [type(reason) for reason in refused.value.reasons] == [ProviderSiteUnknown, AddressIncomplete]


@pytest.mark.parametrize(("address", "lacking"), LACKING)
def test_a_notice_tells_an_address_that_can_be_gone_to(address: str, lacking: str) -> None:
    ready = at(Stage.READY_TO_START).on(day("2026-11-25"))

    (reason,) = ready.when(notice(given_on=day("2026-11-23"), address=address)).then_rejected(AddressIncomplete)

    assert (reason.pointer, lacking in reason.detail) == ("/address", True)


@pytest.mark.parametrize(("address", "lacking"), LACKING)
def test_terms_change_to_an_address_that_can_be_gone_to(address: str, lacking: str) -> None:
    change = ChangeTerms(effective_on=day("2026-12-07"), reason="the workshop moves", address=address)

    (reason,) = at(Stage.ACTIVE).on(day("2026-12-01")).when(change).then_rejected(AddressIncomplete)

    assert (reason.pointer, lacking in reason.detail) == ("/address", True)


@pytest.mark.parametrize("address", [None, "Mindjam, Mindjam"])
def test_an_agreement_waits_for_the_address_of_each_site(address: str | None) -> None:
    """A provider that was registered before an address was asked for has none."""
    stored = (Site(site_id=SITE, name="Workshop", address=address), Site(site_id=SiteId(an_id("yard")), name="Yard"))
    story = at(Stage.DETERMINED).on(day("2026-11-18"))

    (reason,) = story.knowing(provider=replace(PROVIDER, sites=stored)).when(ISSUE).then_rejected(SiteAddressMissing)

    assert "the address of Workshop" in reason.detail
    assert story.knowing(provider=replace(PROVIDER, sites=(replace(stored[0], address="Online"),))).when(ISSUE).events


@pytest.mark.parametrize(
    ("address", "lines", "posts"),
    [
        ("1 Example Street, Derby, DE99 9ZZ", ("1 Example Street", "Derby", "DE99 9ZZ"), True),
        ("1 Example Street\nDerby\nde99 9zz", ("1 Example Street", "Derby", "de99 9zz"), True),
        ("1 Example Street\n\nDerby,\nDE99 9ZZ", ("1 Example Street", "Derby", "DE99 9ZZ"), True),
        ("1 Example Street\nMarkeaton\nDerby DE99 9ZZ", ("1 Example Street", "Markeaton", "Derby DE99 9ZZ"), True),
        ("Example 1\n00000 Example\nGermany", ("Example 1", "00000 Example", "Germany"), True),
        ("1 Example Street\nDouglas\nIsle of Man", ("1 Example Street", "Douglas", "Isle of Man"), True),
        ("Example 1\n00000 Example\nUNITED STATES.", ("Example 1", "00000 Example", "UNITED STATES."), True),
        ("Example 1\n00000 Example\nTürkiye", ("Example 1", "00000 Example", "Türkiye"), True),
        ("1 Example Street\nDublin\nRepublic of Ireland", ("1 Example Street", "Dublin", "Republic of Ireland"), True),
        ("Example 1\n0000 AA Example\nThe Netherlands", ("Example 1", "0000 AA Example", "The Netherlands"), True),
        ("Example 1\n00 Abidjan\nCôte d\u2019Ivoire", ("Example 1", "00 Abidjan", "Côte d\u2019Ivoire"), True),
        ("Cpl Example\nExample Barracks\nBFPO 57", ("Cpl Example", "Example Barracks", "BFPO 57"), True),
        ("1 Example Street\nDerby\nDE99 9ZZ\nUK", ("1 Example Street", "Derby", "DE99 9ZZ", "UK"), True),
        ("1 Example Street\nDerby\nDE99 9ZZ England", ("1 Example Street", "Derby", "DE99 9ZZ England"), True),
        ("1 Example Street\nMarkeaton\nDerby\nEngland", ("1 Example Street", "Markeaton", "Derby", "England"), False),
        ("1 Example Street\nDE99 9ZZ\nWales", ("1 Example Street", "DE99 9ZZ", "Wales"), False),
        ("2 Example Row, Derby", ("2 Example Row", "Derby"), False),
        ("2 Example Row, DE99 9ZZ", ("2 Example Row", "DE99 9ZZ"), False),
        ("2 Example Row, Markeaton, Derby", ("2 Example Row", "Markeaton", "Derby"), False),
        ("DE99 9ZZ, 2 Example Row, Derby", ("DE99 9ZZ", "2 Example Row", "Derby"), False),
        ("", (), False),
        (None, (), False),
    ],
)
def test_the_post_takes_three_lines_and_a_postcode_or_a_country(
    address: str | None, lines: tuple[str, ...], posts: bool
) -> None:
    assert post_lines(address) == lines
    assert unpostable(lines) is not posts
