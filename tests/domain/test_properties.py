"""Whatever people try, in whatever order and however much time passes: the invariants of a placement."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import given as hypothesis
from hypothesis import strategies as st

from domain.calendar.school_calendar import SchoolCalendar
from domain.placement.decision.meeting import DispenseWithMeeting
from domain.placement.decision.move_start import MoveStartDate
from domain.placement.ending.closing import Cancel, Close, EndPlacement, Evaluate
from domain.placement.lifecycle import MOVES
from domain.placement.parts.reviews import ReviewStatus
from domain.placement.referral.drafting import DraftReferral
from domain.placement.reviews.arranging import InviteToReview, ScheduleReview
from domain.placement.reviews.deciding import DecideReview, NotifyOutcome
from domain.placement.reviews.holding import HoldReview
from domain.placement.reviews.requests import GrantReviewRequest, RefuseReviewRequest, RequestReview
from domain.placement.running.safeguarding import PauseForSafeguarding, RaiseSafeguardingConcern, ResumePlacement
from domain.placement.running.start import StartPlacement
from domain.placement.running.terms import ChangeTerms
from domain.placement.stages import TERMINAL, Stage
from domain.placement.state import Placement, evolve
from domain.placement.steps import STEPS
from domain.placement.time.deadlines import deadlines, next_wake
from domain.placement.time.pass_time import PassTime
from events.codec import PLACEMENT
from events.codes import (
    AgreementParty,
    ConcernSeverity,
    DeliveryMethod,
    EndReason,
    LegalBasis,
    ReviewDecision,
    ReviewRequester,
    Role,
    RuleId,
    TerminationReason,
)
from events.ids import ConcernId, RequestId, ReviewId
from events.placement.deadlines import DeadlineRecalculated
from events.placement.record import RecordCorrected
from events.placement.reviews import ReviewDue
from events.placement.running import PlacementStarted
from events.placement.union import PlacementEvent
from tests.domain.examples import (
    ISSUE,
    PROPOSE,
    SITE,
    at,
    determine,
    draft,
    evaluate,
    given,
    notice,
    plan,
    sign,
    submit,
)
from tests.domain.test_corrections import correct
from tests.domain.test_running import EVERYBODY, hold
from tests.dsl import Given, an_id, london

TICK = PassTime()
Move = tuple[str, int, int]
moves = st.lists(
    st.tuples(
        st.sampled_from(["go", "go", "go", "time", "time", "review", "other", "running", "calendar"]),
        st.integers(0, 60),
        st.integers(0, 7),
    ),
    max_size=60,
)


def _forward(story: Given, today: date, n: int) -> tuple[object, Role | None]:  # noqa: C901, PLR0911 # a row for each stage
    """The command that moves a placement on, dated from today."""
    match story.state.stage:
        case Stage.NEW:
            return draft(legal_basis=LegalBasis.AGREED if n % 4 == 0 else LegalBasis.OSD), None
        case Stage.DRAFT:
            return submit(parent_informed_on=today), None
        case Stage.REFERRED:
            return PROPOSE, None
        case Stage.SCREENING:
            return DispenseWithMeeting(reason="no social care involved"), None
        case Stage.AWAITING_DECISION:
            start = story.calendar.nth_after(today, 1 + n % 9)
            end = start + timedelta(days=5 + n * 5)
            planned = determine().review_plan[0]
            due = replace(planned, due=start + (end - start) // 2)
            return determine(start_date=start, proposed_end=end, days=1, review_plan=(due,)), None
        case Stage.DETERMINED:
            return (ISSUE if n % 2 else notice(given_on=today)), None
        case Stage.AGREEMENT_PENDING:
            party = AgreementParty.SCHOOL if n % 2 else AgreementParty.PROVIDER
            role = Role.HEAD if n % 2 else Role.PROVIDER_USER
            return replace(sign(party), signed_on=today), role
        case Stage.READY_TO_START:
            if n % 3 == 0:
                return notice(given_on=today, method=list(DeliveryMethod)[n % 2]), None
            return StartPlacement(started_on=today, first_site_id=SITE), None
        case Stage.ACTIVE:
            return plan() if n % 8 == 0 else TICK, None
        case Stage.ENDED:
            return _wind_up(story, n), None
        case _:
            return TICK, None


def _wind_up(story: Given, n: int) -> Evaluate | Close:
    return evaluate() if story.state.ending.evaluation is None and n % 2 else Close()


def _review(story: Given, today: date, n: int) -> object:
    """The next step of one of the placement's reviews, if it has any."""
    reviews = [each for each in story.state.reviews.opened if each.status is not ReviewStatus.NOTIFIED]
    if not reviews:
        return TICK
    review = reviews[n % len(reviews)]
    match review.status:
        case ReviewStatus.DUE:
            at_time = london(today + timedelta(days=1 + n % 9))
            return ScheduleReview(review_id=review.review_id, at=at_time, place="school", convenience_checked=True)
        case ReviewStatus.SCHEDULED if n % 3 == 0:
            return InviteToReview(
                review_id=review.review_id,
                given_on=today,
                method=DeliveryMethod.HAND,
                recipients=EVERYBODY,
                written_views_invited=True,
            )
        case ReviewStatus.SCHEDULED | ReviewStatus.INVITED:
            return HoldReview(**{**_fields(hold()), "review_id": review.review_id, "held_on": today})
        case ReviewStatus.HELD:
            decision = list(ReviewDecision)[n % 3]
            until = today + timedelta(days=1 + n * 3)
            nearer = today + (until - today) // 2 if n % 2 and n > 1 else None
            return _decide(review.review_id, decision, until, nearer)
        case _:
            return NotifyOutcome(
                review_id=review.review_id, given_on=today, method=DeliveryMethod.EMAIL, recipients=EVERYBODY
            )


