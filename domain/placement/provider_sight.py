"""What a provider sees of a placement, by phase: what an offer needs, then what teaching and safety need, then nothing.

An allow list: what no row names is not shown. A provider keeps records of its own as their controller, so its own
marks, reports and concerns are its to take along before its sight ends.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, is_dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from domain.placement.record.history import corrected, fold
from domain.placement.record.view import view
from domain.placement.state import RUNNING, Placement, Stage
from domain.shared.changing import with_changes
from domain.shared.naming import Hide, hider
from events import attendance as m
from events.codec import canonical_json, from_json
from events.codes import DocumentKind, RecipientRole, RuleId
from events.envelope import Recorded
from events.ids import ConcernId, EventId, OfferId, ProviderId
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    NoticeGiven,
    NoticeSuperseded,
    SafeguardingInformationReceived,
)
from events.placement.contact import MealsArranged, ProgressReportReceived, TransportArranged
from events.placement.decision import PlacementDetermined, PlanDeliveryRecorded, StartDateMoved
from events.placement.ending import (
    PlacementEnded,
    ReintegrationHalted,
    ReintegrationPlanned,
    ReintegrationStarted,
    ReintegrationStepRecorded,
)
from events.placement.letters import DocumentProduced
from events.placement.record import RecordCorrected
from events.placement.referral import (
    ProviderOfferDeclined,
    ProviderOfferMade,
    ProviderOfferRequested,
    ProviderProposed,
    ReferralDrafted,
    ReferralSubmitted,
)
from events.placement.reviews import ReviewDecided, ReviewDue, ReviewHeld, ReviewLapsed, ReviewScheduled
from events.placement.running import (
    AttendancePatternSet,
    PlacementPaused,
    PlacementResumed,
    PlacementStarted,
    ProviderChangeReported,
    SafeguardingConcernAnswered,
    SafeguardingConcernRaised,
    TermsChanged,
)

FieldSpec = Mapping[str, "FieldSpec | None"]
"""The fields that are shown; of a field with a value of its own, those that its own row names, or all for None."""

WHOLE: Final[FieldSpec | None] = None
THE_PUPIL: Final = "[the pupil]"
ANOTHER: Final = "[another person]"


class ProviderPhase(StrEnum):
    """How far a placement has come for the provider that it names. `ENDED` is followed by a time of grace."""

    NONE = "none"
    ASKED = "asked"
    PLACED = "placed"
    ENDED = "ended"


class ProviderPart(StrEnum):
    """What of a placement is shown to its provider."""

    OFFER = "offer"
    TEACHING = "teaching"


AGREED: Final = frozenset({Stage.AGREEMENT_PENDING, Stage.READY_TO_START, *RUNNING})
"""From the agreement until the end."""
_OPEN_TO_OFFERS: Final = frozenset({Stage.SCREENING, Stage.AWAITING_DECISION, Stage.DETERMINED})
OVER: Final = frozenset({Stage.ENDED, Stage.CLOSED})


def phase(state: Placement) -> ProviderPhase:
    """The phase, as far as it does not change with time alone."""
    if state.stage in AGREED:
        return ProviderPhase.PLACED
    if state.stage in _OPEN_TO_OFFERS and (state.asked is not None or state.offer is not None):
        return ProviderPhase.ASKED
    if state.stage is Stage.ENDED and state.concerns_open:
        return ProviderPhase.PLACED
    if state.stage in OVER and (state.evaluation is None or state.concerns_open):
        # A concern that is open as the placement is closed can be answered no more: its time is limited like the rest.
        return ProviderPhase.ENDED
    return ProviderPhase.NONE


def phase_of_stage(stage: Stage) -> ProviderPhase:
    """The phase of a placement of which nothing but its stage is known: a row that an earlier release wrote."""
    if stage in AGREED:
        return ProviderPhase.PLACED
    return ProviderPhase.ENDED if stage in OVER else ProviderPhase.NONE


def ended_since(today: date, days: int) -> date:
    """The first day on which a placement may have ended whose provider still sees it today, so many days after."""
    return today - timedelta(days=days)


def part(found: ProviderPhase, ended_on: date | None, since: date) -> ProviderPart | None:
    """What the provider sees; None for nothing. `since` as `ended_since`."""
    match found:
        case ProviderPhase.ASKED:
            return ProviderPart.OFFER
        case ProviderPhase.PLACED:
            return ProviderPart.TEACHING
        case ProviderPhase.ENDED if ended_on is not None and ended_on >= since:
            return ProviderPart.TEACHING
        case _:
            return None


def _only(*names: str, **within: FieldSpec) -> FieldSpec:
    return MappingProxyType({**dict.fromkeys(names), **within})


_REFERRAL = _only(
    *("sessions_requested", "proposed_days", "provision_requested", "objectives"),
    picture=_only(
        *("sen_status", "sen_need", "health", "strengths", "triggers", "strategies_tried", "risk_assessment"),
        "transport",
    ),
    details=_only("medication", "interpreter"),
)
_REFERRAL_TAUGHT = _only(
    *("sessions_requested", "proposed_days", "provision_requested", "objectives"),
    picture=_only(
        *("sen_status", "sen_need", "section_f_summary", "flags", "social_care_contact", "health", "strengths"),
        *("triggers", "strategies_tried", "risk_assessment", "free_school_meals", "transport"),
    ),
    details=_only("medication", "interpreter", "link_person"),
)
_PUPIL = _only("sex", "year_group", "home_language")
_PUPIL_TAUGHT = _only(
    *("legal_name", "born_on", "sex", "year_group", "home_language"),
    parents=_only("name", "relationship", "has_parental_responsibility", "contact"),
)
_DRAFTED = ("placement_id", "home_school_urn", "commissioner")
_OFFERS: Mapping[type, FieldSpec | None] = {
    ProviderProposed: _only("provider_id", "site_ids", "minutes_a_week"),
    ProviderOfferRequested: WHOLE,
    ProviderOfferMade: WHOLE,
    ProviderOfferDeclined: WHOLE,
}

EVENTS: Final[Mapping[ProviderPart, Mapping[type, FieldSpec | None]]] = MappingProxyType(
    {
        ProviderPart.OFFER: {
            ReferralDrafted: _only(*_DRAFTED, pupil=_PUPIL),
            ReferralSubmitted: _REFERRAL,
            **_OFFERS,
        },
        ProviderPart.TEACHING: {
            ReferralDrafted: _only(*_DRAFTED, "pupil_id", "legal_basis", pupil=_PUPIL_TAUGHT),
            ReferralSubmitted: _REFERRAL_TAUGHT,
            **_OFFERS,
            PlacementDetermined: _only("legal_basis", "start_date", "proposed_end", "days"),
            PlanDeliveryRecorded: WHOLE,
            StartDateMoved: _only("moved_on", "from_date", "to_date", "proposed_end", "days"),
            SafeguardingInformationReceived: _only("provider_id", "received_on", "covers"),
            AgreementIssued: WHOLE,
            AgreementSigned: WHOLE,
            NoticeGiven: _only(
                *("notice_id", "given_on", "start_date", "days", "session_times", "change_id", "address", "report_to"),
                "objectives",
            ),
            NoticeSuperseded: WHOLE,
            PlacementStarted: WHOLE,
            AttendancePatternSet: _only(
                *("set_on", "effective_from", "sessions", "am_start", "pm_start", "part_time_until")
            ),
            TermsChanged: _only(
                *("change_id", "field", "changed_on", "effective_on", "days", "from_value", "to_value")
            ),
            ProviderChangeReported: WHOLE,
            SafeguardingConcernRaised: WHOLE,
            SafeguardingConcernAnswered: WHOLE,
            PlacementPaused: _only("paused_on", "review_id"),
            PlacementResumed: WHOLE,
            ReviewDue: _only("review_id", "opened_on", "due"),
            ReviewScheduled: WHOLE,
            ReviewHeld: _only("review_id", "held_on"),
            ReviewDecided: _only("review_id", "decided_on", "decision", "until", "next_review_due"),
            ReviewLapsed: WHOLE,
            ReintegrationPlanned: _only("plan_id", "full_time_by", "steps", "key_adult", "readiness_criteria"),
            ReintegrationStarted: WHOLE,
            ReintegrationStepRecorded: WHOLE,
            ReintegrationHalted: WHOLE,
            PlacementEnded: _only("ended_on"),
            DocumentProduced: WHOLE,
            TransportArranged: WHOLE,
            MealsArranged: WHOLE,
            ProgressReportReceived: WHOLE,
            m.SessionMarkProposed: WHOLE,
            m.SessionMarkCorrected: WHOLE,
            m.SessionMarkConfirmed: _only("placement_id", "day", "session", "code", "site_id", "entered_on"),
            m.AbsenceResolved: _only("placement_id", "day", "session", "code", "from_code", "amended_on"),
            m.SessionMarkAmended: _only("placement_id", "day", "session", "code", "from_code", "amended_on"),
        },
    }
)
"""The events that a provider sees in each part, and which of their fields."""

PROVIDER_RULES: Final = frozenset({RuleId.T9, RuleId.T10})
"""The deadlines that a provider sees: its own register, and absences that still have no reason."""

_AROUND = _only("transport", "meals", "reports")
_REVIEW = _only(
    *("review_id", "opened_on", "due", "status", "scheduled", "lapsed_on"),
    held=EVENTS[ProviderPart.TEACHING][ReviewHeld] or {},
    decided=EVENTS[ProviderPart.TEACHING][ReviewDecided] or {},
)
_STATE: Final[Mapping[ProviderPart, tuple[str, ...]]] = MappingProxyType(
    {
        ProviderPart.OFFER: (
            *("stage", "placement_id", "home_school_urn", "commissioner", "pupil", "referral"),
            *("provider_id", "site_ids", "proposal", "asked", "offer"),
        ),
        ProviderPart.TEACHING: (
            *("stage", "placement_id", "pupil_id", "home_school_urn", "commissioner", "legal_basis", "pupil"),
            *(
                "referral",
                "provider_id",
                "site_ids",
                "proposal",
                "asked",
                "offer",
                "start_date",
                "proposed_end",
                "days",
            ),
            *("safeguarding", "agreement", "signatures", "notice", "started_on", "first_site_id", "terms_changed"),
            *(
                "change_pending",
                "provider_changes",
                "concerns",
                "concerns_open",
                "pause",
                "patterns",
                "reviews",
                "plan",
            ),
            *("reintegration", "steps", "end", "plan_deliveries", "around"),
        ),
    }
)
_PERSON: Final = {ProviderPart.OFFER: _PUPIL, ProviderPart.TEACHING: _PUPIL_TAUGHT}


def is_shown_document(kind: DocumentKind, recipient: RecipientRole | None) -> bool:
    """The agreement, which the provider signs, and what is addressed to it."""
    return kind is DocumentKind.AGREEMENT or recipient is RecipientRole.PROVIDER


def record(
    state: Placement, shown: ProviderPart, concerns: Container[ConcernId], provider_id: ProviderId
) -> dict[str, Any]:
    """The record as its provider sees it: of concerns, those that it raised itself; of other providers, nothing.

    For an offer nobody is named: what was written of the pupil is shown without the names that the record knows.
    """
    own = with_changes(
        state if state.provider_id == provider_id else _without_provider(state),
        safeguarding=tuple(each for each in state.safeguarding if each.provider_id == provider_id),
        concerns=tuple(each for each in state.concerns if each.concern_id in concerns),
        concerns_open=tuple(each for each in state.concerns_open if each.concern_id in concerns),
    )
    hidden = _hidden(state) if shown is ProviderPart.OFFER else None
    picture = view(own)
    return {name: _cut(picture[name], _spec(getattr(own, name), name, shown), hidden) for name in _STATE[shown]}


def _without_provider(state: Placement) -> Placement:
    """The record of a time at which another provider was proposed, or none."""
    return with_changes(state, provider_id=None, site_ids=(), proposal=None, asked=None, offer=None)


def own_concerns(records: Iterable[Recorded[Any]], provider_id: ProviderId) -> frozenset[ConcernId]:
    """The concerns that somebody of the provider raised."""
    return frozenset(
        each.event.concern_id
        for each in records
        if isinstance(each.event, SafeguardingConcernRaised) and is_own(each, provider_id)
    )


def _spec(value: Any, name: str, shown: ProviderPart) -> FieldSpec | None:
    """What is shown of a field of the state, which may be an event, several, or a value."""
    named = {"pupil": _PERSON[shown], "around": _AROUND, "reviews": _REVIEW}
    if name in named:
        return named[name]
    first = value[0] if isinstance(value, tuple) and value else value
    return EVENTS[shown].get(type(first), WHOLE) if is_dataclass(first) else WHOLE


def _hidden(state: Placement) -> Hide | None:
    """What replaces the names of the pupil and the parents in a text."""
    if state.pupil is None:
        return None
    whole = state.pupil.legal_name
    pupil = hider({whole, *whole.split()}, THE_PUPIL)
    parents = hider({each.name for each in state.pupil.parents}, ANOTHER)
    return lambda text: pupil(parents(text))


def _cut(value: Any, spec: FieldSpec | None, hidden: Hide | None = None) -> Any:
    match value:
        case dict() if spec is not None:
            return {name: _cut(part, spec[name], hidden) for name, part in value.items() if name in spec}
        case dict():
            return {name: _cut(part, None, hidden) for name, part in value.items()}
        case list():
            return [_cut(each, spec, hidden) for each in value]
        case str() if hidden is not None:
            return hidden(value)
        case _:
            return value


@dataclass(frozen=True, slots=True, kw_only=True)
class EventForProvider:
    """An event as a provider sees it: its fields as JSON-ready values, and the names of those kept from it."""

    record: Recorded[Any]
    data: dict[str, Any]
    withheld: tuple[str, ...]


def timeline(
    records: Iterable[Recorded[Any]], shown: ProviderPart, provider_id: ProviderId
) -> tuple[EventForProvider, ...]:
    """The events that a provider sees, and of each what it sees: whole, those that it brought about itself.

    Offers and concerns of others are not shown, whatever their kind.
    """
    records = tuple(records)
    specs = _specs(records, shown, provider_id)
    # A register's events name nobody, and are no placement's to fold.
    named = shown is ProviderPart.OFFER and any(isinstance(each.event, ReferralDrafted) for each in records)
    hidden = _hidden(fold(corrected(records))) if named else None
    return tuple(_seen(each, specs[each.event_id], hidden) for each in records if each.event_id in specs)


def seen_ids(records: Iterable[Recorded[Any]], shown: ProviderPart, provider_id: ProviderId) -> frozenset[EventId]:
    """Which of the events a provider sees. What is personal in them need not be opened for it."""
    return frozenset(_specs(tuple(records), shown, provider_id))


def _specs(
    records: Sequence[Recorded[Any]], shown: ProviderPart, provider_id: ProviderId
) -> Mapping[EventId, FieldSpec | None]:
    specs: dict[EventId, FieldSpec | None] = {}
    offers: set[OfferId] = set()
    concerns = own_concerns(records, provider_id)
    for each in records:
        event = each.event
        if isinstance(event, ProviderOfferRequested) and event.provider_id == provider_id:
            offers.add(event.offer_id)
        if is_own(each, provider_id):
            specs[each.event_id] = WHOLE
        elif isinstance(event, RecordCorrected):
            if _is_shown_correction(event, specs):
                specs[each.event_id] = _only("corrects_event_id", "field", "value")
        elif type(event) in EVENTS[shown] and _is_for(event, provider_id, offers, concerns):
            specs[each.event_id] = EVENTS[shown][type(event)]
    return specs


def is_own(each: Recorded[Any], provider_id: ProviderId) -> bool:
    """Somebody of the provider, or a system that works for it, brought the event about."""
    return each.metadata.actor.org_id == f"provider:{provider_id}"


def _is_shown_correction(event: RecordCorrected, specs: Mapping[EventId, FieldSpec | None]) -> bool:
    if event.corrects_event_id not in specs:
        return False
    of = specs[event.corrects_event_id]
    return of is None or of.get(event.field, _only()) is None


def _is_for(event: Any, provider_id: ProviderId, offers: Container[OfferId], concerns: Container[ConcernId]) -> bool:
    match event:
        case ProviderProposed() | ProviderOfferRequested() | SafeguardingInformationReceived():
            return bool(event.provider_id == provider_id)
        case ProviderOfferMade() | ProviderOfferDeclined():
            return event.offer_id in offers
        case SafeguardingConcernRaised() | SafeguardingConcernAnswered():
            return event.concern_id in concerns
        case DocumentProduced():
            return is_shown_document(event.kind, event.recipient)
        case _:
            return True


def _seen(each: Recorded[Any], spec: FieldSpec | None, hidden: Hide | None) -> EventForProvider:
    picture = from_json(canonical_json(each.event), dict)
    data = _cut(picture, spec, hidden)
    return EventForProvider(record=each, data=data, withheld=tuple(sorted(picture.keys() - data.keys())))


def week(picture: Mapping[str, Any]) -> dict[str, Any]:
    """One week of a register, as JSON-ready values, as its provider sees it: the codes without the school's reasons."""
    cut: dict[str, Any] = _cut(dict(picture), _WEEK)
    return cut


