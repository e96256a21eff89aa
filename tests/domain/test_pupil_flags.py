"""A change of a pupil's flags while a placement lasts counts from its day on, and asks nothing of what came before."""

from dataclasses import replace
from typing import Any

import pytest

from domain.evidence.model import ClauseStatus as Proof
from domain.placement.ages import unfit
from domain.placement.councils import AnotherCouncilsPlacement
from domain.placement.decision.plans import RecordAnnualReview
from domain.placement.guards import RecipientMissing
from domain.placement.pupil_flags import FlagsDiffer
from domain.placement.record.contact import AddNote
from domain.placement.record.retention import kept_until
from domain.placement.referral.grounds import LaNotNotified, NoEhcPlan, NotifyLaOfPlan, PlanNotConsidered
from domain.placement.reviews.requests import RequesterNotEntitled, RequestReview
from domain.placement.running.safeguarding import PauseForSafeguarding
from domain.placement.stages import Stage
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from domain.pupil.state import FlagPeriod
from events.codes import PupilFlag, RecipientRole, ReviewRequester, Role, RuleId
from events.ids import ConcernId
from events.placement.agreement import NoticeGiven
from events.placement.decision import AnnualReviewRecorded, LaNotifiedOfEhcPlan, PlacementDetermined
from events.placement.other_streams import PupilFlagsTaken
from events.placement.referral import ReferralSubmitted
from events.placement.reviews import ReviewInvitationGiven, ReviewRequested
from events.values.decision import PlanCouncil
from infra.projections import placement_columns
from tests.domain.changes import with_fields
from tests.domain.examples import EHCP_PICTURE, PLAN_CONSIDERED, at, day, determine, notice, picture, submit
from tests.domain.test_evidence import found, standings
from tests.domain.test_running import EVERYBODY, invite, scheduled
from tests.dsl import Given, an_id

COUNCIL = PlanCouncil(la_code="831", name="Example Council", address="1 Example Street, Derby, DE99 9ZZ")
OTHER = PlanCouncil(la_code="830", name="Sample Council", address="2 Example Street, Matlock, DE99 8ZZ")
PLAN = (PupilFlag.EHCP,)


def change(
    number: int, from_on: str, *flags: PupilFlag, known_on: str | None = None, plan: PlanCouncil | None = None
) -> FlagPeriod:
    """A change of the pupil's record; with an EHC plan, of the council of the home school where no other is named."""
    return FlagPeriod(
        number=number,
        from_on=day(from_on),
        recorded_on=day(known_on or from_on),
        flags=flags,
        plan=plan or (COUNCIL if PupilFlag.EHCP in flags else None),
    )


def taking(story: Given, *changes: FlagPeriod) -> Given:
    """The story goes on after it has heard of the changes."""
    knowing = story.knowing(flag_changes=changes)
    outcome = knowing.when(PassTime())
    assert outcome.reasons == ()
    return knowing.and_then(*(each for each in outcome.events if isinstance(each, PupilFlagsTaken)))


def with_plan(stage: Stage, **instead: Any) -> Given:
    return at(stage, submitted=submit(picture=picture(**EHCP_PICTURE)), **instead)


# ---- that it is taken


def test_a_change_is_taken_once_and_holds_from_its_day() -> None:
    story = taking(at(Stage.ACTIVE).on(day("2026-12-02")), change(1, "2026-12-01", *PLAN, known_on="2026-12-02"))

    assert story.events[-1] == PupilFlagsTaken(
        number=1, from_on=day("2026-12-01"), known_on=day("2026-12-02"), flags=PLAN, plan=COUNCIL
    )
    assert not any(isinstance(each, PupilFlagsTaken) for each in story.when(PassTime()).events)
    assert story.state.referral.flags_on(day("2026-11-30")) == ()
    assert story.state.referral.flags_on(day("2026-12-01")) == PLAN
    assert (
        story.state.referral.plan_la_code_on(day("2026-11-30")),
        story.state.referral.plan_la_code_on(day("2026-12-01")),
    ) == (
        None,
        "831",
    )
    assert story.state.referral.plan_council_on(day("2026-11-30")) is None
    assert story.state.referral.plan_council_on(day("2026-12-01")) == COUNCIL


