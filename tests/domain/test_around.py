"""Around the placement: visits, contact, arrangements, reports, who may read, and requests for access."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from domain.calendar.months import months_after
from domain.placement.agreement import arrangements
from domain.placement.facts import Assignee
from domain.placement.guards import DateBeforeCause, DateInFuture, FigureOutOfRange, RoleNotAllowed, TextMissing
from domain.placement.parts.surroundings import AccessRequest
from domain.placement.record import (
    access,
    access_clock,
    access_queries,
    assigning,
    complaints,
    contact,
    open_requests,
    restriction,
    serious_harm,
)
from domain.placement.record.assigning import AlreadyAssigned, AssignCase, AssigneeHoldsNoCases, AssigneeUnknown
from domain.placement.running import progress
from domain.placement.stages import Stage
from domain.placement.state import initial
from domain.placement.time.deadlines import deadlines
from domain.placement.time.pass_time import PassTime
from events.codes import (
    AccessOutcome,
    AccessQuery,
    AccessRight,
    CommissionerKind,
    CommunicationSubject,
    ContactMethod,
    DocumentKind,
    HarmFinding,
    MealArrangement,
    Rag,
    RecipientRole,
    Role,
    RuleId,
    Severity,
    TransportMode,
)
from events.ids import AccessRequestId, CommandId, DocumentId, EventId, PersonId
from events.placement.contact import (
    CommunicationSent,
    ContactLogged,
    MealsArranged,
    PlacementVisited,
    ProgressReportReceived,
    TransportArranged,
)
from events.placement.data_protection import (
    DataProtectionComplaintAcknowledged,
    DataProtectionComplaintAnswered,
    DataProtectionComplaintReceived,
    SeriousHarmConsidered,
    SubjectAccessAnswered,
    SubjectAccessExtended,
    SubjectAccessQueried,
    SubjectAccessQueryAnswered,
    SubjectAccessRequested,
)
from events.placement.deadlines import DeadlineMissed
from events.placement.letters import DocumentProduced
from events.placement.record import AccessRestricted, AccessRestrictionLifted, CaseAssigned, NoteAdded
from events.values.referral import Unknown
from events.values.reviews import Curriculum, ObjectiveRag
from tests.domain.examples import CALENDAR, PUPIL, SCHOOL, SITE, at, day, picture, submit, tell, transport
from tests.dsl import Given, an_id

START = day("2026-11-26")


def _with(make: Any, defaults: dict[str, Any], changes: dict[str, Any]) -> Any:
    return make(**(defaults | changes))


# ---- visits, contact, notes


def visit(**changes: Any) -> contact.RecordVisit:
    fields = {
        "visited_on": day("2026-12-01"),
        "site_id": SITE,
        "pupil_seen": True,
        "visitor": "the mentor",
        "observations": "at ease",
    }
    made: contact.RecordVisit = _with(contact.RecordVisit, fields, changes)
    return made


@pytest.mark.obligation("S5")
def test_a_visit_to_the_pupil_is_on_record() -> None:
    story = at(Stage.ACTIVE).on(day("2026-12-01")).when(visit()).then_happens(PlacementVisited)

    assert [each.visited_on for each in story.state.around.visits] == [day("2026-12-01")]


def test_a_visit_is_to_a_site_after_the_start_and_says_what_was_seen() -> None:
    """A visit is made at a site of the placement after its start, and says what was seen."""
    story = at(Stage.ACTIVE).on(day("2026-12-01"))

    story.when(visit(site_id=an_id("elsewhere"))).then_rejected(contact.SiteNotVisited)
    story.when(visit(visited_on=day("2026-12-02"))).then_rejected(DateInFuture)
    story.when(visit(visited_on=day("2026-11-25"))).then_rejected(DateBeforeCause)
    assert len(story.when(visit(visitor=" ", observations="")).then_rejected(TextMissing)) == 2


def log(**changes: Any) -> contact.LogContact:
    fields = {
        "contacted_on": day("2026-11-20"),
        "with_roles": (Role.PROVIDER_USER, Role.PUPIL),
        "method": ContactMethod.PHONE,
        "summary": "all well",
    }
    made: contact.LogContact = _with(contact.LogContact, fields, changes)
    return made


@pytest.mark.obligation("S28")
def test_contact_with_provider_and_pupil_is_logged() -> None:
    story = at(Stage.ACTIVE).when(log()).then_happens(ContactLogged)

    assert story.state.around.contacts[0].with_roles == (Role.PROVIDER_USER, Role.PUPIL)


def test_contact_names_somebody_a_subject_and_a_day_that_has_come() -> None:
    at(Stage.ACTIVE).when(log(with_roles=(), summary="", contacted_on=day("2026-12-24"))).then_rejected(
        contact.NobodyNamed, TextMissing, DateInFuture
    )


def test_a_note_says_something() -> None:
    story = at(Stage.ACTIVE).when(contact.AddNote(text="see the tutor")).then(NoteAdded(text="see the tutor"))

    assert len(story.state.around.notes) == 1
    story.when(contact.AddNote(text=" ")).then_rejected(TextMissing)


def test_a_case_is_assigned_to_one_person_at_a_time() -> None:
    one, other = PersonId(an_id("one")), PersonId(an_id("other"))
    story = at(Stage.DRAFT).when(AssignCase(assigned_to=one)).then_happens(CaseAssigned)

    story.when(AssignCase(assigned_to=one)).then_rejected(AlreadyAssigned)
    story = story.when(AssignCase(assigned_to=other, reason="leave")).then_happens(CaseAssigned)

    assert story.state.around.assigned_to == other


def test_a_case_is_not_assigned_to_somebody_the_register_lacks() -> None:
    story = at(Stage.DRAFT).knowing(assignee=None)

    story.when(AssignCase(assigned_to=PersonId(an_id("one")))).then_rejected(AssigneeUnknown)


@pytest.mark.parametrize("role", Role)
def test_a_case_is_assigned_only_to_roles_that_work_on_cases(role: Role) -> None:
    others = {
        Role.DATA_PROTECTION_OFFICER,
        Role.BODY_DELEGATE,
        Role.PROVIDER_USER,
        Role.PARENT,
        Role.PUPIL,
        Role.AUDITOR,
        Role.INTEGRATION,
    }
    outcome = (
        at(Stage.DRAFT).knowing(assignee=Assignee(roles=(role,))).when(AssignCase(assigned_to=PersonId(an_id("one"))))
    )

    if role in others | {Role.SYSTEM}:
        outcome.then_rejected(AssigneeHoldsNoCases)
    else:
        outcome.then_happens(CaseAssigned)


# ---- arrangements


def meals(**changes: Any) -> arrangements.ArrangeMeals:
    fields = {
        "arranged_on": day("2026-11-16"),
        "arrangement": MealArrangement.PROVIDER_MEAL,
        "from_on": START,
    }
    made: arrangements.ArrangeMeals = _with(arrangements.ArrangeMeals, fields, changes)
    return made


def decided(*, free_school_meals: bool | None = False) -> Given:
    """Determined, with nothing arranged and nobody told."""
    unknown = (Unknown(field="free_school_meals", reason="new in the area"),) if free_school_meals is None else ()
    told = submit(picture=picture(free_school_meals=free_school_meals, unknown=unknown))
    story = at(Stage.DETERMINED, submitted=told)
    arranged = (TransportArranged, CommunicationSent)
    return story.knowing(events=tuple(event for event in story.events if not isinstance(event, arranged)))


def owed(story: Given) -> set[RuleId]:
    ours = {RuleId.TOLD, RuleId.TRANSPORT, RuleId.MEALS}
    return {found.rule for found in deadlines(story.state, story.calendar)} & ours


@pytest.mark.obligation("S24")
@pytest.mark.clause("transport")
def test_transport_is_owed_until_it_is_decided_and_where_required_secured() -> None:
    story = decided()
    assert RuleId.TRANSPORT in owed(story)

    story.when(transport(mode=None, from_on=None)).then_rejected(arrangements.TransportNotSecured)
    secured = story.when(transport()).then_happens(TransportArranged)
    needless = story.when(transport(required=False, details="lives next door")).then_happens(TransportArranged)

    assert RuleId.TRANSPORT not in owed(secured) | owed(needless)
    assert secured.state.around.transport is not None
    assert secured.state.around.transport.mode is TransportMode.PUBLIC
    assert needless.state.around.transport is not None
    assert needless.state.around.transport.mode is None


def test_how_transport_is_arranged_is_written_down_once_it_is() -> None:
    decided().when(transport(details="", arranged_on=day("2026-11-17"))).then_rejected(TextMissing, DateInFuture)


@pytest.mark.obligation("S25")
@pytest.mark.clause("meals")
def test_free_meals_are_owed_where_the_referral_says_the_pupil_is_eligible() -> None:
    assert RuleId.MEALS not in owed(decided(free_school_meals=False))
    story = decided(free_school_meals=True)
    assert RuleId.MEALS in owed(story)

    story.when(meals(arrangement=MealArrangement.OWN_FOOD)).then_rejected(arrangements.MealNotFree)
    story = story.when(meals()).then_happens(MealsArranged)

    assert RuleId.MEALS not in owed(story)
    assert story.state.around.meals is not None
    assert story.state.around.meals.eligible is True


def test_who_is_not_eligible_may_bring_food() -> None:
    story = decided().when(meals(arrangement=MealArrangement.OWN_FOOD)).then_happens(MealsArranged)

    assert story.state.around.meals is not None
    assert story.state.around.meals.eligible is False


def test_eligibility_that_the_referral_could_not_tell_is_found_out() -> None:
    story = decided(free_school_meals=None)

    story.when(meals()).then_rejected(arrangements.EligibilityUnknown)
    story.when(meals(eligible=True)).then_happens(MealsArranged)


def test_eligibility_that_has_changed_is_explained() -> None:
    story = decided(free_school_meals=True)

    story.when(meals(eligible=False)).then_rejected(arrangements.EligibilityUnexplained)
    story.when(meals(eligible=False, details="no longer on the benefit")).then_happens(MealsArranged)
    story.when(meals(arranged_on=day("2026-11-17"))).then_rejected(DateInFuture)


def test_without_its_pupils_key_a_referral_asks_for_no_meals() -> None:
    assert arrangements.free_meals_referred(at(Stage.DRAFT).state) is None


@pytest.mark.obligation("S23")
@pytest.mark.clause("told")
def test_parents_and_pupil_are_both_told_about_the_arrangements() -> None:
    story = decided()

    parent = story.when(tell(to_roles=(Role.PARENT,))).then_happens(CommunicationSent)
    other = parent.when(tell(to_roles=(Role.PUPIL,), subject=CommunicationSubject.PROGRESS)).then_happens(
        CommunicationSent
    )
    both = parent.when(tell(to_roles=(Role.PUPIL,), method=ContactMethod.IN_PERSON)).then_happens(CommunicationSent)

    assert [RuleId.TOLD in owed(each) for each in (story, parent, other, both)] == [True, True, True, False]
    story.when(tell(to_roles=(), content=" ", sent_on=day("2026-11-17"))).then_rejected(
        contact.NobodyNamed, TextMissing, DateInFuture
    )


@pytest.mark.obligation("S14", "S23")
def test_a_letter_that_is_handed_over_is_one_of_the_records() -> None:
    letter, form = an_id("letter"), an_id("form")
    story = decided().and_then(
        _made(letter, DocumentKind.NOTICE, RecipientRole.HEAD), _made(form, DocumentKind.REFERRAL_FORM, None)
    )

    given = story.when(tell(document_id=DocumentId(letter)))

    assert [event.document_id for event in given.events if isinstance(event, CommunicationSent)] == [letter]
    for other in (form, an_id("another")):
        story.when(tell(document_id=DocumentId(other))).then_rejected(contact.LetterUnknown)


def _made(document_id: UUID, kind: DocumentKind, to: RecipientRole | None) -> DocumentProduced:
    return DocumentProduced(
        document_id=DocumentId(document_id),
        kind=kind,
        version=1,
        cause=EventId(an_id("cause")),
        subject=None,
        recipient=to,
        recipient_number=1 if to else None,
        fingerprint="0a",
        page_fingerprint="0b",
    )


def test_arrangements_missing_the_day_before_the_start_hold_nothing_up() -> None:
    """What is not arranged by the day before the start is missed, and holds nothing up."""
    story = decided(free_school_meals=True)
    found = {each.rule: each for each in deadlines(story.state, story.calendar)}

    assert {found[rule].due_on for rule in (RuleId.TOLD, RuleId.TRANSPORT, RuleId.MEALS)} == {day("2026-11-25")}
    assert found[RuleId.MEALS].words == (
        "Arrange free school meals by Wednesday 25 November 2026: before the start on Thursday 26 November 2026"
    )
    missed = {
        (event.rule, event.due, event.severity)
        for event in story.on(START).when(PassTime()).events
        if isinstance(event, DeadlineMissed) and event.rule in {RuleId.TOLD, RuleId.TRANSPORT, RuleId.MEALS}
    }
    assert missed == {
        (rule, day("2026-11-25"), Severity.ADVISORY) for rule in (RuleId.TOLD, RuleId.TRANSPORT, RuleId.MEALS)
    }


def test_before_a_start_is_decided_nothing_need_be_arranged() -> None:
    assert owed(at(Stage.AWAITING_DECISION)) == set()


# ---- progress


def report(**changes: Any) -> progress.ReceiveProgressReport:
    fields = {
        "received_on": day("2026-12-18"),
        "period_from": START,
        "period_to": day("2026-12-18"),
        "attendance_basis_points": 9100,
        "behaviour": "one incident",
        "curriculum": Curriculum(broad=True, balanced=True, well_sequenced=False),
        "curriculum_text": "workshop, English, mathematics",
        "personal_development": "speaks in the group",
        "objective_rag": (ObjectiveRag(id="1", rag=Rag.AMBER),),
    }
    made: progress.ReceiveProgressReport = _with(progress.ReceiveProgressReport, fields, changes)
    return made


@pytest.mark.obligation("S20", "S21", "S22")
def test_a_report_covers_attendance_behaviour_curriculum_and_objectives() -> None:
    """A report tells attendance, behaviour, curriculum, personal development and each objective."""
    story = at(Stage.ACTIVE).on(day("2026-12-18")).when(report()).then_happens(ProgressReportReceived)

    (kept,) = story.state.around.reports
    assert kept.attendance_basis_points == 9100
    assert kept.behaviour == "one incident"
    assert not kept.curriculum.well_sequenced
    assert kept.personal_development == "speaks in the group"
    assert kept.objective_rag == (ObjectiveRag(id="1", rag=Rag.AMBER),)


@pytest.mark.parametrize(
    ("given", "gravest"),
    [
        ((Rag.GREEN, Rag.AMBER), Rag.AMBER),
        ((Rag.GREEN, Rag.RED, Rag.AMBER), Rag.RED),
        ((Rag.GREEN,), Rag.GREEN),
        ((), None),
    ],
)
def test_the_last_reports_gravest_rating_stands_for_it(given: tuple[Rag, ...], gravest: Rag | None) -> None:
    first = at(Stage.ACTIVE).on(day("2026-12-18")).when(report()).then_happens(ProgressReportReceived)
    [kept] = first.state.around.reports
    rated = tuple(ObjectiveRag(id=str(number), rag=rag) for number, rag in enumerate(given))

    assert progress.rating(at(Stage.ACTIVE).state) is None
    assert progress.rating(first.state) is Rag.AMBER
    assert progress.rating(first.and_then(replace(kept, objective_rag=rated)).state) is gravest


def test_a_report_leaves_nothing_out() -> None:
    story = at(Stage.ACTIVE).on(day("2026-12-18"))

    blank = report(behaviour="", curriculum_text="", personal_development=" ")
    assert len(story.when(blank).then_rejected(TextMissing)) == 3
    story.when(report(attendance_basis_points=10_001)).then_rejected(FigureOutOfRange)
    story.when(report(received_on=day("2026-12-19"))).then_rejected(DateInFuture)


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        ("2026-11-25", "2026-12-18", DateBeforeCause),
        ("2026-12-18", "2026-12-17", progress.ReportPeriodUnsound),
        ("2026-12-01", "2026-12-19", progress.ReportPeriodUnsound),
    ],
)
def test_a_report_is_about_days_of_the_placement_that_have_passed(first: str, last: str, reason: type) -> None:
    story = at(Stage.ACTIVE).on(day("2026-12-18"))

    story.when(report(period_from=day(first), period_to=day(last))).then_rejected(reason)


@pytest.mark.parametrize("rated", [(), ("1", "1"), ("1", "2")])
def test_each_objective_is_rated_once_and_no_other(rated: tuple[str, ...]) -> None:
    ratings = tuple(ObjectiveRag(id=each, rag=Rag.GREEN) for each in rated)

    at(Stage.ACTIVE).on(day("2026-12-18")).when(report(objective_rag=ratings)).then_rejected(
        progress.ObjectivesNotRated
    )


# ---- who may read


def test_whoever_restricts_access_stays_a_reader_and_can_lift_it_again() -> None:
    story = at(Stage.ACTIVE).by(Role.DSL)
    me = PersonId(an_id(f"actor {Role.DSL}"))

    by_role = restriction.RestrictAccess(reader_roles=(Role.DSL,), reason="a relative works here")
    by_name = restriction.RestrictAccess(reader_roles=(), reader_ids=(me,), reason="a relative works here")
    out = restriction.RestrictAccess(reader_roles=(Role.HEAD,), reason=" ")

    story.when(out).then_rejected(restriction.RestrictionLocksOut, TextMissing)
    story.when(by_role).then_happens(AccessRestricted)
    restricted = story.when(by_name).then_happens(AccessRestricted)
    assert restricted.state.around.restriction is not None
    assert restricted.state.around.restriction.reader_ids == (me,)
    lifted = restricted.when(restriction.LiftAccessRestriction(reason="left")).then_happens(AccessRestrictionLifted)
    assert lifted.state.around.restriction is None


def test_what_is_not_restricted_cannot_be_opened() -> None:
    at(Stage.ACTIVE).by(Role.DSL).when(restriction.LiftAccessRestriction(reason="")).then_rejected(
        restriction.NotRestricted, TextMissing
    )


# ---- requests for access (T17)

ASKED = day("2026-11-26")


def ask(**changes: Any) -> access.RecordSubjectAccessRequest:
    fields = {"received_on": ASKED, "right": AccessRight.SUBJECT_ACCESS, "requester": PUPIL.parents[0].name}
    made: access.RecordSubjectAccessRequest = _with(access.RecordSubjectAccessRequest, fields, changes)
    return made


def asked(**changes: Any) -> Given:
    return at(Stage.ACTIVE).when(ask(**changes)).then_happens(SubjectAccessRequested)


def request(story: Given) -> AccessRequest:
    (found,) = story.state.around.requests
    return found


def extend(story: Given, on: date, reason: str = "much to take out") -> access.ExtendSubjectAccessRequest:
    return access.ExtendSubjectAccessRequest(
        request_id=request(story).request.request_id, extended_on=on, reason=reason
    )


def reply(story: Given, on: date, **changes: Any) -> access.RecordSubjectAccessAnswer:
    fields = {"request_id": request(story).request.request_id, "answered_on": on, "outcome": AccessOutcome.GIVEN}
    made: access.RecordSubjectAccessAnswer = _with(access.RecordSubjectAccessAnswer, fields, changes)
    return made


@pytest.mark.parametrize(
    ("received", "months", "due"),
    [
        ("2026-11-26", 1, "2026-12-26"),
        ("2027-01-31", 1, "2027-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_a_month_ends_on_its_corresponding_day_or_its_last(received: str, months: int, due: str) -> None:
    assert months_after(day(received), months) == day(due)


@pytest.mark.clause("access")
def test_an_access_request_is_due_in_a_month_and_a_miss_is_always_a_breach() -> None:
    """A subject access request is due in a month, and a miss breaks the law under any regime."""
    story = asked()

    (due,) = (each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T17)
    assert (due.due_on, due.severity, due.subject) == (
        day("2026-12-29"),
        Severity.BREACH,
        request(story).request.request_id,
    )
    assert due.words.startswith("Answer the request for access by Tuesday 29 December 2026")
    assert due.due_on in {
        event.due for event in story.on(day("2026-12-30")).when(PassTime()).events if isinstance(event, DeadlineMissed)
    }


@pytest.mark.clause("access")
def test_a_maintained_schools_educational_record_is_due_in_15_school_days() -> None:
    record = ask(right=AccessRight.EDUCATIONAL_RECORD)
    maintained = replace(SCHOOL, kind=CommissionerKind.MAINTAINED)

    story = at(Stage.ACTIVE).knowing(school=maintained).when(record).then_happens(SubjectAccessRequested)

    assert request(story).due == day("2026-12-17")
    for school in (SCHOOL, None):
        at(Stage.ACTIVE).knowing(school=school).when(record).then_rejected(access.RightNotHeld)
    early = ask(right=AccessRight.EDUCATIONAL_RECORD, received_on=day("1900-01-01"))
    at(Stage.ACTIVE).knowing(school=maintained).when(early).then_rejected(DateBeforeCause)


def test_a_request_has_come_and_from_somebody() -> None:
    at(Stage.ACTIVE).when(ask(received_on=day("2026-11-27"), requester="")).then_rejected(DateInFuture, TextMissing)


def test_a_complex_request_is_extended_once_by_two_months_within_the_first() -> None:
    story = asked().on(day("2026-12-29"))

    late = story.on(day("2026-12-30"))
    late.when(extend(story, day("2026-12-30"))).then_rejected(access.NotExtendable)
    story.when(extend(story, day("2026-11-25"))).then_rejected(DateBeforeCause)
    story.when(extend(story, day("2026-12-30"), reason="")).then_rejected(
        access.NotExtendable, DateInFuture, TextMissing
    )
    extended = story.when(extend(story, day("2026-12-29"))).then_happens(SubjectAccessExtended)
    assert request(extended).due == day("2027-02-26")
    extended.when(extend(extended, day("2026-12-29"))).then_rejected(access.NotExtendable)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        ("2026-11-26", "2026-12-29"),  # a Saturday, then a bank holiday
        ("2026-11-25", "2026-12-29"),  # Christmas Day
        ("2026-10-31", "2026-11-30"),  # the last day of a shorter month
        ("2026-10-22", "2026-11-23"),  # a Sunday
        ("2026-10-26", "2026-11-26"),
    ],
)
def test_a_due_day_that_is_no_working_day_rolls_to_the_next(received: str, due: str) -> None:
    assert access_clock.answer_due(AccessRight.SUBJECT_ACCESS, day(received), CALENDAR) == day(due)


IDENTITY, CLARIFICATION = AccessQuery.IDENTITY, AccessQuery.CLARIFICATION


def queried(story: Given, query: AccessQuery, on: str, answered: str | None = None) -> Given:
    question = access_queries.QuerySubjectAccessRequest(
        request_id=request(story).request.request_id, asked_on=day(on), query=query, question="which letters?"
    )
    story = story.on(day(on)).when(question).then_happens(SubjectAccessQueried)
    if answered is None:
        return story
    return story.on(day(answered)).when(told(story, query, answered)).then_happens(SubjectAccessQueryAnswered)


def told(story: Given, query: AccessQuery, on: str) -> access_queries.RecordQueryAnswer:
    return access_queries.RecordQueryAnswer(
        request_id=request(story).request.request_id, answered_on=day(on), query=query, answer="all"
    )


@pytest.mark.obligation("C6")
@pytest.mark.parametrize(
    ("queries", "due"),
    [
        ([(IDENTITY, "2026-11-27", "2026-12-01")], "2027-01-04"),
        ([(CLARIFICATION, "2026-11-27", "2026-12-01")], "2026-12-30"),
        ([(CLARIFICATION, "2026-11-27", "2026-11-27")], "2026-12-29"),
        ([(CLARIFICATION, "2026-11-27", "2026-11-30"), (CLARIFICATION, "2026-12-01", "2026-12-03")], "2026-12-31"),
        ([(CLARIFICATION, "2026-11-27", "2026-11-30"), (IDENTITY, "2026-11-30", "2026-12-02")], "2027-01-04"),
        ([(IDENTITY, "2026-11-27", "2026-12-02"), (CLARIFICATION, "2026-12-03", "2026-12-08")], "2027-01-07"),
    ],
)
def test_the_clock_waits_for_identity_or_clarification(queries: list[tuple[AccessQuery, str, str]], due: str) -> None:
    story = asked()
    for query, on, answered in queries:
        story = queried(story, query, on, answered)

    assert request(story).due == day(due)
    listed = [each.due_on for each in deadlines(story.state, story.calendar) if each.rule is RuleId.T17]
    assert listed == [day(due)]


def test_two_queries_that_are_open_together_stop_the_clock_once() -> None:
    story = queried(queried(asked(), CLARIFICATION, "2026-11-27"), IDENTITY, "2026-11-27")

    story = (
        story.on(day("2026-12-01")).when(told(story, IDENTITY, "2026-12-01")).then_happens(SubjectAccessQueryAnswered)
    )
    assert request(story).waits
    story = (
        story.on(day("2026-12-03"))
        .when(told(story, CLARIFICATION, "2026-12-03"))
        .then_happens(SubjectAccessQueryAnswered)
    )

    assert request(story).due == day("2027-01-04"), "a month after identity, and two days"
    assert not request(story).waits


def test_while_the_clock_waits_nothing_is_missed_and_an_answer_is_in_time() -> None:
    story = queried(asked(), IDENTITY, "2026-11-27").on(day("2027-02-01"))

    assert RuleId.T17 not in {each.rule for each in deadlines(story.state, story.calendar)}
    missed = {each.rule for each in story.when(PassTime()).events if isinstance(each, DeadlineMissed)}
    assert RuleId.T17 not in missed
    story.when(extend(story, day("2027-02-01"))).then_happens(SubjectAccessExtended)
    answered = cleared(story).when(reply(story, day("2027-02-01"))).then_happens(SubjectAccessAnswered)
    found = request(answered).answered
    assert found is not None
    assert found.timely


def test_an_extended_request_waits_as_well() -> None:
    story = asked()
    story = story.when(extend(story, ASKED)).then_happens(SubjectAccessExtended)

    assert request(queried(story, CLARIFICATION, "2026-11-27", "2026-12-02")).due == day("2027-03-03")


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({"asked_on": day("2026-12-30")}, [access_queries.ClockRunsOn]),
        ({"asked_on": day("2026-11-25")}, [DateBeforeCause]),
        ({"asked_on": day("2026-12-31")}, [access_queries.ClockRunsOn, DateInFuture]),
        ({"question": " "}, [TextMissing]),
        ({"request_id": AccessRequestId(an_id("none"))}, [open_requests.AccessRequestUnknown]),
    ],
)
def test_a_query_is_refused(changes: dict[str, Any], reasons: list[type]) -> None:
    story = asked().on(day("2026-12-30"))
    fields = {"request_id": request(story).request.request_id, "asked_on": ASKED, "query": IDENTITY, "question": "who?"}

    story.when(access_queries.QuerySubjectAccessRequest(**(fields | changes))).then_rejected(*reasons)


def test_a_query_is_asked_once_at_a_time_and_answered_once() -> None:
    story = queried(asked(), IDENTITY, "2026-11-27")
    again = access_queries.QuerySubjectAccessRequest(
        request_id=request(story).request.request_id, asked_on=day("2026-11-27"), query=IDENTITY, question="who?"
    )

    story.when(again).then_rejected(access_queries.ClockRunsOn)
    story.when(told(story, CLARIFICATION, "2026-11-27")).then_rejected(access_queries.ClockRunsOn)
    story.when(told(story, IDENTITY, "2026-11-26")).then_rejected(DateBeforeCause)
    story.when(told(story, IDENTITY, "2026-11-28")).then_rejected(DateInFuture)
    done = story.when(told(story, IDENTITY, "2026-11-27")).then_happens(SubjectAccessQueryAnswered)
    done.when(told(done, IDENTITY, "2026-11-27")).then_rejected(access_queries.ClockRunsOn)


def test_nothing_waits_where_the_educational_record_is_asked_for() -> None:
    maintained = replace(SCHOOL, kind=CommissionerKind.MAINTAINED)
    story = at(Stage.ACTIVE).knowing(school=maintained)
    story = story.when(ask(right=AccessRight.EDUCATIONAL_RECORD)).then_happens(SubjectAccessRequested)
    question = access_queries.QuerySubjectAccessRequest(
        request_id=request(story).request.request_id, asked_on=ASKED, query=IDENTITY, question="who?"
    )

    story.when(question).then_rejected(access_queries.ClockRunsOn)


# ---- serious harm


def harm(story: Given, finding: HarmFinding = HarmFinding.NOTHING, **changes: Any) -> serious_harm.ConsiderSeriousHarm:
    fields: dict[str, Any] = {
        "request_id": request(story).request.request_id,
        "considered_on": story.now.date(),
        "finding": finding,
        "reasons": "an address" if finding is not HarmFinding.NOTHING else None,
    }
    return serious_harm.ConsiderSeriousHarm(**(fields | changes))


def cleared(story: Given, finding: HarmFinding = HarmFinding.NOTHING) -> Given:
    return story.when(harm(story, finding)).then_happens(SeriousHarmConsidered)


@pytest.mark.obligation("C6")
def test_nothing_is_handed_over_before_the_safeguarding_lead_has_looked() -> None:
    story = asked()

    for outcome in (AccessOutcome.GIVEN, AccessOutcome.GIVEN_IN_PART):
        story.when(reply(story, ASKED, outcome=outcome, reasons="x")).then_rejected(serious_harm.HarmNotConsidered)
    story.when(reply(story, ASKED, outcome=AccessOutcome.REFUSED, reasons="x")).then_happens(SubjectAccessAnswered)
    for role in (Role.CASE_WORKER, Role.HEAD):
        story.by(role).when(harm(story)).then_rejected(RoleNotAllowed)
    cleared(story).when(reply(story, ASKED)).then_happens(SubjectAccessAnswered)
    later = cleared(story.on(day("2026-11-27")))
    later.when(reply(later, ASKED)).then_rejected(DateBeforeCause)


@pytest.mark.parametrize(
    ("finding", "outcome", "withheld"),
    [
        (HarmFinding.NOTHING, AccessOutcome.GIVEN, False),
        (HarmFinding.PART, AccessOutcome.GIVEN, True),
        (HarmFinding.PART, AccessOutcome.GIVEN_IN_PART, False),
        (HarmFinding.EVERYTHING, AccessOutcome.GIVEN_IN_PART, True),
        (HarmFinding.EVERYTHING, AccessOutcome.REFUSED, False),
    ],
)
def test_what_would_do_serious_harm_is_withheld(finding: HarmFinding, outcome: AccessOutcome, withheld: bool) -> None:
    story = cleared(asked(), finding)

    answered = story.when(reply(story, ASKED, outcome=outcome, reasons="as found"))

    assert [type(each) for each in answered.reasons] == ([serious_harm.HarmWithholds] if withheld else [])


def test_a_finding_says_what_is_withheld_and_why() -> None:
    story = asked()

    story.when(harm(story, HarmFinding.PART, reasons=" ")).then_rejected(TextMissing)
    story.when(harm(story, considered_on=day("2026-11-25"))).then_rejected(DateBeforeCause)
    story.when(harm(story, considered_on=day("2026-11-27"))).then_rejected(DateInFuture)


# ---- complaints about data protection


def complaint(**changes: Any) -> complaints.RecordDataProtectionComplaint:
    fields: dict[str, Any] = {"received_on": ASKED, "complainant": "a parent", "complaint": "the wrong address"}
    return complaints.RecordDataProtectionComplaint(**(fields | changes))


def complained() -> Given:
    return at(Stage.ACTIVE).when(complaint()).then_happens(DataProtectionComplaintReceived)


def acknowledge(story: Given, on: str, **changes: Any) -> complaints.AcknowledgeDataProtectionComplaint:
    (made,) = story.state.around.complaints
    fields: dict[str, Any] = {"complaint_id": made.received.complaint_id, "acknowledged_on": day(on)}
    return complaints.AcknowledgeDataProtectionComplaint(**(fields | changes))


def answer(story: Given, on: str, **changes: Any) -> complaints.AnswerDataProtectionComplaint:
    (made,) = story.state.around.complaints
    fields: dict[str, Any] = {
        "complaint_id": made.received.complaint_id,
        "answered_on": day(on),
        "outcome": "put right",
    }
    return complaints.AnswerDataProtectionComplaint(**(fields | changes))


@pytest.mark.clause("complaints")
@pytest.mark.parametrize(("on", "timely"), [("2026-12-26", True), ("2026-12-27", False)])
def test_a_complaint_about_data_protection_is_acknowledged_within_30_days(on: str, timely: bool) -> None:
    story = complained().on(day(on))
    (due,) = (each for each in deadlines(story.state, story.calendar) if each.rule is RuleId.COMPLAINT)
    assert (due.due_on, due.severity) == (day("2026-12-26"), Severity.BREACH)
    assert due.words == (
        "Acknowledge the complaint about data protection by Saturday 26 December 2026: 30 days after it was made on"
        " Thursday 26 November 2026"
    )
    missed = {each.rule for each in story.when(PassTime()).events if isinstance(each, DeadlineMissed)}
    assert (RuleId.COMPLAINT in missed) is not timely

    story = story.when(acknowledge(story, on)).then_happens(DataProtectionComplaintAcknowledged)

    (made,) = story.state.around.complaints
    assert made.acknowledged is not None
    assert made.acknowledged.timely is timely
    assert RuleId.COMPLAINT not in {each.rule for each in deadlines(story.state, story.calendar)}


def test_an_answer_acknowledges_a_complaint_and_each_is_given_once() -> None:
    story = complained()
    answered = story.when(answer(story, "2026-11-26")).then_happens(DataProtectionComplaintAnswered)

    assert RuleId.COMPLAINT not in {each.rule for each in deadlines(answered.state, answered.calendar)}
    answered.when(answer(answered, "2026-11-26")).then_rejected(complaints.ComplaintDealtWith)
    done = answered.when(acknowledge(answered, "2026-11-26")).then_happens(DataProtectionComplaintAcknowledged)
    done.when(acknowledge(done, "2026-11-26")).then_rejected(complaints.ComplaintDealtWith)


def test_of_two_complaints_each_is_dealt_with_by_itself() -> None:
    story = complained()
    first = acknowledge(story, "2026-11-26")
    story = story.when(complaint(complaint="another")).then_happens(DataProtectionComplaintReceived)

    story = story.when(first).then_happens(DataProtectionComplaintAcknowledged)

    assert [each.acknowledged is not None for each in story.state.around.complaints] == [True, False]


@pytest.mark.parametrize(
    ("command", "reasons"),
    [
        (lambda _: complaint(received_on=day("2026-11-27")), [DateInFuture]),
        (lambda _: complaint(complainant="", complaint=" "), [TextMissing]),
        (lambda story: acknowledge(story, "2026-11-25"), [DateBeforeCause]),
        (lambda story: acknowledge(story, "2026-11-27"), [DateInFuture]),
        (lambda story: acknowledge(story, "2026-11-26", complaint_id=an_id("none")), [complaints.ComplaintUnknown]),
        (lambda story: answer(story, "2026-11-25"), [DateBeforeCause]),
        (lambda story: answer(story, "2026-11-27", outcome=""), [DateInFuture, TextMissing]),
        (lambda story: answer(story, "2026-11-26", complaint_id=an_id("none")), [complaints.ComplaintUnknown]),
    ],
)
def test_a_step_of_a_complaint_is_refused(command: Any, reasons: list[type]) -> None:
    story = complained()

    story.when(command(story)).then_rejected(*reasons)


def test_the_time_for_an_educational_record_is_not_extended() -> None:
    maintained = replace(SCHOOL, kind=CommissionerKind.MAINTAINED)
    story = at(Stage.ACTIVE).knowing(school=maintained)
    story = story.when(ask(right=AccessRight.EDUCATIONAL_RECORD)).then_happens(SubjectAccessRequested)

    story.when(extend(story, ASKED)).then_rejected(access.NotExtendable)


@pytest.mark.parametrize(("on", "timely"), [("2026-12-29", True), ("2026-12-30", False)])
def test_an_answer_says_whether_it_came_in_time(on: str, timely: bool) -> None:
    story = cleared(asked().on(day(on)))

    answered = story.when(reply(story, day(on))).then_happens(SubjectAccessAnswered)

    found = request(answered).answered
    assert found is not None
    assert found.timely is timely
    assert RuleId.T17 not in {each.rule for each in deadlines(answered.state, answered.calendar)}
    answered.when(reply(answered, day(on))).then_rejected(open_requests.AccessRequestAnswered)


def test_an_answer_that_withholds_something_says_why() -> None:
    story = cleared(asked())

    for outcome in (AccessOutcome.GIVEN_IN_PART, AccessOutcome.REFUSED):
        story.when(reply(story, ASKED, outcome=outcome)).then_rejected(TextMissing)
    story.when(reply(story, ASKED, outcome=AccessOutcome.REFUSED, reasons="asked last week")).then_happens(
        SubjectAccessAnswered
    )


def test_an_answer_comes_after_a_request_that_is_on_record() -> None:
    story = cleared(asked())

    story.when(reply(story, ASKED, request_id=AccessRequestId(an_id("none")))).then_rejected(
        open_requests.AccessRequestUnknown
    )
    early = reply(story, day("2026-11-25"), outcome=AccessOutcome.REFUSED, reasons="x")
    story.when(early).then_rejected(DateBeforeCause)
    story.when(reply(story, day("2026-11-27"))).then_rejected(DateInFuture)


def test_of_two_requests_each_is_answered_by_itself() -> None:
    story = cleared(asked())
    first = request(story)
    story = story.when(ask(scope="letters only")).then_happens(SubjectAccessRequested)
    reply_to_first = access.RecordSubjectAccessAnswer(
        request_id=first.request.request_id, answered_on=ASKED, outcome=AccessOutcome.GIVEN
    )

    story = story.when(reply_to_first).then_happens(SubjectAccessAnswered)

    assert [each.answered is not None for each in story.state.around.requests] == [True, False]


def test_after_the_end_a_request_is_listed_and_no_timer_runs_for_it() -> None:
    story = at(Stage.CLOSED)
    story = story.when(ask(received_on=day("2027-02-22"))).then_happens(SubjectAccessRequested)

    assert RuleId.T17 in {each.rule for each in deadlines(story.state, story.calendar)}


def test_an_assignment_names_whom_it_is_given_to() -> None:
    person = PersonId(an_id("one"))

    assert assigning.names(initial(), AssignCase(assigned_to=person), CommandId(an_id("command"))).assignee == person
