"""Who is concerned with a placement, what was noted, and who was spoken to or visited."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from domain.access.names import ActorName
from domain.documents.phrases import code
from domain.placement.record.history import Record, corrected
from events.codes import Role
from events.envelope import Actor
from events.placement.contact import CommunicationSent, ContactLogged, PlacementVisited
from events.placement.record import NoteAdded
from services.gateway.pages.placement.opening import OpenPlacement
from services.gateway.pages.web.filters import day, moment, role_name
from services.gateway.pages.web.parts import DataTable, Fact, TableCell

Who = Mapping[Actor, ActorName]
_NOT_SHOWN: Final = "Not shown to you"
_ERASED: Final = "Erased"


def family(placement: OpenPlacement) -> DataTable:
    """The parents, as far as this person may know them."""
    provider = placement.cut is not None
    columns = ("Name", "Who", "Parental responsibility", "How to reach them")
    return DataTable(
        caption="Family",
        columns=columns if provider else (*columns, "View of the placement"),
        rows=list(_of_provider(placement) if provider else _parents(placement)),
        empty=_why_empty(placement, "The record names no parent."),
    )


def _parents(placement: OpenPlacement) -> Iterator[Sequence[TableCell | str]]:
    pupil = placement.state.referral.pupil
    for each in () if pupil is None else pupil.parents:
        answer = "Yes" if each.has_parental_responsibility else "No"
        yield each.name, each.relationship, answer, each.contact, code(each.stance)


def _of_provider(placement: OpenPlacement) -> Iterator[Sequence[TableCell | str]]:
    pupil = (placement.cut or {}).get("pupil") or {}
    for each in pupil.get("parents") or ():
        answer = "Yes" if each["has_parental_responsibility"] else "No"
        yield each["name"], each["relationship"], answer, each["contact"]


def staff(placement: OpenPlacement) -> Sequence[Fact]:
    """Who works with the pupil. A provider knows the school, and whom to ring there."""
    if placement.cut is not None:
        return [Fact(key, value) for key, value in _staff_of_cut(placement.cut, placement) if value]
    state = placement.state
    picture = state.referral.submitted.picture if state.referral.submitted else None
    details = state.referral.submitted.details if state.referral.submitted else None
    found = (
        ("Home school", placement.school_name),
        ("Case worker", placement.assigned_to or ("Name not known" if placement.row.assigned_to else "Nobody yet")),
        ("Speaks for the school", details.link_person if details else None),
        ("Provider", placement.provider_name),
        ("Social worker", picture.social_care_contact if picture else None),
        ("Key adult for the return", state.ending.plan.key_adult if state.ending.plan else None),
        ("Report to", _report_to(state)),
    )
    return [Fact(key, value) for key, value in found if value]


def _report_to(state: Any) -> str | None:
    notice = state.notices.current
    found: str | None = None if notice is None else notice.report_to
    return found


def _staff_of_cut(cut: Mapping[str, Any], placement: OpenPlacement) -> Iterator[tuple[str, str | None]]:
    referral = cut.get("referral") or {}
    yield "Home school", placement.school_name
    yield "Speaks for the school", (referral.get("details") or {}).get("link_person")
    yield "Social worker", (referral.get("picture") or {}).get("social_care_contact")
    yield "Report to", (cut.get("notice") or {}).get("report_to")
    yield "Key adult for the return", (cut.get("plan") or {}).get("key_adult")


def _why_empty(placement: OpenPlacement, otherwise: str) -> str:
    if placement.erased:
        return "The pupil's personal data has been erased, and with it who the family is."
    return otherwise if placement.names else "Names are withheld: your role reads the record without names."


def of_types(placement: OpenPlacement, *types: type) -> list[Record]:
    """The events of these kinds as corrected, the newest first."""
    return [each for each in reversed(corrected(placement.records)) if isinstance(each.event, types)]


def actors(placement: OpenPlacement, *types: type) -> set[Actor]:
    return {each.metadata.actor for each in of_types(placement, *types)}


NOTES: Final = (NoteAdded,)
CONTACTS: Final = (ContactLogged, CommunicationSent, PlacementVisited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One thing that somebody wrote down, with what it is, what it says and who recorded it when."""

    title: str
    text: str
    recorded: str


def notes(placement: OpenPlacement, who: Who) -> Sequence[Noted]:
    return [
        Noted(
            title=f"Note of {day(each.recorded_at)}",
            text=_text(placement, each.event.text),
            recorded=_recorded(each, who),
        )
        for each in of_types(placement, *NOTES)
        if isinstance(each.event, NoteAdded)
    ]


def contacts(placement: OpenPlacement, who: Who) -> Sequence[Noted]:
    """Calls and letters, what people were told, and visits."""
    return [_contact(placement, each, who) for each in of_types(placement, *CONTACTS)]


def _contact(placement: OpenPlacement, record: Record, who: Who) -> Noted:
    title, text = _said(record.event)
    return Noted(title=title, text=_text(placement, text), recorded=_recorded(record, who))


def _said(event: Any) -> tuple[str, str | None]:
    match event:
        case ContactLogged():
            how = f"{code(event.method).lower()}, with {_listed(event.with_roles)}"
            return f"{day(event.contacted_on)}: {how}", event.summary
        case CommunicationSent():
            told = f"{code(event.subject)}: told to {_listed(event.to_roles)}, by {code(event.method).lower()}"
            return f"{day(event.sent_on)}: {told[:1].lower()}{told[1:]}", event.content
        case PlacementVisited():
            seen = "the pupil was seen" if event.pupil_seen else "the pupil was not seen"
            visit = f"visit by {event.visitor}" if event.visitor else "visit"
            said = "\nWhat follows: ".join(filter(None, (event.observations, event.actions)))
            return f"{day(event.visited_on)}: {visit}, {seen}", said
        case _:
            raise AssertionError("only contacts are listed")


def _listed(roles: Sequence[Role]) -> str:
    *most, last = [role_name(each) for each in roles] or ["nobody"]
    return f"{', '.join(most)} and {last}" if most else last


def _recorded(record: Record, who: Who) -> str:
    return f"Recorded on {moment(record.recorded_at)} by {who[record.metadata.actor].words}"


def _text(placement: OpenPlacement, text: str | None) -> str:
    if text:
        return text
    if placement.erased:
        return _ERASED
    return "Nothing was written" if placement.names else _NOT_SHOWN
