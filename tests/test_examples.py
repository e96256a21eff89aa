"""The examples hold what the service asks for, and nothing of a real provider beyond its name."""

import pytest

from domain.shared.addresses import incomplete
from examples.setting import PROVIDERS, provider_bodies, site_address
from services.gateway.commands import examples
from services.local.people import PEOPLE, DemonstrationPerson

SITES = [(provider, site) for provider, sites in PROVIDERS.items() for site in sites]


@pytest.mark.parametrize(("provider", "site"), SITES)
def test_each_example_providers_address_is_invented_and_its_own(provider: str, site: str) -> None:
    address = site_address(provider, site)
    registered = dict(provider_bodies(provider))["register-provider"]

    assert incomplete(address, "") is None
    assert address.endswith(" Example Street, Derby, DE99 9ZZ")
    assert [site_address(*each) for each in SITES].count(address) == 1
    assert address in [each["address"] for each in registered["sites"]]


def test_worked_examples_give_whole_addresses_of_teaching() -> None:
    given = [
        body["address"]
        for command, body in examples.EXAMPLES.items()
        if command in {"give-notice", "change-terms", "record-site-address"}
    ] + [site["address"] for site in examples.EXAMPLES["register-provider"]["sites"]]

    assert len(given) == 4
    assert [address for address in given if incomplete(address, "") is not None] == []


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.slug)
def test_start_says_what_each_person_of_the_example_does(person: DemonstrationPerson) -> None:
    assert person.does
