"""What answers look like, for the OpenAPI document. Answers are encoded directly; tests hold them to these."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_PROVISIONAL = (
    "It rests on days of which no calendar is published so far, or whose bank holidays are not known, and may move"
)


class _Shape(BaseModel):
    # Answers change only by addition, so a reader must take fields it does not know.
    model_config = ConfigDict(extra="allow")


class FieldFault(_Shape):
    pointer: str = Field(description="A JSON pointer into the body, or into /query, /path or /header")
    detail: str


class Reason(_Shape):
    code: str
    detail: str
    pointer: str | None
    legal_refs: list[str]
    offers: list[str] | None = None


class ProblemDetails(_Shape):
    """RFC 9457. `type` leads to a page that explains it."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    legal_refs: list[str] = Field(default=[])
    command_id: UUID | None = None
    errors: list[FieldFault] | None = None
    reasons: list[Reason] | None = None


class EventMade(_Shape):
    event_id: UUID
    type: str
    position: int


class DeadlineShown(_Shape):
    rule: str
    due_on: date
    severity: str
    legal_ref: str
    provisional: bool = Field(default=False, description=_PROVISIONAL)


class WarningShown(_Shape):
    code: str
    detail: str
    pointer: str | None = Field(description="The field of the body that it is about, where there is one")


class Accepted(_Shape):
    """Done. `events` are what came of it, `deadlines` what is due now, `warnings` what may want another look."""

    command_id: UUID
    version: int
    events: list[EventMade]
    placement_id: UUID | None = None
    stage: str | None = None
    deadlines: list[DeadlineShown] | None = None
    warnings: list[WarningShown] | None = Field(
        default=None, description="Not in answers that were kept before there were warnings"
    )


class StillRecorded(_Shape):
    """Kept, and carried out later, once; Location says where to ask."""

    command_id: UUID
    status: Literal["recorded"]


class CommandStatus(_Shape):
    command_id: UUID
    kind: str
    status: Literal["recorded", "accepted", "refused"]
    issued_at: datetime
    decided_at: datetime | None
    http_status: int | None
    outcome: dict[str, Any] | None = Field(description="The final answer, once there is one")


class WhyNot(_Shape):
    code: str
    detail: str


class CommandOffered(_Shape):
    command: str
    summary: str
    href: str
    allowed: bool
    why_not: list[WhyNot]


class CommandsOffered(_Shape):
    placement_id: UUID
    version: int
    stage: str
    commands: list[CommandOffered]


class PupilStanding(_Shape):
    """Flags that hold from a day on, and the council that maintains the EHC plan. Null without a right to names."""

    from_on: date
    recorded_on: date
    flags: list[str] | None
    plan: dict[str, str] | None


class PupilShown(_Shape):
    """A pupil's own record. `controller` is the organisation that it belongs to; others see no hand-over."""

    pupil_id: UUID
    controller: str
    version: int
    stage: str
    standings: list[PupilStanding]
    received: dict[str, Any] | None
    handed_over: list[dict[str, Any]]


class PlacementSummary(_Shape):
    placement_id: UUID
    version: int
    stage: str
    home_school_urn: str
    legal_basis: str
    provider_id: UUID | None
    assigned_to: UUID | None
    next_deadline_on: date | None
    next_deadline_rule: str | None
    next_deadline_severity: Literal["BREACH", "ADVISORY"] | None
    next_deadline_provisional: bool | None = Field(description=_PROVISIONAL)
    next_review_on: date | None
    started_on: date | None
    proposed_end_on: date | None
    ended_on: date | None
    updated_at: datetime
    days_to_period_end: int | None = Field(description="Calendar days while it runs; below zero once they are over")
    href: str
    flags: list[str] | None = Field(default=None, description="Where asked for; null once the data were erased")
    rag: Literal["R", "A", "G"] | None = Field(default=None, description="Where asked for: the last report's gravest")


class Caseload(_Shape):
    placements: list[PlacementSummary]
    next: str | None = Field(description="The address of the next page")


class PlacementRecord(_Shape):
    placement_id: UUID
    version: int
    stage: str
    as_at: datetime | None
    known_at: datetime | None
    record: dict[str, Any]


class ActorShown(_Shape):
    kind: str
    id: UUID
    role: str
    org_id: str | None


