"""Reasons to refuse that several phases share: the stage, the role, a day that has not come, a text left out."""

from collections.abc import Iterable
from datetime import date

from domain.law.rules import figures
from domain.law.school_age import birthday
from domain.placement.ages import mistaken
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected
from domain.shared.text import visible
from events.codes import RecipientRole, Role


class WrongStage(Rejected):
    """Each step belongs to certain stages of a placement. The record shows the stage and the steps possible next."""

    code = "wrong_stage"
    title = "The placement is not at the stage for this"


class RoleNotAllowed(Rejected):
    """Each command belongs to certain roles."""

    code = "role_not_allowed"
    title = "Your role may not do this"


class DateInFuture(Rejected):
    """Only something that has been done can be recorded as done."""

    code = "date_in_future"
    title = "The date is in the future"


class DateBeforeCause(Rejected):
    """A step cannot be dated before the step that it follows."""

    code = "date_before_cause"
    title = "The date is too early"


class TextMissing(Rejected):
    """Some things must be written down, so that the record shows that they were considered."""

    code = "text_missing"
    title = "A required text is missing"


class FigureOutOfRange(Rejected):
    """A count, a percentage or a sum of money is higher or lower than it can be."""

    code = "figure_out_of_range"
    title = "A number is out of range"


class RecipientMissing(Rejected):
    """The regulations say who must be told: a parent (the pupil from 18), and the council if there is an EHC plan."""

    code = "recipient_missing"
    title = "The recipients leave out someone who must be told"
    legal_refs = ("SI 2010/1156 reg 3", "SI 2010/1156 reg 5", "SI 2010/1156 reg 6")


def not_future(day: date, today: date, pointer: str) -> DateInFuture | None:
    if day <= today:
        return None
    return DateInFuture(f"{words.on(day)} is in the future: today is {words.on(today)}.", pointer=pointer)


def not_before(day: date, cause: date, what: str, pointer: str) -> DateBeforeCause | None:
    """`what` names the earlier step, as in "the review was held"."""
    if day >= cause:
        return None
    return DateBeforeCause(f"{words.on(day)} is before {what} on {words.on(cause)}.", pointer=pointer)


def written(text: str | None, what: str, pointer: str) -> TextMissing | None:
    if visible(text):
        return None
    return TextMissing(f"Write down {what}.", pointer=pointer)


_WHOLE_BASIS_POINTS = 10_000


def basis_points(figure: int, pointer: str) -> FigureOutOfRange | None:
    """Attendance lies between nothing and 100.00 per cent, in hundredths of a per cent."""
    if 0 <= figure <= _WHOLE_BASIS_POINTS:
        return None
    return FigureOutOfRange("Give attendance from 0 to 10000 hundredths of a per cent.", pointer=pointer)


def at_least(figure: int, least: int, what: str, pointer: str) -> FigureOutOfRange | None:
    if figure >= least:
        return None
    return FigureOutOfRange(f"{what} must be at least {least}.", pointer=pointer)


def relevant_person(state: Placement, on: date) -> Role | None:
    """Reg 2: a parent while the pupil is under 18, and from then the pupil. None once the day of birth is gone.

    A slip in the date of birth makes nobody an adult.
    """
    if state.referral.pupil is None:
        return None
    grown = on >= birthday(state.referral.pupil.born_on, figures(on).adult_age)
    return Role.PUPIL if grown and not mistaken(state, on) else Role.PARENT


_NAMES = {
    RecipientRole.RELEVANT_PERSON: "a parent, or the pupil from the age of 18",
    RecipientRole.LA: "the council that maintains the EHC plan",
    RecipientRole.HEAD: "the head teacher",
    RecipientRole.BOARD_NOMINEE: "a nominee of the trust board other than the head",
}


def missing_recipients(given: Iterable[RecipientRole], required: Iterable[RecipientRole]) -> list[RecipientMissing]:
    missing = sorted(set(required) - set(given))
    return [RecipientMissing(f"Include {_NAMES[role]}.", pointer="/recipients") for role in missing]
