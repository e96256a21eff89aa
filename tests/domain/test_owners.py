"""Whose each deadline is, when they are reminded, and who hears of a miss."""

import pytest

from domain.law.rules import RULES
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from events.codes import Role, RuleId
from tests.domain.examples import at, day
from tests.domain.test_running import decided, scheduled


@pytest.mark.obligation("C8")
def test_an_invitation_is_reminded_of_ten_days_before_the_meeting() -> None:
    story = scheduled()
    (invitation,) = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T2]

    # The meeting is on 8 December, the invitation due six days before.
    assert (invitation.due_on, invitation.remind_on) == (day("2026-12-02"), day("2026-11-28"))
    assert (invitation.owner, invitation.escalate_to) == (Role.CASE_WORKER, Role.HEAD)


@pytest.mark.obligation("C8")
def test_an_outcome_is_reminded_of_three_days_after_the_meeting() -> None:
    story = decided()
    (outcome,) = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T3]

    assert outcome.remind_on == day("2026-12-11")


def test_the_head_answers_for_the_end_of_the_period() -> None:
    story = at(Stage.ACTIVE)
    (end,) = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T6]

    assert (end.owner, end.escalate_to) == (Role.HEAD, Role.BODY_DELEGATE)


@pytest.mark.parametrize("rule", list(RuleId))
def test_no_rule_escalates_to_its_owner_or_reminds_after_its_day(rule: RuleId) -> None:
    its = RULES[rule]

    assert its.owner is not its.escalate_to
    assert its.remind_on(day("2026-12-02")) <= day("2026-12-02")