class EventShown(_Shape):
    """One event in full. Personal fields stand in `data` for those who may see them, else in `withheld` by name."""

    event_id: UUID
    type: str
    version: int
    position: int
    occurred_at: datetime
    recorded_at: datetime
    actor: ActorShown
    command_id: UUID
    legal_refs: list[str]
    data: dict[str, Any]
    withheld: list[str]


class PupilNamed(_Shape):
    legal_name: str
    born_on: date


class OwnRecords(_Shape):
    """What a provider wrote down of one placement: its marks, its reports, the concerns that it raised."""

    placement_id: UUID
    provider_id: UUID
    pupil: PupilNamed | None = Field(description="None where the personal data was erased, or no place was agreed")
    started_on: date | None
    ended_on: date | None
    seen_until: date | None = Field(
        description="The last day on which the provider sees the placement if it is not evaluated before; None while"
        " it runs, or while a concern is open"
    )
    marks: list[EventShown]
    reports: list[EventShown]
    concerns: list[EventShown]


class LetterFate(_Shape):
    """What became of a letter, in codes."""

    status: Literal["waiting", "sent", "by_hand", "to_hand_over", "handed_over", "not_sendable"]
    method: str | None = Field(description="How the step that brought it says that it is given")
    why: str | None = Field(description="Why it cannot be sent")
    sent_by: str | None
    sent_at: datetime | None
    fate: Literal["dispatched", "delivered", "failed", "unheard"] | None = Field(
        description="What its sender said of it last"
    )
    fate_at: datetime | None


class Signature(_Shape):
    event_id: UUID
    party: str
    signed_on: date


class DocumentShown(_Shape):
    """Fingerprints are HMAC-SHA256 under the pupil's key, of the PDF and of the page."""

    document_id: UUID
    kind: str
    version: int
    cause: UUID = Field(description="The event that it was made of")
    subject: UUID | None
    recipient: str | None
    recipient_number: int | None
    fingerprint: str
    page_fingerprint: str
    produced_at: datetime
    letter: LetterFate | None = Field(description="None where it goes to nobody, or has just been made")
    signed: list[Signature] = Field(description="The signatures under it, where it is an agreement")
    href: str


class LetterListed(LetterFate):
    document_id: UUID
    placement_id: UUID
    kind: str
    recipient: str
    recipient_number: int | None
    queued_at: datetime
    href: str


class LetterList(_Shape):
    letters: list[LetterListed]
    next: str | None


class DocumentList(_Shape):
    placement_id: UUID
    documents: list[DocumentShown]


class Timeline(_Shape):
    placement_id: UUID
    version: int
    events: list[EventShown]


class Deadlines(_Shape):
    deadlines: list[dict[str, Any]]


class PlacementOfTask(_Shape):
    placement_id: UUID
    home_school_urn: str
    stage: str
    href: str


class CouncilTask(_Shape):
    """It goes when its ground goes: a placement is closed, a number was put right, or the sessions changed."""

    task_id: UUID
    kind: str
    detail: str
    found_on: date
    placements: list[PlacementOfTask]


class CouncilTasks(_Shape):
    tasks: list[CouncilTask]
    next: str | None = Field(description="The address of the next page")


class EventProving(_Shape):
    """The event that proves a clause, or that recorded its miss, by its place in the store and its hash there."""

    event_id: UUID
    type: str
    version: int
    position: int
    recorded_at: datetime
    hash: str


class EvidenceShown(_Shape):
    """`binding`: the clause binds as law; elsewhere it is good practice."""

    clause_id: str
    clause: str
    demands: str
    rule: str | None
    mark: Literal["law", "guidance", "choice"]
    binding: bool
    standing: Literal[
        "satisfied", "outstanding", "overtaken", "breached", "advisory_missed", "not_applicable", "unknown"
    ]
    outcome: Literal["met", "outstanding", "overtaken", "missed"] | None = Field(
        description="What became of the duty; null where there is none, or nobody can say"
    )
    why: str
    due_on: date | None
    provisional: bool = Field(description=_PROVISIONAL)
    event: EventProving | None


class EvidenceList(_Shape):
    placement_id: UUID
    evidence: list[EvidenceShown]


class DeadlineList(_Shape):
    deadlines: list[dict[str, Any]]
    next: str | None


class LetterShown(_Shape):
    """An invitation or an outcome: by when it is due, and when it was deemed given."""

    standing: Literal["not_yet", "open", "met", "late", "missed"]
    by: date | None
    given_on: date | None


