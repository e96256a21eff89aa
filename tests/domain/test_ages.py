"""How old a pupil may be on the day that matters, by legal basis; and that nothing follows from an impossible birth."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from domain.documents.addressees import addressees
from domain.law.bases import BASES
from domain.law.school_age import begins_on, birthday, ends_on, is_of_school_age
from domain.placement import ages
from domain.placement.ages import AgeOutOfRange, span
from domain.placement.decision.move_start import MoveStartDate
from domain.placement.derived import in_place
from domain.placement.guards import DateInFuture, relevant_person
from domain.placement.referral.threshold import there
from domain.placement.stages import Stage
from domain.pupil.handing import HandOverUnsound
from events.codec import canonical_json
from events.codes import CommissionerKind, HandOverPart, LegalBasis, RecipientRole, ReviewDecision, Role
from events.ids import EventId
from events.placement.agreement import NoticeGiven
from events.placement.decision import PlacementDetermined, StartDateMoved
from events.placement.record import RecordCorrected
from events.placement.referral import ReferralDrafted, ReferralSubmitted
from events.placement.reviews import ReviewDecided
from events.placement.running import PlacementStarted
from tests.domain.documenting import source_of
from tests.domain.examples import (
    EHCP_PICTURE,
    PROPOSE,
    PUPIL,
    START,
    at,
    day,
    determine,
    draft,
    notice,
    picture,
    submit,
)
from tests.domain.test_corrections import of
from tests.domain.test_pupil import ON_RECORD, REGISTERED, Told, hand_over
from tests.domain.test_running import conclude, held
from tests.dsl import Given, an_id

SCHOOL_AGE = sorted(basis for basis in LegalBasis if BASES[basis].school_age)
BY_YEARS = sorted(basis for basis in LegalBasis if not BASES[basis].school_age)
PLAN_OF_ITS_OWN = {LegalBasis.EHCP_S42, LegalBasis.EOTAS_S61}


def born(text: str, **more: Any) -> Any:
    return replace(PUPIL, born_on=day(text), **more)


def with_birth(story: Given, text: str) -> Given:
    """A record from before ages were tested."""
    first, *rest = story.events
    return story.knowing(events=(replace(first, pupil=born(text)), *rest))  # type: ignore[type-var] # a draft


def with_plan(story: Given) -> Given:
    events = (
        replace(event, picture=picture(**EHCP_PICTURE)) if isinstance(event, ReferralSubmitted) else event
        for event in story.events
    )
    return story.knowing(events=tuple(events))


def test_exclusions_and_section_19_are_for_children_of_school_age_only() -> None:
    assert sorted({LegalBasis.PEX6, LegalBasis.SUSP6, LegalBasis.S19_ILL, LegalBasis.S19_OTH}) == SCHOOL_AGE


@pytest.mark.parametrize(
    ("born_on", "begins"),
    [
        ("2021-03-31", "2026-03-31"),
        ("2021-04-01", "2026-08-31"),
        ("2021-08-31", "2026-08-31"),
        ("2021-09-01", "2026-12-31"),
        ("2021-12-31", "2026-12-31"),
        ("2022-01-01", "2027-03-31"),
        ("2022-03-30", "2027-03-31"),
        ("2020-02-29", "2025-03-31"),
    ],
)
def test_school_age_begins_on_the_prescribed_day_from_the_fifth_birthday(born_on: str, begins: str) -> None:
    assert begins_on(day(born_on)) == day(begins)


@pytest.mark.parametrize("basis", SCHOOL_AGE)
@pytest.mark.parametrize("plan", [False, True])
@pytest.mark.parametrize(
    ("born_on", "on", "fits"),
    [
        # The prescribed days.
        ("2021-03-31", "2026-03-30", False),
        ("2021-03-31", "2026-03-31", True),
        ("2021-04-01", "2026-08-30", False),
        ("2021-04-01", "2026-08-31", True),
        ("2021-09-01", "2026-12-30", False),
        ("2021-09-01", "2026-12-31", True),
        ("2022-01-01", "2027-01-01", False),
        # The last Friday in June of the school year in which the child turns 16.
        ("2010-08-31", "2026-06-26", True),
        ("2010-08-31", "2026-06-27", False),
        ("2010-09-01", "2026-06-27", True),
        ("2010-09-01", "2027-06-25", True),
        ("2010-09-01", "2027-06-26", False),
        ("2012-05-04", "2028-06-30", True),
        ("2012-05-04", "2028-07-01", False),
        ("1970-05-04", "2026-11-16", False),
        ("1900-01-01", "2026-11-16", False),
        ("2026-11-16", "2026-11-16", False),
    ],
)
def test_school_age_is_tested_by_its_own_days(
    basis: LegalBasis, born_on: str, on: str, *, plan: bool, fits: bool
) -> None:
    first, last = span(basis, day(born_on), day(on), plan=plan)

    assert (first <= day(on) <= last) is fits
    assert is_of_school_age(day(born_on), day(on)) is fits


@pytest.mark.parametrize("basis", BY_YEARS)
@pytest.mark.parametrize(
    ("born_on", "on", "without", "with_one"),
    [
        ("2022-11-17", "2026-11-16", False, False),
        ("2022-11-16", "2026-11-16", True, True),
        ("2007-11-17", "2026-11-16", True, True),
        ("2007-11-16", "2026-11-16", False, True),
        ("2000-11-17", "2026-11-16", False, True),
        ("2000-11-16", "2026-11-16", False, False),
        ("2008-02-29", "2027-02-28", True, True),
        ("2008-02-29", "2027-03-01", False, True),
        ("1970-11-16", "2026-11-16", False, False),
        ("1900-11-16", "2026-11-16", False, False),
        ("2026-11-16", "2026-11-16", False, False),
    ],
)
def test_other_placements_are_for_4_to_18_and_to_25_with_a_plan(
    basis: LegalBasis, born_on: str, on: str, *, without: bool, with_one: bool
) -> None:
    def fits(plan: bool) -> bool:
        first, last = span(basis, day(born_on), day(on), plan=plan)
        return first <= day(on) <= last

    assert fits(plan=True) is with_one
    assert fits(plan=False) is (with_one if basis in PLAN_OF_ITS_OWN else without)


def a_draft(basis: LegalBasis, born_on: str) -> Any:
    council = basis in {LegalBasis.PEX6, LegalBasis.S19_ILL, LegalBasis.S19_OTH, *PLAN_OF_ITS_OWN}
    return draft(
        commissioner=CommissionerKind.LA if council else CommissionerKind.ACADEMY,
        legal_basis=basis,
        pupil=born(born_on),
    )


FIRST_DRAFT = at(Stage.DRAFT).knowing(events=())


@pytest.mark.parametrize("basis", sorted(LegalBasis))
@pytest.mark.parametrize(
    ("born_on", "reason"),
    [
        ("2031-01-01", DateInFuture),
        ("2026-11-10", DateInFuture),
        ("2026-11-09", AgeOutOfRange),
        ("2024-01-01", AgeOutOfRange),
        ("1990-01-01", AgeOutOfRange),
        ("1970-01-01", AgeOutOfRange),
        ("1900-01-01", AgeOutOfRange),
        ("2012-05-04", None),
        ("2021-06-01", None),
    ],
)
def test_no_draft_is_made_of_an_impossible_birth(basis: LegalBasis, born_on: str, reason: Any) -> None:
    outcome = FIRST_DRAFT.on(day("2026-11-09")).when(a_draft(basis, born_on))

    assert [type(each) for each in outcome.reasons] == ([] if reason is None else [reason])
    assert [each.pointer for each in outcome.reasons] == ([] if reason is None else ["/pupil/born_on"])


@pytest.mark.parametrize(
    ("basis", "born_on", "taken"),
    [
        (LegalBasis.PEX6, "2010-08-31", False),
        (LegalBasis.SUSP6, "2010-08-31", False),
        (LegalBasis.PEX6, "2010-09-01", True),
        (LegalBasis.SUSP6, "2010-09-01", True),
        # Whether there is an EHC plan the draft does not say.
        (LegalBasis.OSD, "2004-01-01", True),
        (LegalBasis.OSD, "2000-11-10", True),
        (LegalBasis.OSD, "2000-11-09", False),
        # Old enough in the months ahead.
        (LegalBasis.OSD, "2023-05-09", True),
        (LegalBasis.OSD, "2023-05-10", False),
        (LegalBasis.PEX6, "2022-03-31", True),
        (LegalBasis.PEX6, "2022-04-01", False),
    ],
)
def test_a_draft_is_refused_where_no_day_ahead_could_fit(basis: LegalBasis, born_on: str, *, taken: bool) -> None:
    assert (FIRST_DRAFT.on(day("2026-11-09")).when(a_draft(basis, born_on)).reasons == ()) is taken


@pytest.mark.parametrize(
    ("born_on", "plan", "taken"),
    [
        ("2007-11-10", False, True),
        ("2007-11-09", False, False),
        ("2007-11-09", True, True),
        ("2000-11-10", True, True),
        ("2000-11-09", True, False),
    ],
)
def test_from_19_on_a_referral_tells_of_an_ehc_plan(born_on: str, *, plan: bool, taken: bool) -> None:
    story = with_birth(at(Stage.DRAFT), born_on).on(day("2026-11-09"))
    outcome = story.when(submit(picture=picture(**EHCP_PICTURE)) if plan else submit())

    if taken:
        outcome.then_happens(ReferralSubmitted)
    else:
        (reason,) = outcome.then_rejected(AgeOutOfRange)
        assert reason.pointer is None
        assert "up to 25 only with an EHC plan" in reason.detail


def test_nobody_too_old_is_proposed_to_a_provider() -> None:
    story = at(Stage.REFERRED)

    with_birth(story, "2007-01-01").when(PROPOSE).then_rejected(AgeOutOfRange)
    assert with_birth(with_plan(story), "2007-01-01").when(PROPOSE).reasons == ()
    first, *rest = story.events
    gone = story.knowing(events=(replace(first, pupil=None), *rest))  # type: ignore[type-var] # a draft
    assert gone.when(PROPOSE).reasons == ()


def test_who_is_below_school_age_does_not_count_as_a_full_time_pupil() -> None:
    young, old = (with_birth(at(Stage.SCREENING), each).state for each in ("2021-09-01", "2012-05-04"))

    assert not there(young, day("2026-12-30")).of_school_age
    assert there(young, day("2026-12-31")).of_school_age
    assert there(old, day("2026-12-30")).of_school_age


@pytest.mark.parametrize(
    ("born_on", "determined_on", "start", "pointer"),
    [
        # 19 on 17 and on 26 November.
        ("2007-11-18", None, "2026-11-26", "/start_date"),
        ("2007-11-17", "2026-11-16", "2026-11-26", "/start_date"),
        ("2007-11-16", "2026-11-16", "2026-11-26", "/determined_on"),
        ("2007-11-26", None, "2026-11-26", "/start_date"),
        ("2007-11-27", None, "2026-11-26", None),
        ("2022-11-17", "2026-11-16", "2026-11-26", "/determined_on"),
        ("2022-11-16", "2026-11-16", "2026-11-26", None),
        ("1970-01-01", None, "2026-11-26", "/determined_on"),
    ],
)
def test_a_decision_tests_the_age_on_its_day_and_at_the_start(
    born_on: str, determined_on: str | None, start: str, pointer: str | None
) -> None:
    story = with_birth(at(Stage.AWAITING_DECISION), born_on).on(day("2026-11-16"))
    command = determine(start_date=day(start), determined_on=day(determined_on) if determined_on else None)

    outcome = story.when(command)

    assert [(type(each), each.pointer) for each in outcome.reasons] == ([(AgeOutOfRange, pointer)] if pointer else [])


@pytest.mark.parametrize(
    ("basis", "commissioner"),
    [(LegalBasis.PEX6, CommissionerKind.LA), (LegalBasis.SUSP6, CommissionerKind.ACADEMY)],
)
def test_a_decision_after_an_exclusion_says_when_school_age_ended(
    basis: LegalBasis, commissioner: CommissionerKind
) -> None:
    story = at(Stage.AWAITING_DECISION).by(Role.LA_OFFICER if commissioner is CommissionerKind.LA else Role.HEAD)
    first, *rest = story.events
    drafted = replace(first, legal_basis=basis, commissioner=commissioner, pupil=born("2010-05-04"))  # type: ignore[type-var] # a draft
    story = story.knowing(events=(drafted, *rest))

    details = [each.detail for each in story.when(determine(exams_ahead=True)).reasons]

    assert any("compulsory school age" in each and "26" in each for each in details)


def test_the_start_is_moved_to_no_day_on_which_the_pupil_is_too_old() -> None:
    story = at(Stage.READY_TO_START)
    command = MoveStartDate(
        start_date=day("2027-01-05"), proposed_end=day("2027-03-25"), days=20, reason="The provider asked."
    )

    (reason,) = with_birth(story, "2008-01-05").when(command).then_rejected(AgeOutOfRange)
    assert reason.pointer == "/start_date"
    moved = with_birth(story, "2008-01-06").when(command)
    assert StartDateMoved in {type(each) for each in moved.events}


def test_nobody_starts_who_is_too_old_by_then() -> None:
    given = at(Stage.READY_TO_START).on(day("2026-11-19")).when(notice()).then_happens(NoticeGiven)
    story = given.on(day("2026-11-26"))

    (reason,) = with_birth(story, "2007-11-26").when(START).then_rejected(AgeOutOfRange)
    assert reason.pointer == "/started_on"
    with_birth(story, "2007-11-27").when(START).then_happens(PlacementStarted)


@pytest.mark.parametrize(
    ("born_on", "plan", "decision", "taken"),
    [
        ("2008-05-29", False, ReviewDecision.CONTINUE, True),
        ("2008-05-28", False, ReviewDecision.CONTINUE, False),
        ("2008-05-28", False, ReviewDecision.AMEND, False),
        ("2008-05-28", False, ReviewDecision.END, True),
        ("2008-05-28", True, ReviewDecision.CONTINUE, True),
    ],
)
def test_a_review_extends_to_no_day_on_which_the_pupil_is_too_old(
    born_on: str, decision: ReviewDecision, *, plan: bool, taken: bool
) -> None:
    """Until Friday 28 May 2027, on which who was born on 28 May 2008 is 19."""
    story = with_birth(with_plan(held()) if plan else held(), born_on).on(day("2026-12-09"))
    outcome = story.when(conclude(decision=decision))

    assert [(type(each), each.pointer) for each in outcome.reasons] == ([] if taken else [(AgeOutOfRange, "/until")])


def test_after_school_age_no_review_extends_education_after_an_exclusion() -> None:
    story = with_birth(held(), "2011-05-04").on(day("2026-12-09"))
    excluded = story.knowing(
        events=tuple(
            replace(each, legal_basis=LegalBasis.SUSP6)
            if isinstance(each, ReferralDrafted | PlacementDetermined)
            else each
            for each in story.events
        )
    )

    excluded.when(conclude(until=day("2027-06-25"))).then_happens(ReviewDecided)
    excluded.when(conclude(until=day("2027-06-28"))).then_rejected(AgeOutOfRange)


def test_a_corrected_birth_fits_each_day_that_the_record_rests_on() -> None:
    story = at(Stage.ACTIVE).on(day("2026-12-01"))

    for wrong in ("1970-01-01", "2007-11-16", "2007-11-26", "2026-01-01"):
        (reason,) = story.when(of(story, ReferralDrafted, "pupil", born(wrong))).then_rejected(AgeOutOfRange)
        assert reason.pointer == "/value"
    assert RecordCorrected in _kinds(story, "2008-11-27")


def _kinds(story: Given, birth: str) -> set[type]:
    return {type(each) for each in story.when(of(story, ReferralDrafted, "pupil", born(birth))).events}


def test_a_draft_is_corrected_years_later_though_the_pupil_has_grown_up() -> None:
    story = at(Stage.CLOSED).on(day("2040-01-10")).knowing(begun_on=day("2026-11-09"))
    told = story.when(of(story, ReferralDrafted, "pupil", replace(PUPIL, home_language="Welsh")))

    assert told.events or not any(isinstance(each, AgeOutOfRange) for each in told.reasons)
    early = at(Stage.DRAFT).on(day("2040-01-10")).knowing(begun_on=day("2026-11-09"))
    early.when(of(early, ReferralDrafted, "pupil", replace(PUPIL, home_language="Welsh"))).then_happens(RecordCorrected)


def test_a_plan_that_the_age_rests_on_is_not_corrected_away() -> None:
    story = with_birth(with_plan(at(Stage.ACTIVE)), "2004-05-04").on(day("2026-12-01"))
    without = of(story, ReferralSubmitted, "picture", picture())

    assert AgeOutOfRange in {type(each) for each in story.when(without).reasons}


def test_a_slip_on_record_is_put_right_and_then_the_placement_goes_on() -> None:
    story = with_birth(at(Stage.READY_TO_START), "1970-05-04").on(day("2026-11-19"))

    (reason,) = story.when(notice()).then_rejected(AgeOutOfRange)
    assert "Check the pupil's date of birth" in reason.detail
    right = story.and_then(*story.when(of(story, ReferralDrafted, "pupil", PUPIL)).events)
    kept = in_place({EventId(an_id(f"event {n}")): event for n, event in enumerate(right.events)})
    (given,) = story.knowing(events=tuple(kept.values())).when(notice()).events
    assert isinstance(given, NoticeGiven)
    assert given.relevant_person is Role.PARENT


@pytest.mark.parametrize(
    ("born_on", "person"),
    [
        ("1900-01-01", Role.PARENT),
        ("1970-05-04", Role.PARENT),
        ("2007-11-16", Role.PARENT),
        ("2007-11-17", Role.PUPIL),
        ("2008-11-26", Role.PUPIL),
        ("2008-11-27", Role.PARENT),
        ("2026-11-26", Role.PARENT),
    ],
)
def test_no_pupil_is_addressed_by_an_impossible_birth(born_on: str, person: Role) -> None:
    """Decided on 16 November: who was 19 by then could not be placed; who turns 19 later is 18 at the start."""
    story = with_birth(at(Stage.READY_TO_START), born_on)
    letters = addressees(source_of(story), RecipientRole.RELEVANT_PERSON, day("2026-11-26"))

    assert relevant_person(story.state, day("2026-11-26")) is person
    assert [each.name for each in letters] == [PUPIL.legal_name if person is Role.PUPIL else "Sam Example"]


def test_before_the_decision_the_age_of_the_day_itself_counts() -> None:
    draft_of = with_birth(at(Stage.DRAFT), "2007-11-26").state

    assert relevant_person(draft_of, day("2026-11-25")) is Role.PUPIL
    assert relevant_person(draft_of, day("2026-11-26")) is Role.PARENT


def test_who_was_addressed_by_a_slip_follows_from_the_birth_put_right() -> None:
    story = at(Stage.ACTIVE)
    slip = tuple(
        replace(each, relevant_person=Role.PUPIL) if isinstance(each, NoticeGiven) else each
        for each in with_birth(story, "1970-05-04").events
    )
    known = {EventId(an_id(f"event {n}")): event for n, event in enumerate(slip)}
    correction = RecordCorrected(
        corrects_event_id=next(iter(known)), field="pupil", value=canonical_json(PUPIL), reason="a slip"
    )

    untouched = next(each for each in in_place(known).values() if isinstance(each, NoticeGiven))
    put_right = in_place({**known, EventId(an_id("correction")): correction})

    assert untouched.relevant_person is Role.PUPIL
    assert next(each for each in put_right.values() if isinstance(each, NoticeGiven)).relevant_person is Role.PARENT


@pytest.mark.parametrize(
    ("born_on", "passed_on"),
    [
        ("1970-05-04", False),
        ("2000-11-23", False),
        ("2000-11-24", True),
        ("2012-05-04", True),
        ("2023-05-23", True),
        ("2023-05-24", False),
        ("2031-05-04", False),
    ],
)
def test_an_impossible_birth_is_not_handed_over(born_on: str, *, passed_on: bool) -> None:
    told = Told(events=(REGISTERED,), own=replace(ON_RECORD, pupil=born(born_on)))

    if passed_on:
        assert told.when(hand_over())
    else:
        assert told.refused(hand_over()) == {HandOverUnsound: {"/copied"}}
    assert told.when(hand_over(copied=(HandOverPart.FLAGS,)))


@pytest.mark.parametrize("basis", sorted(LegalBasis))
def test_a_refusal_for_age_tells_no_birthday(basis: LegalBasis) -> None:
    """It is kept in clear. The days of school age are shared by many."""
    for year, step in ((1970, 97), (2004, 31), (2023, 61)):
        born_on = date(year, 5, 4) + timedelta(days=step)
        reason = ages.referred(basis, born_on, day("2026-11-09"), plan=False, pointer=None)
        if reason is not None:
            assert str(born_on.day) + f" {born_on:%B}" not in reason.detail
            assert f"{born_on.year}" not in reason.detail


def test_a_leap_day_birth_turns_a_year_older_on_1_march() -> None:
    assert birthday(day("2008-02-29"), 18) == day("2026-03-01")
    assert birthday(day("2008-02-29"), 20) == day("2028-02-29")
    assert birthday(day("2008-03-01"), 18) == day("2026-03-01")
    assert ends_on(day("2008-02-29")) == day("2024-06-28")
