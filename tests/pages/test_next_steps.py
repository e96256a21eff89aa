"""The steps that pages offer: each is a command that people may give, and each deadline leads to one."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from domain.calendar.london import end_of
from domain.placement.stages import Stage
from domain.placement.state import Placement
from domain.placement.steps import COMMANDS, STEPS
from domain.placement.time.deadlines import as_deadline
from events.codes import AgreementParty, Role, RuleId
from services.gateway.pages.placement.next_steps import Doer, next_action, statuses, turn_of
from services.gateway.pages.placement.rule_steps import BY_RULE, REGISTER
from services.gateway.pages.placement.step_table import STEPS_IN_ORDER

DAY = date(2027, 1, 26)
ONE, OTHER = UUID(int=1), UUID(int=2)


def _as(role: Role, person: UUID | None = None) -> Doer:
    return Doer(lambda people: role in people, person)


def test_each_rule_leads_to_a_step() -> None:
    assert {*BY_RULE, *REGISTER, RuleId.T11, RuleId.QA_VISIT} == set(RuleId)


def test_each_step_that_pages_offer_is_a_command_for_people() -> None:
    offered = {each.command for each in STEPS_IN_ORDER} | {command for found in BY_RULE.values() for command in found}

    assert not [command for command in offered if not STEPS[COMMANDS[command]].people]


def test_each_step_that_leads_to_another_stage_is_among_the_tasks() -> None:
    beside = {"draft-referral", "decline-referral", "withdraw", "cancel"}
    leading = {step.name for step in STEPS.values() if step.leads_to is not None and step.is_for_people}

    assert leading - beside <= {each.command for each in STEPS_IN_ORDER}


def test_step_that_cannot_start_says_what_comes_first() -> None:
    for stage in Stage:
        for status in statuses(Placement(stage=stage)):
            assert status.done or status.open or status.why_not.endswith("."), (stage, status.step.command)


def test_draft_is_submitted_first_by_the_case_worker() -> None:
    draft = Placement(stage=Stage.DRAFT)

    found = next_action(draft, (), _as(Role.CASE_WORKER))
    assert found is not None
    assert (found.address, found.text) == ("do/submit-referral", "Submit the referral")
    assert next_action(draft, (), _as(Role.HEAD)) is None


def test_limit_that_is_only_proposed_comes_after_what_has_to_be_done() -> None:
    running = Placement(stage=Stage.ACTIVE)
    proposed = as_deadline(running, RuleId.T18_SESSIONS, DAY, "Look at the sessions", due_at=end_of(DAY))
    meals = as_deadline(running, RuleId.MEALS, DAY.replace(month=3), "Arrange meals", due_at=end_of(DAY))

    found = next_action(running, (proposed, meals), _as(Role.CASE_WORKER))

    assert found is not None
    assert found.address == "do/arrange-meals"


def test_step_of_a_deadline_that_is_done_is_not_offered_again() -> None:
    running = Placement(stage=Stage.ACTIVE)
    decided = as_deadline(running, RuleId.DECISION, DAY, "Decide", due_at=end_of(DAY))

    assert next_action(running, (decided,), _as(Role.AUDITOR)) is None


def test_register_is_taken_on_the_page_of_its_week() -> None:
    running = Placement(stage=Stage.ACTIVE)
    register = as_deadline(running, RuleId.T10, DAY, "Take the register", due_at=end_of(DAY))

    found = next_action(running, (register,), _as(Role.PROVIDER_USER))

    assert found is not None
    assert found.address == "attendance/2027-W04"


def test_who_took_the_first_half_is_not_offered_the_second() -> None:
    first: Any = SimpleNamespace(proposed_by=ONE)
    empty = Placement(stage=Stage.AWAITING_DECISION)
    state = empty._replace(decision=empty.decision._replace(determination_proposed=first))

    same, other = (turn_of("confirm-determination", state, _as(Role.HEAD, each)) for each in (ONE, OTHER))

    assert (same.theirs, same.second, other.theirs) == (False, True, True)
    found = next_action(state, (), _as(Role.HEAD, OTHER))
    assert found is not None
    assert found.address == "do/confirm-determination"
    assert next_action(state, (), _as(Role.HEAD, ONE)) is None


def test_side_that_has_signed_is_not_asked_to_sign_again() -> None:
    empty = Placement(stage=Stage.AGREEMENT_PENDING)
    signature: Any = SimpleNamespace(party=AgreementParty.PROVIDER, complete=False)
    state = empty._replace(agreement=empty.agreement._replace(signatures=(signature,)))

    assert turn_of("sign-agreement", empty, _as(Role.PROVIDER_USER)).theirs
    assert not turn_of("sign-agreement", state, _as(Role.PROVIDER_USER)).theirs
    assert turn_of("sign-agreement", state, _as(Role.HEAD)).theirs
