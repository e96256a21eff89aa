"""What a placement takes over from other streams: the calendar, the flags of the pupil, the home school."""

from datetime import date

from events.codes import (
    CommissionerKind,
    PupilFlag,
)
from events.definition import event, personal
from events.ids import (
    Urn,
)
from events.kinds import FACT, PARTS
from events.values.decision import PlanCouncil


@event()
class CalendarTaken:
    """The home school revised its calendar, and the placement uses the new version from now on."""

    version: int
    from_version: int


@event(occurred="from_on")
class PupilFlagsTaken:
    """The pupil's own record reports a change, and the placement applies it: from this day these flags hold.

    `number` counts the changes of the pupil's record, and `known_on` is the day on which this one was recorded there:
    before it, nothing was asked of the placement for its sake. `plan` is the council that maintains the EHC plan.
    """

    number: int
    from_on: date
    known_on: date
    flags: tuple[PupilFlag, ...] = personal(FACT, default=())
    plan: PlanCouncil | None = personal(PARTS)


@event(occurred="effective_on")
class HomeSchoolSucceeded:
    """Another school took the home school's place from that day on: one that it became, or that took over from it.

    `from_kind` and `to_kind` are the kinds of the two. A determination keeps the law that it was made under.
    """

    from_urn: Urn
    to_urn: Urn
    from_kind: CommissionerKind
    to_kind: CommissionerKind
    effective_on: date
    recorded_on: date


OtherStreamsEvent = CalendarTaken | PupilFlagsTaken | HomeSchoolSucceeded
