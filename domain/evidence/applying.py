"""To whom a clause applies: None where it does, otherwise the finding to report instead.

Some clauses turn on what is known of the pupil alone, such as an EHC plan. Once the pupil's key is destroyed, nobody
can say whether they applied: that is an answer of its own, and never "not applicable".
"""

from domain.evidence.finding import not_applicable, unknown
from domain.evidence.model import ClauseFinding
from domain.law.bases import BASES
from domain.placement.agreement.arrangements import free_meals_referred
from domain.placement.state import Placement
from events.codes import LegalBasis, RecipientRole, RuleId
from events.placement.decision import LaNotifiedOfEhcPlan

_ERASED = "The pupil's personal data was erased, and with it whether"


def erased(state: Placement) -> bool:
    """The record has begun and its pupil can no longer be read: the key was destroyed."""
    return state.pupil_id is not None and state.referral.pupil is None


def directed(state: Placement) -> ClauseFinding | None:
    if state.legal_basis is LegalBasis.OSD:
        return None
    return not_applicable("It is about directions off site, and this is none.")


def by_school_days(state: Placement) -> ClauseFinding | None:
    hours = state.legal_basis is not None and BASES[state.legal_basis].notice is RuleId.T8
    return not_applicable("Its time is counted in hours after an exclusion.") if hours else None


def after_exclusion(state: Placement) -> ClauseFinding | None:
    bases = {basis.id for basis in BASES.values() if basis.notice is RuleId.T8}
    excluded = state.referral.exclusion is not None or state.legal_basis in bases
    return None if excluded else not_applicable("No exclusion came before it.")


def transitional(state: Placement) -> ClauseFinding | None:
    return None if state.running.transitional is not None else not_applicable("The law has not changed under it.")


def with_plan(state: Placement) -> ClauseFinding | None:
    if erased(state):
        return unknown(f"{_ERASED} there was an EHC plan.")
    return None if state.referral.has_plan else not_applicable("The pupil has no EHC plan.")


def flags_known(state: Placement) -> ClauseFinding | None:
    """A miss stays on record although the plan or the care ended: so nothing but an erasure takes the place of it."""
    return unknown(f"{_ERASED} the EHC plan or the care changed after the decision.") if erased(state) else None


def in_social_care(state: Placement) -> ClauseFinding | None:
    if erased(state):
        return unknown(f"{_ERASED} the pupil was looked after or had a social worker.")
    outside = not_applicable("The pupil is not looked after and has no social worker.")
    return None if state.referral.in_social_care else outside


def with_free_meals(state: Placement) -> ClauseFinding | None:
    if erased(state):
        return unknown(f"{_ERASED} the pupil was eligible for free school meals.")
    meals = state.around.meals
    eligible = meals.eligible if meals is not None else free_meals_referred(state)
    return None if eligible is not False else not_applicable("The pupil is not eligible for free school meals.")


def once_scheduled(state: Placement) -> ClauseFinding | None:
    if any(review.scheduled for review in state.reviews.opened):
        return None
    return not_applicable("No review was scheduled so far.")


def plan_told(state: Placement) -> ClauseFinding | None:
    """That an authority was told about a plan proves the plan. A plan made after the decision asks nothing."""
    if any(told_in_time(each, state) for each in state.decision.las_notified):
        return None
    if state.decision.determination is None or erased(state):
        return with_plan(state)
    return None if state.decision.determined_with_plan else not_applicable("There was no EHC plan when it was decided.")


def told_in_time(event: LaNotifiedOfEhcPlan, state: Placement) -> bool:
    """Before the placement was decided, where it was."""
    return state.decision.determination is None or event.notified_on <= state.decision.determination.determined_on


def recipients_known(state: Placement) -> ClauseFinding | None:
    """Whether the authority must have the notice turns on a plan; where it did have it, that need not be known."""
    if not erased(state) or state.notices.current is None or RecipientRole.LA in state.notices.current.recipients:
        return None
    return unknown(f"{_ERASED} the council had to have the notice too.")
