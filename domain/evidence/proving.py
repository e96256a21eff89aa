"""What proves a clause: whether an event, given the placement as it is now, is what the clause asks for."""

from collections.abc import Callable, Iterator

from domain.evidence.model import Look, Proves
from domain.placement.agreement.arrangements import TOLD, told_of_arrangements
from domain.placement.agreement.notice import as_served
from domain.placement.record.history import Record
from domain.placement.running import flag_tasks
from domain.placement.state import Placement
from events.codes import RecipientRole, RuleId
from events.placement.agreement import AgreementSigned, EarlyStartConsented, NoticeGiven
from events.placement.contact import CommunicationSent
from events.placement.data_protection import DataProtectionComplaintAcknowledged, SubjectAccessAnswered
from events.placement.decision import ProfessionalsMeetingHeld, ProfessionalsMeetingOverridden
from events.placement.letters import ReviewServiceChanged
from events.placement.referral import ProviderProposed
from events.placement.reviews import (
    ReviewDecided,
    ReviewHeld,
    ReviewInvitationGiven,
    ReviewOutcomeNotified,
    ReviewRequestRefused,
)
from events.placement.running import ProviderReviewRecorded


def for_this_start(event: NoticeGiven, state: Placement) -> bool:
    """A notice for another start is spent."""
    return event.start_date == state.period.start_date


def in_hours(look: Look) -> Iterator[Record]:
    """T8: each notice of the start that reached a parent in time, by what became of its letters; and each consent."""
    served = as_served(record.event for record in look.records)
    for record in look.of(NoticeGiven, EarlyStartConsented):
        assert isinstance(record.event, NoticeGiven | EarlyStartConsented)
        if record.event.start_date != look.state.period.start_date:
            continue
        if isinstance(record.event, EarlyStartConsented):
            yield record
            continue
        event = served.get(record.event.notice_id)
        if event is not None and event.timely:
            yield record


def to_all(event: NoticeGiven, state: Placement) -> bool:
    """Everybody who was to have it by what was known on the day: a plan made since asks for no other notice."""
    wanted = {
        RecipientRole.RELEVANT_PERSON,
        *({RecipientRole.LA} if event.notice_id in state.notices.with_plan else ()),
    }
    return for_this_start(event, state) and wanted <= set(event.recipients)


def timely(event: SubjectAccessAnswered | DataProtectionComplaintAcknowledged, _state: Placement) -> bool:
    return event.timely


def served_in_time(kind: type[ReviewInvitationGiven | ReviewOutcomeNotified]) -> Callable[[Look], Iterator[Record]]:
    """T2, T3: each letter of a review that reached a parent in time, by what became of it."""

    def proofs(look: Look) -> Iterator[Record]:
        changed = {
            each.event.given: each.event for each in look.records if isinstance(each.event, ReviewServiceChanged)
        }
        for record in look.of(kind):
            assert isinstance(record.event, kind)
            if changed.get(record.event_id, record.event).timely:
                yield record

    return proofs


def of(rule: RuleId) -> Proves:
    """A step of a review that opened under a rule."""

    def proves(event: ReviewHeld | ReviewDecided, state: Placement) -> bool:
        review = state.reviews.by_id(event.review_id)
        return review is not None and review.rule is rule

    return proves


def answers_change(rule: RuleId) -> Proves:
    """What a change of the pupil's flags after the decision asks for."""

    def proves(event: object, state: Placement) -> bool:
        return flag_tasks.answers(rule, event, state)

    return proves


def asked_for(event: ReviewHeld | ReviewRequestRefused, state: Placement) -> bool:
    return isinstance(event, ReviewRequestRefused) or of(RuleId.T4)(event, state)


def views_invited(event: ReviewInvitationGiven, _state: Placement) -> bool:
    return event.written_views_invited


def complete(event: AgreementSigned | ProfessionalsMeetingHeld | ProfessionalsMeetingOverridden, _: Placement) -> bool:
    return isinstance(event, ProfessionalsMeetingHeld) or event.complete


def with_sites(event: ProviderProposed, _state: Placement) -> bool:
    return bool(event.site_ids)


def answers_doubt(event: ProviderReviewRecorded | ReviewHeld, state: Placement) -> bool:
    """A decision of its own, or any review held on a later day."""
    if isinstance(event, ProviderReviewRecorded):
        return True
    return any(doubt.arose_on < event.held_on for doubt in state.running.doubts)


def all_told(look: Look) -> tuple[Record, ...]:
    """The communication with which everybody who is to know of the arrangements had been told."""
    sent: list[CommunicationSent] = []
    for record in look.of(CommunicationSent):
        assert isinstance(record.event, CommunicationSent)
        sent.append(record.event)
        if told_of_arrangements(sent) >= TOLD:
            return (record,)
    return ()
