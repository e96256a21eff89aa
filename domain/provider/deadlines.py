"""What falls due about a provider (T11): a commissioner's checks of it run out, and a council's visit comes round.

Time records that something ran out, once; it suspends nobody and ends nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime

from domain.calendar.london import end_of, start_of
from domain.calendar.school_calendar import DAY
from domain.law.rules import RULES
from domain.provider import duties
from domain.provider.duty import OwedByOrganisation
from domain.provider.state import Provider
from events.codes import DiligenceCheck, Role, RuleId, Severity
from events.provider import ProviderDeadlineMissed


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDeadline:
    """One thing about a provider that a school or council has to do by the end of a day in London.

    `org_id` is whose it is, as in `Actor`. `check` is the one whose evidence runs out on that day; without it, all
    that was checked has aged. `missed`: the miss is on record. It counts months and no school days, so it is never
    `provisional`.
    """

    rule: RuleId
    org_id: str
    due_on: date
    due_at: datetime
    severity: Severity
    legal_ref: str
    words: str
    owner: Role
    remind_on: date
    escalate_to: Role
    check: DiligenceCheck | None = None
    missed: bool = False
    provisional: bool = False


def deadlines(state: Provider) -> tuple[ProviderDeadline, ...]:
    """Everything due about a provider, the earliest first; the overdue is included until it is done."""
    found = [_deadline(state, duty.rule, owed) for duty in duties.PROVIDER_DUTIES for owed in duty.owed(state)]
    return tuple(sorted(found, key=lambda each: (each.due_on, each.rule, each.org_id, str(each.check))))


def fallen_due(state: Provider, now: datetime) -> tuple[ProviderDeadlineMissed, ...]:
    """The misses by now that are not on record, in the order of their days."""
    return tuple(
        ProviderDeadlineMissed(
            rule=each.rule, org_id=each.org_id, due=each.due_on, severity=each.severity, check=each.check
        )
        for each in deadlines(state)
        if not each.missed and _passed(each) <= now
    )


def next_look(state: Provider, now: datetime) -> datetime | None:
    """When something is next missed if nothing is done; None where time brings nothing more."""
    return min((_passed(each) for each in deadlines(state) if _passed(each) > now), default=None)


def owner_of(rule: RuleId, org_id: str) -> Role:
    """Whose task it is: of a council's own checks, its officer's."""
    return Role.LA_OFFICER if org_id.startswith("la:") else RULES[rule].owner


def _passed(each: ProviderDeadline) -> datetime:
    """A deadline is kept until 23:59:59 in London; the next midnight it is missed."""
    return start_of(each.due_on + DAY)


def _deadline(state: Provider, rule: RuleId, owed: OwedByOrganisation) -> ProviderDeadline:
    its = RULES[rule]
    what = (rule, owed.org_id, owed.due, owed.check)
    return ProviderDeadline(
        rule=rule,
        org_id=owed.org_id,
        due_on=owed.due,
        due_at=end_of(owed.due),
        severity=Severity.ADVISORY,
        legal_ref=its.clause,
        words=owed.words,
        owner=owner_of(rule, owed.org_id),
        remind_on=its.remind_on(owed.due),
        escalate_to=its.escalate_to,
        check=owed.check,
        missed=any((miss.rule, miss.org_id, miss.due, miss.check) == what for miss in state.missed),
    )
