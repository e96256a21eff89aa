"""The codes of the 2024 regulations, and which of them a session of alternative provision may have."""

from dataclasses import replace
from typing import Any

import pytest

from domain.attendance.codes import CODES, Category, Counts
from events.attendance import SessionMarkAmended
from events.codes import Activity, CommissionerKind, LegalBasis, MarkPlace, ProposedMark, ProviderKind, Session
from events.codes import AttendanceCode as Code
from tests.domain.examples import PROVIDER as NON_SCHOOL
from tests.domain.register import FRIDAY, Register, amend, confirm, mark, resolve, running

ABSENT = mark(mark=ProposedMark.ABSENT)
HERE = mark()
AT_HOME = mark(place=MarkPlace.ONLINE)
SHED = mark(activity=Activity.WORK_EXPERIENCE)
PITCH = mark(activity=Activity.SPORT)
AN_AP_SCHOOL = replace(NON_SCHOOL, kind=ProviderKind.SCHOOL)
FRIDAY_MORNING: dict[str, Any] = {"day": FRIDAY, "session": Session.AM, "site_id": None}
FRIDAY_AFTERNOON: dict[str, Any] = {"day": FRIDAY, "session": Session.PM, "site_id": None}


@pytest.mark.obligation("S33")
def test_the_codes_are_those_of_the_regulations() -> None:
    assert " ".join(CODES) == "/ \\ L K V P W B D C C1 C2 E I J1 M R S T X G N O U Q Y1 Y2 Y3 Y4 Y5 Y6 Y7 Z #"


@pytest.mark.parametrize(
    ("category", "codes"),
    [
        (Category.PRESENT, "/ \\ L"),
        (Category.APPROVED_ACTIVITY, "K V P W B D"),
        (Category.AUTHORISED, "C C1 C2 E I J1 M R S T X"),
        (Category.UNAUTHORISED, "G N O U"),
        (Category.UNABLE, "Q Y1 Y2 Y3 Y4 Y5 Y6 Y7"),
        (Category.ADMINISTRATIVE, "Z #"),
    ],
)
def test_each_code_has_its_category(category: Category, codes: str) -> None:
    assert [code.value for code, meaning in CODES.items() if meaning.category is category] == codes.split()


def test_sessions_that_could_not_be_attended_are_not_counted() -> None:
    not_possible = {code.value for code, meaning in CODES.items() if meaning.counts is Counts.NOT_POSSIBLE}

    assert not_possible == {"D", "X", "Q", "Y1", "Y2", "Y3", "Y4", "Y5", "Y6", "Y7", "Z", "#"}


def arranged(**changes: Any) -> Register:
    return running().but(**changes)


SCHOOL_ARRANGED = running()
BY_LA = arranged(legal_basis=LegalBasis.S19_ILL)
AT_SCHOOL = SCHOOL_ARRANGED.at_provider(AN_AP_SCHOOL)


