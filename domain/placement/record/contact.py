"""Keeping up with a placed pupil: visits, contact, what was told to whom, notes, and whose case it is."""

from datetime import date, time

from domain.placement.agreement.delivery import sent_at
from domain.placement.agreement.email import EmailNotAgreed, agreed_on
from domain.placement.facts import Facts
from domain.placement.guards import WrongStage, not_before, not_future, written
from domain.placement.record.letter_service import service_changed
from domain.placement.stages import TERMINAL
from domain.placement.state import Placement
from domain.shared.errors import Rejected, refuse
from events.codes import CommunicationSubject, ContactMethod, RecipientRole, Role
from events.definition import asked, value
from events.ids import DocumentId, SiteId
from events.placement.contact import CommunicationSent, ContactLogged, PlacementVisited
from events.placement.letters import NoticeServiceChanged
from events.placement.record import NoteAdded


@value
class RecordVisit:
    """Record a visit to the pupil at the provider: who went, what they saw, what follows."""

    visited_on: date = asked("When was the visit?")
    site_id: SiteId = asked("Site")
    pupil_seen: bool = asked("Was the pupil seen?")
    visitor: str = asked("Who visited?")
    observations: str = asked("What did they see?")
    actions: str | None = asked("What follows from the visit?", default=None)


@value
class LogContact:
    """Log contact with the pupil, the parents, the provider or others: how, and what was said."""

    contacted_on: date = asked("When was the contact?")
    with_roles: tuple[Role, ...] = asked("Who with?")
    method: ContactMethod = asked("How?")
    summary: str = asked("What was said?")


@value
class RecordCommunication:
    """Record what parents, pupil or others were told: the arrangements, a change, progress or a concern.

    Where it was a letter of the record that could not be sent, `document_id` names it. Once the placement is over, only
    such a letter is recorded. `sent_at`, the hour in London, counts where it was sent by e-mail.
    """

    sent_on: date = asked("When was it sent?")
    subject: CommunicationSubject = asked("What was it about?")
    to_roles: tuple[Role, ...] = asked("Who was it for?")
    method: ContactMethod = asked("How was it sent?")
    content: str = asked("What did it say?")
    document_id: DocumentId | None = asked("Letter it was sent with", default=None)
    sent_at: time | None = asked("What time was it sent?", default=None)


@value
class AddNote:
    """Add a note to the record."""

    text: str = asked("Note")


class SiteNotVisited(Rejected):
    """A pupil is visited at a site that the placement names."""

    code = "site_not_visited"
    title = "The site is not one of this placement's"


class NobodyNamed(Rejected):
    """A contact names the person, and a communication names its recipient."""

    code = "nobody_named"
    title = "Say who it was with or to"


class LetterUnknown(Rejected):
    """Only a letter that the record lists, with a recipient, can be recorded as handed over."""

    code = "letter_unknown"
    title = "The record has no such letter"


def visit(state: Placement, command: RecordVisit, facts: Facts) -> tuple[PlacementVisited, ...]:
    refuse(*sound_visit(command, state, facts))
    return (
        PlacementVisited(
            visited_on=command.visited_on,
            site_id=command.site_id,
            pupil_seen=command.pupil_seen,
            visitor=command.visitor,
            observations=command.observations,
            actions=command.actions,
        ),
    )


def sound_visit(event: RecordVisit | PlacementVisited, state: Placement, facts: Facts) -> list[Rejected | None]:
    assert state.running.started_on is not None
    return [
        not_future(event.visited_on, facts.today, "/visited_on"),
        not_before(event.visited_on, state.running.started_on, "the placement started", "/visited_on"),
        None
        if event.site_id in state.proposal.site_ids
        else SiteNotVisited("Choose a site that the placement names.", pointer="/site_id"),
        written(event.visitor, "who visited", "/visitor"),
        written(event.observations, "what was seen", "/observations"),
    ]


def sound_contact(event: LogContact | ContactLogged, _state: Placement, facts: Facts) -> list[Rejected | None]:
    return [
        not_future(event.contacted_on, facts.today, "/contacted_on"),
        _somebody(event.with_roles, "/with_roles"),
        written(event.summary, "what was said", "/summary"),
    ]


def sound_communication(
    event: RecordCommunication | CommunicationSent, state: Placement, facts: Facts
) -> list[Rejected | None]:
    return [
        not_future(event.sent_on, facts.today, "/sent_on"),
        _somebody(event.to_roles, "/to_roles"),
        written(event.content, "what was told", "/content"),
        _a_letter(state, event.document_id),
    ]


def sound_note(event: AddNote | NoteAdded, _state: Placement, _facts: Facts) -> list[Rejected | None]:
    return [written(event.text, "the note", "/text")]


def log_contact(state: Placement, command: LogContact, facts: Facts) -> tuple[ContactLogged, ...]:
    refuse(*sound_contact(command, state, facts))
    return (
        ContactLogged(
            contacted_on=command.contacted_on,
            with_roles=command.with_roles,
            method=command.method,
            summary=command.summary,
        ),
    )


def communicate(
    state: Placement, command: RecordCommunication, facts: Facts
) -> tuple[CommunicationSent | NoticeServiceChanged, ...]:
    refuse(_over(state, command))
    refuse(*sound_communication(command, state, facts), _by_agreed_email(state, command, facts))
    is_letter = command.document_id is not None
    sent = CommunicationSent(
        sent_on=command.sent_on,
        subject=command.subject,
        to_roles=command.to_roles,
        method=command.method,
        content=command.content,
        document_id=command.document_id,
        sent_at=sent_at(command.sent_on, command.sent_at, facts.now) if is_letter else command.sent_at,
    )
    return (sent, *service_changed(state, sent, facts))


def _over(state: Placement, command: RecordCommunication) -> WrongStage | None:
    """A letter may fail, or come back, after the placement is over, and is handed over then."""
    if state.stage not in TERMINAL or command.document_id is not None:
        return None
    return WrongStage("The placement is over. Only one of its letters can still be handed over: give its document_id.")


def _by_agreed_email(state: Placement, command: RecordCommunication, facts: Facts) -> EmailNotAgreed | None:
    """A letter to a parent that is handed over by e-mail needs the agreement that the letter itself would."""
    if command.method is not ContactMethod.EMAIL:
        return None
    to_parent = any(
        each.document_id == command.document_id and each.recipient is RecipientRole.RELEVANT_PERSON
        for each in state.papers.documents
    )
    return agreed_on(command.sent_on, state, facts) if to_parent else None


def _a_letter(state: Placement, document_id: DocumentId | None) -> LetterUnknown | None:
    letters = {each.document_id for each in state.papers.documents if each.recipient is not None}
    if document_id is None or document_id in letters:
        return None
    return LetterUnknown("Name a letter that the placement's documents list.", pointer="/document_id")


def _somebody(roles: tuple[Role, ...], pointer: str) -> NobodyNamed | None:
    return None if roles else NobodyNamed("Name at least one role.", pointer=pointer)


def add_note(state: Placement, command: AddNote, facts: Facts) -> tuple[NoteAdded, ...]:
    refuse(*sound_note(command, state, facts))
    return (NoteAdded(text=command.text),)
