"""When a provider would have to be a registered school: asked wherever a place is given, or for more hours or days."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from domain.law.registration import registration_test
from domain.placement.decision.move_start import MoveStartDate
from domain.placement.facts import PupilThere
from domain.placement.referral.occupancy import Occupancy, occupancy
from domain.placement.referral.threshold import RegistrationRequired, minutes_a_week, there
from domain.placement.running.terms import ChangeTerms
from domain.placement.stages import Stage
from domain.placement.steps import warnings
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from domain.provider import evolve as provider_state
from domain.provider import steps as provider_rules
from domain.provider.counting import CountUnsound, RecordFullTimePupils
from domain.provider.facts import ProviderFacts
from domain.provider.state import Provider
from domain.shared.errors import Rejections
from domain.warnings import WarningCode
from events.codes import ProviderDoubt, ProviderKind, PupilFlag, ReviewDecision, Role, RuleId, SessionMode
from events.ids import CommandId, ProviderId, PupilId
from events.placement.deadlines import DeadlineMissed
from events.placement.decision import PlacementDetermined
from events.placement.record import RecordCorrected
from events.placement.referral import ProviderProposed, ReferralSubmitted
from events.placement.reviews import ReviewDecided
from events.placement.running import AttendancePatternSet, PlacementStarted, ProviderDoubted, TermsChanged
from events.provider import FullTimePupilsCounted
from events.values.sessions import SessionTimes
from tests.domain.changes import with_fields
from tests.domain.examples import PROVIDER, START, TIMES, URN, at, day, determine, picture
from tests.domain.register import PROVIDER as HERE
from tests.domain.register import SCHOOL, pattern, sessions
from tests.domain.test_corrections import of
from tests.domain.test_running import conclude, held
from tests.dsl import Given, actor, an_id, london

FULL = 18 * 60 + 1
TEST = registration_test(day("2026-11-16"))


def other(number: int, **changed: Any) -> PupilThere:
    fields: dict[str, Any] = {
        "pupil_id": PupilId(an_id(f"pupil {number}")),
        "minutes_a_week": FULL,
        "of_school_age": True,
        "has_plan": False,
        "looked_after": False,
        "has_sen": False,
        "first_on": day("2026-11-02"),
        "last_on": day("2027-03-25"),
    }
    return PupilThere(**(fields | changed))


FOUR = tuple(map(other, range(4)))


def proposed(minutes: int = FULL) -> Given:
    """Awaiting a decision on a place of so many minutes a week, from 26 November 2026 to 25 March 2027."""
    story = at(Stage.AWAITING_DECISION)
    events = tuple(
        replace(each, minutes_a_week=minutes) if isinstance(each, ProviderProposed) else each for each in story.events
    )
    return story.knowing(events=events, role=Role.HEAD)


def running(minutes: int = 600) -> Given:
    story = at(Stage.ACTIVE)
    events = tuple(
        replace(each, minutes_a_week=minutes) if isinstance(each, ProviderProposed) else each for each in story.events
    )
    return story.knowing(events=events)


@pytest.mark.parametrize(
    ("others", "refused"),
    [
        (FOUR, True),
        (FOUR[:3], False),
        ((*FOUR[:3], other(4, last_on=day("2026-11-25"))), False),
        ((*FOUR[:3], other(4, last_on=day("2026-11-26"))), True),
        ((*FOUR[:3], other(4, first_on=day("2027-03-26"))), False),
        ((*FOUR[:3], other(4, first_on=day("2027-03-25"))), True),
        # Two that follow one another are there on no day together.
        ((*FOUR[:2], other(2, last_on=day("2027-01-08")), other(3, first_on=day("2027-01-11"))), False),
        ((*FOUR[:3], other(4, minutes_a_week=FULL - 1)), False),
        ((other(1, has_plan=True),), True),
        ((other(1, has_plan=True, last_on=day("2026-11-25")),), False),
        ((other(1, looked_after=True),), True),
    ],
)
def test_a_decision_counts_the_places_that_are_held_on_one_day(
    others: tuple[PupilThere, ...], *, refused: bool
) -> None:
    outcome = proposed().knowing(at_provider=others).when(determine())

    if refused:
        outcome.then_rejected(RegistrationRequired)
    else:
        outcome.then_happens(PlacementDetermined)


def test_five_that_were_proposed_are_not_all_determined() -> None:
    """Each proposal saw no other decided place; each decision sees those before it."""
    decided: list[PupilThere] = []
    refused = 0
    for number in range(10):
        story = proposed().knowing(at_provider=tuple(decided))
        outcome = story.when(determine())
        refused += bool(outcome.reasons)
        if outcome.events:
            state = story.and_then(*outcome.events).state
            decided.append(replace(there(state, day("2026-11-16")), pupil_id=PupilId(an_id(f"pupil {number}"))))

    assert (len(decided), refused) == (4, 6)


def test_a_part_time_place_changes_nothing_whatever_the_others_are() -> None:
    story = proposed(FULL - 1).knowing(at_provider=(*FOUR, other(5, has_plan=True)))

    story.when(determine()).then_happens(PlacementDetermined)


def test_a_childs_hours_at_one_provider_are_summed_over_placements() -> None:
    """Ten hours and nine: nineteen, and full time."""
    mine = at(Stage.AWAITING_DECISION).state.pupil_id
    ten_hours = other(9, pupil_id=mine, minutes_a_week=600)
    story = proposed(540)

    story.knowing(at_provider=(*FOUR, ten_hours)).when(determine()).then_rejected(RegistrationRequired)
    story.knowing(at_provider=FOUR).when(determine()).then_happens(PlacementDetermined)
    over = replace(ten_hours, last_on=day("2026-11-25"))
    story.knowing(at_provider=(*FOUR, over)).when(determine()).then_happens(PlacementDetermined)
    assert occupancy((ten_hours, replace(ten_hours, minutes_a_week=540)), TEST) == Occupancy(
        pupils=1, minutes_a_week=1140, full_time=1, counting_alone=0
    )


def test_what_is_said_tells_nothing_of_another_child() -> None:
    """The same words for a fifth pupil, for one with a plan and for one who is looked after."""
    said = {
        reason.detail
        for others in (FOUR, (other(1, has_plan=True),), (other(1, looked_after=True),))
        for reason in proposed().knowing(at_provider=others).when(determine()).then_rejected(RegistrationRequired)
    }

    assert len(said) == 1
    assert not {"plan", "EHC", "looked after", "five", "child"} & set(said.pop().split())


def counted(pupils: int, on: str = "2026-11-10", by: str | None = f"provider:{PROVIDER.provider_id}") -> Provider:
    event = FullTimePupilsCounted(counted_on=day(on), pupils=pupils, recorded_for=by)
    return provider_state.evolve(PROVIDER, event)


@pytest.mark.parametrize(
    ("provider", "others", "refused"),
    [
        (counted(4), (), True),
        (counted(3), (), False),
        (counted(3), (other(1),), False),  # among the three
        (counted(3), (other(1, first_on=day("2026-11-16")),), True),  # there since
        (counted(2), FOUR, True),  # the places known here count where they are more
        (counted(9, by="school:900002"), (), False),  # what another school was told is that school's
        (counted(9, by="la:831"), (), True),
        (counted(9, by=None), (), False),
    ],
)
def test_the_providers_own_total_counts_beside_our_places(
    provider: Provider, others: tuple[PupilThere, ...], *, refused: bool
) -> None:
    story = proposed().knowing(provider=provider, at_provider=others)

    reasons = [type(each) for each in story.when(determine()).reasons]
    assert reasons == ([RegistrationRequired] if refused else [])


def test_the_last_count_holds() -> None:
    twice = counted(9, "2026-11-09")
    later = provider_state.evolve(
        twice, FullTimePupilsCounted(counted_on=day("2026-11-12"), pupils=1, recorded_for="la:831")
    )

    proposed().knowing(provider=later).when(determine()).then_happens(PlacementDetermined)


def test_a_school_may_teach_any_number_full_time() -> None:
    school = replace(PROVIDER, kind=ProviderKind.SCHOOL)

    proposed().knowing(provider=school, at_provider=FOUR).when(determine()).then_happens(PlacementDetermined)
    proposed().knowing(provider=None, at_provider=FOUR).when(determine()).then_happens(PlacementDetermined)


def test_a_place_once_given_survives_to_the_start() -> None:
    """Five others came since, and the provider counts nine: the child starts all the same."""
    story = at(Stage.READY_TO_START)
    ready = at(Stage.ACTIVE).knowing(events=at(Stage.ACTIVE).events[:-1])
    full = tuple(replace(e, minutes_a_week=FULL) if isinstance(e, ProviderProposed) else e for e in ready.events)

    crowded = ready.knowing(events=full, provider=counted(9), at_provider=(*FOUR, other(5)))
    crowded.when(START).then_happens(PlacementStarted)
    assert story.state.stage is Stage.READY_TO_START


LONG_DAY = SessionTimes(
    mode=SessionMode.TWO_SESSION,
    am_start=time(8, 0),
    break_start=time(12, 0),
    break_end=time(12, 30),
    pm_end=time(16, 30),
)
ALL_WEEK = pattern(sessions=sessions(*[HERE] * 10), part_time_until=None, agreed_with=None)
MORNINGS = pattern(sessions=sessions(*[HERE, SCHOOL] * 5), part_time_until=None, agreed_with=None)


def test_longer_days_or_more_sessions_are_asked_as_a_new_place_is() -> None:
    mornings = running().when(MORNINGS).then_happens(AttendancePatternSet).on(day("2026-11-30"))
    longer = ChangeTerms(effective_on=day("2026-12-07"), reason="a longer course", session_times=LONG_DAY)
    address = ChangeTerms(effective_on=day("2026-12-07"), reason="moved", address="1 Example Street, Derby, DE99 9ZZ")

    # Five mornings of three hours; of four hours they are twenty.
    assert minutes_a_week(mornings.state, day("2026-11-30")) == 900
    mornings.knowing(at_provider=FOUR).when(longer).then_rejected(RegistrationRequired)
    mornings.knowing(at_provider=FOUR[:3]).when(longer).then_happens(TermsChanged)
    mornings.knowing(at_provider=FOUR).when(address).then_happens(TermsChanged)
    mornings.knowing(at_provider=FOUR).when(ALL_WEEK).then_rejected(RegistrationRequired)
    mornings.knowing(at_provider=FOUR[:3]).when(ALL_WEEK).then_happens(AttendancePatternSet)


def test_a_place_that_was_full_time_before_may_change() -> None:
    """It counted when it was given; a child is not stranded by a change of days."""
    story = running(FULL).on(day("2026-11-30")).knowing(at_provider=FOUR)
    longer = ChangeTerms(effective_on=day("2026-12-07"), reason="a longer course", session_times=LONG_DAY)

    story.when(longer).then_happens(TermsChanged)
    story.when(ALL_WEEK).then_happens(AttendancePatternSet)


ONE = SessionTimes(mode=SessionMode.ONE_SESSION, start=time(9, 0), end=time(11, 0))
UNTOLD = SessionTimes(mode=SessionMode.TWO_SESSION, am_start=time(9, 0))


@pytest.mark.parametrize(
    ("times", "minutes"),
    [(None, 5 * (180 + 135)), (ONE, 10 * 120), (UNTOLD, 10 * 150), (LONG_DAY, 5 * (240 + 240))],
)
def test_hours_follow_from_the_pattern_and_the_times_of_the_day(times: SessionTimes | None, minutes: int) -> None:
    state = running().when(ALL_WEEK).then_happens(AttendancePatternSet).state

    assert minutes_a_week(state, day("2026-11-30"), times=times) == minutes


def test_hours_without_a_pattern_are_as_proposed_or_else_our_own_figure() -> None:
    """Hours without a pattern are those proposed, and without a notice our own figure."""
    state = running().state
    undecided = at(Stage.REFERRED).state
    week = at(Stage.DETERMINED).when(ALL_WEEK).then_happens(AttendancePatternSet).state

    assert minutes_a_week(state, day("2026-11-30")) == 600
    assert minutes_a_week(state, day("2026-11-30"), times=LONG_DAY) == 4 * 240
    assert minutes_a_week(undecided, day("2026-11-30")) == 600
    assert minutes_a_week(with_fields(undecided, referral=None), day("2026-11-30")) == 0
    assert minutes_a_week(with_fields(undecided, referral=None), day("2026-11-30"), times=TIMES) == 0
    assert minutes_a_week(week, day("2026-11-20")) == 1500, "a pattern to come counts"


def test_a_later_pattern_is_the_fullest_week_to_come() -> None:
    """Mornings from the start, the whole week from January: the whole week counts, until it is over."""
    mornings = running().when(MORNINGS).then_happens(AttendancePatternSet)
    more = replace(ALL_WEEK, effective_from=day("2027-01-11"))
    story = mornings.when(more).then_happens(AttendancePatternSet)
    back = story.when(replace(MORNINGS, effective_from=day("2027-02-22"))).then_happens(AttendancePatternSet)

    assert minutes_a_week(back.state, day("2026-12-01")) == 1575
    assert minutes_a_week(back.state, day("2027-03-01")) == 900


# ---- what comes later


def facts() -> ProviderFacts:
    return ProviderFacts(
        provider_id=ProviderId(an_id("provider")),
        command_id=CommandId(an_id("command")),
        actor=replace(actor(Role.PROVIDER_USER), org_id="provider:x"),
        today=day("2026-11-30"),
    )


def test_a_provider_says_how_many_pupils_it_teaches_full_time() -> None:
    command = RecordFullTimePupils(counted_on=day("2026-11-30"), pupils=3)
    (event,) = provider_rules.decide(PROVIDER, command, facts())

    assert event == FullTimePupilsCounted(counted_on=day("2026-11-30"), pupils=3, recorded_for="provider:x")


@pytest.mark.parametrize(
    ("counted_on", "pupils", "pointer"), [("2026-12-01", 3, "/counted_on"), ("2026-11-30", -1, "/pupils")]
)
def test_a_count_is_of_a_day_that_has_come_and_not_below_none(counted_on: str, pupils: int, pointer: str) -> None:
    with pytest.raises(Rejections) as refused:
        provider_rules.decide(PROVIDER, RecordFullTimePupils(counted_on=day(counted_on), pupils=pupils), facts())

    assert [(type(each), each.pointer) for each in refused.value.reasons] == [(CountUnsound, pointer)]


def doubts(story: Given) -> list[ProviderDoubted]:
    return [each for each in story.when(PassTime()).events if isinstance(each, ProviderDoubted)]


@pytest.mark.parametrize(
    ("provider", "told"),
    [
        (counted(5, "2026-12-02"), True),
        (counted(4, "2026-12-02"), False),
        (counted(5, "2026-12-02", "la:831"), True),
        (counted(5, "2026-12-02", f"school:{URN}"), True),
        (counted(5, "2026-12-02", "school:900002"), False),
    ],
)
def test_a_later_total_makes_an_urgent_task_of_each_placement_there(provider: Provider, *, told: bool) -> None:
    story = at(Stage.ACTIVE).knowing(provider=provider, now=london(day("2026-12-02")))
    found = doubts(story)

    assert [each.cause for each in found] == ([ProviderDoubt.REGISTRATION] if told else [])
    if told:
        after = story.and_then(*found)
        (due,) = [each for each in deadlines(after.state, after.calendar) if each.rule is RuleId.PROVIDER]
        assert due.due_on == day("2026-12-03"), "the next school day"
        assert "may have to be a registered school" in due.words


def test_a_full_time_pupil_who_gets_a_plan_makes_an_urgent_task_and_stays() -> None:
    story = running(FULL).on(day("2026-12-02"))
    flagged = tuple(
        replace(each, picture=picture(flags=(PupilFlag.LOOKED_AFTER,))) if isinstance(each, ReferralSubmitted) else each
        for each in story.events
    )
    later = story.knowing(events=flagged)
    found = doubts(later)

    assert doubts(story) == []
    assert [each.cause for each in found] == [ProviderDoubt.REGISTRATION]
    assert doubts(later.and_then(*found)) == [], "told once"
    assert doubts(later.knowing(provider=replace(PROVIDER, kind=ProviderKind.SCHOOL))) == []
    assert later.and_then(*found).state.stage is Stage.ACTIVE


def test_the_answer_asks_for_the_providers_total_where_it_is_not_known() -> None:
    def codes(provider: Provider | None, minutes: int = FULL) -> list[WarningCode]:
        story = proposed(minutes).knowing(provider=provider)
        events = story.when(determine()).events
        after = story.and_then(*events).state
        warned = warnings(determine(), story.state, after, events, story.facts(determine()))
        return [each.code for each in warned if each.code is WarningCode.PROVIDER_TOTAL_UNKNOWN]

    asked = [WarningCode.PROVIDER_TOTAL_UNKNOWN]
    assert codes(PROVIDER) == asked
    assert codes(counted(2)) == []
    assert codes(counted(2, "2025-11-11")) == asked, "a year old"
    assert codes(counted(2, "2025-11-12")) == []
    assert codes(PROVIDER, 600) == []
    assert codes(None) == []


def test_of_a_pupil_whose_data_are_gone_the_hours_still_count() -> None:
    state = running(FULL).state
    erased = with_fields(state, pupil=None, referral=None)

    assert there(erased, day("2026-11-30")).of_school_age is True
    assert there(erased, day("2026-11-30")).minutes_a_week == FULL


LATER = MoveStartDate(
    start_date=day("2026-11-30"), proposed_end=day("2027-04-23"), days=60, reason="a place for the summer"
)
EARLIER = MoveStartDate(
    start_date=day("2026-11-25"), proposed_end=day("2027-03-25"), days=60, reason="the site opens sooner"
)


@pytest.mark.parametrize(
    ("move", "others", "refused"),
    [
        # On the days that the place had before, it stays, whoever came since.
        (replace(LATER, proposed_end=day("2027-03-25")), FOUR, False),
        (LATER, FOUR, False),
        (LATER, tuple(other(n, first_on=day("2027-04-12"), last_on=day("2027-07-16")) for n in range(4)), True),
        (LATER, tuple(other(n, first_on=day("2027-04-12"), last_on=day("2027-07-16")) for n in range(3)), False),
        (EARLIER, tuple(other(n, last_on=day("2026-11-25")) for n in range(4)), True),
        (EARLIER, tuple(other(n, last_on=day("2026-11-24")) for n in range(4)), False),
    ],
)
def test_a_move_is_asked_for_the_days_that_the_place_did_not_have(
    move: MoveStartDate, others: tuple[PupilThere, ...], *, refused: bool
) -> None:
    story = proposed()
    decided = story.and_then(*story.when(determine()).events).on(day("2026-11-17"))
    outcome = decided.knowing(at_provider=others).when(move)

    if refused:
        outcome.then_rejected(RegistrationRequired)
    else:
        assert not outcome.reasons


def test_a_pattern_put_right_is_asked_as_a_new_one_is() -> None:
    mornings = running().when(MORNINGS).then_happens(AttendancePatternSet).on(day("2026-11-30"))
    more = of(mornings, AttendancePatternSet, "sessions", ALL_WEEK.sessions)

    mornings.knowing(at_provider=FOUR).when(more).then_rejected(RegistrationRequired)
    mornings.knowing(at_provider=FOUR[:3]).when(more).then_happens(RecordCorrected)


def reviewed(minutes: int = FULL) -> Given:
    """A review of 8 December 2026 is held, and waits for its decision on a place until 25 March 2027."""
    events = tuple(
        replace(each, minutes_a_week=minutes) if isinstance(each, ProviderProposed) else each for each in held().events
    )
    return held().knowing(events=events).on(day("2026-12-09"))


SUMMER = {"first_on": day("2027-04-12"), "last_on": day("2027-07-16")}


@pytest.mark.parametrize(
    ("changes", "others", "refused"),
    [
        # On the days that the place had before, it stays, whoever came since.
        ({"until": day("2027-03-25")}, FOUR, False),
        ({"until": day("2027-02-12")}, FOUR, False),
        ({}, FOUR, False),
        ({}, tuple(other(n, **SUMMER) for n in range(4)), True),
        ({"decision": ReviewDecision.AMEND}, tuple(other(n, **SUMMER) for n in range(4)), True),
        ({"decision": ReviewDecision.END}, tuple(other(n, **SUMMER) for n in range(4)), False),
        ({"until": day("2027-04-09")}, tuple(other(n, **SUMMER) for n in range(4)), False),
        ({}, tuple(other(n, **SUMMER) for n in range(3)), False),
    ],
)
def test_a_decision_that_lengthens_a_period_is_asked_for_its_new_days(
    changes: dict[str, Any], others: tuple[PupilThere, ...], *, refused: bool
) -> None:
    outcome = reviewed().knowing(at_provider=others).when(conclude(**changes))

    if refused:
        (reason,) = outcome.then_rejected(RegistrationRequired)
        assert reason.pointer == "/until"
    else:
        outcome.then_happens(ReviewDecided)


def test_a_part_time_place_is_lengthened_whatever_the_others_are() -> None:
    summer = tuple(other(n, **SUMMER) for n in range(4))

    reviewed(600).knowing(at_provider=summer).when(conclude()).then_happens(ReviewDecided)


def test_a_decision_after_the_period_asks_from_its_own_day_on() -> None:
    """Whoever left in between makes no school of the provider in the days to come."""
    left = tuple(other(n, first_on=day("2027-03-26"), last_on=day("2027-04-12")) for n in range(4))
    there_still = tuple(other(n, first_on=day("2027-03-26"), last_on=day("2027-04-13")) for n in range(4))
    late = reviewed().on(day("2027-04-13"))

    late.knowing(at_provider=left).when(conclude()).then_happens(ReviewDecided, DeadlineMissed)
    late.knowing(at_provider=there_still).when(conclude()).then_rejected(RegistrationRequired)


def test_a_decisions_period_put_right_is_asked_as_a_new_one_is() -> None:
    story = reviewed().when(conclude(until=day("2027-03-25"))).then_happens(ReviewDecided)
    longer = of(story, ReviewDecided, "until", "2027-05-28")
    summer = tuple(other(n, **SUMMER) for n in range(4))

    story.knowing(at_provider=summer).when(longer).then_rejected(RegistrationRequired)
    story.knowing(at_provider=summer[:3]).when(longer).then_happens(RecordCorrected)
