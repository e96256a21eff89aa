"""Flags of a pupil that change: an EHC plan, care, a social worker; each from a day on, and never before it."""

import re
from datetime import date

from domain.pupil.facts import PupilFacts
from domain.pupil.state import PupilRecord
from domain.shared import words
from domain.shared.addresses import incomplete
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import PupilFlag
from events.definition import asked, value
from events.pupil import PupilFlagsChanged
from events.values.decision import PlanCouncil


@value
class ChangePupilFlags:
    """Record that the pupil's EHC plan, care or social care status changed, and from which day.

    `flags` are all that hold from that day. With an EHC plan, `plan` names the council that maintains it.
    """

    effective_on: date = asked("From which day?")
    flags: tuple[PupilFlag, ...] = asked(
        "What is true of the pupil from then on?", hint="Leave all empty if none is true any more"
    )
    reason: str = asked("How do you know?")
    plan: PlanCouncil | None = asked(
        "Council that maintains the EHC plan", hint="Needed when the pupil has an EHC plan", default=None
    )


class PupilFlagsUnsound(Rejected):
    """A change of flags gives its day, which is not in the future, and the reason. An EHC plan has one council."""

    code = "pupil_flags_unsound"
    title = "The change to the pupil's flags is not correct"


class PupilFlagsUnchanged(Rejected):
    """Only a change is recorded. The pupil already has the same flags and the same council on that day."""

    code = "pupil_flags_unchanged"
    title = "The pupil already has these flags"


def change(state: PupilRecord, command: ChangePupilFlags, facts: PupilFacts) -> tuple[PupilFlagsChanged, ...]:
    flags = tuple(flag for flag in PupilFlag if flag in command.flags)
    refuse(
        PupilFlagsUnsound(f"{words.on(command.effective_on)} is in the future.", pointer="/effective_on")
        if command.effective_on > facts.today
        else None,
        None if visible(command.reason) else PupilFlagsUnsound("Write down the reason.", pointer="/reason"),
        *_plan(command),
    )
    holds = state.on(command.effective_on)
    refuse(
        PupilFlagsUnchanged("Nothing would change.", pointer="/flags")
        if holds is not None and (holds.flags, holds.plan) == (flags, command.plan)
        else None
    )
    return (
        PupilFlagsChanged(
            effective_on=command.effective_on,
            recorded_on=facts.today,
            flags=flags,
            plan=command.plan,
            reason=command.reason.strip(),
        ),
    )


def _plan(command: ChangePupilFlags) -> tuple[Rejected | None, ...]:
    if PupilFlag.EHCP not in command.flags:
        return (
            PupilFlagsUnsound("Give a council for the plan only if the pupil has an EHC plan.", pointer="/plan")
            if command.plan is not None
            else None,
        )
    if command.plan is None:
        return (PupilFlagsUnsound("Name the council that maintains the EHC plan.", pointer="/plan"),)
    return (
        None
        if re.fullmatch(r"[0-9]{3}", command.plan.la_code)
        else PupilFlagsUnsound("A council code has three digits.", pointer="/plan/la_code"),
        None if visible(command.plan.name) else PupilFlagsUnsound("Give the council's name.", pointer="/plan/name"),
        incomplete(command.plan.address, "/plan/address"),
    )
