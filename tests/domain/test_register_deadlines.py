"""What is due on a register, as the lists of deadlines say it."""

from dataclasses import replace
from typing import Any

import pytest

from domain.attendance.deadlines import all_deadlines, register_deadlines
from domain.attendance.duty import WatchedRegister
from domain.attendance.register import Register as Whole
from domain.attendance.state import initial, week_of
from domain.law.rules import RULES
from domain.placement.parts.surroundings import Surroundings
from domain.placement.stages import Stage
from domain.placement.state import evolve
from domain.placement.time.deadlines import Deadline, deadlines
from domain.placement.time.turns import turn
from events.attendance import IllnessThresholdReached
from events.codes import AttendanceCode as Code
from events.codes import (
    CommissionerKind,
    CommunicationSubject,
    ContactMethod,
    ProposedMark,
    Role,
    RuleId,
    Session,
    Severity,
)
from events.ids import PlacementId
from events.placement.contact import CommunicationSent, ContactLogged
from tests.domain.changes import with_fields
from tests.domain.examples import day
from tests.domain.register import THURSDAY, confirm, mark, resolve, running
from tests.domain.test_register_timers import ABSENT, PAUSE, clock, in_full, kept, recorded
from tests.dsl import an_id

PM = Session.PM


def listed(found: WatchedRegister) -> list[Deadline]:
    return list(register_deadlines(found.placement, found.register, found.calendar))


def with_contact(found: WatchedRegister, role: Role, on: str) -> WatchedRegister:
    contact = ContactLogged(contacted_on=day(on), with_roles=(role,), method=ContactMethod.PHONE, summary="rang")
    return replace(found, placement=with_fields(found.placement, around=Surroundings(contacts=(contact,))))


# ---- T10


@pytest.mark.obligation("S21")
def test_a_register_not_taken_is_due_thirty_minutes_into_the_session() -> None:
    in_the_morning = recorded(kept(running()), clock(THURSDAY, 9, 30))
    at_night = recorded(in_the_morning, clock(THURSDAY, 18))

    [due] = listed(in_the_morning)
    [due_still] = listed(at_night)

    assert (due.rule, due.due_on, due.due_at, due.missed) == (RuleId.T10, THURSDAY, clock(THURSDAY, 9, 30), True)
    assert due.words == (
        "Take the register of the morning of Thursday 26 November 2026: due 30 minutes after the session began"
    )
    assert (due.owner, due.escalate_to, due.severity) == (Role.CASE_WORKER, Role.DSL, Severity.ADVISORY)
    assert due_still.words.endswith("the session began; one later register also not taken")
    assert due_still.due_at == due.due_at


def test_a_register_that_nobody_has_missed_or_that_came_late_is_not_listed() -> None:
    assert listed(kept(running())) == []
    late = recorded(kept(running()), clock(THURSDAY, 10))
    taken = kept(running().after(mark()))
    [alerted] = late.register.weeks[week_of(THURSDAY)].marks
    [came] = taken.register.weeks[week_of(THURSDAY)].marks
    both = replace(came, alerts=alerted.alerts)
    weeks = {week_of(THURSDAY): replace(initial(), marks=(both,))}

    assert listed(replace(late, register=Whole(weeks=weeks))) == []


@pytest.mark.obligation("S34")
def test_an_unexplained_absence_is_due_until_the_family_was_spoken_to() -> None:
    """An unexplained absence is to be told the same day, until the family was spoken to."""
    found = recorded(kept(running().after(ABSENT)), clock(THURSDAY, 9, 10))

    [due] = listed(found)

    assert (due.rule, due.due_on) == (RuleId.T10, THURSDAY)
    assert due.words == (
        "Tell the parents and everyone else who must know about the absence of the morning of"
        " Thursday 26 November 2026: the same day"
    )
    assert listed(with_contact(found, Role.PARENT, "2026-11-26")) == []
    assert listed(with_contact(found, Role.SOCIAL_WORKER, "2026-11-27")) == []
    assert listed(with_contact(found, Role.PARENT, "2026-11-25")) == [due]
    assert listed(with_contact(found, Role.PROVIDER_USER, "2026-11-26")) == [due]


@pytest.mark.parametrize("said", [(replace(ABSENT, explanation="a cold"),), (ABSENT, confirm(Code.ILLNESS))])
def test_an_absence_that_is_explained_is_not_listed(said: tuple[Any, ...]) -> None:
    assert listed(recorded(kept(running().after(*said)), clock(THURSDAY, 9, 10))) == []


# ---- a pause


@pytest.mark.obligation("S19")
def test_a_register_of_a_day_in_a_pause_is_the_home_schools_to_code() -> None:
    """An alert to the provider, from before pauses were kept, stays on record and asks nothing of anybody."""
    before = recorded(in_full(), clock(day("2026-12-01"), 18))
    found = recorded(replace(before, placement=in_full(PAUSE).placement), clock(day("2026-12-01"), 23, 59, 59))

    [taken, coded] = listed(found)

    assert taken.words == (
        "Take the register of the morning of Thursday 26 November 2026: due 30 minutes after the"
        " session began; three later"
        " registers also not taken"
    )
    assert coded.words == (
        "Enter a code for the morning of Monday 30 November 2026: the placement was paused, and the home school says"
        " where the pupil was; three later sessions also not coded"
    )
    assert (coded.rule, coded.due_at, coded.missed) == (RuleId.T10, clock(day("2026-11-30"), 23, 59, 59), True)
    [taken] = listed(replace(found, placement=in_full().placement))
    assert taken.words.endswith("seven later registers also not taken"), "without a pause they are the provider's"


