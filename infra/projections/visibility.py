"""Which placements somebody sees: the same rule for one row in hand and as a condition of SQL."""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, or_, true

from domain.placement.provider_sight.phases import AGREED, OVER, ProviderPart, ProviderPhase, part
from infra.projections.placements import PlacementRow, placement


@dataclass(frozen=True, slots=True)
class Everything:
    """Sees each placement, restricted or not: auditors, the council's own systems. They see no names."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """`reads_as`: the person's roles and id, one of which a restricted record must name."""

    reads_as: frozenset[str] = field(default=frozenset(), kw_only=True)


@dataclass(frozen=True, slots=True)
class OfSchool(_Scope):
    """Sees the placements whose home school this is."""

    urn: str


@dataclass(frozen=True, slots=True)
class OfAuthority(_Scope):
    """Sees the placements whose home school lies in this local authority, or whose pupil's EHC plan it maintains."""

    la_code: str


@dataclass(frozen=True, slots=True)
class OfProvider(_Scope):
    """Sees the placements at this provider, and those that it is asked for a place for.

    `ended_since`: of those that ended, and for which nothing else holds its sight, the ones that ended on this day or
    later.
    """

    provider_id: UUID
    ended_since: date = field(default=date.max, kw_only=True)

    def part(self, row: PlacementRow) -> ProviderPart | None:
        """What of the placement the provider sees."""
        return part(row.phase, row.ended_on, self.ended_since) if row.provider_id == self.provider_id else None


@dataclass(frozen=True, slots=True)
class OfPupil(_Scope):
    """Sees this one pupil's placements."""

    pupil_id: UUID


@dataclass(frozen=True, slots=True)
class Nobody:
    """Sees none."""


Visibility = Everything | OfSchool | OfAuthority | OfProvider | OfPupil | Nobody


def sees(visibility: Visibility, row: PlacementRow) -> bool:
    """The same rule as `caseload` applies in SQL, for one row in hand."""
    match visibility:
        case Everything():
            return True
        case OfSchool(urn=urn):
            within = row.home_school_urn == urn
        case OfAuthority(la_code=la_code):
            within = row.la_code == la_code or la_code in (row.councils or ())
        case OfProvider():
            within = visibility.part(row) is not None
        case OfPupil(pupil_id=pupil_id):
            within = row.pupil_id == pupil_id
        case Nobody():
            return False
    return within and (row.readers is None or not visibility.reads_as.isdisjoint(row.readers))


def visible(visibility: Visibility) -> ColumnElement[bool]:
    """The condition on placement rows that shows this person no others."""
    if isinstance(visibility, Everything | Nobody):
        return within(visibility)
    unrestricted = placement.c.readers.is_(None)
    return and_(within(visibility), or_(unrestricted, placement.c.readers.overlap(sorted(visibility.reads_as))))


def within(visibility: Visibility) -> ColumnElement[bool]:
    """The same without the restrictions: for who checks on the service, and reads no names."""
    match visibility:
        case Everything():
            return true()
        case OfSchool(urn=urn):
            return placement.c.home_school_urn == urn
        case OfAuthority(la_code=la_code):
            return or_(placement.c.la_code == la_code, placement.c.councils.contains([la_code]))
        case OfProvider():
            return _seen_by_provider(visibility)
        case OfPupil(pupil_id=pupil_id):
            return placement.c.pupil_id == pupil_id
        case Nobody():
            return false()


def _seen_by_provider(visibility: OfProvider) -> ColumnElement[bool]:
    """As `OfProvider.part` says it of one row."""
    row = placement.c
    phase = func.coalesce(
        row.provider_phase,
        case(
            (row.stage.in_([stage.value for stage in AGREED]), ProviderPhase.PLACED.value),
            (row.stage.in_([stage.value for stage in OVER]), ProviderPhase.ENDED.value),
            else_=ProviderPhase.NONE.value,
        ),
    )
    lasting = phase.in_([ProviderPhase.ASKED.value, ProviderPhase.PLACED.value])
    lately = and_(phase == ProviderPhase.ENDED.value, row.ended_on >= visibility.ended_since)
    return and_(row.provider_id == visibility.provider_id, or_(lasting, lately))
