"""How many pupils a provider educates full time, whoever placed them: it is asked, and says so."""

from datetime import date

from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider
from domain.shared.errors import Rejected, refuse
from events.definition import asked, value
from events.provider import FullTimePupilsCounted


@value
class RecordFullTimePupils:
    """Record how many pupils of compulsory school age the provider educates full time, whoever placed them.

    Your own placements are among them. Five make a provider one that must be a registered school.
    """

    counted_on: date = asked("When were they counted?")
    pupils: int = asked("Number of full-time pupils", hint="Of compulsory school age, whoever placed them")


class CountUnsound(Rejected):
    """Pupils are counted on a day that is not in the future, and the number is 0 or more."""

    code = "full_time_count_unsound"
    title = "The number of full-time pupils cannot be recorded like this"
    legal_refs = ("Education and Skills Act 2008 s 92",)


def count(_state: Provider, command: RecordFullTimePupils, facts: ProviderFacts) -> tuple[FullTimePupilsCounted, ...]:
    refuse(
        CountUnsound("Give the day on which they were counted, no later than today.", pointer="/counted_on")
        if command.counted_on > facts.today
        else None,
        CountUnsound("Give the number of pupils, 0 or more.", pointer="/pupils") if command.pupils < 0 else None,
    )
    return (
        FullTimePupilsCounted(counted_on=command.counted_on, pupils=command.pupils, recorded_for=facts.actor.org_id),
    )
