"""A council's register of children not in school: registered pupils who are educated otherwise than at a school.

The section is not known to be in force. A pupil is in the feed whose school, or council, has arranged education at a
provider that is no school, while the pupil stays on the home school's roll and is absent from it for it.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.placement.agreement.pattern import pattern_on
from domain.placement.state import Placement
from domain.provider.state import Provider
from domain.returns import checks
from domain.returns.census import roll_said, sessions_on
from domain.returns.checks import RowFault
from events.codes import CommissionerKind, LegalBasis, ProviderKind, SessionPlace
from events.ids import PlacementId, ProviderId, Urn


class Absent(StrEnum):
    """For how much of the week the pupil is away from the home school."""

    SOME = "some"
    ALL = "all"


class ArrangedBy(StrEnum):
    SCHOOL = "school"
    LA = "la"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """One pupil at one provider, on the day of the register. `upn` to `parents` are None or empty once erased."""

    placement_id: PlacementId
    upn: str | None
    legal_name: str | None
    born_on: date | None
    address: str | None
    parents: tuple[str, ...]
    home_school_urn: Urn
    provider_id: ProviderId
    provider_name: str
    arranged_by: ArrangedBy
    legal_basis: LegalBasis
    since: date
    absent: Absent | None
    sessions_a_week: int | None
    erased: bool
    faults: tuple[RowFault, ...]


def registered(state: Placement, provider: Provider | None, on: date) -> Registered | None:
    """The pupil's entry; None where the placement does not run on the day, is at a school, or the pupil is off roll.

    Where the record does not say whether the pupil is on the roll, the entry is there, with that fault.
    """
    since, on_roll, pupil = state.running.started_on, roll_said(state), state.referral.pupil
    if since is None or not state.runs_on(on):
        return None
    if provider is None or provider.kind is ProviderKind.SCHOOL or on_roll is False:
        return None
    assert state.placement_id is not None
    assert state.home_school_urn is not None
    assert state.legal_basis is not None
    assert provider.provider_id is not None
    sessions = sessions_on(state, on)
    return Registered(
        placement_id=state.placement_id,
        upn=checks.number_of(pupil),
        legal_name=pupil.legal_name if pupil else None,
        born_on=pupil.born_on if pupil else None,
        address=pupil.address if pupil else None,
        parents=tuple(parent.name for parent in pupil.parents) if pupil else (),
        home_school_urn=state.home_school_urn,
        provider_id=provider.provider_id,
        provider_name=provider.name,
        arranged_by=ArrangedBy.LA if state.commissioner is CommissionerKind.LA else ArrangedBy.SCHOOL,
        legal_basis=state.legal_basis,
        since=since,
        absent=_absent(state, on),
        sessions_a_week=sessions,
        erased=pupil is None,
        faults=(
            *checks.number_faults(pupil),
            *checks.address_faults(pupil),
            *checks.session_faults(sessions, pattern_field="absent", paused=state.pause_on(on) is not None),
            *checks.roll_faults(pupil, on_roll),
        ),
    )


def _absent(state: Placement, on: date) -> Absent | None:
    """Not said of a day of a pause: the pupil is where the school says."""
    pattern = pattern_on(state.agreement.patterns, on)
    if pattern is None or state.pause_on(on) is not None:
        return None
    at_school = any(each.place is SessionPlace.SCHOOL for each in pattern.sessions)
    return Absent.SOME if at_school else Absent.ALL
