"""The census return: one row for each placement of a term, with what of it is missing or wrong.

The alternative provision part of the school census asks for the pupil's number, what the provider is known by, why
the placement was commissioned, when it began and ended, and how much of the week it takes. Nothing is filled in
that the record does not say.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.calendar.school_calendar import DAY
from domain.law.bases import is_placement
from domain.law.census import CensusTerm, census_day, census_day_before
from domain.law.origins import Certainty
from domain.placement.agreement.pattern import pattern_on
from domain.placement.state import Placement
from domain.provider.state import Provider
from domain.returns import checks
from domain.returns.checks import RowFault, RowFaultKind
from events.codes import CommissionerKind, EndReason, PrimaryReason, RollStatus, SessionPlace, SettingType
from events.ids import PlacementId, PupilId, Urn

_LEAVES_ROLL = frozenset(EndReason) - {
    EndReason.RETURN_FULL,
    EndReason.RETURN_PHASED,
    EndReason.OTHER_AP,
    EndReason.OTHER,
}
"""The ends of a placement with which a pupil leaves the home school as well."""


class Attends(StrEnum):
    """How much of the week a placement takes."""

    FULL_TIME = "full_time"
    PART_TIME = "part_time"


class Body(StrEnum):
    """Who returns a placement."""

    SCHOOL = "school"
    LA = "la"


@dataclass(frozen=True, slots=True, kw_only=True)
class CensusRecord:
    """One placement as the census asks for it; None where the record does not say it.

    `on_roll`: the pupil is on the home school's roll on the day of the census. `left_on` is None while the
    placement runs on that day. `erased`: the pupil's personal data were destroyed, and the row counts all the same.
    """

    placement_id: PlacementId
    pupil_id: PupilId
    upn: str | None
    urn: Urn | None
    ukprn: str | None
    setting_type: SettingType | None
    primary_reason: PrimaryReason | None
    entered_on: date
    left_on: date | None
    attends: Attends | None
    sessions_a_week: int | None
    on_roll: bool | None
    erased: bool
    faults: tuple[RowFault, ...]

    @property
    def complete(self) -> bool:
        return all(fault.kind is RowFaultKind.ODD for fault in self.faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class CensusPeriod:
    """From the day after the last census to the day of this one: our reading of what a term's census covers."""

    term: CensusTerm
    year: int
    first: date
    census_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnNote:
    """What a reader of the return must know of all of it."""

    code: str
    words: str
    certainty: Certainty


def period_of(term: CensusTerm, year: int) -> CensusPeriod:
    """The period of a term's census in a calendar year."""
    census_on = census_day(term, year)
    return CensusPeriod(term=term, year=year, first=census_day_before(census_on) + DAY, census_on=census_on)


def returned_by(state: Placement) -> Body:
    """The body that commissions it; but the school, where the authority arranged it and the pupil is on two rolls."""
    if state.commissioner is not CommissionerKind.LA:
        return Body.SCHOOL
    dual = state.proposal.proposed is not None and state.proposal.proposed.dual_registration
    return Body.SCHOOL if dual and roll_said(state) else Body.LA


def row(state: Placement, provider: Provider | None, period: CensusPeriod) -> CensusRecord | None:
    """The placement's row; None where it ran on no day of the period, or is no alternative provision."""
    entered_on, ended_on = state.running.started_on, state.ending.end.ended_on if state.ending.end else None
    if entered_on is None or entered_on > period.census_on or is_placement(state.legal_basis) is not None:
        return None
    if ended_on is not None and ended_on < period.first:
        return None
    left_on = ended_on if ended_on is not None and ended_on <= period.census_on else None
    on_roll, day = _on_roll(state, left_on), left_on or period.census_on
    sessions, paused = sessions_on(state, day), state.pause_on(day) is not None
    known_by = provider or Provider()
    assert state.placement_id is not None
    assert state.pupil_id is not None
    return CensusRecord(
        placement_id=state.placement_id,
        pupil_id=state.pupil_id,
        upn=checks.number_of(state.referral.pupil),
        urn=known_by.urn,
        ukprn=known_by.ukprn,
        setting_type=known_by.setting_type,
        primary_reason=state.referral.submitted.primary_reason if state.referral.submitted else None,
        entered_on=entered_on,
        left_on=left_on,
        attends=None if paused else _attends(sessions),
        sessions_a_week=sessions,
        on_roll=on_roll,
        erased=state.referral.pupil is None,
        faults=(
            *checks.number_faults(state.referral.pupil),
            *checks.provider_faults(known_by),
            *checks.reason_faults(state),
            *checks.date_faults(entered_on, left_on),
            *checks.session_faults(sessions, paused=paused),
            *checks.roll_faults(state.referral.pupil, on_roll),
        ),
    )


