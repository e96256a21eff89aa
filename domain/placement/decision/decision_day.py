"""The day of a decision: what it rests on was there by then, and the law and the delegation are those of the day."""

from datetime import date

from domain.calendar.school_calendar import DAY, SchoolCalendar
from domain.law.bases import BASES
from domain.law.powers import regime_for
from domain.law.regimes import Regime
from domain.law.rules import figures
from domain.law.school_age import NoDutyLeft, duty_left
from domain.placement.ages import unfit
from domain.placement.decision.period import StartNotAhead, period_faults, review_plan_faults
from domain.placement.facts import Facts
from domain.placement.guards import DateBeforeCause, not_before, not_future, written
from domain.placement.referral.exclusions import is_recorded
from domain.placement.referral.grounds import direction_grounds, plan_considered
from domain.placement.referral.proposal import checked_by
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected
from events.codes import LegalBasis, Role
from events.placement.decision import DeterminationProposed, PlacementDetermined


class DecisionDayUnsound(Rejected):
    """A decision has the date on which it was taken, after everything that it is based on. The law and the delegation
    of that day apply to it.
    """

    code = "decision_day_unsound"
    title = "The decision cannot have that date"
    legal_refs = ("Education Act 2002 s 29A",)


MadeOrProposed = PlacementDetermined | DeterminationProposed


def long_past(on: date, today: date, calendar: SchoolCalendar) -> bool:
    """So far back that it takes a minute and a second person. Before the calendar begins nothing can be counted."""
    begins = calendar.half_terms[0].first_on if calendar.half_terms else on
    return on < begins or calendar.within(on + DAY, today) > figures(today).determination_back_school_days


def asked_less(state: Placement, on: date, facts: Facts) -> bool:
    then, now = (law_of(state, day, facts) for day in (on, facts.today))
    return not isinstance(then, Rejected) and not isinstance(now, Rejected) and then.laws < now.laws


def law_of(state: Placement, on: date, facts: Facts) -> Regime | Rejected:
    """The law of a day, for what the home school was on it."""
    commissioner, home = state.commissioner_on(on), facts.home_on(on)
    assert commissioner is not None
    assert home is not None
    assert home.kind is not None
    return regime_for(commissioner, basis_of(state), on, school=home.kind)


def basis_of(state: Placement) -> LegalBasis:
    assert state.legal_basis is not None
    return state.legal_basis


def rested_on(event: MadeOrProposed, state: Placement, facts: Facts) -> list[DateBeforeCause | None]:
    """A decision comes after all that it rests on: what was not known on its day it cannot have weighed."""
    proposal, provider = state.proposal.proposed, facts.provider
    causes: list[tuple[date | None, str]] = [
        (state.decision.meeting_held.held_on if state.decision.meeting_held else None, "the professionals' meeting"),
        *((each.consulted_on, "a consultation") for each in state.decision.consultations),
        *((each.notified_on, "the council was told") for each in state.decision.las_notified[-1:]),
        (state.referral.exclusion.first_day if state.referral.exclusion else None, "the exclusion began"),
        (proposal.registration_checked_on if proposal else None, "the provider's registration was checked"),
    ]
    if proposal is not None and provider is not None and proposal.due_diligence_until is not None:
        checks = [
            each.completed_on
            for each in provider.due_diligence
            if each.org_id in checked_by(state, facts.school) and each.valid_until == proposal.due_diligence_until
        ]
        causes.append((min(checks, default=None), "your checks of the provider were completed"))
    return [not_before(event.determined_on, day, what, "/determined_on") for day, what in causes if day is not None]


def sound_determination(event: PlacementDetermined, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [
        *sound(event, state, facts),
        *review_plan_faults(event.review_plan, event.start_date, event.proposed_end),
        *_same_ground(event, state, facts),
    ]


def sound_proposed(event: DeterminationProposed, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [*sound(event, state, facts), *review_plan_faults(event.review_plan, event.start_date, event.proposed_end)]


def moved_day(before: PlacementDetermined, after: PlacementDetermined, facts: Facts) -> DecisionDayUnsound | None:
    """A correction moves the day of a decision no further back than one person alone could have dated it."""
    on, was = after.determined_on, before.determined_on
    if on >= was or not long_past(on, was, facts.calendar):
        return None
    return DecisionDayUnsound(
        "More than five school days earlier it takes a second person: cancel, and decide again with the minute.",
        pointer="/value",
    )


def _same_ground(event: PlacementDetermined, state: Placement, facts: Facts) -> list[Rejected | None]:
    """The law and the delegation that a decision rests on are those of its day, and stay as they are on record."""
    on = event.determined_on
    home = facts.home_on(on)
    held = () if home is None else home.delegations
    law = None if home is None else law_of(state, on, facts)
    rests_on = next((each for each in held if each.delegation_id == event.delegation_id), None)
    return [
        DecisionDayUnsound(f"Another law applied to the decision on {words.on(on)}.", pointer="/determined_on")
        if law is not None and (isinstance(law, Rejected) or law.id is not event.regime_id)
        else None,
        None
        if rests_on is None or rests_on.serves(Role.HEAD, on)
        else DecisionDayUnsound(f"The delegation was not in force on {words.on(on)}.", pointer="/determined_on"),
    ]


def sound(event: MadeOrProposed, state: Placement, facts: Facts) -> list[Rejected | None]:
    """What a decision of a day says, and what it must rest on by then."""
    on = event.determined_on
    return [
        not_future(on, facts.today, "/determined_on"),
        *rested_on(event, state, facts),
        StartNotAhead("The placement starts after the day of the decision.", pointer="/determined_on")
        if event.start_date <= on <= facts.today
        else None,
        is_recorded(state),
        _duty(state, on, exams_ahead=bool(event.exams_ahead))
        or unfit(state, [(on, "/determined_on"), (event.start_date, "/start_date")]),
        *direction_grounds(state, event.direction),
        *plan_considered(state, event.ehc_plan, event.determined_on),
        *period_faults(event.start_date, event.proposed_end, event.days, facts),
        written(event.reasons, "the reasons", "/reasons"),
        written(event.alternatives, "which alternatives were considered", "/alternatives"),
    ]


def _duty(state: Placement, on: date, *, exams_ahead: bool) -> NoDutyLeft | None:
    assert state.legal_basis is not None
    if state.referral.pupil is None or not BASES[state.legal_basis].section_19:
        return None
    return duty_left(state.referral.pupil.born_on, on, exams_ahead=exams_ahead)
