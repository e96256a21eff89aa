"""A concern for the pupil's safety: raising it, answering it, pausing the placement for it, and going on after."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import Figures, figures
from domain.placement.binding import figures_of
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import not_before, not_future, written
from domain.placement.parts.reviews import Review
from domain.placement.reviews.opening import review_duty
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement, initial
from domain.shared import words
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import ConcernSeverity, ReviewDecision, ReviewSource, RuleId
from events.definition import asked, value
from events.ids import ConcernId, ReviewId, derived_id
from events.placement.reviews import ReviewDue
from events.placement.running import (
    PlacementPaused,
    PlacementResumed,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
)


@value
class RaiseSafeguardingConcern:
    """Raise a concern for the pupil's safety. A provider asks with it for the placement to be paused."""

    raised_on: date = asked("When was the concern raised?")
    severity: ConcernSeverity = asked("How serious is it?", hint="If a child is in danger now, ring 999 first")
    concern: str = asked("What is the concern?", hint="What was seen, heard or said, by whom and when")
    pause_requested: bool = asked("Should the placement be paused?", default=False)


@value
class AnswerSafeguardingConcern:
    """Record what is done about a concern for which the placement is not paused."""

    concern_id: ConcernId = asked("Concern")
    answer: str = asked("What are you doing about it?", hint="And why the placement does not need to pause")


@value
class PauseForSafeguarding:
    """Pause the placement for a concern that was raised: the pupil does not attend, and a review opens at once."""

    concern_id: ConcernId = asked("Concern")
    paused_on: date = asked("From which day does the pupil not attend?")
    interim_education: str = asked("How is the pupil taught meanwhile?")


@value
class ResumePlacement:
    """Go on with a paused placement, once the review of the pause is decided."""

    safeguards: str = asked("What keeps the pupil safe now?")


class ConcernUnknown(Rejected):
    """A placement is paused for a concern that was raised and has not been answered."""

    code = "concern_unknown"
    title = "There is no such open concern"


class PauseNotReviewed(Rejected):
    """If a concern stopped the placement, a review of the pause decides if the placement may go on."""

    code = "pause_not_reviewed"
    title = "The review of the pause is not decided"
    legal_refs = ("KCSIE: alternative provision",)


class PauseEndsPlacement(Rejected):
    """If a review decided to end the placement, end it. It cannot be resumed."""

    code = "pause_ends_placement"
    title = "The review of the pause decided to end the placement"


def raise_concern(
    _state: Placement, command: RaiseSafeguardingConcern, facts: Facts
) -> tuple[SafeguardingConcernRaised, ...]:
    refuse(*sound_concern(command, initial(), facts))
    return (
        SafeguardingConcernRaised(
            concern_id=ConcernId(derived_id(facts.command_id, "concern")),
            raised_on=command.raised_on,
            severity=command.severity,
            pause_requested=command.pause_requested,
            by_role=facts.actor.role,
            concern=command.concern,
        ),
    )


def sound_concern(
    event: RaiseSafeguardingConcern | SafeguardingConcernRaised, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.raised_on, facts.today, "/raised_on"),
        written(event.concern, "the concern", "/concern"),
    ]


def sound_answer(event: SafeguardingConcernAnswered, state: Placement, facts: Facts) -> list[Rejected | None]:
    concern = next((each for each in state.running.concerns if each.concern_id == event.concern_id), None)
    return [
        not_future(event.answered_on, facts.today, "/answered_on"),
        not_before(event.answered_on, concern.raised_on, "the concern was raised", "/answered_on") if concern else None,
        written(event.answer, "what is done about the concern", "/answer"),
    ]


def answer(
    state: Placement, command: AnswerSafeguardingConcern, facts: Facts
) -> tuple[SafeguardingConcernAnswered, ...]:
    _open(state, command.concern_id)
    answered = SafeguardingConcernAnswered(
        concern_id=command.concern_id, answered_on=facts.today, answer=command.answer
    )
    refuse(*sound_answer(answered, state, facts))
    return (answered,)


def pause(state: Placement, command: PauseForSafeguarding, facts: Facts) -> tuple[PlacementPaused | ReviewDue, ...]:
    _open(state, command.concern_id)
    refuse(*sound_pause(command, state, facts))
    review_id = ReviewId(derived_id(facts.command_id, "review"))
    return (
        PlacementPaused(
            concern_id=command.concern_id,
            paused_on=command.paused_on,
            review_id=review_id,
            interim_education=command.interim_education,
        ),
        ReviewDue(
            review_id=review_id,
            opened_on=command.paused_on,
            due=pause_review_due(command.paused_on, facts.calendar, figures_of(state)),
            source=ReviewSource.SAFEGUARDING,
            rule=RuleId.SAFEGUARDING,
            immediate=True,
        ),
    )


