"""T16: how long the record of a pupil is kept by name, and that its erasure is proposed then. A person confirms it.

The facts stay; the pupil's key goes, and with it whatever is personal. The day is worked out from the date of birth
where it is looked at, and what is written down of it is a year.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from domain.errors import Rejected, refuse
from domain.facts import Facts
from domain.placement.state import TERMINAL, Placement
from domain.regimes import figures
from events.codes import RuleId
from events.definition import value
from events.placement import ErasureConfirmed, ErasureProposed


@value
class ProposeErasure:
    """Propose that the pupil's personal data be erased: the time to keep it is over. The system alone gives this."""

    kept_until_year: int


@value
class ConfirmErasure:
    """Confirm that the pupil's personal data may be erased for ever, in all placements of the pupil.

    Give it once it is clear that nobody needs the record any more: no inquiry, no claim and no request for access is
    open. The facts stay on record, without a name.
    """


class StillKept(Rejected):
    """A pupil's record is kept until a number of years after birth, and each entry of the register for its own time."""

    code = "still_kept"
    title = "The time to keep the record is not over"
    legal_refs = ("UK GDPR art 5(1)(e)",)


class ErasureNotProposed(Rejected):
    """Erasure is confirmed once it was proposed, and once. It cannot be undone."""

    code = "erasure_not_proposed"
    title = "No erasure is waiting to be confirmed"
    legal_refs = ("UK GDPR art 5(1)(e)",)


class ErasureProposedAlready(Rejected):
    """One proposal waits for its answer."""

    code = "erasure_proposed_already"
    title = "Erasure was proposed before"


def kept_until(placements: Iterable[Placement], last_entry_on: date | None) -> date | None:
    """The last day on which a pupil's record is kept by name; None where no birth is on record.

    The end of a year, so that it tells no birthday. Longer for a pupil with special educational needs, and never
    before the last entry of a register is old enough.
    """
    known = [each for each in placements if each.pupil is not None]
    births = [each.pupil.born_on.year for each in known if each.pupil is not None]
    if not births:
        return None
    has_sen = any(_has_sen(each) for each in known)
    year = max(births) + (figures().sen_record_years if has_sen else figures().pupil_record_years)
    if last_entry_on is not None:
        year = max(year, last_entry_on.year + figures().register_years)
    return date(year, 12, 31)


def _has_sen(state: Placement) -> bool:
    picture = state.referral.picture if state.referral else None
    return state.has_plan or bool(picture and (picture.sen_need or "").strip())


def propose(state: Placement, command: ProposeErasure, facts: Facts) -> tuple[ErasureProposed, ...]:
    refuse(
        ErasureProposedAlready("It waits to be confirmed.") if state.erasure_proposed is not None else None,
        None
        if facts.today.year > command.kept_until_year
        else StillKept(f"The record is kept until the end of {command.kept_until_year}.", pointer="/kept_until_year"),
    )
    return (ErasureProposed(proposed_on=facts.today, kept_until_year=command.kept_until_year),)


def confirm(state: Placement, facts: Facts) -> tuple[ErasureConfirmed, ...]:
    waits = state.erasure_proposed is not None and state.erasure_confirmed is None
    refuse(None if waits else ErasureNotProposed("Nothing is to be confirmed on this placement."))
    return (ErasureConfirmed(confirmed_on=facts.today),)


def owed(state: Placement) -> Iterator[tuple[RuleId, date, UUID | None]]:
    """The answer to a proposal."""
    if state.stage in TERMINAL and state.erasure_proposed is not None and state.erasure_confirmed is None:
        yield RuleId.T16, state.erasure_proposed.proposed_on, None
