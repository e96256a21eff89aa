"""A provider comes into doubt while a pupil is placed there: the placement is reviewed, and a person decides.

Time records the doubt and when the review is due. It pauses nothing and ends nothing.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import figures
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.referral.proposal import checked_by
from domain.placement.referral.threshold import makes_a_school_alone
from domain.placement.stages import IN_FORCE
from domain.placement.state import Placement
from domain.provider.state import News, Provider
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import ProviderDoubt, ProviderKind, ProviderReviewOutcome, RuleId
from events.definition import asked, value
from events.ids import DoubtId, derived_id
from events.placement.running import ProviderDoubted, ProviderReviewRecorded


@value
class RecordProviderReview:
    """Record what you decided about the placement after its provider came into doubt, with the reasons."""

    outcome: ProviderReviewOutcome = asked("What did you decide?")
    reasons: str = asked("Reasons")


class ProviderNotDoubted(Rejected):
    """A doubt about the provider is answered once: by this decision, or by a review held on a later day.

    A doubt arises if the council suspends or withdraws the provider's entry, or if a serious concern is raised. It
    also arises when the commissioner's own checks expire.
    """

    code = "provider_not_doubted"
    title = "There is nothing about the provider to review"
    legal_refs = ("KCSIE: alternative provision",)


def doubted(state: Placement, facts: Facts) -> tuple[ProviderDoubted, ...]:
    """What became known of the provider since it was proposed, as far as it concerns this placement and is new.

    What the proposal knew, it weighed. Several checks that run out on one day are one doubt.
    """
    provider, proposal = facts.provider, state.proposal.proposed
    if state.stage not in IN_FORCE or provider is None or proposal is None:
        return ()
    if provider.provider_id != proposal.provider_id:
        # The facts are of the provider that a command names.
        return ()
    concerns = {None, *checked_by(state, facts.school), f"la:{facts.school.la_code}" if facts.school else None}
    known = {(each.cause, each.arose_on) for each in state.running.doubts}
    found: dict[tuple[object, date], ProviderDoubted] = {}
    for news in provider.news:
        what = (news.doubt, news.arose_on)
        if news.version > proposal.provider_version and news.concerns in concerns and what not in known:
            found.setdefault(what, _doubt(facts, news))
    own = _of_own_pupil(state, provider, facts)
    return (*found.values(), *(() if own is None else (own,)))


def _of_own_pupil(state: Placement, provider: Provider, facts: Facts) -> ProviderDoubted | None:
    """The pupil has an EHC plan or is looked after since the place was given: one such full-time pupil is enough.

    The place stays: a child is not stranded for what the provider must do.
    """
    if provider.kind is not ProviderKind.NON_SCHOOL or not makes_a_school_alone(state, facts.today):
        return None
    assert provider.provider_id is not None
    made = DoubtId(derived_id(facts.placement_id, f"provider-doubt/{provider.provider_id}/own-pupil"))
    if any(each.doubt_id == made for each in state.running.doubts):
        return None
    return ProviderDoubted(
        doubt_id=made, provider_id=provider.provider_id, cause=ProviderDoubt.REGISTRATION, arose_on=facts.today
    )


def _doubt(facts: Facts, news: News) -> ProviderDoubted:
    assert facts.provider is not None
    assert facts.provider.provider_id is not None
    made = derived_id(facts.placement_id, f"provider-doubt/{facts.provider.provider_id}/{news.version}")
    return ProviderDoubted(
        doubt_id=DoubtId(made),
        provider_id=facts.provider.provider_id,
        cause=news.doubt,
        arose_on=news.arose_on,
    )


def due(doubt: ProviderDoubted, calendar: SchoolCalendar) -> date:
    urgent = doubt.cause is ProviderDoubt.REGISTRATION
    ours = figures(doubt.arose_on)
    days = ours.registration_review_school_days if urgent else ours.provider_review_school_days
    return calendar.nth_after(doubt.arose_on, days)


def waiting(state: Placement) -> tuple[ProviderDoubted, ...]:
    """The doubts that no decision has answered, and no review held on a later day."""
    if state.stage not in IN_FORCE:
        return ()
    answered = {doubt_id for review in state.running.provider_reviews for doubt_id in review.doubt_ids}
    last_held = max(
        (review.held.held_on for review in state.reviews.opened if review.held is not None), default=date.min
    )
    return tuple(each for each in state.running.doubts if each.doubt_id not in answered and last_held <= each.arose_on)


def record(state: Placement, command: RecordProviderReview, facts: Facts) -> tuple[ProviderReviewRecorded, ...]:
    open_doubts = waiting(state)
    reviewed = ProviderReviewRecorded(
        reviewed_on=facts.today,
        doubt_ids=tuple(each.doubt_id for each in open_doubts),
        outcome=command.outcome,
        reasons=command.reasons,
    )
    refuse(
        None if open_doubts else ProviderNotDoubted("There is no doubt about the provider to answer."),
        *sound(reviewed, state, facts),
    )
    return (reviewed,)


def sound(event: ProviderReviewRecorded, state: Placement, facts: Facts) -> list[Rejected | None]:
    answered = [each.arose_on for each in state.running.doubts if each.doubt_id in event.doubt_ids]
    return [
        not_future(event.reviewed_on, facts.today, "/reviewed_on"),
        *(not_before(event.reviewed_on, each, "the doubt arose", "/reviewed_on") for each in answered),
        written(event.reasons, "the reasons", "/reasons"),
    ]


def _owed(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    """A review of the placement for each doubt that nobody has answered."""
    for doubt in waiting(state):
        yield Owed(due(doubt, calendar), doubt.doubt_id)


def _done_by(event: Any, state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    if isinstance(event, ProviderReviewRecorded):
        of_it = (each for each in state.running.doubts if each.doubt_id in event.doubt_ids)
        yield from (Done(due(each, calendar), event.reviewed_on, each.doubt_id) for each in of_it)


def _otherwise(state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    """A review that was held on a later day."""
    held = [review.held.held_on for review in state.reviews.opened if review.held is not None]
    for doubt in state.running.doubts:
        later = [each for each in held if each > doubt.arose_on]
        if later:
            yield Done(due(doubt, calendar), min(later), doubt.doubt_id)


def _explain(day: DueDay) -> str:
    doubt = next(each for each in day.state.running.doubts if each.doubt_id == day.owed.subject)
    after = words.count(figures(doubt.arose_on).provider_review_school_days, "school day")
    return f"{after} after {_DOUBTS[doubt.cause]} on {words.on(doubt.arose_on)}"


_DOUBTS = {
    ProviderDoubt.ENTRY_SUSPENDED: "the council suspended its directory entry",
    ProviderDoubt.ENTRY_WITHDRAWN: "the council withdrew its directory entry",
    ProviderDoubt.SERIOUS_CONCERN: "a serious concern about it was raised",
    ProviderDoubt.CHECKS_RAN_OUT: "your own checks of it had run out",
    ProviderDoubt.REGISTRATION: "it may have to be a registered school",
}

DUTY = Duty(
    rule=RuleId.PROVIDER,
    owed=_owed,
    explain=_explain,
    done_by=_done_by,
    otherwise=_otherwise,
    ends_with_placement=True,
)