def sound_pause(event: PauseForSafeguarding | PlacementPaused, state: Placement, facts: Facts) -> list[Rejected | None]:
    assert state.running.started_on is not None
    concern = next((each for each in state.running.concerns if each.concern_id == event.concern_id), None)
    return [
        not_future(event.paused_on, facts.today, "/paused_on"),
        not_before(event.paused_on, state.running.started_on, "the placement started", "/paused_on"),
        not_before(event.paused_on, concern.raised_on, "the concern was raised", "/paused_on") if concern else None,
        written(event.interim_education, "how the pupil is taught in the meantime", "/interim_education"),
    ]


def sound_resumption(event: PlacementResumed, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [
        not_future(event.resumed_on, facts.today, "/resumed_on"),
        not_before(event.resumed_on, state.running.pause.paused_on, "the pause", "/resumed_on")
        if state.running.pause
        else None,
        written(event.safeguards, "what keeps the pupil safe from now on", "/safeguards"),
    ]


def pause_review_due(paused_on: date, calendar: SchoolCalendar, bound: Figures) -> date:
    """The review of a pause is arranged at once; the day leaves the time that an invitation needs."""
    target = calendar.nth_after(paused_on, bound.pause_review_school_days)
    return max(target, paused_on + timedelta(days=bound.invitation_days))


def answer_due(concern: SafeguardingConcernRaised, calendar: SchoolCalendar) -> date:
    """A concern is answered, or the placement paused for it, by the next school day."""
    return calendar.nth_after(concern.raised_on, figures(concern.raised_on).concern_answer_school_days)


def resume(state: Placement, command: ResumePlacement, facts: Facts) -> tuple[PlacementResumed, ...]:
    assert state.running.pause is not None
    review = state.reviews.by_id(state.running.pause.review_id)
    decided = review.decided if review else None
    resumed = PlacementResumed(
        resumed_on=facts.today, review_id=state.running.pause.review_id, safeguards=command.safeguards
    )
    refuse(
        PauseNotReviewed("Hold the review of the pause and decide it first.") if decided is None else None,
        PauseEndsPlacement("The review of the pause decided to end the placement. End it.")
        if decided is not None and decided.decision is ReviewDecision.END
        else None,
        *sound_resumption(resumed, state, facts),
    )
    return (resumed,)


def _open(state: Placement, concern_id: ConcernId) -> SafeguardingConcernRaised:
    """The concern, if it is not answered yet.

    Raises:
        Rejections: there is none such, or it was answered.
    """
    found = next((each for each in state.running.concerns_open if each.concern_id == concern_id), None)
    if found is None:
        raise Rejections(
            (
                ConcernUnknown(
                    "No open concern of this placement has this id. Raise the concern first.", pointer="/concern_id"
                ),
            )
        )
    return found


def _why_pause_review(day: DueDay) -> str:
    after = words.count(figures_of(day.state).pause_review_school_days, "school day")
    return f"at once, within {after} of the pause on {words.on(day.review.opened_on)}"


def _pause_review_by(state: Placement, review: Review, calendar: SchoolCalendar) -> date:
    return pause_review_due(review.opened_on, calendar, figures_of(state))


def _to_answer(state: Placement, calendar: SchoolCalendar) -> Iterator[Owed]:
    if state.stage not in TERMINAL:
        for concern in state.running.concerns_open:
            yield Owed(answer_due(concern, calendar), concern.concern_id, since=concern.raised_on)


def _answered(event: Any, state: Placement, calendar: SchoolCalendar) -> Iterator[Done]:
    if isinstance(event, SafeguardingConcernAnswered | PlacementPaused):
        answered_on = event.paused_on if isinstance(event, PlacementPaused) else event.answered_on
        of_it = (each for each in state.running.concerns if each.concern_id == event.concern_id)
        yield from (Done(answer_due(each, calendar), answered_on, event.concern_id) for each in of_it)


def _why_answered(day: DueDay) -> str:
    assert day.owed.since is not None
    return f"the school day after it was raised on {words.on(day.owed.since)}"


PAUSE_REVIEW = review_duty(
    RuleId.SAFEGUARDING, "Hold the review of the pause", _why_pause_review, due_by=_pause_review_by
)
CONCERN = Duty(
    rule=RuleId.CONCERN,
    what="Answer the safeguarding concern",
    owed=_to_answer,
    explain=_why_answered,
    done_by=_answered,
)
