"""The place itself: the school asks the provider for one, and the provider offers it or says why not."""

from datetime import date

from domain.placement.facts import Facts
from domain.placement.guards import at_least, not_before, not_future, written
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from events.codes import OfferDeclineReason
from events.definition import asked, value
from events.ids import OfferId, derived_id
from events.placement.referral import ProviderOfferDeclined, ProviderOfferMade, ProviderOfferRequested


@value
class RequestProviderOffer:
    """Ask the proposed provider for a place for the pupil."""

    sessions_a_week: int = asked("Sessions a week", hint="A full week is 10 sessions")
    wanted_from: date = asked("First day wanted")
    reply_by: date | None = asked("Reply by", default=None)
    message: str | None = asked(
        "Message to the provider",
        hint="Do not name the pupil. The provider sees names once the agreement is issued",
        default=None,
    )


@value
class MakeProviderOffer:
    """Offer the place that the school asked for: from when, how many sessions, at what cost."""

    offer_id: OfferId = asked("Place asked for")
    start_from: date = asked("First day we can offer")
    sessions_a_week: int = asked("Sessions a week we can offer", hint="A full week is 10 sessions")
    pennies_per_session: int = asked("Cost of each session")
    open_until: date = asked("Offer open until")
    conditions: str | None = asked("Conditions of the offer", default=None)


@value
class DeclineProviderOffer:
    """Say that there is no place for the pupil, and why."""

    offer_id: OfferId = asked("Place asked for")
    reason_code: OfferDeclineReason = asked("Why is there no place?")
    reason: str = asked("Tell the school more", hint="The school reads this")


class OfferAskedAlready(Rejected):
    """A provider answers one request before the next is made."""

    code = "offer_asked_already"
    title = "The provider has been asked and has not answered"


class OfferNotAsked(Rejected):
    """A provider answers once, and only a request of the school that is still open."""

    code = "offer_not_asked"
    title = "There is no such request to answer"


def request(state: Placement, command: RequestProviderOffer, facts: Facts) -> tuple[ProviderOfferRequested, ...]:
    assert state.proposal.provider_id is not None
    requested = ProviderOfferRequested(
        offer_id=OfferId(derived_id(facts.command_id, "offer")),
        provider_id=state.proposal.provider_id,
        requested_on=facts.today,
        sessions_a_week=command.sessions_a_week,
        wanted_from=command.wanted_from,
        reply_by=command.reply_by,
        message=command.message,
    )
    refuse(
        OfferAskedAlready("Wait for the provider's answer to the request that is open.")
        if state.proposal.asked
        else None,
        *sound_request(requested, state, facts),
    )
    return (requested,)


def sound_request(event: ProviderOfferRequested, _state: Placement, facts: Facts) -> list[Rejected | None]:
    asked_on = event.requested_on
    return [
        not_future(asked_on, facts.today, "/requested_on"),
        at_least(event.sessions_a_week, 1, "The sessions a week", "/sessions_a_week"),
        not_before(event.wanted_from, asked_on, "the request", "/wanted_from"),
        None if event.reply_by is None else not_before(event.reply_by, asked_on, "the request", "/reply_by"),
    ]


def make(state: Placement, command: MakeProviderOffer, facts: Facts) -> tuple[ProviderOfferMade, ...]:
    made = ProviderOfferMade(
        offer_id=command.offer_id,
        made_on=facts.today,
        start_from=command.start_from,
        sessions_a_week=command.sessions_a_week,
        pennies_per_session=command.pennies_per_session,
        open_until=command.open_until,
        conditions=command.conditions,
    )
    refuse(_asked(state, command.offer_id), *sound_offer(made, state, facts))
    return (made,)


def sound_offer(event: ProviderOfferMade, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [
        _answered_on(event.made_on, state, facts, "/made_on"),
        at_least(event.sessions_a_week, 1, "The sessions a week", "/sessions_a_week"),
        at_least(event.pennies_per_session, 0, "The pennies a session", "/pennies_per_session"),
        not_before(event.start_from, event.made_on, "the offer", "/start_from"),
        not_before(event.open_until, event.made_on, "the offer", "/open_until"),
    ]


def _answered_on(day: date, state: Placement, facts: Facts, pointer: str) -> Rejected | None:
    asked = state.proposal.asked
    early = None if asked is None else not_before(day, asked.requested_on, "the request", pointer)
    return early or not_future(day, facts.today, pointer)


def decline(state: Placement, command: DeclineProviderOffer, facts: Facts) -> tuple[ProviderOfferDeclined, ...]:
    declined = ProviderOfferDeclined(
        offer_id=command.offer_id,
        declined_on=facts.today,
        reason_code=command.reason_code,
        reason=command.reason,
    )
    refuse(_asked(state, command.offer_id), *sound_refusal(declined, state, facts))
    return (declined,)


def sound_refusal(event: ProviderOfferDeclined, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [
        _answered_on(event.declined_on, state, facts, "/declined_on"),
        written(event.reason, "why there is no place", "/reason"),
    ]


def _asked(state: Placement, offer_id: OfferId) -> OfferNotAsked | None:
    asked = state.proposal.asked
    if asked is not None and asked.offer_id == offer_id:
        return None
    return OfferNotAsked("Answer the request that the school has open with you.", pointer="/offer_id")
