"""Which code a session may have, given where the pupil was expected, what the provider saw and who arranged it.

What the provider says never stops a school from making its register true: a statement of who saw the pupil and where
sets aside what the provider and the weekly pattern say of the place.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from domain.attendance.codes import ABSENT, ADMINISTRATIVE, AT_PROVIDER, ATTENDING
from domain.shared.errors import Rejected
from events.attendance import SessionMarkProposed
from events.codes import (
    Activity,
    CommissionerKind,
    LegalBasis,
    MarkPlace,
    ProposedMark,
    ProviderKind,
    Session,
    SessionPlace,
)
from events.codes import AttendanceCode as Code

_REGISTER = "SI 2024/208 reg 10"
_ARRANGED_BY_LA = frozenset(
    {LegalBasis.PEX6, LegalBasis.S19_ILL, LegalBasis.S19_OTH, LegalBasis.EHCP_S42, LegalBasis.EOTAS_S61}
)
_AFTER_EXCLUSION = frozenset({LegalBasis.SUSP6, LegalBasis.PEX6})
DONE = {Code.WORK_EXPERIENCE: Activity.WORK_EXPERIENCE, Code.SPORT: Activity.SPORT, Code.OFF_SITE: Activity.EDUCATION}
"""What a pupil did, by the code that says it."""
_AT_SCHOOL = frozenset({Code.PRESENT_AM, Code.PRESENT_PM, Code.LATE, Code.VISIT})
_NOT_THE_SCHOOL = frozenset({Code.LA_PROVISION, Code.DUAL_REGISTERED})
_OR_WITNESS = "If the pupil was elsewhere, state who saw the pupil and where."
_WHEN_OFF = frozenset({Code.PART_TIME, Code.EXCLUDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """One session and what its code depends on.

    `expected` is where the weekly pattern has the pupil, None where none says it. `seen` is what the provider
    said, None where it said nothing. `witnessed`: the school states who saw the pupil and where. `paused`: the
    pupil does not attend the provider on this day, and is where the school says.
    """

    session: Session
    expected: SessionPlace | None
    seen: SessionMarkProposed | None
    activity: Activity
    legal_basis: LegalBasis | None
    commissioner: CommissionerKind | None
    provider_kind: ProviderKind | None
    witnessed: bool = False
    paused: bool = False

    @property
    def arranged_by_la(self) -> bool:
        return arranged_by_la(self.commissioner, self.legal_basis)

    @property
    def at_another_school(self) -> bool:
        """A pupil placed at a provider that is a school is registered there too, unless the authority placed them."""
        return self.provider_kind is ProviderKind.SCHOOL


def arranged_by_la(commissioner: CommissionerKind | None, legal_basis: LegalBasis | None) -> bool:
    return commissioner is CommissionerKind.LA or legal_basis in _ARRANGED_BY_LA


class CodeNotForSession(Rejected):
    r"""Use / for a morning session and \ for an afternoon session."""

    code = "code_not_for_session"
    title = "The code is for the other half of the day"
    legal_refs = (f"{_REGISTER}(2)",)


class CodeForAnotherPlace(Rejected):
    """Present, late and on a school trip are codes for the school. K and D are codes for a place that is not the
    school.
    """

    code = "code_for_another_place"
    title = "The code is for a pupil in another place"
    legal_refs = (f"{_REGISTER}(2)", f"{_REGISTER}(3)")


class NotOnProvision(Rejected):
    """Z is for a pupil who is not yet on the roll, and # for a planned closure. Neither fits a school day here."""

    code = "not_on_provision"
    title = "The code does not fit a school day of this pupil"
    legal_refs = (_REGISTER,)


class AbsentNotAttending(Rejected):
    """A pupil who did not come to the provision gets the code of that absence, never B, D or K.

    If the provider is wrong, it corrects its mark, or the school says who saw the pupil and where.
    """

    code = "absent_not_attending"
    title = "The provider marked the pupil absent"
    legal_refs = (f"{_REGISTER}(3)",)