class ReviewShown(_Shape):
    """`day`: held then, or to meet then, or due then where no meeting is arranged."""

    placement_id: UUID
    review_id: UUID
    day: date
    meets_at: datetime | None
    due_on: date
    status: str
    source: str
    rule: str
    missed: bool
    provisional: bool = Field(description=_PROVISIONAL)
    invitation: LetterShown
    outcome: LetterShown
    href: str


class ReviewDiary(_Shape):
    reviews: list[ReviewShown]
    next: str | None


class OutcomeTotals(_Shape):
    """Attendance in hundredths of a per cent. `suppressed`: something is held back, as it concerns fewer than five."""

    placements: int | None
    evaluated: int | None
    objectives_set: int | None
    objectives_met: int | None
    cost_pennies: int | None
    median_school_days: int | None
    median_attendance_before: int | None
    median_attendance_during: int | None
    median_attendance_after: int | None
    median_attendance_change: int | None
    median_cost_pennies: int | None
    destinations: dict[str, int | None]
    suppressed: bool


class OutcomeShown(_Shape):
    placement_id: UUID
    provider_id: UUID | None
    home_school_urn: str
    started_on: date
    ended_on: date
    school_days: int
    destination: str
    attendance_before: int | None
    attendance_during: int | None
    attendance_after: int | None
    objectives_set: int | None
    objectives_met: int | None
    cost_pennies: int | None
    href: str


class Outcomes(_Shape):
    totals: OutcomeTotals
    placements: list[OutcomeShown] = Field(description="For the school alone, those that ended last first")
    next: str | None


class FaultShown(_Shape):
    """What is missing, wrong, erased or odd about one field of a row."""

    code: str
    field: str
    words: str
    kind: Literal["missing", "wrong", "erased", "odd"]


class CensusNote(_Shape):
    code: str
    words: str
    certainty: Literal["confirmed", "unconfirmed"]


class CensusRow(_Shape):
    """One placement. What the record does not say is null, and stands among the faults."""

    placement_id: UUID
    upn: str | None
    urn: str | None
    ukprn: str | None
    setting_type: str | None
    primary_reason: str | None
    entered_on: date
    left_on: date | None
    attends: Literal["full_time", "part_time"] | None
    sessions_a_week: int | None
    on_roll: bool | None = Field(description="On the home school's roll on the day of the census")
    erased: bool
    complete: bool
    faults: list[FaultShown]
    href: str


class CensusReturn(_Shape):
    """`notes` says what of the return as a whole is unsure."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "term": "spring",
                "year": 2027,
                "from": "2026-10-02",
                "census_on": "2027-01-21",
                "returned_by": "school",
                "complete": 0,
                "incomplete": 1,
                "notes": [
                    {
                        "code": "census_day",
                        "words": "The day follows from custom: check it against the day that the department has named.",
                        "certainty": "unconfirmed",
                    }
                ],
                "rows": [
                    {
                        "placement_id": "0190a1b2-0000-7000-8000-000000000007",
                        "upn": "B801200005001",
                        "urn": None,
                        "ukprn": None,
                        "setting_type": "OTH",
                        "primary_reason": "BEHAVIOUR",
                        "entered_on": "2026-12-08",
                        "left_on": None,
                        "attends": None,
                        "sessions_a_week": None,
                        "on_roll": True,
                        "erased": False,
                        "complete": False,
                        "faults": [
                            {
                                "code": "sessions_missing",
                                "field": "sessions_a_week",
                                "words": "No weekly pattern says which sessions are at the provider.",
                                "kind": "missing",
                            }
                        ],
                        "href": "/api/v1/placements/0190a1b2-0000-7000-8000-000000000007",
                    }
                ],
            }
        }
    )

    term: Literal["autumn", "spring", "summer"]
    year: int
    census_on: date
    returned_by: Literal["school", "la"]
    complete: int
    incomplete: int
    notes: list[CensusNote]
    rows: list[CensusRow]


class RegisterEntry(_Shape):
    """One pupil at one provider. Personal fields are null once the pupil's data were erased."""

    placement_id: UUID
    upn: str | None
    legal_name: str | None
    born_on: date | None
    address: str | None
    parents: list[str]
    home_school_urn: str
    provider_id: UUID
    provider_name: str
    arranged_by: Literal["school", "la"]
    legal_basis: str
    since: date
    absent: Literal["some", "all"] | None = Field(description="From the home school, for how much of the week")
    sessions_a_week: int | None
    erased: bool
    faults: list[FaultShown]
    href: str


