"""What can happen to a provider: who it is, what was seen there, and which council lists it."""

from datetime import date

from events.codes import (
    ApplicationOutcome,
    ConcernOutcome,
    ConcernSeverity,
    DiligenceCheck,
    EntryReason,
    Inspectorate,
    KeyStage,
    ProviderConcernKind,
    ProviderKind,
    RuleId,
    SchoolType,
    SenNeed,
    SettingType,
    Severity,
)
from events.definition import event, holds, personal
from events.ids import ApplicationId, ConcernId, ProviderId, SiteId, Urn
from events.kinds import ADDRESS, CODE, LABEL, PARTS, TEXT
from events.values.provider import CheckEvidence, CheckMade, QaSection, Site


@event()
class ProviderRegistered:
    """Exactly one of `urn`, `ukprn` and `setting_type` identifies the provider in the census."""

    provider_id: ProviderId
    name: str = holds(LABEL)
    kind: ProviderKind
    sites: tuple[Site, ...]
    urn: Urn | None = holds(CODE, default=None)
    ukprn: str | None = holds(CODE, default=None)
    setting_type: SettingType | None = None


@event()
class ProviderDetailsRecorded:
    """For whom the provider caters, in place of what was recorded before. `school_type` is a registered school's."""

    key_stages: tuple[KeyStage, ...]
    needs: tuple[SenNeed, ...]
    school_type: SchoolType | None = None
    inspected_on: date | None = None
    inspectorate: Inspectorate | None = None


@event()
class SiteAddressRecorded:
    """Where a site of the provider is, in place of the address that was recorded before."""

    site_id: SiteId
    address: str = holds(ADDRESS)


@event(occurred="counted_on")
class FullTimePupilsCounted:
    """The provider said how many pupils of compulsory school age it educates full time, whoever placed them.

    `recorded_for` is the organisation that recorded it, as in an actor.
    """

    counted_on: date
    pupils: int
    recorded_for: str | None


@event(occurred="visited_on")
class QaVisitRecorded:
    visited_on: date
    la_code: str = holds(CODE)
    sections: tuple[QaSection, ...]


# ---- due diligence


@event(occurred="completed_on")
class DueDiligenceCompleted:
    """A commissioner made its own checks of the provider. They hold for that commissioner alone.

    `org_id` is the school or council whose checks they are, as in `Actor`. `satisfied`: each was seen.
    """

    org_id: str
    completed_on: date
    checks: tuple[CheckMade, ...]
    satisfied: bool
    valid_until: date
    evidence: tuple[CheckEvidence, ...] = personal(PARTS, default=())


# ---- a council's directory


@event(occurred="approved_on")
class DirectoryEntryPublished:
    """Without `expires_on` the entry is valid until it is suspended or withdrawn."""

    la_code: str = holds(CODE)
    approved_on: date
    expires_on: date | None = None


@event(occurred="renewed_on")
class DirectoryEntryRenewed:
    la_code: str = holds(CODE)
    renewed_on: date
    expires_on: date | None = None


@event(occurred="suspended_on")
class DirectoryEntrySuspended:
    la_code: str = holds(CODE)
    suspended_on: date
    reason_code: EntryReason
    reason: str | None = personal(TEXT)


@event(occurred="reinstated_on")
class DirectoryEntryReinstated:
    """A suspension was lifted."""

    la_code: str = holds(CODE)
    reinstated_on: date
    reason: str | None = personal(TEXT)


@event(occurred="withdrawn_on")
class DirectoryEntryWithdrawn:
    """The provider is no longer listed. `barred`: nobody of the council's schools may propose it until it is again."""

    la_code: str = holds(CODE)
    withdrawn_on: date
    reason_code: EntryReason
    barred: bool
    reason: str | None = personal(TEXT)


@event(occurred="submitted_on")
class DirectoryApplicationSubmitted:
    application_id: ApplicationId
    la_code: str = holds(CODE)
    submitted_on: date
    statement: str | None = personal(TEXT)


@event(occurred="decided_on")
class DirectoryApplicationDecided:
    """An approval lists nobody: the entry is published after the council team's visit."""

    application_id: ApplicationId
    la_code: str = holds(CODE)
    decided_on: date
    outcome: ApplicationOutcome
    reasons: str | None = personal(TEXT)


# ---- concerns


@event(occurred="raised_on")
class ProviderConcernRaised:
    """`org_id` is the school, council or other body of whoever raised it."""

    concern_id: ConcernId
    raised_on: date
    kind: ProviderConcernKind
    severity: ConcernSeverity
    org_id: str | None = None
    concern: str | None = personal(TEXT)


@event(occurred="resolved_on")
class ProviderConcernResolved:
    concern_id: ConcernId
    resolved_on: date
    outcome: ConcernOutcome
    findings: str | None = personal(TEXT)


# ---- deadlines


@event(occurred="due")
class ProviderDeadlineMissed:
    """What a school or council had to do about the provider passed its date undone. `org_id` is whose it was.

    `check` is the one whose evidence ran out; without it, a whole rule was missed.
    """

    rule: RuleId
    org_id: str
    due: date
    severity: Severity
    check: DiligenceCheck | None = None


ProviderEvent = (
    ProviderRegistered
    | ProviderDetailsRecorded
    | FullTimePupilsCounted
    | SiteAddressRecorded
    | QaVisitRecorded
    | DueDiligenceCompleted
    | DirectoryEntryPublished
    | DirectoryEntryRenewed
    | DirectoryEntrySuspended
    | DirectoryEntryReinstated
    | DirectoryEntryWithdrawn
    | DirectoryApplicationSubmitted
    | DirectoryApplicationDecided
    | ProviderConcernRaised
    | ProviderConcernResolved
    | ProviderDeadlineMissed
)