_TAUGHT: Final = EVENTS[ProviderPart.TEACHING]
_WEEK: Final = _only(
    marks=_only(
        *("day", "session", "proposed", "corrections", "code"),
        confirmed=_TAUGHT[m.SessionMarkConfirmed] or {},
        resolved=_TAUGHT[m.AbsenceResolved] or {},
        amendments=_TAUGHT[m.SessionMarkAmended] or {},
        entries=_only("before", "code", "entered_on"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnRecords:
    """What a provider takes along of its own: the marks and the reports that it gave, the concerns that it raised."""

    marks: tuple[Recorded[Any], ...]
    reports: tuple[Recorded[Any], ...]
    concerns: tuple[Recorded[Any], ...]


def own_records(
    placement: Iterable[Recorded[Any]], weeks: Iterable[Recorded[Any]], provider_id: ProviderId
) -> OwnRecords:
    """A report and a mark are the provider's, whoever typed them; a concern is if it raised it itself."""
    placement = tuple(placement)
    raised = own_concerns(placement, provider_id)
    return OwnRecords(
        marks=tuple(each for each in weeks if isinstance(each.event, m.SessionMarkProposed | m.SessionMarkCorrected)),
        reports=tuple(each for each in placement if isinstance(each.event, ProgressReportReceived)),
        concerns=tuple(
            each
            for each in placement
            if isinstance(each.event, SafeguardingConcernRaised) and each.event.concern_id in raised
        ),
    )
