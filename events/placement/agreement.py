"""The agreement with the provider, what the parents say, and the notice."""

from datetime import date, time

from events.codes import (
    AgreementParty,
    DeliveryMethod,
    ParentStance,
    RecipientRole,
    Role,
    SafeguardingCover,
    SigningMethod,
)
from events.definition import event, personal
from events.ids import (
    AgreementId,
    ChangeId,
    NoticeId,
    ProviderId,
)
from events.kinds import ADDRESS, CONFIDED, PARTS, PERSON, STAFF, TEXT
from events.values.referral import Objective
from events.values.sessions import SessionTimes


@event(occurred="received_on")
class SafeguardingInformationReceived:
    """The provider confirmed in writing what keeping children safe in education asks of it."""

    provider_id: ProviderId
    received_on: date
    covers: tuple[SafeguardingCover, ...]
    note: str | None = personal(CONFIDED)


@event()
class AgreementIssued:
    agreement_id: AgreementId
    version: int
    pennies_per_session: int
    total_pennies: int
    notice_days: int
    terms: str | None = personal(TEXT)


@event(occurred="signed_on")
class AgreementSigned:
    agreement_id: AgreementId
    party: AgreementParty
    signed_on: date
    method: SigningMethod
    complete: bool
    signatory: str | None = personal(STAFF)


@event(occurred="given_on")
class ParentViewRecorded:
    given_on: date
    stance: ParentStance
    view: str | None = personal(TEXT)


@event(occurred="given_on")
class NoticeGiven:
    """Written notice under regulation 3, with what regulation 3(4) demands of it; of the start, or of changed terms."""

    notice_id: NoticeId
    given_on: date
    deemed_on: date
    method: DeliveryMethod
    recipients: tuple[RecipientRole, ...]
    start_date: date
    days: int
    session_times: SessionTimes
    school_days_clear: int
    timely: bool
    calendar_version: int
    given_at: time | None = None
    relevant_person: Role | None = None
    change_id: ChangeId | None = None
    address: str | None = personal(ADDRESS)
    report_to: str | None = personal(PERSON)
    reasons: str | None = personal(TEXT)
    objectives: tuple[Objective, ...] = personal(PARTS, default=())


@event(occurred="consented_on")
class EarlyStartConsented:
    """The parent consented to this start less than 48 hours after the details came."""

    consented_on: date
    start_date: date
    consent: str | None = personal(TEXT)


@event()
class NoticeSuperseded:
    notice_id: NoticeId
    by_notice_id: NoticeId | None


AgreementEvent = (
    SafeguardingInformationReceived
    | AgreementIssued
    | AgreementSigned
    | ParentViewRecorded
    | NoticeGiven
    | EarlyStartConsented
    | NoticeSuperseded
)
