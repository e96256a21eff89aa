"""T16: how long the record of a pupil is kept by name, and that its erasure is proposed then. A person confirms it.

The facts stay; the pupil's key goes, and with it whatever is personal. The day is worked out from the date of birth
where it is looked at, and what is written down of it is a year. A person may decide on an earlier erasure, on one of
the grounds that the law knows.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final

from domain.access.controllers import of_controller
from domain.calendar.school_calendar import SchoolCalendar
from domain.law.rules import figures
from domain.placement import pupil_flags
from domain.placement.duty import DueDay, Duty, Owed
from domain.placement.facts import Facts
from domain.placement.guards import not_future
from domain.placement.record import open_requests
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from domain.shared.text import visible
from events.codes import ErasureGround, PupilFlag, RuleId
from events.definition import asked, value
from events.placement.record import ErasureConfirmed, ErasureDecided, ErasureProposed

# What the law itself says must be kept is kept against these two, and against no other (UK GDPR art 17(3)(b)).
_GIVES_WAY: Final = {ErasureGround.NO_LONGER_NECESSARY, ErasureGround.OBJECTION}
# A reference, and not a sentence: no blanks, and a figure in it.
_REFERENCE: Final = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9./-]{2,39}", re.ASCII)


@value
class ProposeErasure:
    """Propose that the pupil's personal data be erased: the time to keep it is over. The system alone gives this."""

    kept_until_year: int


@value
class ConfirmErasure:
    """Confirm that the pupil's personal data may be erased permanently, in all placements of the pupil.

    Give it once it is clear that nobody needs the record any more: no inquiry, no claim and no request for access is
    open. The facts stay on record, without a name.
    """


@value
class DecideErasure:
    """Decide that the pupil's personal data are erased permanently before their time, in all placements of the pupil.

    On one of the grounds of article 17(1). `reference` names the papers that give the reasons: they are not kept here,
    and what is written here outlives the erasure. It is done once no placement of the pupil is open.
    """

    decided_on: date = asked("When was this decided?")
    ground: ErasureGround = asked("On what ground?")
    reference: str = asked("Reference of the request")


class StillKept(Rejected):
    """A pupil's record is kept until a number of years after birth. Each entry of the register has its own time."""

    code = "still_kept"
    title = "The record must be kept for longer"
    legal_refs = ("UK GDPR art 5(1)(e)",)


class ErasureNotProposed(Rejected):
    """Erasure is confirmed once, after it has been proposed. It cannot be undone."""

    code = "erasure_not_proposed"
    title = "No erasure is waiting to be confirmed"
    legal_refs = ("UK GDPR art 5(1)(e)",)


class ErasureSettled(Rejected):
    """Erasure is confirmed or decided once. It then follows, and cannot be undone."""

    code = "erasure_settled"
    title = "The erasure has already been decided"
    legal_refs = ("UK GDPR art 17(1)",)


class PersonalDataErased(Rejected):
    """The pupil's key was destroyed before this could be decided, so the request can no longer be read."""

    code = "personal_data_erased"
    title = "This pupil's personal data has been erased"


class AccessRequestWaits(Rejected):
    """Answer the person who asked to see the record first. Erasing it before that can be an offence."""

    code = "access_request_waits"
    title = "A request to see the record is still to be answered"
    legal_refs = ("Data Protection Act 2018 s 173",)


class RegisterStillKept(Rejected):
    """Each entry of an attendance register is kept for six years. An objection does not change that."""

    code = "register_still_kept"
    title = "The register of this placement must still be kept"
    legal_refs = ("UK GDPR art 17(3)(b)",)


class ReferenceUnfit(Rejected):
    """A reference such as `IG-2026/041` points to the papers of the decision and does not identify anyone."""

    code = "reference_unfit"
    title = "The reference is not in the right format"


class PupilHasPlacement(Rejected):
    """Of a pupil who has a placement, or a draft that may become one, the erasure is decided on the placement."""

    code = "pupil_has_placement"
    title = "This pupil has a placement or a draft"


class ErasureProposedAlready(Rejected):
    """An earlier proposal has not been answered yet."""

    code = "erasure_proposed_already"
    title = "Erasure has already been proposed"


