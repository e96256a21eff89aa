"""Due diligence: the checks that each commissioner makes for itself, though a council lists the provider."""

from collections.abc import Iterator
from datetime import date

from domain.calendar.months import months_after
from domain.law.rules import RULES, figures
from domain.provider.duty import OwedByOrganisation, ProviderDuty
from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import CheckOutcome, DiligenceCheck, RuleId
from events.definition import asked, value
from events.ids import PersonId
from events.provider import DueDiligenceCompleted
from events.values.provider import CheckEvidence, CheckMade

RUNS_OUT = frozenset({DiligenceCheck.SAFER_RECRUITMENT, DiligenceCheck.INSURANCE})
"""T11: what these checks look at has a last day of its own, so the check names it."""


@value
class Check:
    """One check: what was seen. Without `checked_by` the person who completes the due diligence made it."""

    kind: DiligenceCheck = asked("What was checked?")
    outcome: CheckOutcome = asked("What was found?")
    evidence: str = asked("What did you see?", hint="For example, the certificate and its number")
    checked_on: date = asked("When was it checked?")
    checked_by: PersonId | None = asked("Who checked it?", hint="Leave empty if it was you", default=None)
    expires_on: date | None = asked("When does it run out?", default=None)


@value
class CompleteDueDiligence:
    """Record that your own school or council has made its checks of the provider, each with its evidence."""

    checks: tuple[Check, ...] = asked("Checks")


class CommissionerUnknown(Rejected):
    """Checks are made for the school or council that would commission the place. Your sign-in says which."""

    code = "commissioner_unknown"
    title = "The checks do not say which school or council they are for"


class ChecksMissing(Rejected):
    """Due diligence covers every kind of check, once each.

    The provider's training in safeguarding is one of them: nobody else requires it of the provider.
    """

    code = "checks_missing"
    title = "The checks are not complete"
    legal_refs = ("KCSIE: alternative provision",)


class CheckUnsound(Rejected):
    """A check is recent and has its evidence. Give the last day of insurance and of DBS checks."""

    code = "check_unsound"
    title = "A check cannot be recorded like this"


def complete(
    _state: Provider, command: CompleteDueDiligence, facts: ProviderFacts
) -> tuple[DueDiligenceCompleted, ...]:
    org_id = facts.actor.org_id
    refuse(
        None if org_id else CommissionerUnknown("Sign in for the school or council that would commission the place."),
        *_coverage(command.checks),
        *(fault for index, check in enumerate(command.checks) for fault in _faults(index, check, facts.today)),
    )
    assert org_id is not None
    return (
        DueDiligenceCompleted(
            org_id=org_id,
            completed_on=facts.today,
            checks=tuple(
                CheckMade(
                    kind=check.kind,
                    outcome=check.outcome,
                    checked_by=check.checked_by or PersonId(facts.actor.id),
                    checked_on=check.checked_on,
                    expires_on=check.expires_on,
                )
                for check in command.checks
            ),
            satisfied=all(check.outcome is CheckOutcome.SEEN for check in command.checks),
            valid_until=min(map(valid_until, command.checks)),
            evidence=tuple(CheckEvidence(kind=check.kind, evidence=check.evidence) for check in command.checks),
        ),
    )


def valid_until(check: Check) -> date:
    """T11: twelve months from the check, or until what was seen runs out. The day named is the last."""
    aged = months_after(check.checked_on, figures(check.checked_on).due_diligence_months)
    return aged if check.expires_on is None else min(aged, check.expires_on)


def valid(completed: DueDiligenceCompleted | None, on: date) -> bool:
    """These checks are on record, each was seen, and they have not run out."""
    return completed is not None and completed.satisfied and on <= completed.valid_until


def _coverage(checks: tuple[Check, ...]) -> list[Rejected | None]:
    made = [check.kind for check in checks]
    return [
        *(
            ChecksMissing(f"Record the check of {in_words(kind)}.", pointer="/checks")
            for kind in DiligenceCheck
            if kind not in made
        ),
        ChecksMissing("Record each kind of check once.", pointer="/checks") if len(set(made)) < len(made) else None,
    ]


def in_words(kind: DiligenceCheck) -> str:
    return kind.value.replace("_", " ")


def _faults(index: int, check: Check, today: date) -> list[Rejected | None]:
    at = f"/checks/{index}"
    name = in_words(check.kind)
    return [
        None
        if visible(check.evidence)
        else CheckUnsound(f"Write down what was seen for {name}.", pointer=f"{at}/evidence"),
        CheckUnsound(f"The check of {name} is in the future.", pointer=f"{at}/checked_on")
        if check.checked_on > today
        else None,
        CheckUnsound(f"Say when what was seen for {name} runs out.", pointer=f"{at}/expires_on")
        if check.kind in RUNS_OUT and check.expires_on is None
        else None,
        CheckUnsound(f"The check of {name} held until {words.on(valid_until(check))}: make it again.", pointer=at)
        if valid_until(check) < today
        else None,
    ]


def _owed(state: Provider) -> Iterator[OwedByOrganisation]:
    """T11: of each commissioner the last checks count."""
    for org_id in sorted({completed.org_id for completed in state.due_diligence}):
        completed = state.due_diligence_of(org_id)
        assert completed is not None, "it completed one"
        yield _aged(completed)
        for check in completed.checks:
            if check.expires_on is not None:
                what = f"Check {in_words(check.kind)} again by {words.on(check.expires_on)}"
                said = f"{what}: its evidence expires on that day"
                yield OwedByOrganisation(org_id=org_id, due=check.expires_on, words=said, check=check.kind)


def _aged(completed: DueDiligenceCompleted) -> OwedByOrganisation:
    oldest = min(check.checked_on for check in completed.checks)
    months = figures(oldest).due_diligence_months
    due = months_after(oldest, months)
    said = f"{RULES[RuleId.T11].words} by {words.on(due)}: {months} months after the check of {words.on(oldest)}"
    return OwedByOrganisation(org_id=completed.org_id, due=due, words=said)


DUTY = ProviderDuty(rule=RuleId.T11, owed=_owed)
