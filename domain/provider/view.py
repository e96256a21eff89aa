"""What is shown of a provider: the directory to everybody, what a commissioner found out to itself alone."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto

from domain.provider.deadlines import deadlines
from domain.provider.standards import covered
from domain.provider.state import DirectoryEntryEvent, Provider
from domain.shared.views import View, shown
from events import provider as e
from events.codes import DiligenceCheck, ProviderKind, QaSectionStatus, QaStandard, Role, RuleId, SettingType, Severity
from events.ids import ProviderId, Urn
from events.values.provider import Site


class ReaderKind(Enum):
    """Who reads about a provider: somebody who sees everything, a council, a school, anybody else."""

    ALL_SEEING = auto()
    COUNCIL = auto()
    SCHOOL = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """`org_id` as in `Actor`."""

    kind: ReaderKind
    org_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryEntryView(View):
    la_code: str
    approved_on: date
    expires_on: date | None
    suspended_on: date | None
    withdrawn_on: date | None
    barred: bool
    history: tuple[DirectoryEntryEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView(View):
    submitted: e.DirectoryApplicationSubmitted
    decided: e.DirectoryApplicationDecided | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardView(View):
    la_code: str
    standard: QaStandard
    status: QaSectionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDeadlineView(View):
    rule: RuleId
    org_id: str
    due_on: date
    due_at: datetime
    severity: Severity
    legal_ref: str
    words: str
    owner: Role
    remind_on: date
    escalate_to: Role
    check: DiligenceCheck | None
    missed: bool
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderView(View):
    version: int
    provider_id: ProviderId | None
    name: str
    kind: ProviderKind | None
    sites: tuple[Site, ...]
    urn: Urn | None
    ukprn: str | None
    setting_type: SettingType | None
    details: e.ProviderDetailsRecorded | None
    visits: tuple[e.QaVisitRecorded, ...]
    full_time_counts: tuple[e.FullTimePupilsCounted, ...]
    entries: tuple[DirectoryEntryView, ...]
    due_diligence: tuple[e.DueDiligenceCompleted, ...]
    applications: tuple[ApplicationView, ...]
    open_concerns: tuple[e.ProviderConcernRaised, ...]
    missed: tuple[e.ProviderDeadlineMissed, ...]
    deadlines: tuple[ProviderDeadlineView, ...]
    standards: tuple[StandardView, ...]


def provider_view(state: Provider, version: int, reader: Reader) -> ProviderView:
    """The provider as this reader sees it.

    What a commissioner found out, and has to do, is its own; applications and concerns are for the councils that deal
    with them.
    """
    councils = reader.kind in {ReaderKind.ALL_SEEING, ReaderKind.COUNCIL}

    def is_shown(org_id: str | None) -> bool:
        placing = reader.kind in {ReaderKind.COUNCIL, ReaderKind.SCHOOL}
        return reader.kind is ReaderKind.ALL_SEEING or (placing and org_id == reader.org_id)

    return shown(
        ProviderView,
        state,
        version=version,
        due_diligence=tuple(each for each in state.due_diligence if is_shown(each.org_id)),
        missed=tuple(each for each in state.missed if is_shown(each.org_id)),
        deadlines=tuple(shown(ProviderDeadlineView, each) for each in deadlines(state) if is_shown(each.org_id)),
        standards=tuple(shown(StandardView, each) for each in covered(state)),
        applications=tuple(shown(ApplicationView, each) for each in state.applications if councils),
        open_concerns=state.open_concerns if councils else (),
    )