def test_a_change_back_holds_and_an_earlier_day_recorded_later_until_then() -> None:
    """A change back holds again, and an earlier day that is recorded later holds until then."""
    story = taking(
        at(Stage.ACTIVE).on(day("2026-12-11")),
        change(1, "2026-12-01", *PLAN),
        change(2, "2026-12-08"),
        change(3, "2026-11-30", PupilFlag.SOCIAL_WORKER, known_on="2026-12-10"),
    )

    held = {
        each: story.state.referral.flags_on(day(each))
        for each in ("2026-11-29", "2026-11-30", "2026-12-01", "2026-12-08")
    }
    assert held == {
        "2026-11-29": (),
        "2026-11-30": (PupilFlag.SOCIAL_WORKER,),
        "2026-12-01": PLAN,
        "2026-12-08": (),
    }
    assert not story.state.referral.has_plan


@pytest.mark.parametrize("stage", [Stage.DRAFT, Stage.CLOSED], ids=str)
def test_neither_a_draft_nor_a_closed_placement_takes_a_change(stage: Stage) -> None:
    story = at(stage).knowing(flag_changes=(change(1, "2026-11-09", *PLAN),))

    # Time brings a closed placement nothing at all.
    events = story.when(PassTime()).events
    assert not any(isinstance(each, PupilFlagsTaken) for each in events)


def test_a_placement_whose_pupil_was_erased_takes_nothing() -> None:
    story = at(Stage.REFERRED)
    drafted = replace(story.events[0], pupil=None)  # type: ignore[call-arg]
    erased = story.knowing(events=(drafted, *story.events[1:]), flag_changes=(change(1, "2026-11-09", *PLAN),))

    assert erased.when(PassTime()).events == ()


def test_a_referral_takes_what_the_record_told_before_it() -> None:
    story = at(Stage.DRAFT).knowing(flag_changes=(change(1, "2026-10-01", *PLAN),))

    story.when(submit(picture=picture(**EHCP_PICTURE))).then_happens(ReferralSubmitted, PupilFlagsTaken)


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({}, "/picture/flags"),
        ({**EHCP_PICTURE, "flags": (PupilFlag.EHCP, PupilFlag.LOOKED_AFTER)}, "/picture/flags"),
        ({**EHCP_PICTURE, "plan_la_code": "830"}, "/picture/plan_la_code"),
    ],
    ids=["no-flags", "one-more", "other-council"],
)
def test_a_referral_that_tells_other_flags_than_the_record_is_refused(told: dict[str, Any], pointer: str) -> None:
    told = {"flags": (), "social_care_contact": "the social worker", **told}
    story = at(Stage.DRAFT).knowing(flag_changes=(change(1, "2026-10-01", *PLAN),))
    (reason,) = story.when(submit(picture=picture(**told))).then_rejected(FlagsDiffer)

    assert reason.pointer == pointer


def test_a_referral_without_a_picture_is_refused_for_that_alone() -> None:
    story = at(Stage.DRAFT).knowing(flag_changes=(change(1, "2026-10-01"),))
    reasons = story.when(submit(picture=None)).reasons

    assert FlagsDiffer not in {type(each) for each in reasons}


# ---- what reg 3 asked before


def test_a_plan_that_comes_after_the_notice_leaves_the_notice_as_it_is() -> None:
    given = at(Stage.READY_TO_START).on(day("2026-11-19")).when(notice()).then_happens(NoticeGiven)
    story = taking(given.on(day("2026-11-24")), change(1, "2026-11-24", *PLAN))
    lines = found(story)

    assert standings(lines["notice-recipients"]) == [Proof.SATISFIED]
    assert standings(lines["ehc-told"]) == [Proof.NOT_APPLICABLE]
    assert RuleId.T1 not in {each.rule for each in deadlines(story.state, story.calendar)}


def test_a_plan_backdated_before_the_notice_leaves_the_notice_as_it_is() -> None:
    story = taking(at(Stage.ACTIVE).on(day("2026-12-01")), change(1, "2026-11-01", *PLAN, known_on="2026-12-01"))
    lines = found(story)

    assert standings(lines["notice-recipients"]) == [Proof.SATISFIED]
    assert standings(lines["ehc-told"]) == [Proof.NOT_APPLICABLE]


def test_a_plan_that_ends_after_the_decision_leaves_what_it_proves() -> None:
    story = taking(with_plan(Stage.DETERMINED).on(day("2026-11-20")), change(1, "2026-11-20"))
    lines = found(story)

    assert standings(lines["ehc-told"]) == [Proof.SATISFIED]


