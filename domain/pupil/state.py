"""What is known of a pupil beside any placement, folded from the events of the pupil's own stream."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import assert_never

from domain.shared.electronic import Agreement, is_one
from events.codes import HandOverPart, PupilFlag
from events.ids import PupilId
from events.pupil import (
    ElectronicServiceAgreed,
    ElectronicServiceWithdrawn,
    PupilEvent,
    PupilFlagsChanged,
    PupilHandedOver,
    PupilReceived,
    PupilRegistered,
)
from events.values.decision import PlanCouncil


class PupilStage(StrEnum):
    """A record that no draft or command has opened is `UNKNOWN`, although there may be placements from before."""

    UNKNOWN = "unknown"
    OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagPeriod:
    """The flags that a pupil has from a day on, and the council that maintains the EHC plan.

    `number` counts the changes of the record, so that a placement knows which it has seen. They were not known before
    `recorded_on`.
    """

    number: int
    from_on: date
    recorded_on: date
    flags: tuple[PupilFlag, ...]
    plan: PlanCouncil | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PupilRecord:
    stage: PupilStage = PupilStage.UNKNOWN
    pupil_id: PupilId | None = None
    controller: str | None = None
    standings: tuple[FlagPeriod, ...] = ()
    received: PupilReceived | None = None
    handed_over: tuple[PupilHandedOver, ...] = ()
    agreements: tuple[Agreement, ...] = ()

    def on(self, day: date) -> FlagPeriod | None:
        """What holds on a day: of the changes that count by then, the one with the latest day, and of these the last.

        None before the first change: then what a placement's referral said holds.
        """
        begun = [each for each in self.standings if each.from_on <= day]
        return max(begun, key=lambda each: (each.from_on, each.number), default=None)


def initial() -> PupilRecord:
    return PupilRecord()


def evolve(state: PupilRecord, event: PupilEvent) -> PupilRecord:  # noqa: PLR0911 # one flat match: a case for each kind
    """The state after an event. Judges nothing: what happened, happened."""
    match event:
        case PupilRegistered():
            return replace(state, stage=PupilStage.OPEN, pupil_id=event.pupil_id, controller=event.controller)
        case PupilFlagsChanged():
            return _stands(state, event.effective_on, event.recorded_on, event)
        case PupilHandedOver():
            return replace(state, handed_over=(*state.handed_over, event))
        case PupilReceived():
            received = replace(state, received=event)
            if HandOverPart.FLAGS not in event.copied:
                return received
            return _stands(received, event.received_on, event.received_on, event)
        case ElectronicServiceAgreed():
            return _agreed(state, event)
        case ElectronicServiceWithdrawn():
            return _withdrawn(state, event)
        case _:
            assert_never(event)


def _agreed(state: PupilRecord, event: ElectronicServiceAgreed) -> PupilRecord:
    if event.parent is None or event.email is None:  # the key is destroyed
        return state
    agreement = Agreement(parent=event.parent, email=event.email, agreed_on=event.agreed_on)
    return replace(state, agreements=(*state.agreements, agreement))


def _withdrawn(state: PupilRecord, event: ElectronicServiceWithdrawn) -> PupilRecord:
    """Every agreement of the person that holds on the day ends, whichever address it is for."""
    return replace(
        state,
        agreements=tuple(
            replace(each, withdrawn_on=event.withdrawn_on)
            if event.parent is not None and is_one(each.parent, event.parent) and each.holds_on(event.withdrawn_on)
            else each
            for each in state.agreements
        ),
    )


def _stands(
    state: PupilRecord, from_on: date, recorded_on: date, event: PupilFlagsChanged | PupilReceived
) -> PupilRecord:
    number = len(state.standings) + 1
    standing = FlagPeriod(number=number, from_on=from_on, recorded_on=recorded_on, flags=event.flags, plan=event.plan)
    return replace(state, standings=(*state.standings, standing))