def compared(rows: Iterable[CensusRecord]) -> tuple[CensusRecord, ...]:
    """The rows in order of entry, with the fault that shows only beside the others: one number of two pupils."""
    ordered = sorted(rows, key=lambda each: (each.entered_on, each.placement_id))
    pupils: defaultdict[str, set[PupilId]] = defaultdict(set)
    for each in ordered:
        if each.upn is not None:
            pupils[each.upn].add(each.pupil_id)
    shared = {number for number, known_by_it in pupils.items() if len(known_by_it) > 1}
    return tuple(
        replace(each, faults=(*each.faults, checks.SHARED_NUMBER)) if each.upn in shared else each for each in ordered
    )


def notes(period: CensusPeriod, body: Body) -> tuple[ReturnNote, ...]:
    """What is unsure or particular about this return."""
    if body is Body.SCHOOL:
        return _ALWAYS
    return (*_ALWAYS, _LATEST) if period.term is CensusTerm.SPRING else (*_ALWAYS, _NOT_COLLECTED)


_ALWAYS = (
    ReturnNote(
        code="census_day",
        words="The day follows from custom: check it against the day that the department has named.",
        certainty=Certainty.UNCONFIRMED,
    ),
    ReturnNote(
        code="period",
        words="A placement is in the return when it ran on a day after the last census, up to the day of this one.",
        certainty=Certainty.UNCONFIRMED,
    ),
    ReturnNote(
        code="own_codes",
        words="The department's letters for reason and pattern were not seen: these are this service's own codes.",
        certainty=Certainty.UNCONFIRMED,
    ),
)
_LATEST = ReturnNote(
    code="latest_placement",
    words="The council's census takes each pupil's latest placement. This list has every placement.",
    certainty=Certainty.CONFIRMED,
)
_NOT_COLLECTED = ReturnNote(
    code="not_collected",
    words="The council's own census is taken in January. There is no return for this term.",
    certainty=Certainty.CONFIRMED,
)


def sessions_on(state: Placement, on: date) -> int | None:
    """How many sessions a week are at the provider by the pattern of a day; None where there is none.

    None at all on a day of a pause, whatever the pattern.
    """
    if state.pause_on(on) is not None:
        return 0
    pattern = pattern_on(state.agreement.patterns, on)
    if pattern is None:
        return None
    return sum(each.place is SessionPlace.PROVIDER for each in pattern.sessions)


def _attends(sessions: int | None) -> Attends | None:
    if sessions is None:
        return None
    return Attends.FULL_TIME if sessions == checks.SESSIONS_A_WEEK else Attends.PART_TIME


def _on_roll(state: Placement, left_on: date | None) -> bool | None:
    if state.ending.end is not None and left_on is not None and state.ending.end.reason in _LEAVES_ROLL:
        return False
    return roll_said(state)


def roll_said(state: Placement) -> bool | None:
    """Whether the pupil is on the home school's roll, as the referral says it."""
    referral = state.referral.submitted
    if referral is None:
        return None
    if referral.details is not None and referral.details.roll_status is not None:
        return referral.details.roll_status is not RollStatus.NONE
    return referral.picture.on_roll if referral.picture else None