class AttendingNotAbsent(Rejected):
    """A pupil who attended the provision was not absent.

    If the provider is wrong, it corrects its mark, or the school says who saw the pupil and where.
    """

    code = "attending_not_absent"
    title = "The provider marked the pupil present"
    legal_refs = (f"{_REGISTER}(3)",)


class NotPhysicallyPresent(Rejected):
    """Work at home that is online or unsupervised is not attendance at a place: it is never B, D or K.

    If the pupil was at a place after all, the school says who saw the pupil and where.
    """

    code = "not_physically_present"
    title = "The pupil was not physically at the provision"
    legal_refs = (_REGISTER,)


class ArrangedByAuthority(Rejected):
    """Provision that the council arranges under section 19, 42(2) or 61 is K, unless it is D."""

    code = "arranged_by_authority"
    title = "The council arranged this provision"
    legal_refs = (f"{_REGISTER}(3)",)


class ArrangedBySchool(Rejected):
    """Provision that the school arranges is an approved educational activity: B, or W or P where that fits."""

    code = "arranged_by_school"
    title = "The school arranged this provision"
    legal_refs = (f"{_REGISTER}(3)",)


class DualRegistered(Rejected):
    """A pupil placed at another school is registered at both schools. The home school enters D while the pupil attends
    the other.

    If the council arranged the place and the pupil is not registered there, it is K.
    """

    code = "dual_registered"
    title = "The pupil is registered at the other school too"
    legal_refs = (_REGISTER,)


class NotDualRegistered(Rejected):
    """D is for a pupil who attends another school where they are also registered. Other providers have no roll."""

    code = "not_dual_registered"
    title = "The provider is not a school"
    legal_refs = (_REGISTER,)


class ActivityNotCoded(Rejected):
    """Work experience is W and sport is P. B is any other approved educational activity."""

    code = "activity_not_coded"
    title = "The code does not fit what the pupil did"
    legal_refs = (f"{_REGISTER}(3)",)


class NotAgreedOff(Rejected):
    """C2 is only for the sessions that an agreed part-time timetable leaves free, until the timetable's last day."""

    code = "not_agreed_off"
    title = "No part-time timetable leaves this session free"
    legal_refs = (_REGISTER,)


class AgreedOff(Rejected):
    """A session that a part-time timetable leaves free is C2. During a suspension it is E."""

    code = "agreed_off"
    title = "The part-time timetable leaves this session free"
    legal_refs = (_REGISTER,)


class ProvisionMade(Rejected):
    """E is for a suspended or excluded pupil without provision. From the sixth day this placement is the provision."""

    code = "provision_made"
    title = "Provision was made for the excluded pupil"
    legal_refs = (_REGISTER, "Education and Inspections Act 2006 s 100")


def wrong_code(code: Code, occasion: Occasion) -> tuple[Rejected, ...]:
    """Every reason why the session cannot have this code."""
    return tuple(_reasons(code, occasion))


def _reasons(code: Code, occasion: Occasion) -> Iterator[Rejected]:
    if code in ADMINISTRATIVE:
        yield _no(NotOnProvision, "The pupil is on roll, and this is a school day.")
        return
    if occasion.paused:
        yield from _while_paused(code, occasion)
        return
    witnessed_there = occasion.witnessed and code in ATTENDING
    if occasion.expected is SessionPlace.NONE and code not in _WHEN_OFF and not witnessed_there:
        yield _no(AgreedOff, "Enter C2, or E during a suspension.")
        return
    if code is Code.PART_TIME and occasion.expected is not SessionPlace.NONE:
        yield _no(NotAgreedOff, "Set a weekly pattern that leaves this session free, or enter why the pupil was away.")
    if code is Code.EXCLUDED and occasion.legal_basis in _AFTER_EXCLUSION:
        yield _no(ProvisionMade, "Enter why the pupil was away from the provision.")
    yield from _halves(code, occasion)
    if not occasion.witnessed:
        yield from _seen(code, occasion)
    yield from _place(code, occasion)


