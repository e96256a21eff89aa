"""How a placement stops: before its start, at its end, and with its evaluation; and what the record needs then."""

import re
from datetime import date
from typing import assert_never

from domain.placement.facts import Facts
from domain.placement.guards import at_least, basis_points, not_before, not_future, written
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import Assessor, ContactMethod, EndReason, MoveParty, TerminationReason
from events.definition import asked, value
from events.ids import Urn
from events.placement.ending import AssessmentSought, EvaluationRecorded, PlacementClosed, PlacementEnded
from events.placement.referral import PlacementCancelled, ReferralDeclined, ReferralWithdrawn


@value
class DeclineReferral:
    """Decline the referral: there is no place, or the provision does not suit."""

    reason_code: TerminationReason = asked("Why is the referral declined?")
    reason_text: str = asked("Tell the school more")


@value
class Withdraw:
    """Withdraw the referral: the school or the parents no longer want it."""

    reason_code: TerminationReason = asked("Why is the referral withdrawn?")
    reason_text: str = asked("More about the reason")


@value
class Cancel:
    """Cancel the placement before it starts."""

    reason_code: TerminationReason = asked("Why is the placement cancelled?")
    reason_text: str = asked("More about the reason")


@value
class EndPlacement:
    """Record that the placement has ended, why, and where the pupil goes now.

    A managed move says who agreed to it in writing, and on which day the last of them did.
    """

    ended_on: date = asked("Last day of the placement")
    reason: EndReason = asked("Why did it end, and where does the pupil go?")
    destination_urn: Urn | None = asked("School the pupil goes to", hint="If it is not the home school", default=None)
    agreed_by: tuple[MoveParty, ...] = asked("Who agreed to the move?", hint="For a managed move", default=())
    agreed_on: date | None = asked("When did they agree?", hint="For a managed move", default=None)
    reason_text: str | None = asked("More about the reason", default=None)


@value
class Evaluate:
    """Record what came of the placement, with the pupil's, the parents' and the provider's own view of it.

    Attendance in hundredths of a per cent; after the placement as far as it is known.
    """

    objectives_met: tuple[str, ...] = asked("Objectives that were met")
    attendance_before_basis_points: int = asked("Attendance before the placement")
    attendance_during_basis_points: int = asked("Attendance during the placement")
    cost_total_pennies: int = asked("Total cost")
    attendance_after_basis_points: int | None = asked("Attendance since the return", default=None)
    pupil_assessment: str | None = asked("What does the pupil think of the placement?", default=None)
    parent_assessment: str | None = asked("What do the parents think of the placement?", default=None)
    provider_view: str | None = asked("What does the provider think?", default=None)


@value
class RecordAssessmentAttempt:
    """Record that the pupil, the parents or the provider were asked for their view of the placement, and how."""

    of: Assessor = asked("Who was asked?")
    asked_on: date = asked("When were they asked?")
    method: ContactMethod = asked("How were they asked?")


@value
class Close:
    """Close the record of an ended and evaluated placement."""


class ReturnWithoutPlan(Rejected):
    """A return to school is planned, and has begun, before the placement ends with that return."""

    code = "return_without_plan"
    title = "The return to school was not planned"


class DestinationUnsound(Rejected):
    """Give the URN of the school, which has six digits."""

    code = "destination_unsound"
    title = "The destination is not a school's URN"


class ManagedMoveUnsound(Rejected):
    """A managed move is permanent, to another school, and made with the written agreement of all concerned.

    They are the parent, or the pupil from 18, both schools, and the council if the pupil has an EHC plan.
    """

    code = "managed_move_unsound"
    title = "The managed move is not agreed or not to another school"
    legal_refs = ("DfE guidance on suspension and permanent exclusion: managed moves",)


class AssessmentMissing(Rejected):
    """The record of a placement has the views of the pupil, the parents and the provider.

    If one of them gave none, say when and how they were asked.
    """

    code = "assessment_missing"
    title = "The pupil's, the parents' or the provider's view is missing"


_PARTIES = {
    MoveParty.PARENT: "parent, or of the pupil from the age of 18",
    MoveParty.HOME_SCHOOL: "home school",
    MoveParty.RECEIVING_SCHOOL: "receiving school",
    MoveParty.LA: "council that maintains the EHC plan",
}
_RETURNS = frozenset({EndReason.RETURN_FULL, EndReason.RETURN_PHASED})


def decline(_state: Placement, command: DeclineReferral, facts: Facts) -> tuple[ReferralDeclined, ...]:
    refuse(_reason(command.reason_text))
    return (
        ReferralDeclined(declined_on=facts.today, reason_code=command.reason_code, reason_text=command.reason_text),
    )


def withdraw(_state: Placement, command: Withdraw, facts: Facts) -> tuple[ReferralWithdrawn, ...]:
    refuse(_reason(command.reason_text))
    return (
        ReferralWithdrawn(withdrawn_on=facts.today, reason_code=command.reason_code, reason_text=command.reason_text),
    )


def cancel(_state: Placement, command: Cancel, facts: Facts) -> tuple[PlacementCancelled, ...]:
    refuse(_reason(command.reason_text))
    return (
        PlacementCancelled(cancelled_on=facts.today, reason_code=command.reason_code, reason_text=command.reason_text),
    )


def sound_stop(
    event: ReferralDeclined | ReferralWithdrawn | PlacementCancelled, state: Placement, facts: Facts
) -> list[Rejected | None]:
    match event:
        case ReferralDeclined():
            stopped_on, pointer = event.declined_on, "/declined_on"
        case ReferralWithdrawn():
            stopped_on, pointer = event.withdrawn_on, "/withdrawn_on"
        case PlacementCancelled():
            stopped_on, pointer = event.cancelled_on, "/cancelled_on"
        case _:
            assert_never(event)
    made = state.decision.determination
    return [
        not_future(stopped_on, facts.today, pointer),
        not_before(stopped_on, made.determined_on, "the placement was determined", pointer) if made else None,
        _reason(event.reason_text),
    ]


