"""The placement starts, and what changes, worries or comes into doubt while it runs."""

from datetime import date, time

from events.codes import (
    ConcernSeverity,
    ProviderChange,
    ProviderDoubt,
    ProviderReviewOutcome,
    RegimeId,
    Role,
    TermsField,
)
from events.definition import event, personal
from events.ids import (
    ChangeId,
    ConcernId,
    DoubtId,
    ProviderId,
    ReviewId,
    SiteId,
)
from events.kinds import CONFIDED, PERSON, TEXT
from events.values.sessions import PatternSession


@event(occurred="started_on")
class PlacementStarted:
    started_on: date
    first_site_id: SiteId


@event(occurred="changed_on")
class TermsChanged:
    """One term of a running placement changes from a day on, if notice of it is given in time.

    What belongs to one change has one `change_id`. The values are text; times are canonical JSON.
    """

    change_id: ChangeId
    field: TermsField
    changed_on: date
    effective_on: date
    days: int | None = None
    from_value: str | None = personal(TEXT)
    to_value: str | None = personal(TEXT)
    reason: str | None = personal(TEXT)


@event(occurred="reported_on")
class ProviderChangeReported:
    """The provider changes something that the school may want to check."""

    kind: ProviderChange
    reported_on: date
    by_role: Role
    detail: str | None = personal(TEXT)


@event(occurred="raised_on")
class SafeguardingConcernRaised:
    """Somebody is worried for the pupil's safety; `pause_requested` by those who may not pause the placement."""

    concern_id: ConcernId
    raised_on: date
    severity: ConcernSeverity
    pause_requested: bool
    by_role: Role
    concern: str | None = personal(CONFIDED)


@event(occurred="answered_on")
class SafeguardingConcernAnswered:
    """What is done about a concern for which the placement was not paused."""

    concern_id: ConcernId
    answered_on: date
    answer: str | None = personal(CONFIDED)


@event(occurred="paused_on")
class PlacementPaused:
    """The pupil does not attend, because of a concern; the review named here decides whether it goes on."""

    concern_id: ConcernId
    paused_on: date
    review_id: ReviewId
    interim_education: str | None = personal(TEXT)


@event(occurred="resumed_on")
class PlacementResumed:
    resumed_on: date
    review_id: ReviewId
    safeguards: str | None = personal(CONFIDED)


@event(occurred="set_on")
class AttendancePatternSet:
    """Where the pupil is expected in each session of the week, from a day on.

    `part_time_until` is the last day of a part-time timetable: sessions are off by agreement no longer than that.
    """

    set_on: date
    effective_from: date
    sessions: tuple[PatternSession, ...]
    am_start: time | None
    pm_start: time | None
    part_time_until: date | None = None
    agreed_with: str | None = personal(PERSON)


@event(occurred="marked_on")
class PlacementMarkedTransitional:
    """It was decided under a regime that has ended, and runs on. `immediate`: it started after that end."""

    marked_on: date
    from_regime: RegimeId
    immediate: bool = False


@event(occurred="dealt_with_on")
class TransitionDealtWith:
    dealt_with_on: date
    how: str | None = personal(TEXT)


@event(occurred="arose_on")
class ProviderDoubted:
    """The provider came into doubt while the pupil was placed there or about to be."""

    doubt_id: DoubtId
    provider_id: ProviderId
    cause: ProviderDoubt
    arose_on: date


@event(occurred="reviewed_on")
class ProviderReviewRecorded:
    """A person reviewed the placement and answered these doubts about its provider."""

    reviewed_on: date
    doubt_ids: tuple[DoubtId, ...]
    outcome: ProviderReviewOutcome
    reasons: str | None = personal(TEXT)


RunningEvent = (
    PlacementStarted
    | AttendancePatternSet
    | TermsChanged
    | ProviderChangeReported
    | SafeguardingConcernRaised
    | SafeguardingConcernAnswered
    | PlacementPaused
    | PlacementResumed
    | PlacementMarkedTransitional
    | TransitionDealtWith
    | ProviderDoubted
    | ProviderReviewRecorded
)
