"""Which regime lets a commissioner rely on a legal basis on a day, and why none does."""

from datetime import date

from domain.law.bases import BASES, is_placement
from domain.law.regimes import REGIMES, Regime
from domain.shared import words
from domain.shared.errors import Rejected
from events.codes import CommissionerKind, LegalBasis


class NoPower(Rejected):
    """Only a body with the power may direct a pupil off site. The regime on the day of the determination decides."""

    code = "no_power_to_direct"
    title = "There is no power to direct the pupil off site"
    legal_refs = ("Education Act 2002 s 29A",)


class NotTheirBasis(Rejected):
    """Each legal basis is a duty or a power of certain bodies, and no other body may rely on it.

    The school arranges education from the sixth day of a suspension. For a pupil referral unit, the council does.
    The council arranges it after a permanent exclusion, under section 19 and for an EHC plan.
    """

    code = "not_their_basis"
    title = "The commissioner cannot rely on this legal basis"
    legal_refs = (
        "Education Act 1996 s 19",
        "Education and Inspections Act 2006 s 100",
        "Children and Families Act 2014 s 42",
    )


_NAMES = {
    CommissionerKind.MAINTAINED: "A maintained school",
    CommissionerKind.ACADEMY: "An academy",
    CommissionerKind.AP_ACADEMY: "An AP academy",
    CommissionerKind.PRU: "The management committee of a pupil referral unit",
    CommissionerKind.LA: "A council",
}


def regime_for(
    commissioner: CommissionerKind, basis: LegalBasis, on: date, *, school: CommissionerKind
) -> Regime | Rejected:
    """The regime that binds a decision taken on a day for a pupil of a kind of school, or why none allows it."""
    unplaced = is_placement(basis)
    if unplaced is not None:
        return unplaced
    found = next(
        (each for each in REGIMES if each.is_for(commissioner, basis, school) and each.from_on <= on <= each.to_on),
        None,
    )
    if found is not None and found.power:
        return found
    if basis is LegalBasis.OSD:
        return NoPower(
            f"{_NAMES[commissioner]} has no power on {words.on(on)} to direct a pupil off site under section 29A."
        )
    return _not_theirs(commissioner, basis)


def may_ever_use(
    commissioner: CommissionerKind, basis: LegalBasis, *, school: CommissionerKind
) -> NoPower | NotTheirBasis | None:
    """Why no regime, on any day, lets this commissioner rely on the basis; what is only recorded needs no power."""
    recorded = not BASES[basis].placement
    if any((recorded or each.power) and each.is_for(commissioner, basis, school) for each in REGIMES):
        return None
    if basis is LegalBasis.OSD:
        return NoPower(f"{_NAMES[commissioner]} has no power to direct a pupil off site.", pointer="/commissioner")
    return _not_theirs(commissioner, basis)


def _not_theirs(commissioner: CommissionerKind, basis: LegalBasis) -> NotTheirBasis:
    theirs = BASES[basis]
    return NotTheirBasis(
        f"{_NAMES[commissioner]} cannot rely on {theirs.clause}, for {theirs.words}, here.", pointer="/legal_basis"
    )
