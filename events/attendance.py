"""What can happen in one week of one placement's register: a mark, its code, a correction, an alert.

What the provider saw and the code that the school enters are two facts: only the school authorises an absence.
"""

from datetime import date, datetime

from events.codes import (
    Activity,
    AlertCause,
    AttendanceCode,
    MarkPlace,
    ProposedMark,
    Resolution,
    Session,
    Told,
)
from events.definition import event, personal
from events.ids import PlacementId, SiteId


@event(occurred="day")
class SessionMarkProposed:
    """The provider's register of one session. A later one replaces it until the school has confirmed a code."""

    placement_id: PlacementId
    day: date
    session: Session
    mark: ProposedMark
    place: MarkPlace
    activity: Activity
    site_id: SiteId
    minutes_late: int | None = None
    explanation: str | None = personal()


@event(occurred="day")
class SessionMarkConfirmed:
    """The school entered a code in its register. `site_id` says where the pupil was, when at the provider."""

    placement_id: PlacementId
    day: date
    session: Session
    code: AttendanceCode
    site_id: SiteId | None = None
    reason: str | None = personal()


@event()
class AbsenceResolved:
    """An absence without a reason got one, or the time to give one ran out."""

    placement_id: PlacementId
    day: date
    session: Session
    code: AttendanceCode
    resolution: Resolution
    reason: str | None = personal()


@event()
class SessionMarkAmended:
    """An entry of the register was corrected; the entry before it stays on record."""

    placement_id: PlacementId
    day: date
    session: Session
    from_code: AttendanceCode
    code: AttendanceCode
    reason: str | None = personal()


@event()
class AbsenceAlertRaised:
    """A register was not taken in time, or an absence has no explanation. Whom it was told shows who is involved."""

    placement_id: PlacementId
    day: date
    session: Session
    cause: AlertCause
    due_at: datetime
    told: tuple[Told, ...] = personal(default=())


@event(occurred="reached_on")
class IllnessThresholdReached:
    """So many school days of absence for illness in one school year that the local authority's duty comes into view."""

    placement_id: PlacementId
    reached_on: date
    school_year_from: date
    school_days: int


AttendanceEvent = (
    SessionMarkProposed
    | SessionMarkConfirmed
    | AbsenceResolved
    | SessionMarkAmended
    | AbsenceAlertRaised
    | IllnessThresholdReached
)
