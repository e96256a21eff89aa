"""What is known of a home school, folded from its events."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from domain.school_calendar import SchoolCalendar
from events.codes import CommissionerKind, Role
from events.ids import DelegationId, Urn
from events.school import CalendarPublished, DelegationGranted, DelegationRevoked, SchoolEvent, SchoolRegistered
from events.values import HalfDay, HalfTerm


class Stage(StrEnum):
    UNKNOWN = "unknown"
    REGISTERED = "registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """The governing body's power to direct pupils off site, in another's hands for a time; both ends are included."""

    delegation_id: DelegationId
    to_role: Role
    granted_on: date
    until_on: date | None = None
    revoked_on: date | None = None

    def serves(self, role: Role, on: date) -> bool:
        ended = self.until_on is not None and on > self.until_on
        revoked = self.revoked_on is not None and on >= self.revoked_on
        return role is self.to_role and on >= self.granted_on and not ended and not revoked


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    stage: Stage = Stage.UNKNOWN
    urn: Urn | None = None
    name: str = ""
    kind: CommissionerKind | None = None
    la_code: str = ""
    calendar_version: int = 0
    half_terms: tuple[HalfTerm, ...] = ()
    inset_days: tuple[date, ...] = ()
    half_days: tuple[HalfDay, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    published: tuple[CalendarPublished, ...] = ()

    def calendar(self, bank_holidays: Iterable[date], version: int | None = None) -> SchoolCalendar:
        """The calendar in force, or an earlier version of it."""
        found = next((each for each in self.published if each.version == version), self)
        return SchoolCalendar(
            half_terms=found.half_terms,
            inset_days=found.inset_days,
            half_days=found.half_days,
            bank_holidays=bank_holidays,
            version=self.calendar_version if version is None else version,
        )


def initial() -> School:
    return School()


def evolve(state: School, event: SchoolEvent) -> School:
    match event:
        case SchoolRegistered():
            return replace(
                state,
                stage=Stage.REGISTERED,
                urn=event.urn,
                name=event.name,
                kind=event.kind,
                la_code=event.la_code,
            )
        case CalendarPublished():
            return replace(
                state,
                calendar_version=event.version,
                half_terms=event.half_terms,
                inset_days=event.inset_days,
                half_days=event.half_days,
                published=(*state.published, event),
            )
        case DelegationGranted():
            granted = Delegation(
                delegation_id=event.delegation_id,
                to_role=event.to_role,
                granted_on=event.granted_on,
                until_on=event.until_on,
            )
            return replace(state, delegations=(*state.delegations, granted))
        case DelegationRevoked():
            return replace(
                state,
                delegations=tuple(
                    replace(each, revoked_on=event.revoked_on) if each.delegation_id == event.delegation_id else each
                    for each in state.delegations
                ),
            )
        case _:
            assert_never(event)
