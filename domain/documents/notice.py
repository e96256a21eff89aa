"""Written notice of the placement: to a parent, or the pupil from 18, and to the council that maintains an EHC plan."""

from datetime import date

from domain.documents.addressees import addressees
from domain.documents.model import Addressee, Document, Item, Section, item, item_if
from domain.documents.parts import about_reviews, case_worker, if_you_need_help, objectives, reads_as_pupil
from domain.documents.phrases import code, session_times, told
from domain.documents.source import Source
from domain.law.bases import BASES
from domain.shared import words
from events.codes import CommissionerKind, DocumentKind, ExclusionKind, LegalBasis, RecipientRole
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
        reference=source.reference,
        dated_on=event.given_on,
        addressee=to,
        subject=event.notice_id,
        opening=_opening(source, event, to),
        sections=(
            _where_and_when(source, event),
            Section(
                heading="Why",
                paragraphs=("Objectives are the goals of the placement.",) if not council else (),
                items=(item("Reasons", event.reasons, clause=_REASONS),),
                tables=(objectives(event.objectives, _REASONS),),
            ),
            *_plan(source, council=council),
            about_reviews(source),
            _arrangements(source, event),
            *if_you_need_help(source, to),
        ),
    )


def _opening(source: Source, event: NoticeGiven, to: Addressee) -> tuple[str, ...]:
    pupil = "You" if reads_as_pupil(source, to) else source.pupil
    by = "The council" if source.state.commissioner is CommissionerKind.LA else source.school_name
    on = words.on(event.start_date)
    return (
        f"{by} has made a decision. {pupil} will learn at {source.provider_name} from {on}.",
        *_what_it_is(source, to),
        "This letter says why, when and where. It also says how you can have your say.",
        *_on_roll(source, pupil),
    )


def _what_it_is(source: Source, to: Addressee) -> tuple[str, ...]:
    """What the words of the law mean, where the reader may not know them."""
    if to.role is RecipientRole.LA:
        return ()
    meaning = (
        "Learning away from school for a time is called alternative provision. We call the time there a placement."
    )
    if source.state.legal_basis is not LegalBasis.OSD:
        return (meaning,)
    return (
        meaning,
        (
            "The law lets a school send a pupil to learn somewhere else, to help them behave better. This is called a"
            " direction off site."
        ),
    )


def _on_roll(source: Source, pupil: str) -> tuple[str, ...]:
    """Who stays responsible, unless the pupil is no longer the school's."""
    state = source.state
    submitted, basis = state.referral.submitted, state.legal_basis
    gone = basis is not None and BASES[basis].exclusion is ExclusionKind.PERMANENT
    if gone or (submitted and submitted.picture and submitted.picture.on_roll is False):
        return ()
    if pupil == "You":
        return (
            (
                f"You stay on the roll of {source.school_name}. This means it is still your school. It must make sure"
                " that you learn and are safe. It keeps track of your attendance and plans your return."
            ),
        )
    return (
        (
            f"{pupil} stays on the roll of {source.school_name}. This means it is still their school. It must make sure"
            " that they learn and are safe. It keeps track of their attendance and plans their return."
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
                    "The plan stays in force. Tell the school if you want an early review of it. You can also ask in"
                    " writing for a review of the placement."
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
        heading="Travel, meals and who to ask",
        items=(
            *_travel_and_meals(source),
            item("At the provider, ask for", event.report_to),
            item("At the school, ask for", case_worker(source)),
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
        item("Can have free school meals", *told(entitled if meals is None else meals.eligible)),
    )


def _transport(arranged: TransportArranged) -> tuple[str | None, ...]:
    if not arranged.required:
        return ("No transport is needed.", arranged.details)
    return (code(arranged.mode) if arranged.mode else None, _from(arranged.from_on), arranged.details)


def _from(day: date | None) -> str | None:
    return f"From {words.on(day)}" if day else None