class RegisterFeed(_Shape):
    """`in_force`: the section that demands the register binds on this day; none was seen so far."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "la_code": "831",
                "on": "2026-12-08",
                "clause": "Education Act 1996 s 436B",
                "source": "2026 c. 21 s 38, not known to be commenced",
                "in_force": False,
                "certainty": "unconfirmed",
                "entries": [],
            }
        }
    )

    la_code: str
    on: date
    clause: str
    source: str
    in_force: bool
    certainty: Literal["confirmed", "unconfirmed"]
    entries: list[RegisterEntry]


class NotificationData(_Shape):
    placement_id: UUID | None
    detail_url: str
    event_version: int
    position: int


class Notification(_Shape):
    """CloudEvents 1.0 with opaque ids only."""

    id: UUID
    source: str
    specversion: Literal["1.0"]
    type: str
    time: datetime
    subject: str
    datacontenttype: Literal["application/json"]
    dataschema: str
    data: NotificationData


class Feed(_Shape):
    events: list[Notification]
    next: int = Field(description="Where to go on from: the highest position looked at")
    mark: str | None = Field(
        description="Tells the event at `next` from any other; send it back, and a restored record is noticed"
    )


class CheckpointShown(_Shape):
    size: int = Field(description="How many events it covers, from the first")
    position: int = Field(description="Of the last of them")
    made_at: datetime
    verifier_key: str = Field(description="The log's key: compare it with what you were told by another way")
    note: str = Field(description="The signed note (c2sp.org/tlog-checkpoint)")


class Checkpoints(_Shape):
    checkpoints: list[CheckpointShown]
    next: str | None


class InclusionProof(_Shape):
    event_id: UUID
    hash: str
    leaf: int = Field(description="The event's number in the tree, from 0")
    path: list[str] = Field(description="RFC 6962 audit path, in base64")
    checkpoint: CheckpointShown
    proof: str = Field(description="The same as one text to take along (c2sp.org/tlog-proof)")


class ConsistencyProof(_Shape):
    first: int
    second: int
    path: list[str] = Field(description="RFC 6962 consistency proof, in base64")


class CalendarYearShown(_Shape):
    academic_year: int = Field(description="The calendar year in which it begins: 2026 for 2026/27")
    name: str
    provisional: bool = Field(description="Nothing is published for it so far: each weekday counts as a school day")
    first_on: date | None
    last_on: date | None


class CalendarCorrectionShown(_Shape):
    """Waits for a second person."""

    correction_id: UUID
    academic_year: int
    proposed_on: date
    proposed_by: UUID
    reason: str


class SuccessionShown(_Shape):
    """Another school takes the school's place, from `effective_on` on."""

    kind: str
    successor_urn: str
    effective_on: date


class SchoolShown(_Shape):
    urn: str
    name: str
    kind: str
    la_code: str
    calendar_version: int
    version: int
    years: list[CalendarYearShown]
    corrections_proposed: list[CalendarCorrectionShown]
    laestab: str | None
    succession: SuccessionShown | None = Field(description="A conversion or a closure that is planned")
    succeeded: SuccessionShown | None = Field(description="Which school has this one's place now, and since when")
    taken_over: list[str] = Field(description="The URNs of the schools whose place this one took")


class Schools(_Shape):
    schools: list[SchoolShown]
    next: str | None


class ProviderShown(_Shape):
    provider_id: UUID
    name: str
    kind: str
    version: int
    sites: list[dict[str, Any]]
    visits: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    details: dict[str, Any] | None
    standards: list[dict[str, Any]]
    deadlines: list[dict[str, Any]]


class OccupancyShown(_Shape):
    """The pupils whose placements are decided or run, as far as the reader may see them."""

    pupils: int
    minutes_a_week: int
    full_time: int
    counting_alone: int = Field(description="Full time with an EHC plan or looked after: one makes it a school")


class ProviderInFull(ProviderShown):
    """`occupancy` is for councils and auditors; of others' pupils nobody else learns anything."""

    occupancy: OccupancyShown | None


class Providers(_Shape):
    providers: list[ProviderShown]
    next: str | None


