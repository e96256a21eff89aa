"""Concerns about a provider: raised by those who have a pupil there, and resolved with what was found."""

from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import ConcernOutcome, ConcernSeverity, ProviderConcernKind, Role
from events.definition import asked, value
from events.ids import ConcernId, derived_id
from events.provider import ProviderConcernRaised, ProviderConcernResolved


@value
class RaiseProviderConcern:
    """Raise a concern about the provider. While a serious one is open, a new proposal needs a reason."""

    kind: ProviderConcernKind = asked("What kind of concern is it?")
    severity: ConcernSeverity = asked("How serious is it?")
    concern: str = asked("What is the concern?", hint="Do not name a pupil")


@value
class ResolveProviderConcern:
    """Resolve a concern about the provider: what was found and what came of it."""

    concern_id: ConcernId = asked("Concern")
    outcome: ConcernOutcome = asked("What came of it?")
    findings: str = asked("What did you find?")


class ConcernNotYours(Rejected):
    """A concern is raised by someone who has a pupil at the provider, or by a council's officer."""

    code = "concern_not_yours"
    title = "You have no placement at this provider"


class ConcernTextMissing(Rejected):
    """Write down what the concern is about, or what was found."""

    code = "concern_text_missing"
    title = "Say what the concern is about"


class ConcernNotOpen(Rejected):
    """A concern is resolved once, by the school or council that raised it, or by an officer of its council."""

    code = "concern_not_open"
    title = "There is no such concern for you to resolve"


def raise_concern(
    _state: Provider, command: RaiseProviderConcern, facts: ProviderFacts
) -> tuple[ProviderConcernRaised, ...]:
    refuse(
        None
        if facts.placed_there or facts.actor.role is Role.LA_OFFICER
        else ConcernNotYours("Only someone who has a placement at this provider can raise a concern about it."),
        _written(command.concern, "what the concern is about", "/concern"),
    )
    return (
        ProviderConcernRaised(
            concern_id=ConcernId(derived_id(facts.command_id, "concern")),
            raised_on=facts.today,
            kind=command.kind,
            severity=command.severity,
            org_id=facts.actor.org_id,
            concern=command.concern,
        ),
    )


def resolve(
    state: Provider, command: ResolveProviderConcern, facts: ProviderFacts
) -> tuple[ProviderConcernResolved, ...]:
    found = next((each for each in state.open_concerns if each.concern_id == command.concern_id), None)
    refuse(
        None
        if found is not None and _own(state, found, facts)
        else ConcernNotOpen("Name an open concern that you can resolve.", pointer="/concern_id"),
        _written(command.findings, "what was found", "/findings"),
    )
    return (
        ProviderConcernResolved(
            concern_id=command.concern_id,
            resolved_on=facts.today,
            outcome=command.outcome,
            findings=command.findings,
        ),
    )


def _own(state: Provider, concern: ProviderConcernRaised, facts: ProviderFacts) -> bool:
    if concern.org_id is not None and concern.org_id == facts.actor.org_id:
        return True
    if facts.council is None:
        return False
    if concern.org_id is None:  # raised by somebody who acted for nobody, as was possible once
        return facts.placed_there or state.is_dealt_with_by(facts.council)
    return concern.org_id in facts.own_council


def _written(text: str, what: str, pointer: str) -> ConcernTextMissing | None:
    return None if visible(text) else ConcernTextMissing(f"Write down {what}.", pointer=pointer)