def _decide(review_id: ReviewId, decision: ReviewDecision, until: date, nearer: date | None) -> DecideReview:
    return DecideReview(
        review_id=review_id,
        decision=decision,
        until=until,
        reasons="progress",
        views_considered="all",
        next_review_due=nearer,
    )


def _fields(command: Any) -> dict[str, Any]:
    return {name: getattr(command, name) for name in command.__dataclass_fields__}


def _other(story: Given, today: date, n: int) -> object:
    """Something else that people do."""
    start = story.calendar.nth_after(today, 1 + n % 9)
    choices: list[object] = [
        MoveStartDate(start_date=start, proposed_end=start + timedelta(days=60), days=1, reason="illness"),
        notice(given_on=today),
        correct(),
        EndPlacement(ended_on=today, reason=EndReason.MOVED),
        Cancel(reason_code=TerminationReason.OTHER, reason_text="moved away") if n % 3 == 0 else TICK,
        DraftReferral(**_fields(draft())),
        plan(),
        TICK,
    ]
    return choices[n % len(choices)]


def _while_running(story: Given, today: date, n: int) -> object:
    """What people do with a placement that runs."""
    state = story.state
    concern = state.running.concerns[-1].concern_id if state.running.concerns else ConcernId(an_id("none"))
    asked = state.reviews.requests[-1].request_id if state.reviews.requests else RequestId(an_id("none"))
    choices: list[object] = [
        RequestReview(requested_on=today, by=ReviewRequester.RELEVANT_PERSON, request="please"),
        GrantReviewRequest(request_id=asked),
        RefuseReviewRequest(request_id=asked, reason="just held"),
        RaiseSafeguardingConcern(raised_on=today, severity=ConcernSeverity.SERIOUS, concern="a stranger"),
        PauseForSafeguarding(concern_id=concern, paused_on=today, interim_education="at school"),
        ResumePlacement(safeguards="visitors are accompanied"),
        ChangeTerms(
            effective_on=story.calendar.nth_after(today, 3), reason="moved", address="2 Workshop Lane, Derby, DE99 9ZZ"
        ),
        notice(given_on=today, address="2 Workshop Lane, Derby, DE99 9ZZ"),
    ]
    return choices[n % len(choices)]


def _revised(story: Given, n: int) -> Given:
    """The school publishes another version: a half-term that ends sooner or later, and an INSET day more."""
    number = n % len(story.calendar.half_terms)
    half_terms = list(story.calendar.half_terms)
    half_terms[number] = replace(half_terms[number], last_on=half_terms[number].last_on - timedelta(days=n % 4 - 1))
    calendar = SchoolCalendar(
        half_terms=half_terms,
        inset_days=story.calendar.inset_days | {story.now.date() + timedelta(days=n)},
        bank_holidays=story.calendar.bank_holidays,
        version=story.calendar.version + 1,
    )
    # A placement that was never decided, or has ended for good, has no calendar yet.
    before = story.calendar if story.state.duties.calendar_version > 0 else None
    return story.knowing(before=story.before or before, calendar=calendar)


