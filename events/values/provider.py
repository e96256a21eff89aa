"""A provider's sites, quality assurance and checks."""

from datetime import date

from events.codes import (
    CheckOutcome,
    DiligenceCheck,
    QaSectionStatus,
)
from events.definition import Question, asked, holds, value
from events.ids import PersonId, SiteId
from events.kinds import ADDRESS, LABEL, LINE, TEXT


@value
class Site:
    site_id: SiteId
    name: str = holds(LABEL, question=Question(label="Name of the site"))
    address: str | None = holds(ADDRESS, default=None, question=Question(label="Address"))


@value
class QaSection:
    name: str = holds(LABEL, question=Question(label="Section"))
    status: QaSectionStatus = asked("Is it complete?")
    grade: str | None = holds(LINE, default=None, question=Question(label="Grade"))


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
