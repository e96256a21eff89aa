"""Schools, providers and lists of codes as they are answered."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from domain.provider.view import ApplicationView, DirectoryEntryView, ProviderDeadlineView, StandardView
from domain.school.view import DelegationView
from events import provider
from events.codes import SettingType
from events.values.provider import Site
from events.values.school_days import HalfDay, HalfTerm
from services.gateway.http.schemas import Shape


class CalendarYearShown(Shape):
    academic_year: int = Field(description="The calendar year in which it begins: 2026 for 2026/27")
    name: str
    provisional: bool = Field(description="Nothing is published for it so far: each weekday counts as a school day")
    first_on: date | None
    last_on: date | None


class CalendarCorrectionShown(Shape):
    """Waits for a second person."""

    correction_id: UUID
    academic_year: int
    proposed_on: date
    proposed_by: UUID
    reason: str


class SuccessionShown(Shape):
    """Another school takes the school's place, from `effective_on` on."""

    kind: str
    successor_urn: str
    effective_on: date


class SchoolShown(Shape):
    urn: str
    name: str
    kind: str
    la_code: str
    calendar_version: int
    version: int
    half_terms: list[HalfTerm]
    inset_days: list[date]
    half_days: list[HalfDay]
    delegations: list[DelegationView]
    years: list[CalendarYearShown]
    corrections_proposed: list[CalendarCorrectionShown]
    laestab: str | None
    succession: SuccessionShown | None = Field(description="A conversion or a closure that is planned")
    succeeded: SuccessionShown | None = Field(description="Which school has this one's place now, and since when")
    taken_over: list[str] = Field(description="The URNs of the schools whose place this one took")


class Schools(Shape):
    schools: list[SchoolShown]
    next: str | None


class ProviderShown(Shape):
    provider_id: UUID
    name: str
    kind: str
    version: int
    urn: str | None
    ukprn: str | None
    setting_type: SettingType | None
    sites: list[Site]
    visits: list[provider.QaVisitRecorded]
    full_time_counts: list[provider.FullTimePupilsCounted]
    entries: list[DirectoryEntryView]
    details: provider.ProviderDetailsRecorded | None
    standards: list[StandardView]
    due_diligence: list[provider.DueDiligenceCompleted] = Field(description="Of your own organisation")
    deadlines: list[ProviderDeadlineView] = Field(description="Of your own organisation")
    missed: list[provider.ProviderDeadlineMissed] = Field(description="Of your own organisation")
    applications: list[ApplicationView] = Field(description="For councils")
    open_concerns: list[provider.ProviderConcernRaised] = Field(description="For councils")


class OccupancyShown(Shape):
    """The pupils whose placements are decided or run, as far as the reader may see them."""

    pupils: int
    minutes_a_week: int
    full_time: int
    counting_alone: int = Field(description="Full time with an EHC plan or looked after: one makes it a school")


class ProviderInFull(ProviderShown):
    """`occupancy` is for councils and auditors; of others' pupils nobody else learns anything."""

    occupancy: OccupancyShown | None


class Providers(Shape):
    providers: list[ProviderShown]
    next: str | None


class CodeSetName(Shape):
    code_set: str
    title: str
    href: str


class CodeSets(Shape):
    code_sets: list[CodeSetName]


class CodeEntry(Shape):
    """`certainty` says whether the text itself was seen in its source."""

    code: str
    label: str
    source: str
    certainty: Literal["confirmed", "unconfirmed"]
    from_on: date | None
    to_on: date | None
    clause: str | None
    mark: Literal["law", "guidance", "choice"] | None


class CodeSet(Shape):
    code_set: str
    title: str
    on: date
    codes: list[str]
    entries: list[CodeEntry]