def _reason(text: str | None) -> Rejected | None:
    return written(text, "the reason", "/reason_text")


def end(state: Placement, command: EndPlacement, facts: Facts) -> tuple[PlacementEnded, ...]:
    refuse(*sound_end(command, state, facts))
    return (
        PlacementEnded(
            ended_on=command.ended_on,
            reason=command.reason,
            destination_urn=command.destination_urn,
            agreed_by=command.agreed_by,
            agreed_on=command.agreed_on,
            reason_text=command.reason_text,
        ),
    )


def sound_end(event: EndPlacement | PlacementEnded, state: Placement, facts: Facts) -> list[Rejected | None]:
    assert state.running.started_on is not None
    began = state.ending.reintegration
    return [
        ReturnWithoutPlan("Plan the return to school and begin it by its plan first.", pointer="/reason")
        if event.reason in _RETURNS and began is None
        else None,
        not_future(event.ended_on, facts.today, "/ended_on"),
        not_before(event.ended_on, state.running.started_on, "the placement started", "/ended_on"),
        not_before(event.ended_on, began.started_on, "the return to school began", "/ended_on") if began else None,
        None
        if event.destination_urn is None or re.fullmatch(r"[0-9]{6}", event.destination_urn)
        else DestinationUnsound("A URN has six digits.", pointer="/destination_urn"),
        *(_managed_move(state, event, facts) if event.reason is EndReason.MANAGED_MOVE else ()),
    ]


def _managed_move(state: Placement, command: EndPlacement | PlacementEnded, facts: Facts) -> list[Rejected | None]:
    required = [party for party in MoveParty if party is not MoveParty.LA or state.referral.has_plan]
    return [
        *(
            ManagedMoveUnsound(f"Record the written agreement of the {_PARTIES[party]}.", pointer="/agreed_by")
            for party in required
            if party not in command.agreed_by
        ),
        ManagedMoveUnsound("Say on which day the last of them agreed.", pointer="/agreed_on")
        if command.agreed_on is None
        else not_future(command.agreed_on, facts.today, "/agreed_on"),
        ManagedMoveUnsound("Name the school that the pupil moves to permanently.", pointer="/destination_urn")
        if command.destination_urn in {None, state.home_school_urn}
        else None,
    ]


def record_attempt(state: Placement, command: RecordAssessmentAttempt, facts: Facts) -> tuple[AssessmentSought, ...]:
    refuse(*sound_attempt(command, state, facts))
    return (AssessmentSought(of=command.of, asked_on=command.asked_on, method=command.method),)


def sound_attempt(
    event: RecordAssessmentAttempt | AssessmentSought, state: Placement, facts: Facts
) -> list[Rejected | None]:
    assert state.running.started_on is not None
    return [
        not_future(event.asked_on, facts.today, "/asked_on"),
        not_before(event.asked_on, state.running.started_on, "the placement started", "/asked_on"),
    ]


def sound_evaluation(event: Evaluate | EvaluationRecorded, state: Placement, facts: Facts) -> list[Rejected | None]:
    evaluated_on = event.evaluated_on if isinstance(event, EvaluationRecorded) else None
    return [
        *(
            (
                not_future(evaluated_on, facts.today, "/evaluated_on"),
                not_before(evaluated_on, state.ending.end.ended_on, "the placement ended", "/evaluated_on"),
            )
            if evaluated_on and state.ending.end
            else ()
        ),
        basis_points(event.attendance_before_basis_points, "/attendance_before_basis_points"),
        basis_points(event.attendance_during_basis_points, "/attendance_during_basis_points"),
        basis_points(event.attendance_after_basis_points or 0, "/attendance_after_basis_points"),
        at_least(event.cost_total_pennies, 0, "The cost", "/cost_total_pennies"),
    ]


def sound_closing(event: PlacementClosed, state: Placement, facts: Facts) -> list[Rejected | None]:
    return [
        not_future(event.closed_on, facts.today, "/closed_on"),
        not_before(event.closed_on, state.ending.end.ended_on, "the placement ended", "/closed_on")
        if state.ending.end
        else None,
    ]


def evaluate(state: Placement, command: Evaluate, facts: Facts) -> tuple[EvaluationRecorded, ...]:
    refuse(*sound_evaluation(command, state, facts))
    return (
        EvaluationRecorded(
            objectives_met=command.objectives_met,
            attendance_before_basis_points=command.attendance_before_basis_points,
            attendance_during_basis_points=command.attendance_during_basis_points,
            cost_total_pennies=command.cost_total_pennies,
            attendance_after_basis_points=command.attendance_after_basis_points,
            evaluated_on=facts.today,
            pupil_assessment=command.pupil_assessment,
            parent_assessment=command.parent_assessment,
            provider_view=command.provider_view,
        ),
    )


def close(state: Placement, _command: Close, facts: Facts) -> tuple[PlacementClosed, ...]:
    done = state.ending.evaluation
    given = {
        Assessor.PUPIL: done.pupil_assessment if done else None,
        Assessor.PARENT: done.parent_assessment if done else None,
        Assessor.PROVIDER: done.provider_view if done else None,
    }
    sought = {each.of for each in state.ending.assessments_sought} if done else set()
    refuse(
        *(
            AssessmentMissing(f"Evaluate with the view of the {who}, or record how they were asked for it.")
            for who, text in given.items()
            if not visible(text) and who not in sought
        )
    )
    return (PlacementClosed(closed_on=facts.today),)