@pytest.mark.parametrize(
    ("from_on", "known_on", "asked"),
    [
        ("2026-11-19", "2026-11-19", True),
        ("2026-11-20", "2026-11-20", True),
        ("2026-11-21", "2026-11-21", False),
        ("2026-11-01", "2026-11-21", False),
    ],
    ids=["before", "on-the-day", "after", "backdated"],
)
def test_a_notice_goes_to_the_council_of_a_plan_known_on_its_day(from_on: str, known_on: str, asked: bool) -> None:
    story = taking(at(Stage.DETERMINED).on(day("2026-11-23")), change(1, from_on, *PLAN, known_on=known_on))
    given = story.when(notice(given_on=day("2026-11-20")))

    if asked:
        given.then_rejected(RecipientMissing)
    else:
        given.then_happens(NoticeGiven)


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ((change(1, "2026-11-16", *PLAN),), {LaNotNotified, PlanNotConsidered}),
        ((change(1, "2026-11-18", *PLAN),), set()),
        ((change(1, "2026-11-16", *PLAN), change(2, "2026-11-17")), set()),
    ],
    ids=["before", "after", "ended-before"],
)
def test_a_decision_weighs_the_plan_that_was_known_on_its_day(
    changes: tuple[FlagPeriod, ...], reasons: set[type]
) -> None:
    story = taking(at(Stage.AWAITING_DECISION).on(day("2026-11-18")), *changes)
    outcome = story.by(Role.HEAD).when(determine(determined_on=day("2026-11-17")))

    assert {type(each) for each in outcome.reasons} == reasons


def test_a_decision_waits_until_the_council_with_the_plan_now_was_told() -> None:
    story = with_plan(Stage.AWAITING_DECISION)
    moved = taking(story.on(day("2026-11-17")), change(1, "2026-11-16", *PLAN, plan=OTHER)).by(Role.HEAD)

    moved.when(determine(ehc_plan=PLAN_CONSIDERED)).then_rejected(LaNotNotified)
    again = moved.knowing(role=None).when(NotifyLaOfPlan(la_code="830", notified_on=day("2026-11-17")))
    after = again.then_happens(LaNotifiedOfEhcPlan).by(Role.HEAD)
    after.when(determine(ehc_plan=PLAN_CONSIDERED)).then_happens(PlacementDetermined)


@pytest.mark.parametrize(
    ("la_code", "refused"), [("831", True), ("830", False), ("832", True)], ids=["before", "now", "never"]
)
def test_the_council_told_is_the_one_that_maintains_the_plan(la_code: str, refused: bool) -> None:
    story = taking(with_plan(Stage.REFERRED).on(day("2026-11-12")), change(1, "2026-11-11", *PLAN, plan=OTHER))
    outcome = story.when(NotifyLaOfPlan(la_code=la_code, notified_on=day("2026-11-11")))

    assert [type(each) for each in outcome.reasons] == [NoEhcPlan] * refused
    # On the day before, the plan was still the other council's, and who maintains it now may be told ahead.
    ahead = story.when(NotifyLaOfPlan(la_code=la_code, notified_on=day("2026-11-10")))
    assert [type(each) for each in ahead.reasons] == [NoEhcPlan] * (la_code == "832")


def test_nobody_is_told_of_a_plan_that_there_is_not() -> None:
    story = at(Stage.REFERRED)
    story.when(NotifyLaOfPlan(la_code="831", notified_on=day("2026-11-09"))).then_rejected(NoEhcPlan)


# ---- reviews


@pytest.mark.parametrize(
    ("changes", "council"),
    [
        ((change(1, "2026-11-30", *PLAN),), True),
        ((change(1, "2026-12-01", *PLAN),), True),
        ((change(1, "2026-12-02", *PLAN),), False),
        ((change(1, "2026-11-01", *PLAN, known_on="2026-12-02"),), False),
        ((change(1, "2026-11-30", *PLAN), change(2, "2026-12-01")), False),
        ((change(1, "2026-11-30", PupilFlag.LOOKED_AFTER),), False),
    ],
    ids=["day-before", "on-the-day", "day-after", "backdated", "changed-back", "another-flag"],
)
def test_the_council_is_invited_from_the_day_on_which_a_plan_is_known(
    changes: tuple[FlagPeriod, ...], council: bool
) -> None:
    story = taking(scheduled().on(day("2026-12-02")), *changes)
    told = invite(given_on=day("2026-12-01"))
    outcome = story.when(told)

    if council:
        outcome.then_rejected(RecipientMissing)
        story.when(replace(told, recipients=(*EVERYBODY, RecipientRole.LA))).then_happens(ReviewInvitationGiven)
    else:
        outcome.then_happens(ReviewInvitationGiven)