def test_an_absence_of_the_morning_before_a_pause_is_no_unexplained_one() -> None:
    monday = PAUSE.paused_on
    register = replace(running(), day=monday).on(monday).after(mark(day=monday, mark=ProposedMark.ABSENT))
    found = recorded(kept(register), clock(monday, 9, 10))
    paused = replace(found, placement=evolve(found.placement, PAUSE))

    assert "Tell the parents" in " ".join(each.words for each in listed(found))
    assert "Tell the parents" not in " ".join(each.words for each in listed(paused))


# ---- T9


@pytest.mark.obligation("S33")
def test_the_reason_of_an_absence_is_due_within_five_school_days() -> None:
    found = with_contact(kept(running().after(ABSENT, confirm(Code.NO_REASON_YET))), Role.PARENT, "2026-11-26")

    [due] = listed(found)

    assert (due.rule, due.due_on, due.remind_on) == (RuleId.T9, day("2026-12-03"), day("2026-12-01"))
    assert due.words == (
        "Find out the reason for the absence of the morning of Thursday 26 November 2026 by Thursday"
        " 3 December 2026: five school"
        " days after it. The school then decides if it is unauthorised"
    )


@pytest.mark.obligation("S33")
def test_a_proposed_code_waits_for_the_school_and_lapses_with_its_entry() -> None:
    register = running().after(ABSENT, confirm(Code.NO_REASON_YET))
    last = clock(day("2026-12-03"), 23, 59, 59)
    found = with_contact(recorded(kept(register), last), Role.PARENT, "2026-11-26")

    [due] = [each for each in listed(found) if each.rule is RuleId.T9]

    assert (due.due_on, due.missed) == (day("2026-12-03"), True)
    assert due.words == (
        "Decide the code for the absence of the morning of Thursday 26 November 2026: no reason by Thursday"
        " 3 December 2026, five school days after it. O is proposed. Someone at the school enters that or another"
        " code"
    )
    school = {Role.CASE_WORKER, Role.HEAD}
    for now in (last, clock(day("2026-12-20"), 12)):
        assert turn(RULES[due.rule], due.owner, due.due_on, due.due_at, now).turn_of in school
    decided = kept(register.after(resolve(Code.UNAUTHORISED)))
    assert RuleId.T9 not in {each.rule for each in listed(decided)}


# ---- T13


def _ill(**changes: Any) -> WatchedRegister:
    reached = IllnessThresholdReached(
        placement_id=PlacementId(an_id("placement")),
        reached_on=THURSDAY,
        school_year_from=day("2026-09-01"),
        school_days=15,
    )
    weeks = {week_of(THURSDAY): replace(initial(), illness=(reached,))}
    return replace(kept(running(with_pattern=False), **changes), register=Whole(weeks=weeks))


@pytest.mark.obligation("S21")
def test_long_illness_is_to_be_told_to_an_authority_unaware_of_it() -> None:
    found = _ill()

    [due] = listed(found)

    assert (due.rule, due.due_on) == (RuleId.T13, THURSDAY)
    assert due.words == (
        "Tell the council about the absence for illness by Thursday 26 November 2026: 15 school days of illness since"
        " Tuesday 1 September 2026"
    )
    assert listed(_ill(commissioner=CommissionerKind.LA)) == []
    letter = CommunicationSent(
        sent_on=day("2026-11-27"),
        subject=CommunicationSubject.CONCERN,
        to_roles=(Role.LA_OFFICER,),
        method=ContactMethod.EMAIL,
        content="15 days of illness",
    )
    assert listed(_ill(around=Surroundings(communications=(letter,)))) == []
    earlier = replace(letter, sent_on=day("2026-11-25"))
    assert listed(_ill(around=Surroundings(communications=(earlier,)))) == [due]


# ---- together


def test_a_list_holds_the_placement_s_deadlines_and_its_register_s_by_time() -> None:
    found = recorded(kept(running().after(mark(session=PM, mark=ProposedMark.ABSENT))), clock(THURSDAY, 14))

    together = all_deadlines(found.placement, found.register, found.calendar)

    assert [each.due_at for each in together] == sorted(each.due_at for each in together)
    assert set(together) == {*listed(found), *deadlines(found.placement, found.calendar)}
    assert {each.rule for each in listed(found)} == {RuleId.T10}


def test_a_placement_that_is_closed_has_nothing_due_on_its_register() -> None:
    found = recorded(kept(running().after(ABSENT)), clock(THURSDAY, 14))

    assert listed(replace(found, placement=with_fields(found.placement, stage=Stage.CLOSED))) == []
