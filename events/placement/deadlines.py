"""Deadlines are missed, disproved, recalculated or overtaken, and figures are reached."""

from datetime import date
from uuid import UUID

from events.codes import (
    RecalculationCause,
    RuleId,
    Severity,
)
from events.definition import event, personal
from events.ids import (
    EventId,
    OvertakenId,
    PersonId,
)
from events.kinds import TEXT


@event(occurred="due")
class DeadlineMissed:
    """A timed duty other than a review passed its date undone. `subject` tells which one, where there are several.

    `cause`: the correction that shows it, where time did not.
    """

    rule: RuleId
    due: date
    severity: Severity
    subject: UUID | None = None
    cause: EventId | None = None


@event()
class MissDisproved:
    """The correction `cause` removes the ground of a miss on record. The miss stays, and this event is beside it.

    `rule`, `due` and `subject` are those of the miss; of a review, `subject` is its id.
    """

    rule: RuleId
    due: date
    severity: Severity
    subject: UUID | None
    cause: EventId


@event(occurred="reached_on")
class LimitReached:
    """The placement reached a figure at which it is worth a second look: no law, and no miss.

    `since` is the day that it counts from: a timetable's or the placement's first. `figure` is what was reached, in
    the unit of the rule: school days, weeks, sessions a week or minutes a week.
    """

    rule: RuleId
    since: date
    reached_on: date
    figure: int


@event()
class DeadlineRecalculated:
    """A deadline moved, and why. `subject` as in a missed one, or none where a review has not opened so far.

    `immediate`: by the days as they are now it had passed already, so it is due on the day of its cause.
    """

    rule: RuleId
    due: date
    from_due: date
    cause: RecalculationCause
    subject: UUID | None = None
    immediate: bool = False


@event(occurred="overtaken_on")
class DutyOvertaken:
    """The school's days changed after a duty was met, so that by the days as they are now it would be late.

    It was met on `met_on` and due by `from_due` in version `from_version` of the calendar; in `version` it would have
    been due by `due`. It is no miss. `subject` is the change of terms or other thing that it is about.
    """

    overtaken_id: OvertakenId
    rule: RuleId
    overtaken_on: date
    met_on: date
    from_due: date
    due: date
    from_version: int
    version: int
    cause: RecalculationCause
    subject: UUID | None = None


@event(occurred="dealt_with_on")
class OvertakenDutyDealtWith:
    """A person dealt with a duty that a change of the school's days had overtaken."""

    overtaken_id: OvertakenId
    dealt_with_on: date
    by: PersonId
    how: str | None = personal(TEXT)


DeadlinesEvent = (
    DeadlineMissed | MissDisproved | LimitReached | DeadlineRecalculated | DutyOvertaken | OvertakenDutyDealtWith
)
