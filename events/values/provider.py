"""A provider's sites, quality assurance and checks."""

from datetime import date

from events.codes import (
    CheckOutcome,
    DiligenceCheck,
    QaSectionStatus,
)
from events.definition import value
from events.ids import PersonId, SiteId


@value
class Site:
    site_id: SiteId
    name: str
    address: str | None = None


@value
class QaSection:
    name: str
    status: QaSectionStatus
    grade: str | None = None


@value
class CheckMade:
    """One check of a provider: who made it and when, what came of it, and when what was seen runs out."""

    kind: DiligenceCheck
    outcome: CheckOutcome
    checked_by: PersonId
    checked_on: date
    expires_on: date | None = None


@value
class CheckEvidence:
    """What was seen for a check, in words."""

    kind: DiligenceCheck
    evidence: str