def _while_paused(code: Code, occasion: Occasion) -> Iterator[Rejected]:
    """No pattern and no provision holds: the pupil may be at school, somewhere else, or absent."""
    yield from _halves(code, occasion)
    if not occasion.witnessed:
        yield from _seen(code, occasion)
    if code is Code.PART_TIME and occasion.expected is not SessionPlace.NONE:
        yield _no(NotAgreedOff, "Enter where the pupil is while the placement is paused, or why the pupil is away.")
    if code is Code.LA_PROVISION and not occasion.arranged_by_la:
        yield _no(ArrangedBySchool, "Enter B, or W or P where that is what it was.")
    if code is Code.DUAL_REGISTERED and not occasion.at_another_school:
        yield _no(NotDualRegistered, f"Enter {'K' if occasion.arranged_by_la else 'B'}.")


def _place(code: Code, occasion: Occasion) -> Iterator[Rejected]:
    """The code is one of the place where the pupil is expected, or was seen."""
    if occasion.expected is SessionPlace.SCHOOL and not (occasion.witnessed and code in _NOT_THE_SCHOOL):
        if code in _NOT_THE_SCHOOL:
            yield _no(CodeForAnotherPlace, f"The weekly pattern has the pupil at the school then. {_OR_WITNESS}")
    elif code in _AT_SCHOOL:
        if not occasion.witnessed:
            yield _no(CodeForAnotherPlace, f"The weekly pattern does not have the pupil at the school. {_OR_WITNESS}")
    elif code in AT_PROVIDER:
        yield from _at_provider(code, occasion)


def _halves(code: Code, occasion: Occasion) -> Iterator[Rejected]:
    other = Code.PRESENT_PM if occasion.session is Session.AM else Code.PRESENT_AM
    if code is other:
        yield _no(CodeNotForSession, r"Enter / in the morning and \ in the afternoon.")


def _seen(code: Code, occasion: Occasion) -> Iterator[Rejected]:
    """What the provider saw and what the school enters do not contradict each other."""
    if occasion.seen is None:
        return
    if occasion.seen.mark is ProposedMark.ABSENT:
        if code in ATTENDING:
            yield _no(
                AbsentNotAttending,
                f"Enter the code of the absence, or ask the provider to correct its mark. {_OR_WITNESS}",
            )
    elif occasion.seen.place is MarkPlace.ONLINE:
        if code in ATTENDING:
            yield _no(NotPhysicallyPresent, f"Enter the code of the absence; C2 where it was agreed. {_OR_WITNESS}")
    elif code in ABSENT:
        yield _no(
            AttendingNotAbsent,
            f"Enter the code of the provision, or ask the provider to correct its mark. {_OR_WITNESS}",
        )


def _at_provider(code: Code, occasion: Occasion) -> Iterator[Rejected]:
    if occasion.at_another_school:
        # Whether a pupil whom the authority placed is registered there too, the home school alone knows.
        if occasion.arranged_by_la and code is not Code.LA_PROVISION and code is not Code.DUAL_REGISTERED:
            yield _no(DualRegistered, "Enter D, or K where the pupil is not registered there.")
        elif not occasion.arranged_by_la and code is not Code.DUAL_REGISTERED:
            yield _no(DualRegistered, "Enter D.")
        return
    if code is Code.DUAL_REGISTERED:
        yield _no(NotDualRegistered, f"Enter {'K' if occasion.arranged_by_la else 'B'}.")
    elif occasion.arranged_by_la:
        if code is not Code.LA_PROVISION:
            yield _no(ArrangedByAuthority, "Enter K.")
    elif code is Code.LA_PROVISION:
        yield _no(ArrangedBySchool, "Enter B, or W or P where that is what it was.")
    elif DONE[code] is not occasion.activity:
        yield _no(ActivityNotCoded, f"The session was {occasion.activity.replace('_', ' ')}.")


def _no(reason: type[Rejected], detail: str) -> Rejected:
    return reason(detail, pointer="/code")
