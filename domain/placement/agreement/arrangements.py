"""What is arranged for the pupil before the start: transport, meals, and telling parents and pupil of it all.

None of it holds up the start. It is the school's duty of care by guidance, no condition that the law sets for the
requirement to attend, and a pupil kept from education until a form is complete would be worse off. So each is due by
the day before the start, stays on the list until it is done, and is on record as missed when it is not.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.placement.duty import Done, DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import not_future, written
from domain.placement.stages import IN_FORCE
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from events.codes import CommunicationSubject, MealArrangement, Role, RuleId, TransportMode
from events.definition import asked, value
from events.placement.contact import CommunicationSent, MealsArranged, TransportArranged


@value
class ArrangeTransport:
    """Decide whether the pupil needs transport to the provider, and record how it is arranged."""

    arranged_on: date = asked("When was this arranged?")
    required: bool = asked("Does the pupil need transport?")
    details: str = asked("How does the pupil get there?", hint="The parents read this")
    mode: TransportMode | None = asked("Kind of transport", default=None)
    from_on: date | None = asked("From which day?", default=None)


@value
class ArrangeMeals:
    """Record how the pupil eats on days at the provider.

    Whether free meals are due follows from the referral. Give `eligible` where the referral could not say, or where
    it has changed since, with the reason in the details.
    """

    arranged_on: date = asked("When was this arranged?")
    arrangement: MealArrangement = asked("How does the pupil eat?")
    from_on: date = asked("From which day?")
    eligible: bool | None = asked("Can the pupil get free school meals?", default=None)
    details: str | None = asked("Details", default=None)


class TransportNotSecured(Rejected):
    """Where transport is required, say how the pupil travels and from when."""

    code = "transport_not_secured"
    title = "Transport is required and has not been arranged"
    legal_refs = ("DfE guidance: arranging alternative provision",)


class EligibilityUnknown(Rejected):
    """Free school meals must be arranged for a pupil who is eligible, so find out if the pupil is."""

    code = "eligibility_unknown"
    title = "Say if the pupil can have free school meals"


class EligibilityUnexplained(Rejected):
    """A pupil's eligibility for free school meals can change. Say why it differs from the referral."""

    code = "eligibility_unexplained"
    title = "The referral says something else about free school meals"


class MealNotFree(Rejected):
    """An eligible pupil has free meals on days at the provider too. Bringing their own food is not a free meal."""

    code = "meal_not_free"
    title = "The pupil must have a free meal"
    legal_refs = ("Education Act 1996 s 512ZB",)


def sound_transport(
    event: ArrangeTransport | TransportArranged, _state: Placement, facts: Facts
) -> list[Rejected | None]:
    wanted = {"/mode": event.mode, "/from_on": event.from_on} if event.required else {}
    return [
        not_future(event.arranged_on, facts.today, "/arranged_on"),
        written(event.details, "how it is arranged, or why none is needed", "/details"),
        *(
            TransportNotSecured("Say how the pupil travels and from when.", pointer=pointer)
            for pointer, given in wanted.items()
            if given is None
        ),
    ]


def arrange_transport(state: Placement, command: ArrangeTransport, facts: Facts) -> tuple[TransportArranged, ...]:
    refuse(*sound_transport(command, state, facts))
    return (
        TransportArranged(
            arranged_on=command.arranged_on,
            required=command.required,
            mode=command.mode if command.required else None,
            from_on=command.from_on if command.required else None,
            details=command.details,
        ),
    )


def arrange_meals(state: Placement, command: ArrangeMeals, facts: Facts) -> tuple[MealsArranged, ...]:
    referred = free_meals_referred(state)
    arranged = MealsArranged(
        arranged_on=command.arranged_on,
        arrangement=command.arrangement,
        from_on=command.from_on,
        eligible=referred if command.eligible is None else command.eligible,
        details=command.details,
    )
    refuse(*sound_meals(arranged, state, facts))
    return (arranged,)


def sound_meals(event: MealsArranged, state: Placement, facts: Facts) -> list[Rejected | None]:
    referred = free_meals_referred(state)
    changed = referred is not None and event.eligible != referred
    return [
        not_future(event.arranged_on, facts.today, "/arranged_on"),
        EligibilityUnknown("The referral does not say. Say if the pupil is eligible.", pointer="/eligible")
        if event.eligible is None
        else None,
        EligibilityUnexplained("Say in the details why it differs from the referral.", pointer="/details")
        if changed and written(event.details, "why", "/details")
        else None,
        MealNotFree("Choose an arrangement that costs the family nothing.", pointer="/arrangement")
        if event.eligible and event.arrangement is MealArrangement.OWN_FOOD
        else None,
    ]


def free_meals_referred(state: Placement) -> bool | None:
    """Whether the referral says that the pupil has free school meals; None where it could not."""
    picture = state.referral.submitted.picture if state.referral.submitted else None
    return picture.free_school_meals if picture else None


def told_of_arrangements(sent: Iterable[CommunicationSent]) -> frozenset[Role]:
    """Everybody whom these communications told about the arrangements."""
    told = (each for each in sent if each.subject is CommunicationSubject.ARRANGEMENTS)
    return frozenset(role for each in told for role in each.to_roles)


TOLD = frozenset({Role.PARENT, Role.PUPIL})
"""Who must be told about the arrangements: both parents and pupil."""


def due(state: Placement) -> date | None:
    """By when it is all arranged; None while no start is set."""
    if state.period.start_date is None or state.period.start_set_on is None:
        return None
    return max(state.period.start_date - DAY, state.period.start_set_on)


def _wanted_by(state: Placement) -> date | None:
    """The day before the start, though never before the start was set; None once nothing is arranged any more."""
    return due(state) if state.stage in IN_FORCE else None


def _to_tell(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    by = _wanted_by(state)
    if by is not None and not told_of_arrangements(state.around.communications) >= TOLD:
        yield Owed(by)


def _told(_events: Sequence[Any], state: Placement, _calendar: SchoolCalendar) -> Iterator[Done]:
    by = due(state)
    sent = sorted(state.around.communications, key=lambda each: each.sent_on)
    all_told = next((each.sent_on for n, each in enumerate(sent, 1) if told_of_arrangements(sent[:n]) >= TOLD), None)
    if by is not None and all_told is not None:
        yield Done(by, all_told)


def _no_transport(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    by = _wanted_by(state)
    if by is not None and state.around.transport is None:
        yield Owed(by)


def _no_meals(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    by = _wanted_by(state)
    if by is not None and free_meals_referred(state) and state.around.meals is None:
        yield Owed(by)


def _first(kind: type[TransportArranged | MealsArranged]) -> Callable[..., Iterator[Done]]:
    """Done with the first event of a kind."""

    def done(events: Sequence[Any], state: Placement, _calendar: SchoolCalendar) -> Iterator[Done]:
        by, on = due(state), [event.arranged_on for event in events if isinstance(event, kind)]
        if by is not None and on:
            yield Done(by, min(on))

    return done


def _explain(day: DueDay) -> str:
    assert day.state.period.start_date is not None
    return f"before the start on {words.on(day.state.period.start_date)}"


def _duty(rule: RuleId, owed: Callable[..., Iterator[Owed]], done: Callable[..., Iterator[Done]]) -> Duty:
    return Duty(rule=rule, owed=owed, explain=_explain, done=done, ends_with_placement=True)


INFORMED = _duty(RuleId.TOLD, _to_tell, _told)
TRANSPORT = _duty(RuleId.TRANSPORT, _no_transport, _first(TransportArranged))
MEALS = _duty(RuleId.MEALS, _no_meals, _first(MealsArranged))
