"""What events say that follows from other facts: said again where a correction puts one of those right.

An event keeps what its own command worked out from the record, such as on how many days a letter was late. Where a
correction changes one of the days, that is worked out again, from the days as they are now. What no correction
touches stays as it was stored, whatever rule it was worked out by.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from domain.law.bases import BASES
from domain.placement.binding import figures_of
from domain.placement.guards import relevant_person
from domain.placement.referral import exclusions
from domain.placement.referral.submitting import upn_warnings, year_warnings
from domain.placement.reviews.letter_days import days_after, days_before, invited_in_time, told_in_time
from domain.placement.reviews.requests import binding_from, last_review
from domain.placement.running.terms import in_force
from domain.placement.state import Placement, evolve, initial
from events.codec import parse_field
from events.codes import DeliveryMethod, DocumentKind, ReviewSource, RuleId
from events.ids import EventId, ReviewId
from events.placement.agreement import NoticeGiven
from events.placement.letters import ReviewServiceChanged
from events.placement.record import RecordCorrected
from events.placement.referral import ReferralSubmitted
from events.placement.reviews import (
    ReviewDue,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewOutcomeNotified,
    ReviewRequested,
    ReviewRequestRefused,
)
from events.placement.running import TermsChanged

_Held = Mapping[ReviewId, date]
_RELEVANT = "relevant_person"


def in_place(history: Mapping[EventId, Any]) -> dict[EventId, Any]:
    """The events in their order: each corrected value at the place of the event it corrects, and what follows from it.

    Of several corrections of a field the last holds. One whose value is gone, with its pupil's key, corrects nothing.
    """
    values: dict[EventId, dict[str, str]] = {}
    for event in history.values():
        if isinstance(event, RecordCorrected) and event.value is not None:
            values.setdefault(event.corrects_event_id, {})[event.field] = event.value
    if not values:
        return dict(history)
    right = {event_id: _put_right(event, values.get(event_id, {})) for event_id, event in history.items()}
    return _worked_out_again(history, right)


def _put_right(event: Any, values: Mapping[str, str]) -> Any:
    if not values:
        return event
    return replace(event, **{field: parse_field(type(event), field, text) for field, text in values.items()})


def _worked_out_again(stored: Mapping[EventId, Any], right: Mapping[EventId, Any]) -> dict[EventId, Any]:
    placed: dict[EventId, Any] = {}
    before, after = initial(), initial()
    held_before, held_after = _held(stored.values()), _held(right.values())
    for event_id, event in stored.items():
        own = right[event_id]
        was = _follows(event, before, held_before)
        reborn = _born_on(before) != _born_on(after)
        changed = {
            field: found
            for field, found in _follows(own, after, held_after).items()
            # Who is an adult by a slip in the date of birth is none, and may have been stored as one.
            if found != (getattr(event, field) if reborn and field == _RELEVANT else was.get(field))
        }
        placed[event_id] = replace(own, **changed) if changed else own
        before, after = evolve(before, event), evolve(after, placed[event_id])
    return placed


def _born_on(state: Placement) -> date | None:
    return state.referral.pupil.born_on if state.referral.pupil else None


def _held(events: Iterable[Any]) -> _Held:
    """On which day each review was held: a meeting that was brought forward, its invitation did not know of."""
    return {event.review_id: event.held_on for event in events if isinstance(event, ReviewHeld)}


def _follows(event: Any, state: Placement, held: _Held) -> dict[str, Any]:  # noqa: C901, PLR0911 # one flat match: a case for each kind
    """What an event says that follows from the record before it, by field."""
    match event:
        case ReferralSubmitted():
            return _warnings(event, state)
        case NoticeGiven():
            return _notice(event, state)
        case TermsChanged():
            return {"from_value": in_force(state)[event.field]}
        case ReviewDue(source=ReviewSource.SAFEGUARDING):
            pause = state.running.pause
            return {} if pause is None or pause.review_id != event.review_id else {"opened_on": pause.paused_on}
        case ReviewRequested():
            return {"last_review_on": last_review(state, event.requested_on)}
        case ReviewRequestRefused():
            return _refusal(event, state)
        case ReviewInvitationGiven():
            review = state.reviews.by_id(event.review_id)
            if review is None or review.scheduled is None:
                return {}
            days = days_before(review, event.deemed_on, held.get(event.review_id))
            return {"days_before": days, "timely": invited_in_time(days, figures_of(state))}
        case ReviewOutcomeNotified():
            review = state.reviews.by_id(event.review_id)
            if review is None or review.held is None:
                return {}
            days = days_after(review.held, event.deemed_on)
            return {"days_after": days, "timely": told_in_time(days, figures_of(state))}
        case ReviewServiceChanged(deemed_on=date() as deemed_on):
            return _review_service(event, deemed_on, state, held)
        case _:
            return {}


def _review_service(event: ReviewServiceChanged, deemed_on: date, state: Placement, held: _Held) -> dict[str, Any]:
    review = state.reviews.by_id(event.review_id)
    if event.kind is DocumentKind.REVIEW_INVITATION:
        if review is None or review.scheduled is None:
            return {}
        days = days_before(review, deemed_on, held.get(event.review_id))
        return {"days": days, "timely": invited_in_time(days, figures_of(state))}
    if review is None or review.held is None:
        return {}
    days = days_after(review.held, deemed_on)
    return {"days": days, "timely": told_in_time(days, figures_of(state))}


def _warnings(event: ReferralSubmitted, state: Placement) -> dict[str, Any]:
    if state.referral.pupil is None:
        return {}
    # The day of the submission is not in the event; that of telling the parents lies shortly before it.
    return {
        "upn_warnings": upn_warnings(state.referral.pupil),
        "warnings": year_warnings(state.referral.pupil, event.parent_informed_on),
    }


def _notice(event: NoticeGiven, state: Placement) -> dict[str, Any]:
    found: dict[str, Any] = {_RELEVANT: relevant_person(state, event.given_on)}
    in_hours = state.legal_basis is not None and BASES[state.legal_basis].notice is RuleId.T8
    if in_hours and event.change_id is None:
        at = None if event.method is DeliveryMethod.FIRST_CLASS_POST else event.given_at
        found["timely"] = exclusions.in_time(
            event.deemed_on, at, event.start_date, event.session_times, figures_of(state)
        )
    return found


def _refusal(event: ReviewRequestRefused, state: Placement) -> dict[str, Any]:
    asked = next((each for each in state.reviews.requests if each.request_id == event.request_id), None)
    last = last_review(state, asked.requested_on) if asked else None
    return {} if last is None else {"last_review_on": last, "binding_from": binding_from(last, figures_of(state))}
