"""Steps that wait for somebody on a placement without being a deadline: one row for each, with whose they are.

A step that needs a second person waits for that person here, and never for the one who took the first half.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from domain.calendar.london import today as day_of
from domain.placement.agreement.agreement import (
    IssueAgreement,
    RecordSafeguardingInformation,
    SignAgreement,
    lacking_confirmations,
)
from domain.placement.decision.determination import AUTHORITY, SCHOOL, ConfirmDetermination, Determine
from domain.placement.decision.meeting import (
    OVERRIDE,
    ConveneProfessionalsMeeting,
    OverrideMeeting,
    RecordProfessionalsMeeting,
)
from domain.placement.ending.closing import Close
from domain.placement.record.retention import ConfirmErasure
from domain.placement.referral.offers import MakeProviderOffer
from domain.placement.referral.proposal import ProposeProvider
from domain.placement.referral.referral import SubmitReferral
from domain.placement.running.start import StartPlacement
from domain.placement.stages import TERMINAL, Stage
from domain.placement.state import Placement
from domain.provider.application import DecideDirectoryApplication
from domain.provider.state import Provider
from domain.school.confirming import ConfirmCalendarCorrection
from domain.school.state import School
from events.codes import AgreementParty, CommissionerKind, Role
from events.ids import PersonId


class WaitKind(StrEnum):
    SUBMIT_REFERRAL = "submit_referral"
    PROPOSE_PROVIDER = "propose_provider"
    CONVENE_MEETING = "convene_meeting"
    RECORD_MEETING = "record_meeting"
    OVERRIDE_MEETING = "override_meeting"
    ANSWER_OFFER = "answer_offer"
    DETERMINE = "determine"
    CONFIRM_DETERMINATION = "confirm_determination"
    ISSUE_AGREEMENT = "issue_agreement"
    SAFEGUARDING_INFORMATION = "safeguarding_information"
    SIGN_FOR_SCHOOL = "sign_for_school"
    SIGN_FOR_PROVIDER = "sign_for_provider"
    START = "start"
    CLOSE = "close"
    CONFIRM_ERASURE = "confirm_erasure"
    DECIDE_APPLICATION = "decide_application"
    CONFIRM_CORRECTION = "confirm_correction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One step that waits for the `roles`. `not_by` is who may not take it, as they took its first half.

    `since` is the day from which it waits, where the record says so. `org_id` is the organisation whose it is, where
    that is not everybody's who sees the record.
    """

    kind: WaitKind
    roles: frozenset[Role]
    due_on: date | None = None
    since: date | None = None
    subject: UUID | None = None
    not_by: PersonId | None = None
    org_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitWords:
    """What to do in words, the verb of the link to its form, and the command of that form."""

    words: str
    verb: str
    command: type


WORDS: Final[Mapping[WaitKind, WaitWords]] = {
    WaitKind.SUBMIT_REFERRAL: WaitWords(
        words="Finish the referral and submit it", verb="Submit", command=SubmitReferral
    ),
    WaitKind.PROPOSE_PROVIDER: WaitWords(words="Propose a provider", verb="Propose", command=ProposeProvider),
    WaitKind.CONVENE_MEETING: WaitWords(
        words="Call the professionals' meeting", verb="Call", command=ConveneProfessionalsMeeting
    ),
    WaitKind.RECORD_MEETING: WaitWords(
        words="Record the professionals' meeting", verb="Record", command=RecordProfessionalsMeeting
    ),
    WaitKind.OVERRIDE_MEETING: WaitWords(
        words="Agree, or not, that the placement goes on without the professionals' meeting",
        verb="Agree",
        command=OverrideMeeting,
    ),
    WaitKind.ANSWER_OFFER: WaitWords(
        words="Answer the school that asks for a place", verb="Answer", command=MakeProviderOffer
    ),
    WaitKind.DETERMINE: WaitWords(words="Decide on the placement", verb="Decide", command=Determine),
    WaitKind.CONFIRM_DETERMINATION: WaitWords(
        words="Confirm the decision that somebody else recorded", verb="Confirm", command=ConfirmDetermination
    ),
    WaitKind.ISSUE_AGREEMENT: WaitWords(words="Issue the agreement", verb="Issue", command=IssueAgreement),
    WaitKind.SAFEGUARDING_INFORMATION: WaitWords(
        words="Record what the provider confirms about safeguarding",
        verb="Record",
        command=RecordSafeguardingInformation,
    ),
    WaitKind.SIGN_FOR_SCHOOL: WaitWords(words="Sign the agreement for the school", verb="Sign", command=SignAgreement),
    WaitKind.SIGN_FOR_PROVIDER: WaitWords(
        words="Sign the agreement for the provider", verb="Sign", command=SignAgreement
    ),
    WaitKind.START: WaitWords(words="Record that the placement started", verb="Start", command=StartPlacement),
    WaitKind.CLOSE: WaitWords(words="Close the placement", verb="Close", command=Close),
    WaitKind.CONFIRM_ERASURE: WaitWords(
        words="Decide whether the pupil's personal data are erased", verb="Decide", command=ConfirmErasure
    ),
    WaitKind.DECIDE_APPLICATION: WaitWords(
        words="Decide the application to join the directory", verb="Decide", command=DecideDirectoryApplication
    ),
    WaitKind.CONFIRM_CORRECTION: WaitWords(
        words="Confirm the correction of the school's calendar", verb="Confirm", command=ConfirmCalendarCorrection
    ),
}

