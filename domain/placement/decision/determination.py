"""The determination: the decision to make the placement, its period and its review plan."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from domain.placement.decision.decision_day import MadeOrProposed, asked_less, basis_of, law_of, long_past, sound
from domain.placement.decision.period import review_plan_faults, start_ahead
from domain.placement.facts import Facts
from domain.placement.guards import written
from domain.placement.referral.grounds import delegation_for
from domain.placement.referral.threshold import RegistrationRequired, required, there, with_period
from domain.placement.state import Placement
from domain.shared.errors import Rejected, Rejections, refuse
from events.codes import CommissionerKind, Role
from events.definition import asked, value
from events.ids import DelegationId, PersonId
from events.placement.decision import DeterminationProposed, PlacementDetermined
from events.values.decision import DirectionGrounds, PlanConsidered, PlannedReview

AUTHORITY = frozenset({Role.LA_OFFICER, Role.SEND_OFFICER})
"""Who decides for a local authority."""


@value
class Determine:
    """Decide that the placement is made: from when to when, how many days, and when it is reviewed.

    `days` counts the school days of required attendance. A direction off site says its grounds; with an EHC plan, how
    the plan was taken into account. A head who names no delegation decides by the one in force.

    `determined_on` is the day of the decision, today where it is left out; `decided_by` and `decided_by_role` say who
    took it, where that was not you. A decision of more than five school days ago, or of a day when the law asked less,
    names its minute in `minute_reference` and waits for a second person to confirm it.
    """

    start_date: date = asked("First day of the placement")
    proposed_end: date = asked("Last day of the placement")
    days: int = asked("Number of school days")
    review_plan: tuple[PlannedReview, ...] = asked(
        "Planned reviews", hint="At least one, so that the pupil is not forgotten"
    )
    reasons: str = asked("Reasons for the placement", hint="The parents read these in the notice")
    alternatives: str = asked("What else was considered?", hint="And why it does not suit")
    delegation_id: DelegationId | None = asked(
        "Delegation you rely on", hint="Needed when you decide for the governing body or trust board", default=None
    )
    exams_ahead: bool = asked("Will the pupil take public exams during the placement?", default=False)
    direction: DirectionGrounds | None = asked(
        "Grounds for a direction off site", hint="Needed for a direction to improve behaviour", default=None
    )
    ehc_plan: PlanConsidered | None = asked(
        "How the EHC plan was considered", hint="Needed when the pupil has an EHC plan", default=None
    )
    determined_on: date | None = asked(
        "When was this decided?", hint="Leave empty if you are deciding now", default=None
    )
    decided_by: PersonId | None = asked(
        "Who decided?", hint="Only if somebody else decided and you are recording it", default=None
    )
    decided_by_role: Role | None = asked("Role of the person who decided", default=None)
    minute_reference: str | None = asked("Reference of the minute", hint="Of the meeting that decided", default=None)


@value
class ConfirmDetermination:
    """Confirm, from its minute, a decision of an earlier day that somebody else typed in."""


class NotTheirDecision(Rejected):
    """The body that commissions the placement decides it: the school's head or governing body, or the council."""

    code = "not_their_decision"
    title = "The decision is another body's"


class MinuteMissing(Rejected):
    """Some decisions need the minute that proves them: one more than five school days ago, or from a day when the law
    asked for less.
    """

    code = "minute_missing"
    title = "The minute reference is missing"
    legal_refs = ("Education Act 2002 s 29A",)


class NothingToConfirm(Rejected):
    """Only a decision that was entered for an earlier day needs to be confirmed."""

    code = "determination_not_proposed"
    title = "There is no decision to confirm"


class SecondPersonNeeded(Rejected):
    """A decision of an earlier day is confirmed by someone other than the person who entered it."""

    code = "determination_needs_second"
    title = "Someone else must confirm this"


def determine(state: Placement, command: Determine, facts: Facts) -> tuple[MadeOrProposed, ...]:
    decided = DeterminationProposed(
        proposed_on=facts.today,
        proposed_by=PersonId(facts.actor.id),
        determined_on=command.determined_on or facts.today,
        decided_by=command.decided_by or PersonId(facts.actor.id),
        decided_by_role=command.decided_by_role or facts.actor.role,
        delegation_id=command.delegation_id,
        start_date=command.start_date,
        proposed_end=command.proposed_end,
        days=command.days,
        review_plan=tuple(sorted(command.review_plan, key=lambda planned: planned.due)),
        exams_ahead=command.exams_ahead,
        minute_reference=command.minute_reference,
        reasons=command.reasons,
        alternatives=command.alternatives,
        direction=command.direction,
        ehc_plan=command.ehc_plan,
    )
    backdated = _needs_second(state, decided, facts)
    made = _made(
        state,
        decided,
        facts,
        # Of the command as it was given: a fault in the plan of reviews is reported at its place there.
        also=(
            *review_plan_faults(command.review_plan, command.start_date, command.proposed_end),
            _minute(command.minute_reference) if backdated else None,
        ),
    )
    return (replace(decided, delegation_id=made.delegation_id),) if backdated else (made,)