def _take(story: Given, move: Move) -> Given:
    """Try one thing; a refusal leaves the story as it was."""
    kind, days, n = move
    if kind == "time":
        story = story.knowing(now=story.now + timedelta(days=days, hours=n))
    today = story.now.date()
    role: Role | None = None
    command: object = TICK
    if kind == "go":
        command, role = _forward(story, today, n)
    elif kind == "review":
        command = _review(story, today, n)
    elif kind == "other":
        command = _other(story, today, n)
    elif kind == "running":
        command = _while_running(story, today, n)
    elif kind == "calendar":
        story = _revised(story, n)
    story = _caught_up(story)
    outcome = story.knowing(role=role).when(command)
    return outcome.given.and_then(*outcome.events).knowing(role=None)


def _caught_up(story: Given) -> Given:
    """What fell due by now is recorded before any command, as the activity does."""
    if story.state.stage not in STEPS[PassTime].stages:
        return story.knowing(before=None)
    return story.and_then(*story.when(TICK).events).knowing(before=None)


FEW = settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])


@FEW
@hypothesis(tried=moves, from_running=st.booleans())
def test_invariants_hold_whatever_is_tried(tried: list[Move], *, from_running: bool) -> None:
    story = at(Stage.ACTIVE) if from_running else given()
    for move in tried:
        before, known = story.state, len(story.events)
        story = _take(story, move)
        new = story.events[known:]
        if before.stage in TERMINAL:
            assert all(isinstance(event, RecordCorrected) for event in new)
        _check_moves(before, new)
        _check_state(story)
        for event in new:
            if isinstance(event, PlacementStarted):
                assert {signature.party for signature in before.agreement.signatures} == set(AgreementParty)
                assert before.legal_basis is LegalBasis.AGREED or (
                    before.notices.current and before.notices.current.timely
                )
            written = PLACEMENT.encode(event)
            assert PLACEMENT.decode(written.type, written.schema_version, written.data, written.personal) == event
    _check_time(story)


def _check_moves(state: Placement, new: Sequence[PlacementEvent]) -> None:
    """Each stage is left by a way that is drawn, and nothing falls due before what brings it about."""
    for event in new:
        after = evolve(state, event)
        assert after.stage is state.stage or (state.stage, after.stage) in WAYS
        if isinstance(event, ReviewDue):
            assert event.opened_on <= event.due
        if isinstance(event, DeadlineRecalculated):
            # Notice that was due today, and by the revised days before today, stays due today: that is recorded too.
            assert event.due != event.from_due or event.immediate
        state = after


WAYS = {(before, after) for before, _, after in MOVES}


def _check_state(story: Given) -> None:
    open_sources = [review.source for review in story.state.reviews.opened if review.open]
    assert len(open_sources) == len(set(open_sources))
    ids = [review.review_id for review in story.state.reviews.opened]
    assert len(ids) == len(set(ids))
    found = deadlines(story.state, story.calendar)
    assert list(found) == sorted(found, key=lambda each: each.due_on)
    for review in story.state.reviews.opened:
        assert review.opened_on <= review.due
    for each in found:
        if each.rule is RuleId.T1 and each.subject is None:
            assert story.state.period.start_set_on is not None
            assert each.due_on >= story.state.period.start_set_on
        if each.rule is RuleId.REINTEGRATION:
            assert story.state.running.started_on is not None
            assert each.due_on >= story.state.running.started_on


def _check_time(story: Given) -> None:
    """The next waking is the very first moment at which time brings anything, and nothing is brought twice."""
    wake = next_wake(story.state, story.calendar, story.now)
    if wake is None:
        if story.state.stage not in TERMINAL | {Stage.NEW}:
            later = story.knowing(now=story.now + timedelta(days=4000))
            assert later.when(TICK).events == ()
        return
    if wake.at > story.now:
        assert story.knowing(now=wake.at - timedelta(microseconds=1)).when(TICK).events == ()
    woken = story.knowing(now=wake.at).when(TICK)
    assert woken.events
    assert woken.given.and_then(*woken.events).when(TICK).events == ()


@FEW
@hypothesis(tried=moves, hops=st.lists(st.integers(1, 50), min_size=1, max_size=12))
def test_one_long_sleep_makes_the_events_of_many_short_ones(tried: list[Move], hops: list[int]) -> None:
    story = at(Stage.ACTIVE)
    for move in tried:
        story = _take(story, move)
    if story.state.stage in TERMINAL:
        return
    step = story
    for days in hops:
        step = step.knowing(now=step.now + timedelta(days=days))
        step = step.and_then(*step.when(TICK).events)

    assert step.events == story.and_then(*step.knowing(events=story.events).when(TICK).events).events