_WORKER: Final = frozenset({Role.CASE_WORKER})
_SIGNATORIES: Final = frozenset({Role.CASE_WORKER, Role.HEAD})
_PROVIDER: Final = frozenset({Role.PROVIDER_USER})
_ERASURE: Final = frozenset({Role.HEAD, Role.LA_OFFICER})
_CALENDAR: Final = frozenset({Role.CASE_WORKER, Role.HEAD, Role.LA_OFFICER})


def of_placement(state: Placement) -> tuple[Waiting, ...]:
    """Everything that waits for somebody on a placement as it is."""
    return tuple(each for find in _FINDERS for each in find(state))


def _of_worker(state: Placement) -> frozenset[Role]:
    """Who does the case work of the commissioner: a council's officer where the council commissions."""
    return _WORKER | {Role.LA_OFFICER} if state.commissioner is CommissionerKind.LA else _WORKER


def _referral(state: Placement) -> Iterator[Waiting]:
    if state.stage is Stage.DRAFT:
        yield Waiting(kind=WaitKind.SUBMIT_REFERRAL, roles=_WORKER)
    if state.stage is Stage.REFERRED:
        yield Waiting(kind=WaitKind.PROPOSE_PROVIDER, roles=_of_worker(state))


def _meeting(state: Placement) -> Iterator[Waiting]:
    if state.stage is not Stage.SCREENING:
        return
    convened = state.decision.meeting
    if convened is None:
        yield Waiting(kind=WaitKind.CONVENE_MEETING, roles=_WORKER)
    else:
        yield Waiting(kind=WaitKind.RECORD_MEETING, roles=_WORKER, due_on=day_of(convened.at))
    said = {each.by_role for each in state.decision.meeting_overrides}
    if said:
        yield Waiting(kind=WaitKind.OVERRIDE_MEETING, roles=OVERRIDE - said)


def _offer(state: Placement) -> Iterator[Waiting]:
    asked = state.proposal.asked
    if asked is not None and state.stage in {Stage.SCREENING, Stage.AWAITING_DECISION}:
        yield Waiting(
            kind=WaitKind.ANSWER_OFFER,
            roles=_PROVIDER,
            due_on=asked.reply_by,
            since=asked.requested_on,
            subject=asked.offer_id,
        )


def _decision(state: Placement) -> Iterator[Waiting]:
    if state.stage is not Stage.AWAITING_DECISION:
        return
    deciders = AUTHORITY if state.commissioner is CommissionerKind.LA else SCHOOL
    proposed = state.decision.determination_proposed
    if proposed is None:
        yield Waiting(kind=WaitKind.DETERMINE, roles=deciders)
    else:
        yield Waiting(kind=WaitKind.CONFIRM_DETERMINATION, roles=deciders, not_by=proposed.proposed_by)


def _agreement(state: Placement) -> Iterator[Waiting]:
    start = state.period.start_date
    if state.stage is Stage.DETERMINED:
        yield Waiting(kind=WaitKind.ISSUE_AGREEMENT, roles=_WORKER, due_on=start)
    if state.stage in {Stage.DETERMINED, Stage.AGREEMENT_PENDING} and lacking_confirmations(state):
        yield Waiting(kind=WaitKind.SAFEGUARDING_INFORMATION, roles=_WORKER, due_on=start)
    if state.stage is not Stage.AGREEMENT_PENDING:
        return
    sides = {
        AgreementParty.SCHOOL: (WaitKind.SIGN_FOR_SCHOOL, _SIGNATORIES),
        AgreementParty.PROVIDER: (WaitKind.SIGN_FOR_PROVIDER, _PROVIDER),
    }
    for party, (kind, roles) in sides.items():
        if not state.agreement.signed_by(party):
            yield Waiting(kind=kind, roles=roles, due_on=start)


def _start(state: Placement) -> Iterator[Waiting]:
    if state.stage is Stage.READY_TO_START:
        yield Waiting(kind=WaitKind.START, roles=_WORKER, due_on=state.period.start_date)


def _end(state: Placement) -> Iterator[Waiting]:
    if state.stage is Stage.ENDED and state.ending.evaluation is not None:
        yield Waiting(kind=WaitKind.CLOSE, roles=_SIGNATORIES)
    proposed = state.ending.erasure_proposed
    if state.stage in TERMINAL and proposed is not None and not state.ending.is_to_be_erased:
        yield Waiting(kind=WaitKind.CONFIRM_ERASURE, roles=_ERASURE, since=proposed.proposed_on)


_FINDERS: Final[tuple[Callable[[Placement], Iterator[Waiting]], ...]] = (
    _referral,
    _meeting,
    _offer,
    _decision,
    _agreement,
    _start,
    _end,
)


def of_provider(state: Provider) -> tuple[Waiting, ...]:
    """Applications for a council's directory that its officers have not decided."""
    return tuple(
        Waiting(
            kind=WaitKind.DECIDE_APPLICATION,
            roles=frozenset({Role.LA_OFFICER}),
            since=each.submitted.submitted_on,
            subject=each.submitted.application_id,
            org_id=f"la:{each.submitted.la_code}",
        )
        for each in state.applications
        if each.open
    )


def of_school(state: School) -> tuple[Waiting, ...]:
    """Corrections of the calendar that a second person has not confirmed."""
    return tuple(
        Waiting(
            kind=WaitKind.CONFIRM_CORRECTION,
            roles=_CALENDAR,
            since=each.proposed_on,
            subject=each.correction_id,
            not_by=each.proposed_by,
        )
        for each in state.corrections_proposed
    )
