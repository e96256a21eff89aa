"""Which commands of a provider or a school a person may give, for the page that has their links."""

from collections.abc import Callable, Iterator, Mapping

from domain.access.roles import OrgKind, RoleInOrganisation, may_act_for_provider, may_act_for_school
from events.ids import ProviderId, Urn
from infra.identity.tokens import Person
from services.application import authorisation
from services.gateway.commands.catalogue import SPECS, CommandSpec, Family
from services.gateway.pages.steps.step_words import heading

May = Callable[[RoleInOrganisation, CommandSpec], bool]


def of_provider(person: Person, provider_id: ProviderId) -> Mapping[str, str]:
    """By the command's name, what it does. A command that names a council is given for the officer's own."""

    def may(standing: RoleInOrganisation, spec: CommandSpec) -> bool:
        names_council = "la_code" in getattr(spec.type, "__annotations__", ())
        la_code = standing.of(OrgKind.LA) if names_council else None
        return not getattr(spec.step, "begins", False) and may_act_for_provider(standing, provider_id, la_code)

    return dict(_given("provider", person, may))


def of_school(person: Person, urn: Urn, la_code: str) -> Mapping[str, str]:
    def may(standing: RoleInOrganisation, _spec: CommandSpec) -> bool:
        return may_act_for_school(standing, urn, {la_code})

    return dict(_given("school", person, may))


def _given(family: Family, person: Person, may: May) -> Iterator[tuple[str, str]]:
    seen = authorisation.sights(person)
    for kind, spec in SPECS[family].items():
        # The command is given in the first role that may give it.
        standing = next(iter(seen.held_by(spec.step.by)), None)
        if standing is not None and may(standing.standing, spec):
            yield kind, heading(spec)
