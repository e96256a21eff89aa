"""What a provider offers and to whom, and the inspection of one that is a registered school."""

from datetime import date

from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider
from domain.shared.errors import Rejected, refuse
from events.codes import Inspectorate, KeyStage, ProviderKind, Role, SchoolType, SenNeed
from events.definition import asked, value
from events.provider import ProviderDetailsRecorded


@value
class RecordProviderDetails:
    """Record for which key stages and needs the provider caters, in place of what was recorded before."""

    key_stages: tuple[KeyStage, ...] = asked("Key stages the provider teaches")
    needs: tuple[SenNeed, ...] = asked("Special educational needs the provider caters for", default=())
    school_type: SchoolType | None = asked("Type of school", default=None)
    inspected_on: date | None = asked("When was it last inspected?", default=None)
    inspectorate: Inspectorate | None = asked("Who inspected it?", default=None)


class DetailsNotYours(Rejected):
    """An officer records the details of a provider, and the addresses of its sites, if their council deals with it.
    It does if it visits the provider, lists it or places pupils there.

    If no council lists the provider, any council's officer may do so.
    """

    code = "provider_details_not_yours"
    title = "Your council does not deal with this provider"


class DetailsUnsound(Rejected):
    """A provider caters for at least one key stage. A registered school is maintained, an academy or independent.

    An inspection has its day and its inspectorate.
    """

    code = "provider_details_unsound"
    title = "What the provider offers cannot be recorded like this"


def record(
    state: Provider, command: RecordProviderDetails, facts: ProviderFacts
) -> tuple[ProviderDetailsRecorded, ...]:
    refuse(
        not_yours(state, facts),
        None if command.key_stages else DetailsUnsound("Name at least one key stage.", pointer="/key_stages"),
        _once(command.key_stages, "key stage", "/key_stages"),
        _once(command.needs, "need", "/needs"),
        _school_type(state, command),
        DetailsUnsound("Give the inspection's day and its inspectorate, or neither.", pointer="/inspected_on")
        if (command.inspected_on is None) is not (command.inspectorate is None)
        else None,
        DetailsUnsound("The inspection is in the future.", pointer="/inspected_on")
        if command.inspected_on is not None and command.inspected_on > facts.today
        else None,
    )
    return (
        ProviderDetailsRecorded(
            key_stages=command.key_stages,
            needs=command.needs,
            school_type=command.school_type,
            inspected_on=command.inspected_on,
            inspectorate=command.inspectorate,
        ),
    )


def not_yours(state: Provider, facts: ProviderFacts) -> DetailsNotYours | None:
    """Why an officer may not say what the provider is like, or where its sites are."""
    if facts.actor.role is not Role.LA_OFFICER or facts.placed_there or not state.is_listed:
        return None
    council = facts.council
    if council is not None and state.is_dealt_with_by(council):
        return None
    return DetailsNotYours("This provider is in the directories of other councils only.")


def _once(named: tuple[KeyStage | SenNeed, ...], what: str, pointer: str) -> DetailsUnsound | None:
    return DetailsUnsound(f"Name each {what} once.", pointer=pointer) if len(set(named)) < len(named) else None


def _school_type(state: Provider, command: RecordProviderDetails) -> DetailsUnsound | None:
    if (state.kind is ProviderKind.SCHOOL) is (command.school_type is not None):
        return None
    if state.kind is ProviderKind.SCHOOL:
        return DetailsUnsound("Say what type of school it is.", pointer="/school_type")
    return DetailsUnsound("The provider is not registered as a school.", pointer="/school_type")