@pytest.mark.obligation("S33")
@pytest.mark.parametrize(
    ("register", "seen", "code", "refused"),
    [
        # arranged by the school, supervised and physically there
        (SCHOOL_ARRANGED, HERE, Code.OFF_SITE, []),
        (SCHOOL_ARRANGED, None, Code.OFF_SITE, []),
        (SCHOOL_ARRANGED, SHED, Code.WORK_EXPERIENCE, []),
        (SCHOOL_ARRANGED, PITCH, Code.SPORT, []),
        (SCHOOL_ARRANGED, SHED, Code.OFF_SITE, ["activity_not_coded"]),
        (SCHOOL_ARRANGED, HERE, Code.WORK_EXPERIENCE, ["activity_not_coded"]),
        (SCHOOL_ARRANGED, HERE, Code.SPORT, ["activity_not_coded"]),
        (SCHOOL_ARRANGED, HERE, Code.LA_PROVISION, ["arranged_by_school"]),
        (SCHOOL_ARRANGED, HERE, Code.DUAL_REGISTERED, ["not_dual_registered"]),
        (SCHOOL_ARRANGED.at_provider(None), HERE, Code.OFF_SITE, []),
        # arranged by the local authority
        (BY_LA, HERE, Code.LA_PROVISION, []),
        (BY_LA, HERE, Code.OFF_SITE, ["arranged_by_authority"]),
        (BY_LA, HERE, Code.DUAL_REGISTERED, ["not_dual_registered"]),
        (BY_LA.at_provider(AN_AP_SCHOOL), HERE, Code.LA_PROVISION, []),
        (BY_LA.at_provider(AN_AP_SCHOOL), ABSENT, Code.LA_PROVISION, ["absent_not_attending"]),
        (BY_LA.at_provider(AN_AP_SCHOOL), HERE, Code.OFF_SITE, ["dual_registered"]),
        (BY_LA.at_provider(AN_AP_SCHOOL), HERE, Code.DUAL_REGISTERED, []),
        *(
            (arranged(legal_basis=basis), HERE, Code.LA_PROVISION, [])
            for basis in (LegalBasis.S19_OTH, LegalBasis.PEX6, LegalBasis.EHCP_S42, LegalBasis.EOTAS_S61)
        ),
        (arranged(commissioner=CommissionerKind.LA), HERE, Code.LA_PROVISION, []),
        (arranged(legal_basis=LegalBasis.SUSP6), HERE, Code.OFF_SITE, []),
        # at another school
        (AT_SCHOOL, HERE, Code.DUAL_REGISTERED, []),
        (AT_SCHOOL, HERE, Code.OFF_SITE, ["dual_registered"]),
        (AT_SCHOOL, HERE, Code.LA_PROVISION, ["dual_registered"]),
        (AT_SCHOOL, ABSENT, Code.DUAL_REGISTERED, ["absent_not_attending"]),
        # absent: the code of the absence, never B, D or K
        (SCHOOL_ARRANGED, ABSENT, Code.OFF_SITE, ["absent_not_attending"]),
        (BY_LA, ABSENT, Code.LA_PROVISION, ["absent_not_attending"]),
        (SCHOOL_ARRANGED, ABSENT, Code.ILLNESS, []),
        (SCHOOL_ARRANGED, ABSENT, Code.NO_REASON_YET, []),
        (SCHOOL_ARRANGED, ABSENT, Code.CLOSED, []),
        (SCHOOL_ARRANGED, HERE, Code.ILLNESS, ["attending_not_absent"]),
        # at home, in front of a screen
        (SCHOOL_ARRANGED, AT_HOME, Code.OFF_SITE, ["not_physically_present"]),
        (BY_LA, AT_HOME, Code.LA_PROVISION, ["not_physically_present"]),
        (SCHOOL_ARRANGED, AT_HOME, Code.LEAVE, []),
        (SCHOOL_ARRANGED, AT_HOME, Code.PART_TIME, ["not_agreed_off"]),
        # what is said of the school
        (SCHOOL_ARRANGED, HERE, Code.PRESENT_AM, ["code_for_another_place"]),
        (SCHOOL_ARRANGED, HERE, Code.VISIT, ["code_for_another_place"]),
        (SCHOOL_ARRANGED, None, Code.LATE, ["code_for_another_place"]),
        # suspended
        (SCHOOL_ARRANGED, ABSENT, Code.EXCLUDED, []),
        (arranged(legal_basis=LegalBasis.SUSP6), ABSENT, Code.EXCLUDED, ["provision_made"]),
        (arranged(legal_basis=LegalBasis.PEX6), ABSENT, Code.EXCLUDED, ["provision_made"]),
        # neither is so of a pupil on roll on a school day
        (SCHOOL_ARRANGED, None, Code.NOT_ON_ROLL, ["not_on_provision"]),
        (SCHOOL_ARRANGED, None, Code.PLANNED_CLOSURE, ["not_on_provision"]),
    ],
)
def test_a_session_at_the_provider(register: Register, seen: Any, code: Code, refused: list[str]) -> None:
    told = register.after(seen) if seen is not None else register

    assert told.refusals(confirm(code)) == refused


@pytest.mark.obligation("S33")
@pytest.mark.parametrize(
    ("where", "code", "refused"),
    [
        (FRIDAY_MORNING, Code.PRESENT_AM, []),
        (FRIDAY_MORNING, Code.PRESENT_PM, ["code_not_for_session"]),
        (FRIDAY_MORNING, Code.VISIT, []),
        (FRIDAY_MORNING, Code.OFF_SITE, []),
        (FRIDAY_MORNING, Code.LA_PROVISION, ["code_for_another_place"]),
        (FRIDAY_MORNING, Code.DUAL_REGISTERED, ["code_for_another_place"]),
        (FRIDAY_MORNING, Code.PART_TIME, ["not_agreed_off"]),
        (FRIDAY_AFTERNOON, Code.PART_TIME, []),
        (FRIDAY_AFTERNOON, Code.EXCLUDED, []),
        (FRIDAY_AFTERNOON, Code.PRESENT_PM, ["agreed_off"]),
        (FRIDAY_AFTERNOON, Code.ILLNESS, ["agreed_off"]),
    ],
)
def test_a_session_elsewhere(where: dict[str, Any], code: Code, refused: list[str]) -> None:
    assert running().refusals(confirm(code, **where)) == refused