def confirm(state: Placement, _command: ConfirmDetermination, facts: Facts) -> tuple[PlacementDetermined, ...]:
    proposed = state.decision.determination_proposed
    if proposed is None:
        raise Rejections((NothingToConfirm("Record the decision first, with its day and its minute."),))
    same = proposed.proposed_by == facts.actor.id
    made = _made(
        state,
        proposed,
        facts,
        also=(
            SecondPersonNeeded("You entered this decision. Ask someone else to confirm it.") if same else None,
            *review_plan_faults(proposed.review_plan, proposed.start_date, proposed.proposed_end),
        ),
    )
    return (replace(made, confirmed_by=PersonId(facts.actor.id)),)


def _made(
    state: Placement, decided: DeterminationProposed, facts: Facts, *, also: Iterable[Rejected | None]
) -> PlacementDetermined:
    """The decision, where everything that it must rest on was there on its day.

    Raises:
        Rejections: something was not.
    """
    on = decided.determined_on
    commissioner = state.commissioner_on(on)
    assert commissioner is not None
    # The regime is that of the day of the determination, and stays with the placement.
    regime = law_of(state, on, facts)
    delegation = delegation_for(state, decided.delegation_id, facts, decider=decided.decided_by_role, on=on)
    refuse(
        regime if isinstance(regime, Rejected) else None,
        *_deciders(commissioner, decided, facts),
        delegation if isinstance(delegation, Rejected) else None,
        start_ahead(decided.start_date, facts),
        _threshold(state, decided, facts),
        *sound(decided, state, facts),
        *also,
    )
    assert not isinstance(regime, Rejected)
    assert not isinstance(delegation, Rejected)
    return PlacementDetermined(
        determined_on=on,
        by=decided.proposed_by,
        delegation_id=delegation.delegation_id if delegation else None,
        regime_id=regime.id,
        legal_basis=basis_of(state),
        start_date=decided.start_date,
        proposed_end=decided.proposed_end,
        days=decided.days,
        review_plan=decided.review_plan,
        calendar_version=facts.calendar.version,
        reasons=decided.reasons,
        alternatives=decided.alternatives,
        exams_ahead=decided.exams_ahead,
        direction=decided.direction,
        ehc_plan=decided.ehc_plan,
        decided_by=decided.decided_by,
        decided_by_role=decided.decided_by_role,
        minute_reference=decided.minute_reference,
    )


def _deciders(
    commissioner: CommissionerKind, decided: DeterminationProposed, facts: Facts
) -> Iterator[NotTheirDecision | None]:
    yield _decider(commissioner, facts.actor.role, None)
    if decided.decided_by_role is not facts.actor.role:
        yield _decider(commissioner, decided.decided_by_role, "/decided_by_role")


def _threshold(state: Placement, decided: DeterminationProposed, facts: Facts) -> RegistrationRequired | None:
    place = with_period(there(state, facts.today), decided.start_date, decided.proposed_end)
    return required(facts.provider, place, facts, "/start_date")


def _needs_second(state: Placement, decided: DeterminationProposed, facts: Facts) -> bool:
    """More than five school days back, or to a day when the law asked less of such a decision."""
    on = decided.determined_on
    if on >= facts.today:
        return False
    return long_past(on, facts.today, facts.calendar) or asked_less(state, on, facts)


def _minute(reference: str | None) -> MinuteMissing | None:
    if written(reference, "the minute", "/minute_reference") is None:
        return None
    return MinuteMissing("Give the reference of the minute that records the decision.", pointer="/minute_reference")


SCHOOL = frozenset({Role.HEAD, Role.BODY_DELEGATE})
"""Who decides for a school."""


def _decider(commissioner: CommissionerKind, role: Role, pointer: str | None) -> NotTheirDecision | None:
    authority = commissioner is CommissionerKind.LA
    if role in (AUTHORITY if authority else SCHOOL):
        return None
    whose = "the council" if authority else "the school"
    return NotTheirDecision(f"This placement is commissioned by {whose}, and decided there.", pointer=pointer)
