"""How old a pupil may be, by the legal basis of the placement, on the day that matters."""

from collections.abc import Iterable
from datetime import date

from domain.calendar.months import months_after
from domain.calendar.school_calendar import DAY
from domain.law.bases import BASES
from domain.law.rules import figures
from domain.law.school_age import begins_on, birthday, ends_on
from domain.placement.state import Placement
from domain.shared import words
from domain.shared.errors import Rejected
from events.codes import LegalBasis, PupilFlag


class AgeOutOfRange(Rejected):
    """Education after an exclusion or under section 19 is only for a child of compulsory school age.

    That age begins on 31 March, 31 August or 31 December, on or after the fifth birthday. It ends on the last Friday
    in June of the school year in which the child turns 16.

    Other placements are for a pupil of 4 to 18 years, and of up to 25 years only with an EHC plan. The age must fit
    on the day of the decision and on the day of the start. It must also fit on the day to which a review extends the
    placement.
    """

    code = "pupil_age_out_of_range"
    title = "The pupil's age does not fit the legal basis"
    legal_refs = (
        "Education Act 1996 s 8",
        "Education Act 1996 s 19",
        "Education and Inspections Act 2006 s 100",
        "Children and Families Act 2014 s 46",
    )


_CHECK = "Check the pupil's date of birth in the draft, and the legal basis."


def span(basis: LegalBasis, born_on: date, on: date, *, plan: bool) -> tuple[date, date]:
    """The first and the last day on which somebody is of the age for a basis, by the figures of a day."""
    if BASES[basis].school_age:
        return begins_on(born_on), ends_on(born_on)
    has_plan = plan or BASES[basis].ehc_plan or not BASES[basis].placement
    ages = figures(on)
    oldest = ages.plan_to_age if has_plan else ages.pupil_to_age
    return birthday(born_on, ages.pupil_from_age), birthday(born_on, oldest + 1) - DAY


def referred(basis: LegalBasis, born_on: date, on: date, *, plan: bool, pointer: str | None) -> AgeOutOfRange | None:
    """Of a referral: nobody too old, and a child too young only where the day is near on which they are old enough."""
    first, last = span(basis, born_on, on, plan=plan)
    if first <= months_after(on, figures(on).referred_ahead_months) and on <= last:
        return None
    return _out(basis, born_on, on, pointer)


def unfit(state: Placement, days: Iterable[tuple[date, str | None]]) -> AgeOutOfRange | None:
    """The first of the days, each with its place in the command, on which the pupil is not of the age."""
    if state.referral.pupil is None:
        return None
    assert state.legal_basis is not None
    born_on = state.referral.pupil.born_on
    for on, pointer in days:
        # By the plan of that day: one that ended since did not make the pupil too old then.
        first, last = span(state.legal_basis, born_on, on, plan=PupilFlag.EHCP in state.referral.flags_on(on))
        if not first <= on <= last:
            return _out(state.legal_basis, born_on, on, pointer)
    return None


def unfit_when_decided(state: Placement) -> AgeOutOfRange | None:
    """Why nothing is to follow from a decision: a record from before ages were tested may hold a slip."""
    made = state.decision.determination
    return None if made is None else unfit(state, [(made.determined_on, None)])


def mistaken(state: Placement, on: date) -> bool:
    """The birth on record cannot be right: it did not fit the day of the decision or, before that, does not fit this.

    A pupil who grows too old later, while the placement lasts, was born on that day all the same.
    """
    return (unfit_when_decided(state) if state.decision.determination else unfit(state, [(on, None)])) is not None


def _out(basis: LegalBasis, born_on: date, on: date, pointer: str | None) -> AgeOutOfRange:
    """A refusal is kept in clear, so it says no birthday: of compulsory school age alone the days that many share."""
    theirs = BASES[basis]
    if theirs.school_age:
        first, last = begins_on(born_on), ends_on(born_on)
        why = (
            f"the pupil is of compulsory school age only from {words.on(first)}"
            if on < first
            else f"the pupil is no longer of compulsory school age, which ended on {words.on(last)}"
        )
        return AgeOutOfRange(
            f"On {words.on(on)} {why}; {theirs.words} is for such a pupil alone. {_CHECK}", pointer=pointer
        )
    numbers = figures(on)
    young = on < birthday(born_on, numbers.pupil_from_age)
    return AgeOutOfRange(
        f"On {words.on(on)} the pupil is too {'young' if young else 'old'} for {theirs.words}: it is for a pupil aged"
        f" {numbers.pupil_from_age} to {numbers.pupil_to_age}, and up to {numbers.plan_to_age} only with an EHC plan."
        f" {_CHECK}",
        pointer=pointer,
    )