def test_an_afternoon_has_its_own_sign() -> None:
    without = running(with_pattern=False)
    refused = without.refusals(confirm(Code.PRESENT_AM, session=Session.PM))

    assert refused == ["code_not_for_session", "code_for_another_place"]


def test_without_a_pattern_no_session_is_agreed_off() -> None:
    assert running(with_pattern=False).refusals(confirm(Code.PART_TIME)) == ["not_agreed_off"]


@pytest.mark.obligation("S34")
def test_an_absence_without_a_reason_gets_the_code_of_an_absence() -> None:
    unexplained = running().after(ABSENT, confirm(Code.NO_REASON_YET))

    assert unexplained.refusals(resolve(Code.ILLNESS)) == []
    assert unexplained.refusals(resolve(Code.UNAUTHORISED)) == []
    assert unexplained.refusals(resolve(Code.NO_REASON_YET)) == ["not_unexplained"]
    assert unexplained.refusals(resolve(Code.OFF_SITE)) == ["not_unexplained", "absent_not_attending"]


SEEN: dict[str, Any] = {"seen_by": "Ms Example, head of year", "whereabouts": "in the workshop"}


@pytest.mark.obligation("S33")
def test_a_present_code_over_the_providers_absent_asks_who_saw_the_pupil() -> None:
    entered = running().after(ABSENT, confirm(Code.NO_REASON_YET))

    assert entered.refusals(amend(Code.OFF_SITE)) == ["absent_not_attending"]
    assert entered.refusals(amend(Code.OFF_SITE, seen_by="Ms Example", whereabouts=" ")) == [
        "absent_not_attending",
        "text_missing",
    ]
    assert entered.refusals(amend(Code.OFF_SITE, seen_by=" ", whereabouts="here")) == [
        "absent_not_attending",
        "text_missing",
    ]
    assert entered.refusals(amend(Code.OFF_SITE, **SEEN)) == []
    assert entered.refusals(amend(Code.LA_PROVISION, **SEEN)) == ["arranged_by_school"]
    event = entered.after(amend(Code.OFF_SITE, **SEEN)).events[-1]
    assert isinstance(event, SessionMarkAmended)
    assert (event.seen_by, event.whereabouts) == (SEEN["seen_by"], SEEN["whereabouts"])


@pytest.mark.parametrize("seen", [ABSENT, HERE, AT_HOME, None])
@pytest.mark.parametrize("where", [{}, FRIDAY_MORNING, FRIDAY_AFTERNOON])
def test_nothing_that_is_said_stops_a_school_from_a_true_register(seen: Any, where: dict[str, Any]) -> None:
    """With a statement of who saw the pupil where, present and absent codes are accepted over every mark."""
    told = running() if seen is None or where else running().after(seen)
    present = Code.PRESENT_PM if where is FRIDAY_AFTERNOON else Code.PRESENT_AM
    absences = [] if where is FRIDAY_AFTERNOON else [Code.ILLNESS]
    first = {**where, **SEEN}

    for code in (Code.OFF_SITE, present, Code.LATE, *absences):
        assert told.refusals(confirm(code, **first)) == [], code
        entered = told.after(confirm(Code.PART_TIME if where is FRIDAY_AFTERNOON else Code.UNAUTHORISED, **first))
        place = {name: each for name, each in first.items() if name != "site_id"}
        assert entered.refusals(amend(code, **place)) == [], code


def test_a_place_that_a_witness_names_still_has_its_own_code() -> None:
    assert running().refusals(confirm(Code.LA_PROVISION, **FRIDAY_MORNING, **SEEN)) == ["arranged_by_school"]
    assert BY_LA.refusals(confirm(Code.LA_PROVISION, **FRIDAY_MORNING, **SEEN)) == []
    assert running().refusals(confirm(Code.ILLNESS, **FRIDAY_AFTERNOON, **SEEN)) == ["agreed_off"]


def test_an_absence_over_the_providers_present_is_amended_with_a_reason() -> None:
    entered = running().after(HERE, confirm(Code.OFF_SITE))

    assert entered.refusals(amend(Code.ILLNESS)) == []
