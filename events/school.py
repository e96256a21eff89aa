"""What can happen to a home school: who it is, and the calendar that defines its school days."""

from datetime import date

from events.codes import CommissionerKind, Role
from events.definition import event
from events.ids import DelegationId, Urn
from events.values import HalfDay, HalfTerm


@event()
class SchoolRegistered:
    urn: Urn
    name: str
    kind: CommissionerKind
    la_code: str
    laestab: str | None = None


@event()
class CalendarPublished:
    """A calendar replaces the one before it. Bank holidays are not in it: they come from the state."""

    version: int
    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    half_days: tuple[HalfDay, ...] = ()


@event(occurred="granted_on")
class DelegationGranted:
    """The governing body or trust board gave its power to direct pupils off site to the head, from that day on."""

    delegation_id: DelegationId
    to_role: Role
    granted_on: date
    until_on: date | None


@event(occurred="revoked_on")
class DelegationRevoked:
    """The body took its power back: from that day on the delegation serves no more."""

    delegation_id: DelegationId
    revoked_on: date


SchoolEvent = SchoolRegistered | CalendarPublished | DelegationGranted | DelegationRevoked
