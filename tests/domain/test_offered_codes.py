"""The codes that a page offers of a session are those that the register then takes, and no others."""

from dataclasses import replace
from functools import reduce

import pytest

from domain.attendance.offered_codes import first_codes, reasons
from domain.attendance.state import SessionMark, evolve, initial
from events.codes import AttendanceCode as Code
from events.codes import Session
from tests.domain.register import FRIDAY, Register, confirm, resolve, running
from tests.domain.test_attendance import paused
from tests.domain.test_attendance_codes import ABSENT, AN_AP_SCHOOL, AT_HOME, BY_LA, HERE, SHED


def mark_of(register: Register, session: Session) -> SessionMark:
    return reduce(evolve, register.events, initial()).mark(register.day, session)


@pytest.mark.parametrize("session", Session)
@pytest.mark.parametrize(
    "register",
    [
        running(),
        replace(running(), day=FRIDAY),
        running().after(ABSENT),
        running().after(HERE),
        running().after(AT_HOME),
        running().after(SHED),
        BY_LA.after(HERE),
        running().at_provider(AN_AP_SCHOOL),
        paused(),
    ],
    ids=["unsaid", "friday", "absent", "here", "online", "work", "council", "at a school", "paused"],
)
def test_first_codes_offered_are_those_that_are_accepted(register: Register, session: Session) -> None:
    given = {code: confirm(code, day=register.day, session=session) for code in Code}

    offered = first_codes(mark_of(register, session), register.facts())

    assert set(offered) == {code for code, command in given.items() if register.refusals(command) == []}
    assert offered


@pytest.mark.parametrize("register", [running().after(ABSENT), running()], ids=["absent", "unsaid"])
def test_reasons_offered_for_an_absence_are_those_that_are_accepted(register: Register) -> None:
    unexplained = register.after(confirm(Code.NO_REASON_YET))

    offered = reasons(mark_of(unexplained, Session.AM), unexplained.facts())

    assert set(offered) == {code for code in Code if unexplained.refusals(resolve(code)) == []}
    assert Code.ILLNESS in offered
