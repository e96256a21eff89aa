"""The census return: which placements are in it, what each field says, and what is said about an unsound field."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.law.census import CENSUS_DAYS, CensusTerm, census_day, census_day_before
from domain.law.origins import Certainty
from domain.placement.stages import Stage
from domain.placement.state import Placement, evolve
from domain.provider.state import Provider
from domain.returns.census import Attends, Body, CensusRecord, compared, notes, period_of, returned_by, row
from domain.returns.checks import RowFaultKind
from events.codes import (
    CommissionerKind,
    EndReason,
    ExclusionKind,
    LegalBasis,
    PrimaryReason,
    RollStatus,
    Session,
    SessionPlace,
    SettingType,
)
from events.ids import ConcernId, PlacementId, PupilId, ReviewId, Urn
from events.placement.decision import ExclusionRecorded
from events.placement.ending import PlacementEnded
from events.placement.running import AttendancePatternSet, PlacementPaused, PlacementResumed
from events.values.referral import ReferralDetails
from events.values.sessions import PatternSession
from tests.domain.changes import with_fields
from tests.domain.examples import PROVIDER, PUPIL, at, day, picture
from tests.dsl import an_id

SPRING = period_of(CensusTerm.SPRING, 2027)
KNOWN = replace(PROVIDER, setting_type=SettingType.OTH)
TEMPORARY = "X83140012600A"


def pattern(at_provider: int, effective_from: str = "2026-11-26") -> AttendancePatternSet:
    """So many sessions of the week at the provider, the others at school."""
    slots = [(weekday, session) for weekday in range(1, 6) for session in Session]
    return AttendancePatternSet(
        set_on=day("2026-11-19"),
        effective_from=day(effective_from),
        sessions=tuple(
            PatternSession(
                weekday=weekday,
                session=session,
                place=SessionPlace.PROVIDER if number < at_provider else SessionPlace.SCHOOL,
            )
            for number, (weekday, session) in enumerate(slots)
        ),
        am_start=None,
        pm_start=None,
    )


def running(**changes: Any) -> Placement:
    """Started on 26 November 2026, four sessions a week."""
    return with_fields(at(Stage.ACTIVE).state, **({"patterns": (pattern(4),)} | changes))


def ended(on: str, reason: EndReason = EndReason.RETURN_FULL) -> Placement:
    return running(stage=Stage.ENDED, end=PlacementEnded(ended_on=day(on), reason=reason, destination_urn=None))


def returned(state: Placement, provider: Provider | None = KNOWN) -> CensusRecord:
    found = row(state, provider, SPRING)
    assert found is not None
    return found


def found(state: Placement, provider: Provider | None = KNOWN) -> set[tuple[str, str]]:
    """Each fault's code and field."""
    faults = returned(state, provider).faults
    assert all(fault.words.endswith(".") for fault in faults)
    return {(fault.code, fault.field) for fault in faults}


def test_the_census_is_on_a_thursday_of_each_term_by_unconfirmed_custom() -> None:
    assert census_day(CensusTerm.AUTUMN, 2026) == day("2026-10-01")
    assert census_day(CensusTerm.SPRING, 2027) == day("2027-01-21")
    assert census_day(CensusTerm.SUMMER, 2027) == day("2027-05-20")
    assert {each.certainty for each in CENSUS_DAYS} == {Certainty.UNCONFIRMED}


@pytest.mark.parametrize(
    ("on", "before"),
    [
        ("2027-01-21", "2026-10-01"),
        ("2027-01-22", "2027-01-21"),
        ("2027-05-20", "2027-01-21"),
        ("2026-10-01", "2026-05-21"),
    ],
)
def test_a_census_covers_what_ran_since_the_one_before(on: str, before: str) -> None:
    assert census_day_before(day(on)) == day(before)


def test_the_period_begins_on_the_day_after_the_last_census() -> None:
    assert (SPRING.first, SPRING.census_on) == (day("2026-10-02"), day("2027-01-21"))


@pytest.mark.obligation("S29")
def test_a_running_placement_has_every_field_that_the_census_asks_for() -> None:
    its = returned(running())

    assert (its.upn, its.primary_reason) == (PUPIL.upn, PrimaryReason.BEHAVIOUR)
    assert (its.urn, its.ukprn, its.setting_type) == (None, None, SettingType.OTH)
    assert (its.entered_on, its.left_on) == (day("2026-11-26"), None)
    assert (its.attends, its.sessions_a_week) == (Attends.PART_TIME, 4)
    assert (its.on_roll, its.erased, its.faults, its.complete) == (True, False, (), True)


@pytest.mark.parametrize(
    ("state", "within"),
    [
        (at(Stage.READY_TO_START).state, False),
        (running(started_on=day("2027-01-21")), True),
        (running(started_on=day("2027-01-22")), False),
        (ended("2026-10-02"), True),
        (ended("2026-10-01"), False),
        (running(legal_basis=LegalBasis.EOTAS_S61), False),
    ],
)
def test_what_ran_on_a_day_of_the_period_is_in_the_return(state: Placement, within: bool) -> None:
    assert (row(state, KNOWN, SPRING) is not None) is within


