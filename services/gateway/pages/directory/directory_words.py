"""The directory's codes as a council officer says them."""

from collections.abc import Mapping
from typing import Final

from domain.access.roles import OrgKind, organisation
from domain.documents.phrases import code
from events.codes import EntryStatus, KeyStage, ProviderKind, SenNeed
from services.gateway.pages.session.current import Visitor
from services.gateway.pages.web.parts import Tag

NEEDS: Final[Mapping[SenNeed, str]] = {
    SenNeed.SPLD: "Specific learning difficulty",
    SenNeed.MLD: "Moderate learning difficulty",
    SenNeed.SLD: "Severe learning difficulty",
    SenNeed.PMLD: "Profound and multiple learning difficulty",
    SenNeed.SEMH: "Social, emotional and mental health",
    SenNeed.SLCN: "Speech, language and communication",
    SenNeed.HI: "Hearing impairment",
    SenNeed.VI: "Vision impairment",
    SenNeed.MSI: "Multi-sensory impairment",
    SenNeed.PD: "Physical disability",
    SenNeed.ASD: "Autism",
    SenNeed.OTH: "Other need",
}
_STAGES: Final[Mapping[KeyStage, str]] = {each: f"Key stage {each.value[2:]}" for each in KeyStage}
_KINDS: Final[Mapping[ProviderKind, str]] = {
    ProviderKind.SCHOOL: "Registered school",
    ProviderKind.COLLEGE: "College",
    ProviderKind.NON_SCHOOL: "Not a school",
}
_COLOURS: Final[Mapping[EntryStatus, str]] = {
    EntryStatus.UNLISTED: "grey",
    EntryStatus.CURRENT: "green",
    EntryStatus.EXPIRED: "orange",
    EntryStatus.SUSPENDED: "orange",
    EntryStatus.WITHDRAWN: "grey",
    EntryStatus.BARRED: "purple",
}
_STATUSES: Final[Mapping[EntryStatus, str]] = {
    EntryStatus.UNLISTED: "Not listed",
    EntryStatus.CURRENT: "Listed",
    EntryStatus.EXPIRED: "Expired",
    EntryStatus.SUSPENDED: "Suspended",
    EntryStatus.WITHDRAWN: "Withdrawn",
    EntryStatus.BARRED: "Withdrawn, not to be used",
}


def need(of: SenNeed) -> str:
    return NEEDS.get(of) or code(of)


def key_stage(of: KeyStage) -> str:
    return _STAGES[of]


def key_stages(of: tuple[KeyStage, ...]) -> str:
    """`Key stages 3 and 4`."""
    numbers = [each.value[2:] for each in KeyStage if each in of]
    if len(numbers) == 1:
        return f"Key stage {numbers[0]}"
    return f"Key stages {', '.join(numbers[:-1])} and {numbers[-1]}"


def kind(of: ProviderKind | None) -> str:
    return "Not known" if of is None else _KINDS[of]


def status_tag(of: EntryStatus) -> Tag:
    return Tag(_STATUSES[of], _COLOURS[of])


def council_of(visitor: Visitor) -> str | None:
    """The code of the council that the visitor acts for."""
    acts_for = organisation(visitor.organisation)
    return acts_for.name if acts_for is not None and acts_for.kind is OrgKind.LA else None


def council(la_code: str, visitor: Visitor) -> str:
    """The visitor's own council by its name, any other by its code: no list of names is kept."""
    if la_code == council_of(visitor) and visitor.organisation_name not in {None, visitor.organisation}:
        return f"{visitor.organisation_name} ({la_code})"
    return f"Council {la_code}"


def organisation_words(org_id: str | None, visitor: Visitor) -> str:
    found = organisation(org_id)
    if found is None:
        return "Not known"
    if org_id == visitor.organisation:
        return visitor.organisation_name or "Your organisation"
    if found.kind is OrgKind.LA:
        return council(found.name, visitor)
    return f"School {found.name}" if found.kind is OrgKind.SCHOOL else "The provider"
