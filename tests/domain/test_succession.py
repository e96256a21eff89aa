"""A school's name put right, and another school in its place: an academy that it becomes, or one that takes over.

The placement goes on under its determination; what comes after the day follows the school as it is then.
"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.calendar.london import end_of
from domain.calendar.school_calendar import SchoolCalendar
from domain.evidence.gathering import evidence
from domain.law.regimes import regime
from domain.placement.binding import bound, of_review, severity
from domain.placement.decision.decision_day import DecisionDayUnsound, sound_determination
from domain.placement.parts.reviews import Review
from domain.placement.referral.drafting import SchoolUnknown
from domain.placement.referral.grounds import DelegationMissing
from domain.placement.referral.proposal import checked_by
from domain.placement.reviews.arranging import InviteToReview, ScheduleReview
from domain.placement.stages import Stage as At
from domain.placement.time.pass_time import PassTime
from domain.school.correcting import CorrectionOfSchoolUnsound, CorrectSchool
from domain.school.evolve import evolve, initial
from domain.school.facts import SchoolFacts
from domain.school.publishing import PublishCalendar
from domain.school.state import School, SchoolStage
from domain.school.steps import SchoolWrongStage, decide
from domain.school.succession import (
    CancelSuccession,
    CloseSchool,
    ConvertSchool,
    NoSuccession,
    SuccessionUnsound,
    begun,
    taken_over,
    taking_effect,
)
from domain.shared.errors import Rejected, Rejections
from events.codes import (
    CommissionerKind,
    DeliveryMethod,
    LegalBasis,
    RecipientRole,
    RegimeId,
    ReviewSource,
    Role,
    RuleId,
    Session,
    Severity,
    SuccessionKind,
)
from events.ids import CommandId, ReviewId, Urn
from events.placement.deadlines import DeadlineMissed, DutyOvertaken
from events.placement.decision import PlacementDetermined
from events.placement.other_streams import CalendarTaken, HomeSchoolSucceeded
from events.placement.reviews import ReviewDue, ReviewMissed
from events.placement.running import PlacementStarted
from events.school import (
    AcademicYearPublished,
    SchoolCorrected,
    SchoolRegistered,
    SchoolSucceeded,
    SuccessionCancelled,
    SuccessionPlanned,
)
from events.values.school_days import HalfDay, HalfTerm
from tests.domain.changes import with_fields
from tests.domain.examples import BANK_HOLIDAYS, CALENDAR, HALF_TERMS, SCHOOL, at, day, determine, draft
from tests.domain.test_history import record
from tests.domain.test_running import due
from tests.dsl import actor, an_id, london

OLD, NEW, LAST = Urn("900001"), Urn("900011"), Urn("900021")
TODAY = day("2026-11-23")
AUTUMN = (
    HalfTerm(name="Autumn 1", first_on=day("2026-09-02"), last_on=day("2026-10-23")),
    HalfTerm(name="Autumn 2", first_on=day("2026-11-02"), last_on=day("2026-12-18")),
)
SPRING = HalfTerm(name="Spring 1", first_on=day("2027-01-04"), last_on=day("2027-02-12"))


def school(urn: Urn = OLD, kind: CommissionerKind = CommissionerKind.MAINTAINED, *more: Any, **changed: Any) -> School:
    state = initial()
    registered = SchoolRegistered(
        urn=urn, name="Hill Cross", kind=kind, la_code=changed.get("la_code", "831"), laestab="8314000"
    )
    for event in (registered, *more):
        state = evolve(state, event)
    return state


def published(year: int, *half_terms: HalfTerm, version: int = 1, **changed: Any) -> AcademicYearPublished:
    return AcademicYearPublished(
        version=version,
        academic_year=year,
        published_on=TODAY,
        half_terms=half_terms,
        inset_days=changed.get("inset_days", ()),
        half_days=changed.get("half_days", ()),
    )


def facts(successor: School | None = None, urn: Urn = OLD, today: date = TODAY) -> SchoolFacts:
    return SchoolFacts(
        urn=urn, actor=actor(Role.HEAD), command_id=CommandId(an_id("command")), today=today, successor=successor
    )


def refused(state: School, command: Any, of: SchoolFacts | None = None) -> list[tuple[type[Rejected], str | None]]:
    with pytest.raises(Rejections) as caught:
        decide(state, command, of or facts())
    return [(type(each), each.pointer) for each in caught.value.reasons]


CORRECT = CorrectSchool(name="Hillcross", reason="It is one word")
CONVERT = ConvertSchool(
    successor_urn=NEW, kind=CommissionerKind.ACADEMY, name="Hillcross Academy", effective_on=day("2027-01-01")
)
CLOSE = CloseSchool(successor_urn=NEW, effective_on=day("2027-01-01"), reason="Two schools become one")
SUCCESSOR = replace(school(NEW, CommissionerKind.ACADEMY), name="Hillcross Academy")


def test_a_misspelt_name_is_put_right() -> None:
    (event,) = decide(school(), CORRECT, facts())

    assert event == SchoolCorrected(corrected_on=TODAY, name="Hillcross", laestab="8314000", reason="It is one word")
    assert evolve(school(), event).name == "Hillcross"


def test_a_laestab_alone_is_put_right() -> None:
    (event,) = decide(school(), CorrectSchool(name="Hill Cross", reason="A slip", laestab="8314999"), facts())

    assert evolve(school(), event).laestab == "8314999"


@pytest.mark.parametrize(
    ("command", "pointer"),
    [
        (CorrectSchool(name="\u200b", reason="why"), "/name"),
        (CorrectSchool(name="Hillcross", reason=" "), "/reason"),
        (CorrectSchool(name="Hillcross", reason="why", laestab="8304000"), "/laestab"),
        (CorrectSchool(name="Hillcross", reason="why", laestab="83140"), "/laestab"),
        (CorrectSchool(name=" Hill Cross ", reason="why"), "/name"),
        (CorrectSchool(name="Hill Cross", reason="why", laestab="8314000"), "/name"),
    ],
)
def test_a_correction_of_a_school_is_a_name_that_changes_and_why(command: CorrectSchool, pointer: str) -> None:
    assert refused(school(), command) == [(CorrectionOfSchoolUnsound, pointer)]


def test_a_conversion_is_planned_and_registers_the_new_school() -> None:
    events = decide(school(), CONVERT, facts())

    assert events == (
        SuccessionPlanned(
            kind=SuccessionKind.CONVERSION,
            successor_urn=NEW,
            effective_on=day("2027-01-01"),
            planned_on=TODAY,
            reason=None,
        ),
    )
    (registered,) = begun(school(), CONVERT, facts())
    new = evolve(initial(), registered)
    assert (new.urn, new.name, new.kind, new.la_code) == (NEW, "Hillcross Academy", CommissionerKind.ACADEMY, "831")
    assert begun(school(), CONVERT, facts(new)) == (), "it has a record"


@pytest.mark.parametrize("on", [TODAY, day("2026-09-01")])
def test_a_day_that_has_come_takes_effect_at_once(on: date) -> None:
    planned, succeeded = decide(school(), replace(CONVERT, effective_on=on), facts())

    assert isinstance(planned, SuccessionPlanned)
    assert succeeded == SchoolSucceeded(
        kind=SuccessionKind.CONVERSION, successor_urn=NEW, effective_on=on, recorded_on=TODAY
    )


def test_what_is_planned_takes_effect_on_its_day_unless_it_is_cancelled() -> None:
    (planned,) = decide(school(), CONVERT, facts())
    state = evolve(school(), planned)
    (cancelled,) = decide(state, CancelSuccession(reason="Put off"), facts())
    (again,) = decide(state, replace(CONVERT, effective_on=day("2027-02-01")), facts(SUCCESSOR))

    assert taking_effect(state, day("2026-12-31")) == ()
    assert [each.successor_urn for each in taking_effect(state, day("2027-01-01"))] == [NEW]
    assert [each.successor_urn for each in taking_effect(state, day("2027-01-05"), by=LAST)] == [LAST]
    assert isinstance(cancelled, SuccessionCancelled)
    assert taking_effect(evolve(state, cancelled), day("2027-01-01")) == ()
    assert taking_effect(evolve(state, again), day("2027-01-01")) == ()
    assert taking_effect(school(), day("2027-01-01")) == ()


def test_a_school_closes_into_a_registered_one() -> None:
    (planned,) = decide(school(), CLOSE, facts(SUCCESSOR))

    assert isinstance(planned, SuccessionPlanned)
    assert (planned.kind, planned.reason) == (SuccessionKind.CLOSURE, "Two schools become one")


GONE = evolve(
    school(NEW),
    SchoolSucceeded(kind=SuccessionKind.CLOSURE, successor_urn=LAST, effective_on=TODAY, recorded_on=TODAY),
)
GOING = evolve(
    school(NEW),
    SuccessionPlanned(
        kind=SuccessionKind.CLOSURE, successor_urn=OLD, effective_on=TODAY, planned_on=TODAY, reason=None
    ),
)


@pytest.mark.parametrize(
    ("command", "successor", "pointer"),
    [
        (replace(CONVERT, successor_urn=Urn("90001")), None, "/successor_urn"),
        (replace(CONVERT, successor_urn=OLD), None, "/successor_urn"),
        (CLOSE, GONE, "/successor_urn"),
        (CLOSE, GOING, "/successor_urn"),
        (CLOSE, school(NEW, la_code="830"), "/successor_urn"),
        (CLOSE, None, "/successor_urn"),
        (replace(CLOSE, reason=" "), SUCCESSOR, "/reason"),
        (replace(CONVERT, effective_on=day("2025-11-21")), None, "/effective_on"),
        (replace(CONVERT, effective_on=day("2028-11-24")), None, "/effective_on"),
        (replace(CONVERT, kind=CommissionerKind.LA), None, "/kind"),
        (replace(CONVERT, kind=CommissionerKind.AP_ACADEMY), SUCCESSOR, "/kind"),
        (replace(CONVERT, name="\u200b"), None, "/name"),
        (replace(CONVERT, name="Another"), SUCCESSOR, "/name"),
    ],
)
def test_a_successor_is_one_other_open_school_of_the_council(
    command: Any, successor: School | None, pointer: str
) -> None:
    assert refused(school(), command, facts(successor)) == [(SuccessionUnsound, pointer)]


def test_a_new_schools_laestab_is_of_its_council() -> None:
    found = refused(school(), replace(CONVERT, laestab="8304000"))

    assert found == [(CorrectionOfSchoolUnsound, "/laestab")]


def test_only_what_is_planned_is_cancelled_and_why_is_said() -> None:
    (planned,) = decide(school(), CONVERT, facts())

    assert refused(school(), CancelSuccession(reason="why")) == [(NoSuccession, None)]
    assert refused(evolve(school(), planned), CancelSuccession(reason=" ")) == [(SuccessionUnsound, "/reason")]


@pytest.mark.parametrize("command", [CORRECT, CONVERT, CLOSE, PublishCalendar(half_terms=AUTUMN)])
def test_nothing_more_is_recorded_of_a_school_whose_place_another_took(command: Any) -> None:
    assert GONE.stage is SchoolStage.SUCCEEDED
    assert refused(GONE, command) == [(SchoolWrongStage, None)]


# ---- the days of two schools


def succeeded(on: str, by: Urn = NEW) -> SchoolSucceeded:
    return SchoolSucceeded(kind=SuccessionKind.CONVERSION, successor_urn=by, effective_on=day(on), recorded_on=day(on))


def after(before: School, successor: School, on: str) -> School:
    assert successor.urn is not None
    for event in taken_over(before, successor, succeeded(on, successor.urn)):
        successor = evolve(successor, event)
    return successor


def test_the_successor_takes_the_years_that_it_has_not_published() -> None:
    before = school(OLD, CommissionerKind.MAINTAINED, published(2026, *AUTUMN, SPRING))
    new = after(before, school(NEW, CommissionerKind.ACADEMY), "2026-12-01")

    assert (new.calendar_version, new.half_terms) == (1, (*AUTUMN, SPRING))
    assert new.predecessors == (OLD,)
    assert new.joined(new.calendar(()), OLD).days == before.calendar(()).days


WINTER = HalfTerm(name="Winter", first_on=day("2026-11-30"), last_on=day("2026-12-11"))


@pytest.mark.parametrize(
    ("own", "on", "expected"),
    [
        # One half-term at both goes on as one, to the end that the successor gives it.
        ((replace(AUTUMN[1], last_on=day("2026-12-16")),), "2026-12-01", [("2026-11-02", "2026-12-16")]),
        ((), "2026-12-01", [("2026-11-02", "2026-11-30")]),
        ((SPRING,), "2026-12-21", [("2026-11-02", "2026-12-18"), ("2027-01-04", "2027-02-12")]),
        ((WINTER,), "2026-12-01", [("2026-11-02", "2026-12-11")]),
        ((WINTER,), "2026-10-30", [("2026-11-30", "2026-12-11")]),
        ((replace(SPRING, first_on=day("2026-12-19")),), "2026-12-28", [
            ("2026-11-02", "2026-12-18"), ("2026-12-28", "2027-02-12")
        ]),
    ],
)  # fmt: skip
def test_days_are_the_old_schools_until_the_day_and_then_the_successors(
    own: tuple[HalfTerm, ...], on: str, expected: list[tuple[str, str]]
) -> None:
    before = school(OLD, CommissionerKind.MAINTAINED, published(2026, *AUTUMN))
    year = published(2026, *(own or (replace(SPRING, first_on=day("2027-01-04")),)))
    new = after(before, school(NEW, CommissionerKind.ACADEMY, year), on)

    found = new.joined(new.calendar(()), OLD).half_terms
    shown = [(each.first_on.isoformat(), each.last_on.isoformat()) for each in found]
    assert [each for each in shown if each[0] > "2026-10-30" and (own or each[0] < "2027")] == expected


def test_inset_days_and_half_days_are_of_the_school_of_their_day() -> None:
    insets, halves = (day("2026-11-23"), day("2026-12-14")), (day("2026-11-24"), day("2026-12-15"))
    old = published(2026, *AUTUMN, inset_days=insets[:1], half_days=(HalfDay(day=halves[0], session=Session.AM),))
    own = published(2026, *AUTUMN, inset_days=insets[1:], half_days=(HalfDay(day=halves[1], session=Session.PM),))
    new = after(school(OLD, CommissionerKind.MAINTAINED, old), school(NEW, CommissionerKind.ACADEMY, own), "2026-12-01")

    days = new.joined(new.calendar(()), OLD)
    assert [days.is_school_day(each) for each in insets] == [False, False]
    assert [days.has_session(halves[0], each) for each in Session] == [True, False]
    assert [days.has_session(halves[1], each) for each in Session] == [False, True]


def test_a_school_that_succeeds_a_successor_has_the_days_of_both() -> None:
    first = school(OLD, CommissionerKind.MAINTAINED, published(2026, *AUTUMN))
    second = after(first, school(NEW, CommissionerKind.ACADEMY), "2026-12-01")
    third = after(second, school(LAST, CommissionerKind.ACADEMY), "2027-01-01")

    assert third.predecessors == (OLD, NEW)
    assert third.joined(third.calendar(()), OLD).half_terms == AUTUMN


# ---- a placement of a school whose place another took


def schools(on: str, kind: CommissionerKind, before: School = SCHOOL) -> tuple[School, School]:
    """The home school and its successor from a day on."""
    assert before.urn is not None
    old = evolve(before, succeeded(on))
    new = after(before, replace(school(NEW, kind, la_code=before.la_code)), on)
    return old, new


def knowing(story: Any, on: str, kind: CommissionerKind = CommissionerKind.MAINTAINED) -> Any:
    old, new = schools(on, kind)
    return story.knowing(former=(old,), school=new)


def test_a_running_placement_goes_on_at_the_successor_as_it_was_decided() -> None:
    story = knowing(at(At.ACTIVE).on(day("2026-12-01")), "2026-12-01")

    outcome = story.when(PassTime())
    [taken] = [each for each in outcome.events if isinstance(each, HomeSchoolSucceeded)]
    after_it = story.and_then(*outcome.events)

    assert taken == HomeSchoolSucceeded(
        from_urn=OLD,
        to_urn=NEW,
        from_kind=CommissionerKind.ACADEMY,
        to_kind=CommissionerKind.MAINTAINED,
        effective_on=day("2026-12-01"),
        recorded_on=day("2026-12-01"),
    )
    assert after_it.state.home_school_urn == NEW
    assert after_it.state.commissioner is CommissionerKind.MAINTAINED
    assert after_it.state.began_at == OLD
    assert after_it.state.decision.regime_id is RegimeId.ACAD_2026
    assert bound(after_it.state) == regime(RegimeId.ACAD_2026)
    assert not after_it.when(PassTime()).events, "once"


def test_a_council_goes_on_commissioning_whatever_the_school_becomes() -> None:
    story = at(At.ACTIVE)
    (drafted, *others) = story.events
    by_council = story.knowing(events=(replace(drafted, commissioner=CommissionerKind.LA), *others))

    state = taken(knowing(by_council.on(day("2026-12-01")), "2026-12-01")).state

    assert state.commissioner is CommissionerKind.LA
    assert state.commissioner_on(day("2026-11-01")) is CommissionerKind.LA
    assert state.home_school_urn == NEW


def taken(story: Any) -> Any:
    """The story once time has told the placement that another school has its place."""
    outcome = story.by(Role.SYSTEM).when(PassTime())
    assert not outcome.reasons
    return story.and_then(*outcome.events)


@pytest.mark.parametrize(
    ("meets_on", "law"),
    [("2026-12-09", RegimeId.MAINT_2013), ("2026-12-14", RegimeId.MAINT_2013), ("2026-12-08", RegimeId.ACAD_2026)],
)
def test_a_review_takes_its_invitees_and_duties_by_the_day_of_its_meeting(meets_on: str, law: RegimeId) -> None:
    opened = at(At.ACTIVE).on(day("2026-11-30"))
    opened = opened.and_then(*opened.when(PassTime()).events)
    [review] = opened.state.reviews.opened
    converted = taken(knowing(opened.on(day("2026-12-01")), "2026-12-01"))
    # That the school converts later in time than the meeting changes nothing of the meeting.
    (event,) = converted.state.successions
    moved = tuple(replace(each, effective_on=day("2026-12-09")) if each is event else each for each in converted.events)
    story = converted.knowing(events=moved)
    arranged = ScheduleReview(
        review_id=review.review_id,
        at=london(day(meets_on), 14),
        convenience_checked=True,
        place="The school",
    )
    scheduled = story.and_then(*story.when(arranged).events)
    found = of_review(scheduled.state, review.review_id)

    assert found is not None
    assert found.id is law
    alone = InviteToReview(
        review_id=review.review_id,
        given_on=day("2026-12-01"),
        method=DeliveryMethod.HAND,
        recipients=(RecipientRole.RELEVANT_PERSON,),
        written_views_invited=True,
    )
    assert bool(scheduled.when(alone).reasons) is (law is RegimeId.ACAD_2026)


def test_the_duties_of_a_review_bind_by_the_law_of_its_day() -> None:
    """Decided by an academy before the law applied to it, and closed into a maintained school since."""
    summer = day("2026-06-01")
    state = taken(knowing(at(At.ACTIVE).on(day("2026-12-01")), "2026-12-01")).state
    assert state.decision.determination is not None
    early = with_fields(
        state,
        regime_id=RegimeId.ACAD_PRE,
        started_on=summer,
        determination=replace(
            state.decision.determination, regime_id=RegimeId.ACAD_PRE, determined_on=day("2026-05-18")
        ),
        reviews=(Review(review_id=ReviewId(an_id("late")), source=ReviewSource.PLAN, rule=RuleId.T3,
                        due=day("2026-12-15"), opened_on=day("2026-11-30")),
                 Review(review_id=ReviewId(an_id("early")), source=ReviewSource.PLAN, rule=RuleId.T3,
                        due=day("2026-11-20"), opened_on=day("2026-11-10"))),
    )  # fmt: skip

    assert severity(early, RuleId.T3, an_id("late")) is Severity.BREACH
    assert severity(early, RuleId.T3, an_id("early")) is Severity.ADVISORY
    assert severity(early, RuleId.T3) is Severity.ADVISORY


def test_a_kind_without_power_leaves_reviews_to_the_law_of_the_decision() -> None:
    state = taken(knowing(at(At.ACTIVE).on(day("2026-12-01")), "2026-12-01", CommissionerKind.MAINTAINED)).state
    review = Review(
        review_id=ReviewId(an_id("r")),
        source=ReviewSource.PLAN,
        rule=RuleId.T3,
        due=day("2026-12-15"),
        opened_on=day("2026-11-30"),
    )
    assert state.decision.determination is not None
    excluded = with_fields(state, legal_basis=LegalBasis.EHCP_S42, regime_id=RegimeId.EHCP_S42, reviews=(review,))

    assert of_review(excluded, review.review_id) == regime(RegimeId.EHCP_S42)


def test_delegations_of_the_old_body_end_with_it() -> None:
    """The head decides by a delegation of the body that there is on the day of the decision."""
    story = taken(knowing(at(At.AWAITING_DECISION).by(Role.HEAD).on(day("2026-11-18")), "2026-11-17"))
    story = story.by(Role.HEAD)

    story.when(determine(start_date=day("2026-12-01"))).then_rejected(DelegationMissing)
    (made,) = story.when(determine(start_date=day("2026-12-01"), determined_on=day("2026-11-16"))).events
    assert isinstance(made, PlacementDetermined)
    assert (made.regime_id, made.delegation_id) == (RegimeId.ACAD_2026, SCHOOL.delegations[0].delegation_id)


def test_a_decision_after_the_day_is_by_the_law_of_the_new_kind() -> None:
    story = taken(knowing(at(At.AWAITING_DECISION).by(Role.HEAD).on(day("2026-11-18")), "2026-11-17"))
    body = story.by(Role.BODY_DELEGATE)

    (made,) = body.when(determine(start_date=day("2026-12-01"))).events

    assert isinstance(made, PlacementDetermined)
    assert made.regime_id is RegimeId.MAINT_2013


def test_a_decision_keeps_its_ground_when_corrected_after_a_conversion() -> None:
    story = taken(knowing(at(At.ACTIVE).on(day("2026-12-01")), "2026-12-01"))
    made = story.state.decision.determination
    assert made is not None

    found = sound_determination(made, story.state, story.facts(PassTime()))

    assert not [each for each in found if isinstance(each, DecisionDayUnsound)]


def test_a_referral_to_a_school_whose_place_another_took_names_the_other() -> None:
    old, new = schools("2026-11-01", CommissionerKind.MAINTAINED)
    story = at(At.NEW).knowing(former=(old,), school=new)

    (reason,) = story.when(draft()).then_rejected(SchoolUnknown)

    assert NEW in reason.detail


def test_checks_of_the_school_before_count_for_the_successor() -> None:
    story = taken(knowing(at(At.ACTIVE).on(day("2026-12-01")), "2026-12-01"))

    assert checked_by(story.state, story.school) == {"school:900001", "school:900011"}
    assert checked_by(story.state, None) == {"school:900011"}


def test_the_days_of_the_successor_move_what_is_due_and_are_no_correction() -> None:
    """The successor closes earlier in December than the school did: what is due then moves, and no miss is made up."""
    shorter = of_terms(
        *(replace(each, last_on=day("2026-12-11")) if each.name == "Autumn 2" else each for each in HALF_TERMS)
    )
    story = knowing(at(At.ACTIVE).on(day("2026-12-01")), "2026-12-01")
    outcome = story.knowing(before=CALENDAR, calendar=shorter).when(PassTime())

    kinds = [type(each) for each in outcome.events]
    assert kinds[0] is CalendarTaken
    assert HomeSchoolSucceeded in kinds
    assert DutyOvertaken not in kinds
    assert DeadlineMissed not in kinds


def of_terms(*half_terms: HalfTerm) -> SchoolCalendar:
    return SchoolCalendar(half_terms=half_terms, bank_holidays=BANK_HOLIDAYS, version=2)


def test_the_evidence_of_a_review_is_by_the_law_of_its_day() -> None:
    story = due()
    (opened,) = [each for each in story.events if isinstance(each, ReviewDue)]
    before = replace(
        next(each for each in story.events if isinstance(each, PlacementDetermined)),
        regime_id=RegimeId.ACAD_PRE,
        determined_on=day("2026-05-18"),
    )
    events = [before if isinstance(each, PlacementDetermined) else each for each in story.events]
    summer = {"started_on": day("2026-06-01")}
    events = [replace(each, **summer) if isinstance(each, PlacementStarted) else each for each in events]
    taken_at = HomeSchoolSucceeded(
        from_urn=OLD, to_urn=NEW, from_kind=CommissionerKind.ACADEMY, to_kind=CommissionerKind.MAINTAINED,
        effective_on=day("2026-12-01"), recorded_on=day("2026-12-01"),
    )  # fmt: skip
    late = ReviewMissed(review_id=opened.review_id, due=opened.due, rule=opened.rule, severity=Severity.BREACH)
    told_late = DeadlineMissed(
        rule=RuleId.T2, due=day("2026-12-02"), severity=Severity.BREACH, subject=opened.review_id
    )
    shown = [*events, taken_at, late, told_late]
    records = [record(n, each, end_of(day("2026-12-31"))) for n, each in enumerate(shown)]

    found = {each.clause.id: each.binding for each in evidence(records, CALENDAR) if each.finding.record is not None}

    assert found["invitation-timely"] is True
    assert found["power"] is False