def test_what_ended_after_the_census_was_still_running_on_its_day() -> None:
    assert returned(ended("2027-01-21")).left_on == day("2027-01-21")
    assert returned(ended("2027-01-22", EndReason.NEW_SCHOOL)).left_on is None
    assert returned(ended("2027-01-22", EndReason.NEW_SCHOOL)).on_roll is True


@pytest.mark.parametrize(
    ("reason", "on_roll"),
    [(reason, reason in {"RETURN_FULL", "RETURN_PHASED", "OTHER_AP", "OTHER"}) for reason in EndReason],
)
def test_whoever_leaves_for_another_place_is_off_the_roll(reason: EndReason, on_roll: bool) -> None:
    assert returned(ended("2027-01-15", reason)).on_roll is on_roll


@pytest.mark.parametrize(
    ("status", "said", "on_roll"),
    [
        (RollStatus.SINGLE, None, True),
        (RollStatus.DUAL_SUBSIDIARY, False, True),
        (RollStatus.NONE, True, False),
        (None, True, True),
        (None, False, False),
        (None, None, None),
    ],
)
def test_the_roll_is_as_the_referral_says(status: RollStatus | None, said: bool | None, on_roll: bool | None) -> None:
    state = running()
    assert state.referral.submitted is not None
    details = ReferralDetails(roll_status=status)

    state = with_fields(
        state, referral=replace(state.referral.submitted, picture=picture(on_roll=said), details=details)
    )

    assert returned(state).on_roll is on_roll
    assert (("roll_missing", "on_roll") in found(state)) is (on_roll is None)


@pytest.mark.parametrize(
    ("number", "shown", "faults", "complete"),
    [
        (PUPIL.upn, PUPIL.upn, set(), True),
        (" l831400126001", PUPIL.upn, set(), True),
        (TEMPORARY, TEMPORARY, {"temporary_upn"}, True),
        ("B101200005001", "B101200005001", {"upn_check_letter"}, False),
        ("Q207000016049", "Q207000016049", {"upn_check_letter"}, False),
        ("=HYPERLINK(1)", None, {"upn_format"}, False),
        ("  ", None, {"upn_missing"}, False),
    ],
)
def test_a_number_is_checked_and_what_is_none_is_not_passed_on(
    number: str, shown: str | None, faults: set[str], complete: bool
) -> None:
    state = running(pupil=replace(PUPIL, upn=number))

    assert returned(state).upn == shown
    assert found(state) == {(code, "upn") for code in faults}
    assert returned(state).complete is complete


def test_a_number_with_an_unknown_authority_is_odd_and_stops_nothing() -> None:
    state = running(pupil=replace(PUPIL, upn="G100200005001"))

    assert [(fault.code, fault.kind) for fault in returned(state).faults] == [("la_part_unknown", RowFaultKind.ODD)]
    assert returned(state).complete


@pytest.mark.parametrize(
    ("identity", "faults"),
    [
        ({"urn": Urn("131000"), "setting_type": None}, set()),
        ({"ukprn": "10001234", "setting_type": None}, set()),
        ({"setting_type": SettingType.WBP}, set()),
        ({"setting_type": None}, {("provider_missing", "provider")}),
        ({"urn": Urn("131000")}, {("provider_identity", "provider")}),
        ({"urn": Urn("13100"), "setting_type": None}, {("provider_identity", "urn")}),
        ({"ukprn": "20001234", "setting_type": None}, {("provider_identity", "ukprn")}),
    ],
)
def test_a_provider_is_known_by_exactly_one_of_three(identity: dict[str, Any], faults: set[tuple[str, str]]) -> None:
    assert found(running(), replace(KNOWN, **identity)) == faults


def test_a_provider_that_is_not_on_record_is_missing() -> None:
    assert found(running(), None) == {("provider_missing", "provider")}


def test_a_permanent_exclusion_is_the_main_reason_whatever_else_there_is() -> None:
    def excluded(kind: ExclusionKind) -> Placement:
        return running(exclusion=ExclusionRecorded(first_day=day("2026-11-20"), kind=kind, days=None))

    permanent = excluded(ExclusionKind.PERMANENT)
    assert permanent.referral.submitted is not None
    named = with_fields(permanent, referral=replace(permanent.referral.submitted, primary_reason=PrimaryReason.PERM_EX))

    assert found(permanent) == {("exclusion_wins", "primary_reason")}
    assert found(named) == set()
    assert found(excluded(ExclusionKind.SUSPENSION)) == set()


def test_a_record_without_a_referral_has_no_reason_and_no_roll() -> None:
    assert found(running(referral=None)) == {("primary_reason_missing", "primary_reason"), ("roll_missing", "on_roll")}