def test_a_plan_beginning_on_the_meetings_day_asks_for_no_new_invitation() -> None:
    story = scheduled().when(invite()).then_happens(ReviewInvitationGiven)
    after = taking(story.on(day("2026-12-09")), change(1, "2026-12-09", *PLAN))

    assert RuleId.T2 not in {each.rule for each in deadlines(after.state, after.calendar)}
    assert after.state.reviews.opened[-1].invitation is not None


REQUESTED = RequestReview(requested_on=day("2026-12-03"), by=ReviewRequester.LA, request="by letter")


@pytest.mark.parametrize(
    ("role", "org", "entitled"),
    [
        (Role.SEND_OFFICER, "la:830", True),
        (Role.LA_OFFICER, "la:830", True),
        (Role.SEND_OFFICER, "la:831", False),
        (Role.LA_OFFICER, "la:832", False),
        (Role.CASE_WORKER, "school:900001", True),
        (Role.PARENT, None, False),
    ],
    ids=["plan-council", "plan-council-officer", "home-council", "third-council", "school", "parent"],
)
def test_the_council_that_maintains_the_plan_may_ask_and_no_other(role: Role, org: str | None, entitled: bool) -> None:
    story = taking(at(Stage.ACTIVE).on(day("2026-12-03")), change(1, "2026-12-01", *PLAN, plan=OTHER))
    outcome = story.knowing(role=role, org=org).when(REQUESTED)

    if entitled:
        assert isinstance(outcome.events[0], ReviewRequested)
    else:
        outcome.then_rejected(RequesterNotEntitled)


@pytest.mark.parametrize(
    ("asked_on", "council", "entitled"),
    [
        ("2026-11-30", "830", False),
        ("2026-11-30", "831", True),
        ("2026-12-01", "830", True),
        ("2026-12-01", "831", False),
    ],
)
def test_the_right_to_ask_moves_with_the_plan_on_its_day(asked_on: str, council: str, entitled: bool) -> None:
    story = taking(
        at(Stage.ACTIVE).on(day("2026-12-03")),
        change(1, "2026-11-27", *PLAN),
        change(2, "2026-12-01", *PLAN, plan=OTHER),
    ).knowing(role=Role.SEND_OFFICER, org=f"la:{council}")
    outcome = story.when(replace(REQUESTED, requested_on=day(asked_on)))

    assert (outcome.reasons == ()) is entitled


def test_the_council_of_a_plan_that_came_later_could_not_ask_before() -> None:
    story = taking(at(Stage.ACTIVE).on(day("2026-12-03")), change(1, "2026-12-03", *PLAN))
    before = replace(REQUESTED, requested_on=day("2026-12-02"))
    story.knowing(role=Role.SEND_OFFICER, org="la:831").when(before).then_rejected(RequesterNotEntitled)


# ---- the annual review


@pytest.mark.parametrize(
    ("changes", "reviewed", "due"),
    [
        ((change(1, "2026-11-30", *PLAN),), None, "2027-11-30"),
        ((change(1, "2025-01-10", *PLAN, known_on="2026-12-01"),), None, "2026-12-01"),
        ((change(1, "2026-02-10", *PLAN, known_on="2026-12-01"),), None, "2027-02-10"),
        ((change(1, "2026-11-30", *PLAN),), "2026-12-01", "2027-12-01"),
        ((change(1, "2026-11-30", *PLAN),), "2026-11-27", "2027-11-30"),
        ((change(1, "2026-11-30", *PLAN), change(2, "2026-12-01")), None, None),
        ((change(1, "2026-11-30", PupilFlag.LOOKED_AFTER),), None, None),
        (
            (change(1, "2026-11-27", *PLAN), change(2, "2026-11-30"), change(3, "2026-12-01", *PLAN)),
            None,
            "2027-12-01",
        ),
    ],
    ids=["new", "made-long-ago", "made-lately", "reviewed", "reviewed-before", "changed-back", "care", "second-plan"],
)
def test_a_plan_that_is_new_is_reviewed_within_twelve_months(
    changes: tuple[FlagPeriod, ...], reviewed: str | None, due: str | None
) -> None:
    story = taking(at(Stage.ACTIVE).on(day("2026-12-01")), *changes)
    if reviewed is not None:
        recorded = story.when(RecordAnnualReview(reviewed_on=day(reviewed)))
        story = recorded.then_happens(AnnualReviewRecorded)
    owed = [each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T12]

    assert [each.due_on for each in owed] == ([] if due is None else [day(due)])


