"""What is missing or wrong in the fields of a return, field by field."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.placement.state import Placement
from domain.provider.registration import identity
from domain.provider.state import Provider
from domain.shared import upn
from domain.shared.errors import Rejected
from domain.shared.text import visible
from domain.shared.upn import UpnFormat
from events.codes import ExclusionKind, PrimaryReason
from events.values.referral import Pupil

SESSIONS_A_WEEK = 10


class RowFaultKind(StrEnum):
    MISSING = "missing"
    WRONG = "wrong"
    ERASED = "erased"
    ODD = "odd"  # to be looked at; it may be right


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFault:
    """What is the matter with one field of a row."""

    code: str
    field: str
    words: str
    kind: RowFaultKind


SHARED_NUMBER = RowFault(
    code="upn_shared", field="upn", words="Another pupil of the return has the same number.", kind=RowFaultKind.WRONG
)
_ODD_NUMBERS = {
    "temporary_upn": "The number is a temporary one: return the pupil's own once it is known.",
    "la_part_unknown": "The three digits after the first letter are not the code of a known council.",
}


def number_of(pupil: Pupil | None) -> str | None:
    """The pupil's number if it has the form of one, with a wrong check letter too; other text is not passed on."""
    if pupil is None or isinstance(upn.parse(pupil.upn), UpnFormat):
        return None
    return pupil.upn.strip().upper()


def number_faults(pupil: Pupil | None) -> Iterator[RowFault]:
    if pupil is None:
        yield _erased("upn")
    elif not visible(pupil.upn):
        yield _missing("upn_missing", "upn", "The pupil has no unique pupil number.")
    else:
        found = upn.parse(pupil.upn)
        if isinstance(found, Rejected):
            yield _refused(found, "upn")
        else:
            for code in found.warnings:
                yield RowFault(code=code, field="upn", words=_ODD_NUMBERS[code], kind=RowFaultKind.ODD)


def provider_faults(provider: Provider) -> Iterator[RowFault]:
    """The census knows a provider by exactly one of URN, UKPRN and setting type."""
    if all(each is None for each in (provider.urn, provider.ukprn, provider.setting_type)):
        yield _missing("provider_missing", "provider", "The provider has no URN, no UKPRN and no setting type.")
        return
    for found in identity(provider):
        if found is not None:
            yield _refused(found, found.pointer.removeprefix("/") if found.pointer else "provider")


def reason_faults(state: Placement) -> Iterator[RowFault]:
    reason = state.referral.submitted.primary_reason if state.referral.submitted else None
    excluded = state.referral.exclusion is not None and state.referral.exclusion.kind is ExclusionKind.PERMANENT
    if reason is None:
        yield _missing("primary_reason_missing", "primary_reason", "The referral gives no main reason.")
    elif excluded and reason is not PrimaryReason.PERM_EX:
        words = "The pupil was permanently excluded, which is the main reason whatever else there is."
        yield RowFault(code="exclusion_wins", field="primary_reason", words=words, kind=RowFaultKind.WRONG)


def date_faults(entered_on: date, left_on: date | None) -> Iterator[RowFault]:
    if left_on is not None and left_on < entered_on:
        words = "The placement ended before it began."
        yield RowFault(code="left_before_entry", field="left_on", words=words, kind=RowFaultKind.WRONG)


def address_faults(pupil: Pupil | None) -> Iterator[RowFault]:
    if pupil is not None and not visible(pupil.address):
        yield _missing("address_missing", "address", "The record has no home address of the pupil.")


def session_faults(sessions: int | None, *, pattern_field: str = "attends", paused: bool = False) -> Iterator[RowFault]:
    """`pattern_field`: what else of the row follows from the weekly pattern. `paused`: the placement is, on the day."""
    if paused:
        words = "The placement is paused on this day, and the pupil attends no session at the provider."
        yield RowFault(code="placement_paused", field="sessions_a_week", words=words, kind=RowFaultKind.ODD)
    elif sessions is None:
        words = "No weekly pattern says which sessions are at the provider."
        yield _missing("pattern_missing", pattern_field, words)
        yield _missing("sessions_missing", "sessions_a_week", words)
    elif not 1 <= sessions <= SESSIONS_A_WEEK:
        words = f"A week has from one to {SESSIONS_A_WEEK} sessions at the provider, and this one has {sessions}."
        yield RowFault(code="sessions_unsound", field="sessions_a_week", words=words, kind=RowFaultKind.WRONG)


def roll_faults(pupil: Pupil | None, on_roll: bool | None) -> Iterator[RowFault]:
    if on_roll is not None:
        return
    if pupil is None:
        yield _erased("on_roll")
    else:
        yield _missing(
            "roll_missing", "on_roll", "The referral does not say whether the pupil is on the school's roll."
        )


def _missing(code: str, field: str, words: str) -> RowFault:
    return RowFault(code=code, field=field, words=words, kind=RowFaultKind.MISSING)


def _erased(field: str) -> RowFault:
    words = "The pupil's personal data were erased: this can no longer be said."
    return RowFault(code="erased", field=field, words=words, kind=RowFaultKind.ERASED)


def _refused(found: Rejected, field: str) -> RowFault:
    return RowFault(code=found.code, field=field, words=found.detail, kind=RowFaultKind.WRONG)
