"""What the answer to a command of a running placement warns of."""

from collections.abc import Iterator

from domain.law.rules import RULES
from domain.placement.running import limits, terms
from domain.placement.warnings import AcceptedCommand, NamedDay
from domain.shared import words
from domain.warnings import CommandWarning, WarningCode


def changed(command: terms.ChangeTerms) -> Iterator[NamedDay]:
    yield "The terms change", command.effective_on, "/effective_on"


def limit_ahead(one: AcceptedCommand) -> Iterator[CommandWarning]:
    """T15, T18, T19: a limit that the placement did not come to before this command."""
    known = {each.rule for each in limits.to_reach(one.before, one.facts.calendar)}
    for limit in limits.to_reach(one.after, one.facts.calendar):
        if limit.rule not in known:
            yield CommandWarning(
                code=WarningCode.LIMIT_AHEAD,
                detail=f"{RULES[limit.rule].words}: reached on {words.on(limit.reached_on)}.",
            )
