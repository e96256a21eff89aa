"""A provider's sites, quality assurance and checks."""

from datetime import date

from events.codes import (
    CheckOutcome,
    DiligenceCheck,
    QaSectionStatus,
)
from events.definition import holds, value
from events.ids import PersonId, SiteId
from events.kinds import ADDRESS, LABEL, LINE, TEXT


@value
class Site:
    site_id: SiteId
    name: str = holds(LABEL)
    address: str | None = holds(ADDRESS, default=None)


@value
class QaSection:
    name: str = holds(LABEL)
    status: QaSectionStatus
    grade: str | None = holds(LINE, default=None)


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
    evidence: str = holds(TEXT)
