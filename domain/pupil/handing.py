"""Handing a pupil over: another organisation gets a record of its own, under its own key, with a copy of what is named.

Both records keep the link, and each organisation erases its own. Nothing is moved: the giver's record stays as it is.
"""

from datetime import date

from domain.access.roles import OrgKind, organisation
from domain.calendar.months import months_after
from domain.law.rules import figures
from domain.law.school_age import birthday
from domain.pupil.facts import Copyable, PupilFacts
from domain.pupil.state import PupilRecord
from domain.shared import words
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import HandOverPart
from events.definition import asked, value
from events.ids import HandOverId, PupilId, derived_id
from events.pupil import PupilHandedOver, PupilReceived, PupilRegistered


@value
class HandOverPupil:
    """Give another school or a council a record of its own of this pupil, with a copy of the parts that you name.

    `to` is the organisation, as `school:900002` or `la:831`. `copied`: `details` are the pupil's details and parents,
    `flags` the EHC plan and care status that hold today, `picture` the picture of the last referral.
    """

    to: str = asked("Who is the pupil handed over to?", hint="A school as school:900002, a council as la:831")
    handed_over_on: date = asked("When was the pupil handed over?")
    copied: tuple[HandOverPart, ...] = asked("What do they get a copy of?")
    reason: str = asked("Why is the pupil handed over?")


class HandOverUnsound(Rejected):
    """A pupil is handed over to another school that is registered here, or to a council, on a day that is not in the
    future.
    """

    code = "hand_over_unsound"
    title = "The hand-over is not correct"
    legal_refs = ("UK GDPR art 5(1)(c)",)


class NothingToCopy(Rejected):
    """Only what is on record can be copied: without a referral there is no description of the pupil's situation."""

    code = "nothing_to_copy"
    title = "There is nothing on record to copy"


def hand_over(state: PupilRecord, command: HandOverPupil, facts: PupilFacts) -> tuple[PupilHandedOver, ...]:
    receiver = organisation(command.to)
    parts = tuple(part for part in HandOverPart if part in command.copied)
    refuse(
        HandOverUnsound("Name a school as school:900002, or a council as la:831.", pointer="/to")
        if receiver is None or receiver.kind not in {OrgKind.SCHOOL, OrgKind.LA}
        else HandOverUnsound("The record already belongs to this organisation.", pointer="/to")
        if facts.owned is not None and facts.owned.controller == command.to
        else HandOverUnsound("This school is not registered here.", pointer="/to")
        if not facts.receiver_known
        else None,
        HandOverUnsound(f"{words.on(command.handed_over_on)} is in the future.", pointer="/handed_over_on")
        if command.handed_over_on > facts.today
        else None,
        None if parts else HandOverUnsound("Name what is copied.", pointer="/copied"),
        None if visible(command.reason) else HandOverUnsound("Write down the reason.", pointer="/reason"),
        HandOverUnsound("This organisation has already received the record.", pointer="/to")
        if any(each.to_controller == command.to for each in state.handed_over)
        else None,
        *_lacking(parts, facts.own),
        _born(parts, command.handed_over_on, facts.own),
    )
    handed_over = PupilHandedOver(
        hand_over_id=HandOverId(derived_id(facts.command_id, "hand-over")),
        handed_over_on=command.handed_over_on,
        to_controller=command.to,
        to_pupil_id=PupilId(derived_id(facts.command_id, "pupil")),
        copied=parts,
        reason=command.reason.strip(),
    )
    return (handed_over,)


def _lacking(parts: tuple[HandOverPart, ...], own: Copyable) -> tuple[Rejected | None, ...]:
    return (
        NothingToCopy("No details of the pupil are on record.", pointer="/copied")
        if HandOverPart.DETAILS in parts and own.pupil is None
        else None,
        NothingToCopy("There is no referral with the pupil's situation on record.", pointer="/copied")
        if HandOverPart.PICTURE in parts and own.picture is None
        else None,
    )


def _born(parts: tuple[HandOverPart, ...], on: date, own: Copyable) -> HandOverUnsound | None:
    """A slip in the date of birth is not passed on. On which basis the receiver places the pupil is not known here."""
    if HandOverPart.DETAILS not in parts or own.pupil is None:
        return None
    born_on = own.pupil.born_on
    ages = figures(on)
    young = birthday(born_on, ages.pupil_from_age) > months_after(on, ages.referred_ahead_months)
    if not young and on < birthday(born_on, ages.plan_to_age + 1):
        return None
    return HandOverUnsound(
        "The date of birth on record cannot be right. Correct it first, or leave the details out.", pointer="/copied"
    )


def received(state: PupilRecord, event: PupilHandedOver, facts: PupilFacts) -> tuple[PupilRegistered, PupilReceived]:
    """How the receiver's record begins. What is not named stays behind."""
    assert facts.owned is not None
    assert facts.owned.controller is not None
    own, holds = facts.own, state.on(event.handed_over_on)
    referred = own.picture.flags if own.picture else ()
    flags = holds.flags if holds else referred
    copies = event.copied
    return (
        PupilRegistered(pupil_id=event.to_pupil_id, controller=event.to_controller),
        PupilReceived(
            hand_over_id=event.hand_over_id,
            received_on=event.handed_over_on,
            from_controller=facts.owned.controller,
            from_pupil_id=facts.pupil_id,
            copied=copies,
            pupil=own.pupil if HandOverPart.DETAILS in copies else None,
            flags=flags if HandOverPart.FLAGS in copies else (),
            plan=holds.plan if holds and HandOverPart.FLAGS in copies else None,
            picture=own.picture if HandOverPart.PICTURE in copies else None,
        ),
    )
