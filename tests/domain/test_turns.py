"""Whose turn a deadline is, on each side of its reminder and of its end."""

from datetime import UTC, datetime

import pytest

from domain.calendar.london import end_of
from domain.law.rules import RULES
from domain.placement.time.turns import EscalationStatus, Turn, turn
from events.codes import Role, RuleId
from tests.domain.examples import day

DUE = day("2026-12-02")
LAST_SECOND = end_of(DUE)


@pytest.mark.obligation("C8")
@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # The invitation is reminded of four days before it is due.
        (datetime(2026, 11, 27, 23, 59, 59, tzinfo=UTC), Turn(standing=EscalationStatus.TO_COME, turn_of=None)),
        (
            datetime(2026, 11, 28, 0, 0, 0, tzinfo=UTC),
            Turn(standing=EscalationStatus.REMINDED, turn_of=Role.CASE_WORKER),
        ),
        (LAST_SECOND, Turn(standing=EscalationStatus.REMINDED, turn_of=Role.CASE_WORKER)),
        (datetime(2026, 12, 3, 0, 0, 0, tzinfo=UTC), Turn(standing=EscalationStatus.ESCALATED, turn_of=Role.HEAD)),
    ],
)
def test_a_deadline_is_its_owners_once_reminded_and_anothers_once_missed(now: datetime, expected: Turn) -> None:
    assert turn(RULES[RuleId.T2], Role.CASE_WORKER, DUE, LAST_SECOND, now) == expected