def test_a_plan_from_before_the_referral_owes_what_it_owed() -> None:
    story = taking(with_plan(Stage.REFERRED).on(day("2026-11-12")), change(1, "2026-11-11", *PLAN, plan=OTHER))

    assert RuleId.T12 not in {each.rule for each in deadlines(story.state, story.calendar)}


def test_a_record_with_a_plan_at_any_time_is_kept_longer() -> None:
    plain = at(Stage.ACTIVE)
    born = plain.state.referral.pupil
    assert born is not None
    once = taking(plain.on(day("2026-12-02")), change(1, "2026-12-01", *PLAN), change(2, "2026-12-02"))
    short = with_fields(
        plain.state,
        referral=replace(plain.state.referral.submitted, picture=picture(flags=(), sen_need=None)),  # type: ignore[type-var]
    )

    assert not once.state.referral.has_plan
    assert kept_until([with_fields(once.state, referral=short.referral.submitted)], None) == day(
        f"{born.born_on.year + 31}-12-31"
    )
    assert kept_until([short], None) == day(f"{born.born_on.year + 25}-12-31")


# ---- the council that maintains the plan


PAUSE = PauseForSafeguarding(
    concern_id=ConcernId(an_id("concern")), paused_on=day("2026-12-03"), interim_education="work sent home"
)


@pytest.mark.parametrize(
    ("command", "org", "refused"),
    [
        (
            PAUSE,
            "la:830",
            True,
        ),
        (
            PAUSE,
            "la:831",
            False,
        ),
        (AddNote(text="Called the school"), "la:830", False),
        (AddNote(text="Called the school"), "la:831", False),
    ],
    ids=["pause-by-plan-council", "pause-by-home-council", "note-by-plan-council", "note-by-home-council"],
)
def test_the_council_of_a_plan_does_nothing_that_is_the_home_councils(command: Any, org: str, refused: bool) -> None:
    story = taking(at(Stage.ACTIVE).on(day("2026-12-03")), change(1, "2026-12-01", *PLAN, plan=OTHER))
    outcome = story.knowing(role=Role.LA_OFFICER, org=org).when(command)

    assert (AnotherCouncilsPlacement in {type(each) for each in outcome.reasons}) is refused


@pytest.mark.parametrize(
    ("changes", "councils"),
    [
        ((), None),
        ((change(1, "2026-12-01", *PLAN),), None),
        ((change(1, "2026-12-01", *PLAN, plan=OTHER),), ("830",)),
        ((change(1, "2026-12-01", *PLAN, plan=OTHER), change(2, "2026-12-02")), None),
        ((change(1, "2026-12-01", *PLAN, plan=OTHER), change(2, "2026-12-02", *PLAN)), None),
    ],
    ids=["no-plan", "home-council", "other-council", "ended", "moved-home"],
)
def test_a_row_names_another_council_while_it_maintains_the_plan(
    changes: tuple[FlagPeriod, ...], councils: tuple[str, ...] | None
) -> None:
    story = taking(at(Stage.ACTIVE).on(day("2026-12-03")), *changes)

    assert placement_columns.councils(story.state, "831") == councils
    assert placement_columns.councils(with_fields(story.state, pupil=None), "831") is None


def test_a_plan_that_ended_makes_no_pupil_too_old_for_an_earlier_decision() -> None:
    story = with_plan(Stage.DETERMINED)
    born = replace(story.state.referral.pupil, born_on=day("2006-11-01"))  # type: ignore[type-var]
    after = taking(story.on(day("2026-11-20")), change(1, "2026-11-20"))
    state = with_fields(after.state, pupil=born)

    assert unfit(state, [(day("2026-11-16"), None)]) is None
    assert unfit(state, [(day("2026-11-20"), None)]) is not None
