"""Written notice of the placement: to a parent, or the pupil from 18, and to the council that maintains an EHC plan."""

from datetime import date

from domain.documents.addressees import addressees
from domain.documents.model import Addressee, Document, Item, Section, item, item_if
from domain.documents.parts import about_reviews, objectives
from domain.documents.phrases import code, session_times, told
from domain.documents.source import Source
from domain.shared import words
from events.codes import DocumentKind, LegalBasis, RecipientRole
from events.placement.agreement import NoticeGiven
from events.placement.contact import TransportArranged

_REG_3 = "SI 2010/1156 reg 3"
_ADDRESS, _REPORT_TO, _DAYS, _REASONS, _TIMES = (f"{_REG_3}(4)({letter})" for letter in "abcde")


def notices(source: Source) -> tuple[Document, ...]:
    """A letter for each who was given the notice."""
    event: NoticeGiven = source.event
    return tuple(
        _notice(source, event, to) for role in event.recipients for to in addressees(source, role, event.given_on)
    )


def _notice(source: Source, event: NoticeGiven, to: Addressee) -> Document:
    council = to.role is RecipientRole.LA
    what = "direction off site" if source.state.legal_basis is LegalBasis.OSD else "placement at alternative provision"
    return Document(
        kind=DocumentKind.LA_NOTICE if council else DocumentKind.NOTICE,
        title=f"Notice of a {what}",
        sender=source.school_name,
        about=source.pupil,
        reference=str(source.state.placement_id),
        dated_on=event.given_on,
        addressee=to,
        subject=event.notice_id,
        opening=(
            (
                f"{source.school_name} has decided that {source.pupil} will be taught at {source.provider_name} from"
                f" {words.on(event.start_date)}. This letter says why, when and where, and how the placement will be"
                " kept under review."
            ),
            (
                f"{source.pupil} stays on the roll of {source.school_name}, which remains responsible for learning,"
                " attendance and safety, and plans the return."
            ),
        ),
        sections=(
            _where_and_when(source, event),
            Section(
                heading="Why",
                items=(item("Reasons", event.reasons, clause=_REASONS),),
                tables=(objectives(event.objectives, _REASONS),),
            ),
            *_plan(source, council=council),
            about_reviews(source),
            _arrangements(source, event),
        ),
    )


def _where_and_when(source: Source, event: NoticeGiven) -> Section:
    state = source.state
    ends = words.on(state.period.proposed_end) if state.period.proposed_end else None
    return Section(
        heading="Where and when",
        items=(
            item("Provider", source.provider_name),
            item("Address to go to", event.address, clause=_ADDRESS),
            item("Person to report to on the first day", event.report_to, clause=_REPORT_TO),
            item("First day", words.on(event.start_date), clause=f"{_REG_3}(2)"),
            item("How long it lasts", words.count(event.days, "school day"), clause=_DAYS),
            *item_if("Planned last day", ends),
            item("Times of each day", *session_times(event.session_times), clause=_TIMES),
        ),
    )


def _plan(source: Source, *, council: bool) -> tuple[Section, ...]:
    """What the council that maintains the plan needs beside what the parents are told."""
    picture = source.state.referral.submitted.picture if source.state.referral.submitted else None
    if not council or picture is None:
        return ()
    return (
        Section(
            heading="The EHC plan",
            paragraphs=(
                (
                    "The plan stays in force. The council is asked to say if it wants an early review of it, and may"
                    " itself ask in writing for a review of the placement."
                ),
            ),
            items=(
                item("School named in section I", picture.section_i_school),
                item("Section F, in short", picture.section_f_summary),
            ),
        ),
    )


def _arrangements(source: Source, event: NoticeGiven) -> Section:
    return Section(
        heading="Travel, meals and whom to ask",
        items=(
            *_travel_and_meals(source),
            item("At the provider, ask for", event.report_to),
            item("At the school, ask for", f"The case worker for alternative provision at {source.school_name}"),
        ),
    )


def _travel_and_meals(source: Source) -> tuple[Item, ...]:
    """As arranged; what is not arranged yet, as the referral has it."""
    picture = source.state.referral.submitted.picture if source.state.referral.submitted else None
    transport, meals = source.state.around.transport, source.state.around.meals
    entitled = picture.free_school_meals if picture else None
    return (
        item("Transport", *_transport(transport))
        if transport
        else item("Transport", picture.transport if picture else None),
        *((item("Meals", code(meals.arrangement), _from(meals.from_on), meals.details),) if meals else ()),
        item("Entitled to free school meals", *told(entitled if meals is None else meals.eligible)),
    )


def _transport(arranged: TransportArranged) -> tuple[str | None, ...]:
    if not arranged.required:
        return ("None is needed.", arranged.details)
    return (code(arranged.mode) if arranged.mode else None, _from(arranged.from_on), arranged.details)


def _from(day: date | None) -> str | None:
    return f"From {words.on(day)}" if day else None
