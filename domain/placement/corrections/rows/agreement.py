"""What may be put right of the events of an agreement and a notice."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.placement.agreement import agreement, notice
from domain.placement.corrections.rows.row import FOLLOWS, GIVEN, CorrectionRow, each_for, row
from domain.placement.referral import exclusions
from events.placement.agreement import (
    AgreementIssued,
    AgreementSigned,
    EarlyStartConsented,
    NoticeGiven,
    ParentViewRecorded,
    SafeguardingInformationReceived,
)

_NOTICE = "Whether the notice was in time follows from it. Until the placement starts, give the notice again."
_CONSENT = "Consent is to one start and no other. Until the placement starts, record it again."
_VERSION = "Each version of the agreement has a number of its own. Issue the agreement again."

ROWS: Mapping[type, CorrectionRow] = MappingProxyType(
    {
        EarlyStartConsented: row(exclusions.sound_consent, "consented_on", "consent", start_date=_CONSENT),
        SafeguardingInformationReceived: row(agreement.sound_safeguarding, "received_on", "covers", "note"),
        AgreementIssued: row(
            agreement.sound_terms,
            *("pennies_per_session", "total_pennies", "notice_days", "terms"),
            version=_VERSION,
        ),
        AgreementSigned: row(
            agreement.sound_signature,
            *("signed_on", "method", "signatory"),
            party="A side signs for itself. Issue the agreement again, for both to sign.",
            complete=FOLLOWS,
        ),
        ParentViewRecorded: row(agreement.sound_view, "given_on", "stance", "view"),
        NoticeGiven: row(
            notice.sound,
            *("recipients", "session_times", "address", "report_to", "reasons", "objectives"),
            **each_for(_NOTICE, *GIVEN, "given_at", "start_date", "days", "school_days_clear", "calendar_version"),
            relevant_person=FOLLOWS,
        ),
    }
)