def kept_until(placements: Iterable[Placement], last_entry_on: date | None) -> date | None:
    """The last day on which a pupil's record is kept by name; None where no birth is on record.

    The end of a year, so that it tells no birthday. Longer for a pupil with special educational needs, and never
    before the last entry of a register is old enough.
    """
    known = [each for each in placements if each.referral.pupil is not None]
    births = [each.referral.pupil.born_on.year for each in known if each.referral.pupil is not None]
    if not births:
        return None
    has_sen = any(_has_sen(each) for each in known)
    ended_on = max((each.ending.end.ended_on for each in known if each.ending.end is not None), default=date.max)
    ours = figures(ended_on)
    year = max(births) + (ours.sen_record_years if has_sen else ours.pupil_record_years)
    if last_entry_on is not None:
        year = max(year, last_entry_on.year + figures(last_entry_on).register_years)
    return date(year, 12, 31)


def _has_sen(state: Placement) -> bool:
    picture = state.referral.submitted.picture if state.referral.submitted else None
    had_plan = any(PupilFlag.EHCP in flags for flags in pupil_flags.ever(state))
    return had_plan or bool(picture and visible(picture.sen_need))


def propose(state: Placement, command: ProposeErasure, facts: Facts) -> tuple[ErasureProposed, ...]:
    refuse(
        ErasureProposedAlready("It has not been confirmed yet.") if state.ending.erasure_proposed is not None else None,
        None
        if facts.today.year > command.kept_until_year
        else StillKept(f"The record is kept until the end of {command.kept_until_year}.", pointer="/kept_until_year"),
    )
    return (ErasureProposed(proposed_on=facts.today, kept_until_year=command.kept_until_year),)


def confirm(state: Placement, _command: ConfirmErasure, facts: Facts) -> tuple[ErasureConfirmed, ...]:
    refuse(of_controller(facts.owned, facts.actor.org_id))
    waits = state.ending.erasure_proposed is not None and not state.ending.is_to_be_erased
    refuse(
        None if waits else ErasureNotProposed("There is no erasure to confirm on this placement."), _unanswered(state)
    )
    return (ErasureConfirmed(confirmed_on=facts.today),)


def decide_early(state: Placement, command: DecideErasure, facts: Facts) -> tuple[ErasureDecided, ...]:
    refuse(of_controller(facts.owned, facts.actor.org_id))
    refuse(
        ErasureSettled("It has already been decided that it will be erased.") if state.ending.is_to_be_erased else None,
        _unanswered(state),
        _register_kept(state, facts.today) if command.ground in _GIVES_WAY else None,
        *unsound(command, facts.today),
    )
    return (ErasureDecided(decided_on=command.decided_on, ground=command.ground, reference=command.reference),)


def unsound(command: DecideErasure, today: date) -> tuple[Rejected | None, ...]:
    """What is wrong with the decision itself, whatever there is to erase."""
    return (
        not_future(command.decided_on, today, "/decided_on"),
        None
        if _REFERENCE.fullmatch(command.reference)
        else ReferenceUnfit(
            "Use up to 40 letters, numbers, full stops, hyphens and slashes, with at least one number.",
            pointer="/reference",
        ),
    )


def _unanswered(state: Placement) -> AccessRequestWaits | None:
    return AccessRequestWaits("Answer it first.") if any(open_requests.unanswered(state)) else None


def _register_kept(state: Placement, today: date) -> RegisterStillKept | None:
    if state.ending.end is None:
        return None
    year = state.ending.end.ended_on.year + figures(state.ending.end.ended_on).register_years
    return RegisterStillKept(f"It is kept until the end of {year}.", pointer="/ground") if today.year <= year else None


def may_go(placements: Collection[Placement], own: Collection[Placement]) -> bool:
    """Whether the personal data of a pupil with these placements are erased now: a person said so, and all is over.

    `own` are those of the record's controller: what was decided on another's placement erases nothing.
    """
    return (
        any(each.ending.is_to_be_erased for each in own)
        and all(each.stage in TERMINAL for each in placements)
        and not any(_unanswered(each) for each in placements)
    )


def _owed(state: Placement, _calendar: SchoolCalendar) -> Iterator[Owed]:
    """The answer to a proposal."""
    if state.stage in TERMINAL and state.ending.erasure_proposed is not None and not state.ending.is_to_be_erased:
        yield Owed(state.ending.erasure_proposed.proposed_on)


def _explain(day: DueDay) -> str:
    assert day.state.ending.erasure_proposed is not None
    return f"kept until the end of {day.state.ending.erasure_proposed.kept_until_year}, and longer only with a reason"


DUTY = Duty(rule=RuleId.T16, owed=_owed, explain=_explain)
