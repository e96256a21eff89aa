"""The referral form, as it was submitted."""

from dataclasses import fields

from domain.documents.model import Document, Section, item, item_if
from domain.documents.parts import objectives
from domain.documents.phrases import code, items, label, told
from domain.documents.source import Source
from events.codes import DocumentKind
from events.placement.referral import ReferralSubmitted

_FORM = "local policy: referral form"
_ELSEWHERE = frozenset({"parents", "flags", "unknown"})


def form(source: Source) -> tuple[Document, ...]:
    return (
        Document(
            kind=DocumentKind.REFERRAL_FORM,
            title="Referral to alternative provision",
            sender=source.school_name,
            about=source.pupil,
            reference=source.reference,
            dated_on=source.day,
            sections=(_pupil(source), *_parents(source), _request(source), *_picture(source)),
        ),
    )


def _pupil(source: Source) -> Section:
    state, pupil = source.state, source.state.referral.pupil
    return Section(
        heading="Pupil and home school",
        items=(
            *(items(pupil, without=_ELSEWHERE) if pupil else (item("Pupil", None, clause=_FORM),)),
            item("Home school", source.school_name, clause=_FORM),
            *item_if("URN of the home school", state.home_school_urn),
            item("Legal basis", *told(state.legal_basis), clause=_FORM),
        ),
    )


def _parents(source: Source) -> tuple[Section, ...]:
    parents = source.state.referral.pupil.parents if source.state.referral.pupil else ()
    return tuple(Section(heading=f"Parent or carer: {parent.name}", items=items(parent)) for parent in parents)


def _request(source: Source) -> Section:
    event: ReferralSubmitted = source.event
    return Section(
        heading="What the school asks for, and why",
        items=(
            item("Main reason", code(event.primary_reason), clause=_FORM),
            item("Provision", event.provision_requested, clause=_FORM),
            item("Sessions a week", *told(event.sessions_requested), clause=_FORM),
            item("School days", *told(event.proposed_days), clause=_FORM),
            item("Parents told on", *told(event.parent_informed_on), clause=_FORM),
            item("Signed off by a senior leader", *told(event.signed_off_by), clause=_FORM),
            *item_if("Check in the UPN", *event.upn_warnings),
        ),
        tables=(objectives(event.objectives, _FORM),),
    )


def _picture(source: Source) -> tuple[Section, ...]:
    """Each field of the picture, in the form's order; what is not known yet is listed with its reason."""
    picture = source.event.picture
    if picture is None:
        return ()
    unknown = {each.field: each.reason for each in picture.unknown}
    asked = (field.name for field in fields(picture) if field.name not in _ELSEWHERE)
    return (
        Section(
            heading="The pupil's situation",
            items=(
                *item_if(label("flags"), *told(picture.flags)),
                *(
                    item(label(name), f"Not known yet: {unknown[name]}", clause=_FORM)
                    if name in unknown
                    else item(label(name), *told(getattr(picture, name), field=name), clause=_FORM)
                    for name in asked
                ),
            ),
        ),
    )
