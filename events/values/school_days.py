"""Half-terms, half days, and the calendar that a school inherits."""

from datetime import date

from events.codes import (
    Session,
)
from events.definition import holds, value
from events.ids import Urn
from events.kinds import CODE, LABEL


@value
class HalfTerm:
    """A run of school weeks between two holidays; both ends are school days or fall outside teaching."""

    name: str = holds(LABEL)
    first_on: date
    last_on: date


@value
class HalfDay:
    """A school day with one session only, and which: a school day by law all the same."""

    day: date
    session: Session


@value
class InheritedCalendar:
    """The days of a school before another took its place, as they were known then, for what began at `urn`."""

    urn: Urn = holds(CODE)
    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    half_days: tuple[HalfDay, ...] = ()
    assumed_from: date | None = None
