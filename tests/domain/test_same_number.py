"""A school's second draft with one UPN is of the pupil it has, unless somebody says that it is another child."""

from dataclasses import replace

import pytest

from domain.placement.referral.drafting import DraftReferral, PupilKnown
from domain.placement.stages import Stage
from domain.placement.steps import decide, warnings
from domain.shared.errors import Rejections
from domain.warnings import WarningCode
from events.ids import CommandId, PupilId, derived_id
from events.placement.record import RecordCorrected
from events.placement.referral import ReferralDrafted
from tests.domain.examples import PUPIL, at, draft
from tests.domain.test_corrections import of
from tests.dsl import Given, an_id

KNOWN = PupilId(an_id("known"))
FIRST = at(Stage.DRAFT).knowing(events=(), same_number=(KNOWN,))


def test_a_draft_that_names_nobody_is_offered_the_pupil_with_its_upn() -> None:
    (reason,) = FIRST.when(draft()).then_rejected(PupilKnown)

    assert (reason.pointer, reason.offers) == ("/pupil_id", (str(KNOWN),))
    assert "another_child" in reason.detail


def test_the_id_that_follows_from_the_command_names_nobody() -> None:
    """The gateway fills it in where the client left it out."""
    unnamed = draft()
    facts = FIRST.facts(unnamed)
    filled = draft(pupil_id=PupilId(derived_id(facts.command_id, "pupil")))
    told = _decided(FIRST, filled, facts.command_id)

    assert told == {PupilKnown}


def _decided(story: Given, command: DraftReferral, command_id: CommandId) -> set[type]:
    with pytest.raises(Rejections) as refusal:
        decide(story.state, command, replace(story.facts(command), command_id=command_id))
    return {type(each) for each in refusal.value.reasons}


@pytest.mark.parametrize("said", [{"another_child": True}, {"pupil_id": PupilId(an_id("named"))}])
def test_who_says_which_child_it_is_may_draft_and_is_warned(said: dict[str, object]) -> None:
    command = draft(**said)
    after = FIRST.when(command).then_happens(ReferralDrafted)
    found = warnings(command, FIRST.state, after.state, after.events, FIRST.facts(command))

    assert [(each.code, each.pointer) for each in found] == [(WarningCode.UPN_OF_ANOTHER_PUPIL, "/pupil/upn")]


def test_a_upn_that_nobody_else_has_is_no_news() -> None:
    story = FIRST.knowing(same_number=())
    after = story.when(draft()).then_happens(ReferralDrafted)

    assert warnings(draft(), story.state, after.state, after.events, story.facts(draft())) == ()


def test_a_upn_corrected_to_another_pupils_is_taken_with_a_warning() -> None:
    story = at(Stage.DRAFT).knowing(same_number=(KNOWN,))
    command = of(story, ReferralDrafted, "pupil", PUPIL)
    after = story.when(command).then_happens(RecordCorrected)
    found = warnings(command, story.state, after.state, after.events[-1:], story.facts(command))

    assert [(each.code, each.pointer) for each in found] == [(WarningCode.UPN_OF_ANOTHER_PUPIL, "/value")]
