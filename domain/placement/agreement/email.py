"""Service by e-mail: lawful where a parent, or the pupil from 18, has agreed to it."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol

from domain.placement.facts import Facts, Need
from domain.placement.guards import relevant_person
from domain.placement.state import Placement
from domain.shared.electronic import address_for
from domain.shared.errors import Rejected
from events.codes import ContactMethod, DeliveryMethod, RecipientRole, Role


class GivenInWriting(Protocol):
    """Something that is given to people in writing."""

    @property
    def given_on(self) -> date: ...
    @property
    def method(self) -> DeliveryMethod: ...
    @property
    def recipients(self) -> tuple[RecipientRole, ...]: ...


class EmailNotAgreed(Rejected):
    """A letter to a parent, or to the pupil from 18, may be sent by email only if that person has agreed to it.

    The agreement is on the pupil's record and can be withdrawn at any time. Without one, give the letter by hand or
    by post.
    """

    code = "email_not_agreed"
    title = "No parent has agreed to letters by email"
    legal_refs = ("Interpretation Act 1978 s 7",)


class ByMethod(Protocol):
    """A command that says how something is given."""

    @property
    def method(self) -> DeliveryMethod | ContactMethod: ...


def needs(command: ByMethod, _history: object) -> frozenset[Need]:
    """Who agreed to e-mail, where something is given so."""
    by_email = command.method in {DeliveryMethod.EMAIL, ContactMethod.EMAIL}
    return frozenset({Need.AGREEMENTS}) if by_email else frozenset()


def agreed(given: GivenInWriting, state: Placement, facts: Facts) -> EmailNotAgreed | None:
    """One parent who agreed is enough, as notice to one is; a letter to another is then to be handed over."""
    if given.method is not DeliveryMethod.EMAIL or RecipientRole.RELEVANT_PERSON not in given.recipients:
        return None
    return agreed_on(given.given_on, state, facts)


def agreed_on(day: date, state: Placement, facts: Facts) -> EmailNotAgreed | None:
    """Whether a parent, or the pupil from 18, had agreed by a day and not withdrawn it."""
    names = _relevant_names(state, day)
    if any(address_for(facts.agreements, name, day) is not None for name in names):
        return None
    return EmailNotAgreed(
        "Record that a parent, or the pupil from 18, agreed to email by that day, or give it by hand or post.",
        pointer="/method",
    )


def _relevant_names(state: Placement, on: date) -> Iterable[str]:
    if state.referral.pupil is None:
        return ()
    if relevant_person(state, on) is Role.PUPIL:
        return (state.referral.pupil.legal_name,)
    parents = (
        tuple(each for each in state.referral.pupil.parents if each.has_parental_responsibility)
        or state.referral.pupil.parents
    )
    return tuple(parent.name for parent in parents)
