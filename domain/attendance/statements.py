"""What the school states with an entry: who saw the pupil and where, and who makes the entry."""

from collections.abc import Iterator
from typing import Protocol

from domain.attendance.codes import AT_PROVIDER
from domain.attendance.coding import Occasion
from domain.attendance.facts import AttendanceFacts
from domain.attendance.sessions import OfSession
from domain.attendance.state import SessionMark
from domain.placement.agreement.pattern import place_on
from domain.placement.guards import written
from domain.shared.errors import Rejected
from events.attendance import SessionMarkProposed
from events.codes import Activity, AttendanceCode


class OfEntry(OfSession, Protocol):
    """A command about one entry of the school."""

    @property
    def code(self) -> AttendanceCode: ...
    @property
    def seen_by(self) -> str | None: ...
    @property
    def whereabouts(self) -> str | None: ...
    @property
    def entered_by(self) -> str | None: ...
    @property
    def position(self) -> str | None: ...


def incomplete_statement(command: OfEntry, occasion: Occasion) -> Iterator[Rejected | None]:
    """Who saw the pupil is nothing without where; where the pupil was may stand alone."""
    if command.seen_by is not None:
        yield written(command.seen_by, "who saw the pupil", "/seen_by")
        yield written(command.whereabouts, "where the pupil was seen", "/whereabouts")
    elif occasion.paused and command.code in AT_PROVIDER:
        yield written(command.whereabouts, "where the pupil is while the placement is paused", "/whereabouts")


def whereabouts(command: OfEntry, facts: AttendanceFacts) -> str | None:
    """During a pause where the child is meanwhile; where the entry does not say it, as the pause does."""
    if command.whereabouts is not None and command.whereabouts.strip():
        return command.whereabouts
    pause = facts.placement.pause_on(command.day)
    return pause.paused.interim_education if pause else None


def unnamed(command: OfEntry, facts: AttendanceFacts) -> Rejected | None:
    """A change of the register carries the name of whoever makes it."""
    return written(name_of(command, facts), "your name: you did not sign in with one", "/entered_by")


def name_of(command: OfEntry, facts: AttendanceFacts) -> str | None:
    """As signed in, before what somebody types."""
    return facts.name if facts.name and facts.name.strip() else command.entered_by


def position_of(command: OfEntry, facts: AttendanceFacts) -> str | None:
    if command.position is not None and command.position.strip():
        return command.position
    return facts.role.value.replace("_", " ") if facts.role else None


def occasion_of(
    mark: SessionMark,
    command: OfEntry,
    facts: AttendanceFacts,
    *,
    seen: SessionMarkProposed | None,
    activity: Activity | None = None,
) -> Occasion:
    placement = facts.placement
    stated = mark.proposed.activity if mark.proposed else None
    return Occasion(
        session=mark.session,
        expected=place_on(placement.agreement.patterns, mark.day, mark.session),
        seen=seen,
        activity=activity or stated or Activity.EDUCATION,
        legal_basis=placement.legal_basis,
        commissioner=placement.commissioner,
        provider_kind=facts.provider.kind if facts.provider else None,
        witnessed=bool((command.seen_by or "").strip() and (command.whereabouts or "").strip()),
        paused=placement.pause_on(mark.day) is not None,
    )
