"""Half-terms, half days, and the calendar that a school inherits."""

from datetime import date

from events.codes import (
    Session,
)
from events.definition import Question, asked, holds, value
from events.ids import Urn
from events.kinds import CODE, LABEL


@value
class HalfTerm:
    """A run of school weeks between two holidays; both ends are school days or fall outside teaching."""

    name: str = holds(LABEL, question=Question(label="Name", hint="For example, Autumn 1"))
    first_on: date = asked("First school day")
    last_on: date = asked("Last school day")


@value
class HalfDay:
    """A school day with one session only, and which: a school day by law all the same."""

    day: date = asked("Day")
    session: Session = asked("Which session is held?")


@value
class InheritedCalendar:
    """The days of a school before another took its place, as they were known then, for what began at `urn`."""

    urn: Urn = holds(CODE)
    half_terms: tuple[HalfTerm, ...]
    inset_days: tuple[date, ...]
    half_days: tuple[HalfDay, ...] = ()
    assumed_from: date | None = None
