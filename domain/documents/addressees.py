"""To whom a letter goes, for each role that the record names as its recipient."""

import re
from datetime import date

from domain.documents.model import Addressee
from domain.documents.phrases import code
from domain.documents.source import Source
from domain.placement.guards import relevant_person
from domain.shared.addresses import post_lines
from events.codes import RecipientRole, Role
from events.values.referral import Parent, Pupil

_EMAIL = re.compile(r"[^\s,;<>()]+@[^\s,;<>()]+\.[^\s,;<>()]+")


def addressees(source: Source, role: RecipientRole, on: date) -> tuple[Addressee, ...]:
    """One letter each. Two parents are written to apart: neither sees how the other is reached."""
    pupil = source.state.referral.pupil
    if role is RecipientRole.RELEVANT_PERSON:
        return _relevant_people(pupil, grown=relevant_person(source.state, on) is Role.PUPIL)
    if role is RecipientRole.PROVIDER:
        sites = source.provider.sites if source.provider else ()
        used = [site.address for site in sites if site.site_id in source.state.proposal.site_ids]
        return (Addressee(role=role, name=source.provider_name, address=post_lines(used[0] if used else None)),)
    if role in {RecipientRole.HEAD, RecipientRole.BOARD_NOMINEE}:
        return (Addressee(role=role, name=f"{code(role)}, {source.school_name}"),)
    if role is RecipientRole.SOCIAL_WORKER:
        picture = source.state.referral.submitted.picture if source.state.referral.submitted else None
        return (Addressee(role=role, name=code(role), email=_email(picture.social_care_contact if picture else None)),)
    council = source.state.referral.plan_council_on(on) if role is RecipientRole.LA else None
    if council is not None:
        return (Addressee(role=role, name=council.name, address=post_lines(council.address)),)
    return (Addressee(role=role, name=code(role)),)


def _relevant_people(pupil: Pupil | None, *, grown: bool) -> tuple[Addressee, ...]:
    """The pupil from 18, else each parent with parental responsibility, else each parent who is known (reg 2)."""
    role = RecipientRole.RELEVANT_PERSON
    if pupil is None:
        return (Addressee(role=role, name="Parent or carer"),)
    if grown:
        return (Addressee(role=role, name=pupil.legal_name, address=post_lines(pupil.address)),)
    parents = tuple(parent for parent in pupil.parents if parent.has_parental_responsibility) or pupil.parents
    if not parents:
        return (Addressee(role=role, name=f"Parent or carer of {pupil.legal_name}", address=post_lines(pupil.address)),)
    return tuple(_parent(parent, number, pupil) for number, parent in enumerate(parents, start=1))


def _parent(parent: Parent, number: int, pupil: Pupil) -> Addressee:
    """The record keeps one address, the pupil's: the first parent is written to there, another by e-mail alone."""
    return Addressee(
        role=RecipientRole.RELEVANT_PERSON,
        name=parent.name,
        number=number,
        address=post_lines(pupil.address) if number == 1 else (),
        email=_email(parent.contact),
    )


def _email(contact: str | None) -> str | None:
    found = _EMAIL.search(contact or "")
    return found[0] if found else None