class AttendancePeriod(_Shape):
    """How a register counts. Present and at approved activities, of the sessions that were possible."""

    placement_id: UUID
    attendance_basis_points: int | None = Field(description="Hundredths of a per cent; none where nothing was possible")
    possible: int
    present: int
    approved_activity: int
    authorised: int
    unauthorised: int
    not_possible: int
    without_code: int
    sessions: list[dict[str, Any]]


class AttendanceWeek(_Shape):
    placement_id: UUID
    iso_week: str
    version: int
    marks: list[dict[str, Any]]
    illness: list[dict[str, Any]]


class SiteShown(_Shape):
    site_id: UUID
    name: str | None
    address: str | None


class SessionOfDay(_Shape):
    """`where` is as far as register and pattern tell: `awaited` is expected at the provider, with nothing said yet.

    While the placement is paused, `interim` is where the pause or the school's entry has the pupil.
    """

    session: Literal["AM", "PM"]
    expected: Literal["provider", "school", "none"] | None
    starts_at: str | None
    said: Literal["nothing", "proposed", "confirmed"]
    mark: Literal["present", "late", "absent"] | None
    code: str | None
    where: Literal["provider", "awaited", "online", "interim", "school", "not_required", "absent", "unknown"]
    site: SiteShown | None
    unexplained: bool
    register_due_at: datetime | None
    overdue: bool = Field(description="Nothing was said by the time the register was due")
    code_owed: bool = Field(description="The placement is paused, and the home school has entered no code so far")
    whereabouts: str | None = Field(description="Where the pupil is in words, for those who read names")


class PlacementToday(_Shape):
    placement_id: UUID
    pupil_name: str | None = Field(description="For those who read names, and not once the pupil's data were erased")
    home_school_urn: str
    provider_id: UUID | None
    provider_name: str | None
    school_day: bool
    paused: bool
    sessions: list[SessionOfDay] = Field(description="Empty on a day without school")
    href: str


class Today(_Shape):
    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "date": "2026-12-09",
                "placements": [
                    {
                        "placement_id": "0190a1b2-0000-7000-8000-000000000007",
                        "pupil_name": "Rowan Tester-Field",
                        "home_school_urn": "900001",
                        "provider_id": "0190a1b2-0000-7000-8000-000000000001",
                        "provider_name": "Millrace Workshop",
                        "school_day": True,
                        "paused": False,
                        "sessions": [
                            {
                                "session": "AM",
                                "expected": "provider",
                                "starts_at": "09:00:00",
                                "said": "nothing",
                                "mark": None,
                                "code": None,
                                "where": "awaited",
                                "site": {
                                    "site_id": "0190a1b2-0000-7000-8000-000000000002",
                                    "name": "Canalside",
                                    "address": "1 Example Wharf, Derby, DE99 9ZZ",
                                },
                                "unexplained": False,
                                "register_due_at": "2026-12-09T09:30:00Z",
                                "overdue": False,
                                "code_owed": False,
                                "whereabouts": None,
                            }
                        ],
                        "href": "/api/v1/placements/0190a1b2-0000-7000-8000-000000000007",
                    }
                ],
                "next": None,
            }
        }
    )

    placements: list[PlacementToday]
    next: str | None


class CodeSetName(_Shape):
    code_set: str
    title: str
    href: str


class CodeSets(_Shape):
    code_sets: list[CodeSetName]


class CodeEntry(_Shape):
    """`certainty` says whether the text itself was seen in its source."""

    code: str
    label: str
    source: str
    certainty: Literal["confirmed", "unconfirmed"]
    from_on: date | None
    to_on: date | None
    clause: str | None
    mark: Literal["law", "guidance", "choice"] | None


class CodeSet(_Shape):
    code_set: str
    title: str
    on: date
    codes: list[str]
    entries: list[CodeEntry]


class PartReady(_Shape):
    ok: bool


class ReadinessWarning(_Shape):
    """Who holds the feed back (`writer_open`), or which follower is stopped or behind, and by what."""

    code: Literal["writer_open", "follower_stopped", "follower_behind"]
    detail: str
    subscription: str | None = None
    position: int | None = None
    event_id: UUID | None = None
    error_type: str | None = None
    pid: int | None = None
    process: str | None = None
    prepared: str | None = None
    since: datetime | None = None
    count: int | None = None
    seconds: int | None = None


class Readiness(_Shape):
    ready: bool
    parts: dict[str, PartReady]
    feed_unsettled_seconds: float
    warnings: list[ReadinessWarning]


class Alive(_Shape):
    alive: bool
