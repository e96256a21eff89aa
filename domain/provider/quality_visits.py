"""The next quality assurance visit of a council to a provider in its directory."""

from collections.abc import Iterator

from domain.calendar.months import months_after
from domain.law.rules import RULES, figures
from domain.provider.duty import OwedByOrganisation, ProviderDuty
from domain.provider.state import Provider
from domain.shared import words
from events.codes import RuleId


def _owed(state: Provider) -> Iterator[OwedByOrganisation]:
    """T11: a council whose directory lists the provider visits it again."""
    for entry in state.entries:
        visited = [visit.visited_on for visit in state.visits if visit.la_code == entry.la_code]
        if entry.withdrawn_on is None and visited:
            last = max(visited)
            months = figures(last).qa_visit_months
            # Not before the day of its cause, which is the entry.
            due = max(months_after(last, months), entry.approved_on)
            said = f"{RULES[RuleId.QA_VISIT].words} by {words.on(due)}: {months} months after {words.on(last)}"
            yield OwedByOrganisation(org_id=f"la:{entry.la_code}", due=due, words=said)


DUTY = ProviderDuty(rule=RuleId.QA_VISIT, owed=_owed)
