"""Whether what is handed over could do serious harm is for the safeguarding lead to say."""

from datetime import date

from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.record.open_requests import open_request
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from events.codes import HarmFinding
from events.definition import asked, value
from events.ids import AccessRequestId
from events.placement.data_protection import (
    SeriousHarmConsidered,
)


@value
class ConsiderSeriousHarm:
    """Record, as the safeguarding lead, whether what is to be handed over would be likely to do serious harm.

    Nothing is handed over before.
    """

    request_id: AccessRequestId = asked("Request")
    considered_on: date = asked("When did you consider this?")
    finding: HarmFinding = asked("What did you find?")
    reasons: str | None = asked("Reasons", default=None)


class HarmNotConsidered(Rejected):
    """Before anything is handed over, the safeguarding lead checks it for anything likely to cause serious harm."""

    code = "harm_not_considered"
    title = "The safeguarding lead has not looked for serious harm"
    legal_refs = ("Data Protection Act 2018 sch 3 pt 3 and pt 5",)


class HarmWithholds(Rejected):
    """Anything that the safeguarding lead found likely to cause serious harm is not handed over."""

    code = "harm_withholds"
    title = "The safeguarding lead found something that must not be handed over"
    legal_refs = ("Data Protection Act 2018 sch 3 pt 3 and pt 5",)


def sound_harm(
    event: ConsiderSeriousHarm | SeriousHarmConsidered, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    nothing = event.finding is HarmFinding.NOTHING
    return [
        not_future(event.considered_on, facts.today, "/considered_on"),
        None if nothing else written(event.reasons, "what is withheld and why", "/reasons"),
    ]


def consider_harm(state: Placement, command: ConsiderSeriousHarm, facts: Facts) -> tuple[SeriousHarmConsidered, ...]:
    asked = open_request(state, command.request_id)
    refuse(
        not_before(command.considered_on, asked.request.received_on, "the request came", "/considered_on"),
        *sound_harm(command, state, facts),
    )
    return (
        SeriousHarmConsidered(
            request_id=command.request_id,
            considered_on=command.considered_on,
            finding=command.finding,
            reasons=command.reasons,
        ),
    )
