"""A pupil's own record: opened by the first command, changed by its controller, read as it stood on a day."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from domain.access.controllers import NotController, Ownership, PupilUnknown
from domain.pupil.facts import Copyable, PupilFacts
from domain.pupil.flags import ChangePupilFlags, PupilFlagsUnchanged, PupilFlagsUnsound
from domain.pupil.handing import HandOverPupil, HandOverUnsound, NothingToCopy, received
from domain.pupil.state import FlagPeriod, PupilRecord, evolve, initial
from domain.pupil.steps import decide
from domain.shared.addresses import AddressIncomplete
from domain.shared.errors import Rejected, Rejections
from events.codes import HandOverPart, PupilFlag, Role
from events.ids import CommandId, HandOverId, PupilId
from events.pupil import PupilEvent, PupilFlagsChanged, PupilHandedOver, PupilReceived, PupilRegistered
from events.values.decision import PlanCouncil
from tests.domain.examples import EHCP_PICTURE, PUPIL, day, picture
from tests.dsl import actor, an_id

PUPIL_ID = PupilId(an_id("pupil"))
SCHOOL = "school:900001"
COUNCIL = PlanCouncil(la_code="831", name="Example Council", address="1 Example Street, Derby, DE99 9ZZ")
REGISTERED = PupilRegistered(pupil_id=PUPIL_ID, controller=SCHOOL)


@dataclass(frozen=True, kw_only=True)
class Told:
    events: tuple[PupilEvent, ...] = ()
    owned: Ownership | None = field(default_factory=lambda: Ownership(controller=SCHOOL))
    org: str | None = SCHOOL
    today: str = "2026-11-23"
    receiver_known: bool = True
    own: Copyable = field(default_factory=Copyable)

    def facts(self) -> PupilFacts:
        return PupilFacts(
            pupil_id=PUPIL_ID,
            command_id=CommandId(an_id("command")),
            actor=actor(Role.CASE_WORKER, self.org),
            today=day(self.today),
            owned=self.owned,
            receiver_known=self.receiver_known,
            own=self.own,
        )

    @property
    def state(self) -> PupilRecord:
        state = initial()
        for event in self.events:
            state = evolve(state, event)
        return state

    def when(self, command: object) -> tuple[PupilEvent, ...]:
        return decide(self.state, command, self.facts())

    def refused(self, command: object) -> dict[type[Rejected], set[str | None]]:
        with pytest.raises(Rejections) as refusal:
            self.when(command)
        found: dict[type[Rejected], set[str | None]] = {}
        for reason in refusal.value.reasons:
            found.setdefault(type(reason), set()).add(reason.pointer)
        return found


def change(**changes: Any) -> ChangePupilFlags:
    fields: dict[str, Any] = {
        "effective_on": day("2026-11-20"),
        "flags": (PupilFlag.SOCIAL_WORKER, PupilFlag.EHCP),
        "plan": COUNCIL,
        "reason": " A plan was issued ",
    }
    return ChangePupilFlags(**(fields | changes))


def test_the_first_command_opens_the_record_of_a_pupil_from_before() -> None:
    changed = PupilFlagsChanged(
        effective_on=day("2026-11-20"),
        recorded_on=day("2026-11-23"),
        flags=(PupilFlag.EHCP, PupilFlag.SOCIAL_WORKER),
        plan=COUNCIL,
        reason="A plan was issued",
    )

    assert Told().when(change()) == (REGISTERED, changed)
    assert Told(events=(REGISTERED,)).when(change()) == (changed,)


@pytest.mark.obligation("C6")
@pytest.mark.parametrize("org", ["school:900002", "la:831", None])
def test_only_the_controller_changes_flags(org: str | None) -> None:
    assert Told(org=org).refused(change()) == {NotController: {None}}


@pytest.mark.parametrize("owned", [None, Ownership(controller=SCHOOL, opened=False)])
def test_a_pupil_without_an_accepted_draft_has_no_flags(owned: Ownership | None) -> None:
    assert Told(owned=owned).refused(change()) == {PupilUnknown: {None}}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"effective_on": day("2026-11-24")}, "/effective_on"),
        ({"reason": "  "}, "/reason"),
        ({"plan": None}, "/plan"),
        ({"flags": (PupilFlag.LOOKED_AFTER,)}, "/plan"),
        ({"plan": replace(COUNCIL, la_code="83")}, "/plan/la_code"),
        ({"plan": replace(COUNCIL, name=" ")}, "/plan/name"),
    ],
)
def test_a_change_counts_from_a_day_that_has_come_and_a_plan_has_a_council(
    changes: dict[str, Any], pointer: str
) -> None:
    assert Told().refused(change(**changes)) == {PupilFlagsUnsound: {pointer}}


def test_the_council_of_a_plan_has_an_address_that_letters_reach() -> None:
    assert Told().refused(change(plan=replace(COUNCIL, address="Derby"))) == {AddressIncomplete: {"/plan/address"}}


def test_a_change_that_ends_a_plan_names_no_council() -> None:
    ended = change(flags=(), plan=None)

    assert Told(events=(REGISTERED,)).when(ended) == (
        PupilFlagsChanged(effective_on=day("2026-11-20"), recorded_on=day("2026-11-23"), reason="A plan was issued"),
    )


def test_what_holds_already_is_no_change_and_another_council_is_one() -> None:
    told = Told(events=Told().when(change()))
    other = replace(COUNCIL, la_code="830", name="Other Council")

    assert told.refused(change(flags=(PupilFlag.EHCP, PupilFlag.SOCIAL_WORKER))) == {PupilFlagsUnchanged: {"/flags"}}
    [moved] = told.when(change(plan=other))
    assert isinstance(moved, PupilFlagsChanged)
    assert moved.plan == other


def test_what_holds_on_a_day_is_the_last_change_that_counts_by_then() -> None:
    def changed(on: str, *flags: PupilFlag) -> PupilFlagsChanged:
        return PupilFlagsChanged(effective_on=day(on), recorded_on=day("2026-11-23"), flags=flags)

    state = Told(
        events=(
            REGISTERED,
            changed("2026-11-10", PupilFlag.SOCIAL_WORKER),
            changed("2026-11-20", PupilFlag.LOOKED_AFTER),
            changed("2026-11-15", PupilFlag.CHILD_PROTECTION),
            changed("2026-11-20", PupilFlag.YOUTH_JUSTICE),
        )
    ).state

    def flags(on: str) -> tuple[PupilFlag, ...] | None:
        standing = state.on(day(on))
        return standing.flags if standing else None

    assert flags("2026-11-09") is None
    assert flags("2026-11-10") == flags("2026-11-14") == (PupilFlag.SOCIAL_WORKER,)
    assert flags("2026-11-15") == flags("2026-11-19") == (PupilFlag.CHILD_PROTECTION,)
    assert flags("2026-11-20") == flags("2027-01-01") == (PupilFlag.YOUTH_JUSTICE,)


def test_a_received_record_begins_with_what_was_handed_over() -> None:
    received = PupilReceived(
        hand_over_id=HandOverId(an_id("hand-over")),
        received_on=day("2026-11-20"),
        from_controller="school:900002",
        from_pupil_id=PupilId(an_id("other")),
        copied=(HandOverPart.FLAGS,),
        flags=(PupilFlag.EHCP,),
        plan=COUNCIL,
    )
    handed = PupilHandedOver(
        hand_over_id=HandOverId(an_id("hand-over")),
        handed_over_on=day("2026-12-20"),
        to_controller="la:831",
        to_pupil_id=PupilId(an_id("third")),
        copied=(HandOverPart.DETAILS,),
    )
    state = Told(events=(REGISTERED, received, handed)).state

    assert state.received == received
    assert state.handed_over == (handed,)
    assert state.on(day("2026-11-20")) == FlagPeriod(
        number=1, from_on=day("2026-11-20"), recorded_on=day("2026-11-20"), flags=(PupilFlag.EHCP,), plan=COUNCIL
    )
    without = replace(received, copied=(HandOverPart.DETAILS,), flags=(), plan=None)
    assert Told(events=(REGISTERED, without)).state.on(day("2026-11-20")) is None


WITH_PLAN = picture(**EHCP_PICTURE)
ON_RECORD = Copyable(pupil=PUPIL, picture=WITH_PLAN)
EVERYTHING = tuple(HandOverPart)


def hand_over(**changes: Any) -> HandOverPupil:
    fields: dict[str, Any] = {
        "to": "school:900002",
        "handed_over_on": day("2026-11-23"),
        "copied": EVERYTHING,
        "reason": "The family has moved",
    }
    return HandOverPupil(**(fields | changes))


def given_to(to: str) -> PupilHandedOver:
    [event] = Told(events=(REGISTERED,), own=ON_RECORD).when(hand_over(to=to))
    assert isinstance(event, PupilHandedOver)
    return event


@pytest.mark.obligation("C6")
@pytest.mark.parametrize("to", ["school:900002", "la:831"])
def test_the_receiver_gets_a_record_of_its_own_and_both_keep_the_link(to: str) -> None:
    told = Told(events=(REGISTERED,), own=ON_RECORD)
    event = given_to(to)

    [begun, copy] = received(told.state, event, told.facts())

    assert event.to_pupil_id != PUPIL_ID
    assert begun == PupilRegistered(pupil_id=event.to_pupil_id, controller=to)
    assert (copy.from_pupil_id, copy.from_controller, copy.hand_over_id) == (PUPIL_ID, SCHOOL, event.hand_over_id)
    assert (copy.pupil, copy.picture, copy.flags) == (PUPIL, WITH_PLAN, WITH_PLAN.flags)


@pytest.mark.obligation("C6")
@pytest.mark.parametrize("part", EVERYTHING)
def test_what_is_not_named_stays_behind(part: HandOverPart) -> None:
    told = Told(events=Told().when(change()), own=ON_RECORD)
    [event] = told.when(hand_over(copied=(part, part)))
    assert isinstance(event, PupilHandedOver)

    [_, copy] = received(told.state, event, told.facts())

    assert event.copied == (part,)
    assert (copy.pupil is not None) == (part is HandOverPart.DETAILS)
    assert (copy.picture is not None) == (part is HandOverPart.PICTURE)
    assert (copy.plan, copy.flags) == (
        (COUNCIL, (PupilFlag.EHCP, PupilFlag.SOCIAL_WORKER)) if part is HandOverPart.FLAGS else (None, ())
    )


def test_without_a_referral_or_a_change_there_are_no_flags_to_copy() -> None:
    told = Told(events=(REGISTERED,))
    [event] = told.when(hand_over(copied=(HandOverPart.FLAGS,)))
    assert isinstance(event, PupilHandedOver)

    [_, copy] = received(told.state, event, told.facts())

    assert (copy.flags, copy.plan) == ((), None)


@pytest.mark.parametrize(
    ("changes", "known", "pointer"),
    [
        ({"to": SCHOOL}, True, "/to"),
        ({"to": "provider:0192f0c1-0000-7000-8000-000000000001"}, True, "/to"),
        ({"to": "900002"}, True, "/to"),
        ({}, False, "/to"),
        ({"handed_over_on": day("2026-11-24")}, True, "/handed_over_on"),
        ({"copied": ()}, True, "/copied"),
        ({"reason": " "}, True, "/reason"),
    ],
)
def test_a_pupil_is_handed_over_to_another_known_body_for_a_reason(
    changes: dict[str, Any], known: bool, pointer: str
) -> None:
    told = Told(events=(REGISTERED,), own=ON_RECORD, receiver_known=known)

    assert told.refused(hand_over(**changes)) == {HandOverUnsound: {pointer}}


def test_an_organisation_receives_a_record_once() -> None:
    told = Told(events=(REGISTERED, given_to("la:831")), own=ON_RECORD)

    assert told.refused(hand_over(to="la:831")) == {HandOverUnsound: {"/to"}}
    assert told.when(hand_over(to="school:900002"))


def test_what_is_copied_is_on_record() -> None:
    assert Told(events=(REGISTERED,)).refused(hand_over()) == {NothingToCopy: {"/copied"}}


@pytest.mark.obligation("C6")
def test_another_organisation_hands_nobody_over() -> None:
    assert Told(own=ON_RECORD, org="school:900002").refused(hand_over(to="la:831")) == {NotController: {None}}