def test_an_end_before_the_beginning_is_wrong() -> None:
    assert found(ended("2026-11-25")) == {("left_before_entry", "left_on"), *_no_pattern()}


def _no_pattern() -> set[tuple[str, str]]:
    return {("pattern_missing", "attends"), ("sessions_missing", "sessions_a_week")}


@pytest.mark.obligation("S19")
def test_a_placement_paused_on_census_day_has_no_session_at_the_provider() -> None:
    pause = PlacementPaused(
        concern_id=ConcernId(an_id("concern")), paused_on=day("2027-01-18"), review_id=ReviewId(an_id("review"))
    )
    resumed = PlacementResumed(resumed_on=SPRING.census_on, review_id=pause.review_id)
    paused = evolve(running(), pause)

    there = returned(paused)
    assert (there.sessions_a_week, there.attends, there.left_on, there.complete) == (0, None, None, True)
    assert found(paused) == {("placement_paused", "sessions_a_week")}
    again = returned(evolve(paused, resumed))
    assert (again.sessions_a_week, again.attends, again.faults) == (4, Attends.PART_TIME, ())
    later = evolve(running(), replace(pause, paused_on=day("2027-01-22")))
    assert returned(later).sessions_a_week == 4, "paused since"


@pytest.mark.parametrize(
    ("patterns", "attends", "sessions", "faults"),
    [
        ((pattern(10),), Attends.FULL_TIME, 10, set()),
        ((pattern(9),), Attends.PART_TIME, 9, set()),
        ((pattern(4), pattern(6, "2027-01-21")), Attends.PART_TIME, 6, set()),
        ((pattern(4), pattern(6, "2027-01-22")), Attends.PART_TIME, 4, set()),
        ((pattern(0),), Attends.PART_TIME, 0, {("sessions_unsound", "sessions_a_week")}),
        ((), None, None, _no_pattern()),
    ],
)
def test_sessions_are_those_of_the_pattern_on_the_day_of_the_census(
    patterns: tuple[AttendancePatternSet, ...], attends: Attends | None, sessions: int | None, faults: set[Any]
) -> None:
    state = running(patterns=patterns)

    assert (returned(state).attends, returned(state).sessions_a_week) == (attends, sessions)
    assert found(state) == faults


def test_the_row_of_an_erased_pupil_counts_and_says_so() -> None:
    state = running(pupil=None)
    assert state.referral.submitted is not None
    state = with_fields(state, referral=replace(state.referral.submitted, picture=None, details=None))

    counted = returned(state)

    assert (counted.upn, counted.on_roll, counted.erased, counted.complete) == (None, None, True, False)
    assert found(state) == {("erased", "upn"), ("erased", "on_roll")}
    assert (counted.primary_reason, counted.sessions_a_week) == (PrimaryReason.BEHAVIOUR, 4)


def test_a_number_shared_by_two_pupils_is_a_fault_and_by_one_twice_is_not() -> None:
    first = returned(running())
    again = replace(first, placement_id=PlacementId(an_id("again")), entered_on=date(2026, 11, 1))
    other = replace(again, placement_id=PlacementId(an_id("other")), pupil_id=PupilId(an_id("other")))
    erased = replace(other, placement_id=PlacementId(an_id("erased")), upn=None)

    alone = compared([first, again, erased])
    both = compared([first, other, erased])

    assert [each.entered_on for each in alone] == [date(2026, 11, 1), date(2026, 11, 1), first.entered_on]
    assert all(each.faults == () for each in alone)
    assert {each.placement_id for each in both if each.faults} == {first.placement_id, other.placement_id}
    assert {fault.code for each in both for fault in each.faults} == {"upn_shared"}


@pytest.mark.obligation("S1")
def test_the_commissioner_returns_a_pupil_and_the_school_one_on_two_rolls() -> None:
    school = running()
    authority = running(commissioner=CommissionerKind.LA)
    assert authority.proposal.proposed is not None
    dual = with_fields(authority, proposal=replace(authority.proposal.proposed, dual_registration=True))
    off_roll = with_fields(dual, referral=None)

    assert returned_by(school) is Body.SCHOOL
    assert returned_by(authority) is Body.LA
    assert returned_by(with_fields(authority, proposal=None)) is Body.LA
    assert returned_by(dual) is Body.SCHOOL
    assert returned_by(off_roll) is Body.LA


def test_what_is_unsure_of_a_return_stands_with_it() -> None:
    autumn = period_of(CensusTerm.AUTUMN, 2026)

    unsure = {note.code for note in notes(SPRING, Body.SCHOOL) if note.certainty is Certainty.UNCONFIRMED}

    assert unsure == {"census_day", "period", "own_codes"}
    assert {note.code for note in notes(SPRING, Body.LA)} == unsure | {"latest_placement"}
    assert {note.code for note in notes(autumn, Body.LA)} == unsure | {"not_collected"}
    assert {note.code for note in notes(autumn, Body.SCHOOL)} == unsure
