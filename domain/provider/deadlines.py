"""What falls due about a provider (T11): a commissioner's checks of it run out, and a council's visit comes round.

Time records that something ran out, once; it suspends nobody and ends nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from domain.calendar.london import end_of, start_of
from domain.calendar.months import months_after
from domain.calendar.school_calendar import DAY
from domain.law.figures import figures
from domain.law.rules import RULES
from domain.provider.diligence import in_words
from domain.provider.state import Provider
from domain.shared import words
from events.codes import DiligenceCheck, Role, RuleId, Severity
from events.provider import DueDiligenceCompleted, ProviderDeadlineMissed


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
    found = [*_checks(state), *_visits(state)]
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


def _checks(state: Provider) -> Iterator[ProviderDeadline]:
    """T11: of each commissioner the last checks count."""
    for org_id in sorted({completed.org_id for completed in state.due_diligence}):
        completed = state.due_diligence_of(org_id)
        assert completed is not None, "it completed one"
        yield _aged(state, completed)
        for check in completed.checks:
            if check.expires_on is not None:
                what = f"{in_words(check.kind).capitalize()} checked again by {words.on(check.expires_on)}"
                said = f"{what}: what was seen runs out on that day"
                yield _deadline(state, RuleId.T11, org_id, check.expires_on, said, check=check.kind)


def _aged(state: Provider, completed: DueDiligenceCompleted) -> ProviderDeadline:
    oldest = min(check.checked_on for check in completed.checks)
    months = figures(oldest).due_diligence_months
    due = months_after(oldest, months)
    said = f"{RULES[RuleId.T11].words} by {words.on(due)}: {months} months after the check of {words.on(oldest)}"
    return _deadline(state, RuleId.T11, completed.org_id, due, said)


def _visits(state: Provider) -> Iterator[ProviderDeadline]:
    """T11: a council whose directory lists the provider visits it again."""
    for entry in state.entries:
        visited = [visit.visited_on for visit in state.visits if visit.la_code == entry.la_code]
        if entry.withdrawn_on is None and visited:
            last = max(visited)
            months = figures(last).qa_visit_months
            # Not before the day of its cause, which is the entry.
            due = max(months_after(last, months), entry.approved_on)
            said = f"{RULES[RuleId.QA_VISIT].words} by {words.on(due)}: {months} months after {words.on(last)}"
            yield _deadline(state, RuleId.QA_VISIT, f"la:{entry.la_code}", due, said)


def _deadline(
    state: Provider, rule: RuleId, org_id: str, due: date, said: str, *, check: DiligenceCheck | None = None
) -> ProviderDeadline:
    its = RULES[rule]
    return ProviderDeadline(
        rule=rule,
        org_id=org_id,
        due_on=due,
        due_at=end_of(due),
        severity=Severity.ADVISORY,
        legal_ref=its.clause,
        words=said,
        owner=owner_of(rule, org_id),
        remind_on=its.remind_on(due),
        escalate_to=its.escalate_to,
        check=check,
        missed=any(
            (miss.rule, miss.org_id, miss.due, miss.check) == (rule, org_id, due, check) for miss in state.missed
        ),
    )
