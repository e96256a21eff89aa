"""What can happen in one week of one placement's register: a mark, its code, a correction, an alert.

What the provider saw and the code that the school enters are two facts: only the school authorises an absence.
"""

from datetime import date, datetime

from events.codes import (
    Activity,
    AlertCause,
    AlertRecipient,
    AttendanceCode,
    MarkPlace,
    ProposedMark,
    Resolution,
    Session,
)
from events.definition import event, personal
from events.ids import PlacementId, SiteId
from events.kinds import FACT, STAFF, STAFF_NAME, TEXT


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
    explanation: str | None = personal(TEXT)


@event()
class SessionMarkCorrected:
    """The provider corrected its own mark of a session for which the school has entered a code. The code stays."""

    placement_id: PlacementId
    day: date
    session: Session
    from_mark: ProposedMark
    from_place: MarkPlace
    mark: ProposedMark
    place: MarkPlace
    activity: Activity
    site_id: SiteId
    minutes_late: int | None = None
    explanation: str | None = personal(TEXT)
    reason: str | None = personal(TEXT)


@event(occurred="day")
class SessionMarkConfirmed:
    """The school entered a code in its register. `site_id` says where the pupil was, when at the provider.

    `seen_by` and `whereabouts`: who saw the pupil and where, when the provider says otherwise. `entered_by` and
    `position` are the person's who entered the code.
    """

    placement_id: PlacementId
    day: date
    session: Session
    code: AttendanceCode
    site_id: SiteId | None = None
    entered_on: date | None = None
    reason: str | None = personal(TEXT)
    seen_by: str | None = personal(STAFF)
    whereabouts: str | None = personal(TEXT)
    entered_by: str | None = personal(STAFF_NAME)
    position: str | None = personal(STAFF)


@event()
class UnauthorisedAbsenceProposed:
    """No reason was found in time: the system proposes a code, and a person at the school decides.

    `due_on`: the last day on which the absence could still be without a reason. The register itself is unchanged.
    """

    placement_id: PlacementId
    day: date
    session: Session
    code: AttendanceCode
    due_on: date


@event()
class AbsenceResolved:
    """An absence without a reason got one: an amendment of the entry before it, by the person that it names.

    With the resolution `time`, from before such an entry was left to a person, the system itself entered the code.
    """

    placement_id: PlacementId
    day: date
    session: Session
    code: AttendanceCode
    resolution: Resolution
    from_code: AttendanceCode | None = None
    amended_on: date | None = None
    reason: str | None = personal(TEXT)
    seen_by: str | None = personal(STAFF)
    whereabouts: str | None = personal(TEXT)
    entered_by: str | None = personal(STAFF_NAME)
    position: str | None = personal(STAFF)


@event()
class SessionMarkAmended:
    """An entry of the register was corrected; the entry before it stays on record, with who corrected it and why."""

    placement_id: PlacementId
    day: date
    session: Session
    from_code: AttendanceCode
    code: AttendanceCode
    amended_on: date | None = None
    reason: str | None = personal(TEXT)
    seen_by: str | None = personal(STAFF)
    whereabouts: str | None = personal(TEXT)
    entered_by: str | None = personal(STAFF_NAME)
    position: str | None = personal(STAFF)


@event()
class AbsenceAlertRaised:
    """A register was not taken in time, or an absence has no explanation. Whom it was told shows who is involved."""

    placement_id: PlacementId
    day: date
    session: Session
    cause: AlertCause
    due_at: datetime
    told: tuple[AlertRecipient, ...] = personal(FACT, default=())


@event(occurred="reached_on")
class IllnessThresholdReached:
    """So many school days of absence for illness in one school year that the local authority's duty comes into view."""

    placement_id: PlacementId
    reached_on: date
    school_year_from: date
    school_days: int


AttendanceEvent = (
    SessionMarkProposed
    | SessionMarkCorrected
    | SessionMarkConfirmed
    | UnauthorisedAbsenceProposed
    | AbsenceResolved
    | SessionMarkAmended
    | AbsenceAlertRaised
    | IllnessThresholdReached
)
