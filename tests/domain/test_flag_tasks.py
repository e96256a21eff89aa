"""What a change of the pupil's flags after the decision brings: a task that is due, is answered, and may be missed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.documents.addressees import addressees
from domain.evidence.model import ClauseStatus as Proof
from domain.placement.decision.meeting import RecordConsultation
from domain.placement.guards import RecipientMissing
from domain.placement.referral.grounds import NotifyLaOfPlan
from domain.placement.referral.threshold import makes_a_school_alone
from domain.placement.reviews.requests import RequestReview
from domain.placement.stages import Stage
from domain.placement.time.deadlines import Deadline, deadlines
from domain.placement.time.pass_time import PassTime
from domain.pupil.state import FlagPeriod
from domain.warnings import WarningCode
from events.codes import PupilFlag, RecipientRole, ReviewRequester, Role, RuleId, Severity
from events.placement.deadlines import DeadlineMissed, MissDisproved
from events.placement.decision import ConsultationRecorded, LaNotifiedOfEhcPlan, PlanDeliveryRecorded
from tests.domain.changes import with_fields
from tests.domain.documenting import source_of
from tests.domain.examples import PLAN_CONSIDERED, at, day, determine
from tests.domain.late import Late
from tests.domain.test_evidence import erased, found, standings
from tests.domain.test_judged_again import correct, then, what
from tests.domain.test_pupil_flags import OTHER, PAUSE, PLAN, change, taking, with_plan
from tests.domain.test_running import EVERYBODY, invite, scheduled
from tests.domain.test_section_f import RECORD
from tests.domain.test_warnings import warned
from tests.dsl import Given

TASKS = {RuleId.PLAN_COUNCIL, RuleId.SECTION_F, RuleId.VIRTUAL_SCHOOL}
OF_THE_PLAN = TASKS - {RuleId.VIRTUAL_SCHOOL}
CARE = {RuleId.VIRTUAL_SCHOOL}
TOLD = NotifyLaOfPlan(la_code="831", notified_on=day("2026-12-02"))
ASKED = RecordConsultation(
    role=Role.VIRTUAL_SCHOOL, consulted_on=day("2026-12-02"), body="virtual school", view="agrees"
)


def due(story: Given) -> dict[RuleId, Deadline]:
    return {each.rule: each for each in deadlines(story.state, story.calendar) if each.rule in TASKS}


def days(story: Given) -> dict[RuleId, str]:
    return {rule: str(each.due_on) for rule, each in due(story).items()}


def after(*changes: FlagPeriod, on: str = "2026-12-02", stage: Stage = Stage.ACTIVE) -> Given:
    return taking(at(stage).on(day(on)), *changes)


LATE = {
    "council of the plan": Late(
        rule=RuleId.PLAN_COUNCIL,
        story=lambda: after(replace(change(1, "2026-12-01", PupilFlag.EHCP), plan=None)),
        due="2026-12-08",
        step=lambda _, on: NotifyLaOfPlan(la_code="831", notified_on=on),
    ),
    "virtual school": Late(
        rule=RuleId.VIRTUAL_SCHOOL,
        story=lambda: after(change(1, "2026-12-01", PupilFlag.LOOKED_AFTER)),
        due="2026-12-08",
        step=lambda _, on: RecordConsultation(
            role=Role.VIRTUAL_SCHOOL, consulted_on=on, body="virtual school", view="agrees"
        ),
    ),
    "section F": Late(
        rule=RuleId.SECTION_F,
        story=lambda: after(change(1, "2026-12-01", PupilFlag.EHCP)),
        due="2026-12-08",
        step=lambda _, on: replace(RECORD, arranged_on=on),
    ),
}


FLAGS = [
    (PupilFlag.EHCP, OF_THE_PLAN),
    (PupilFlag.LOOKED_AFTER, CARE),
    (PupilFlag.SOCIAL_WORKER, CARE),
    (PupilFlag.CHILD_PROTECTION, set()),
    (PupilFlag.YOUTH_JUSTICE, set()),
]


def test_the_table_names_every_flag() -> None:
    assert {flag for flag, _ in FLAGS} == set(PupilFlag)


# The placement was decided on Monday 16 November 2026.
@pytest.mark.parametrize(("flag", "brings"), FLAGS, ids=[flag.value for flag, _ in FLAGS])
@pytest.mark.parametrize(
    ("from_on", "known_on", "due_on"),
    [
        ("2026-11-13", "2026-11-13", None),
        ("2026-11-16", "2026-11-16", None),
        ("2026-11-17", "2026-11-17", "2026-11-24"),
        ("2026-11-02", "2026-12-01", "2026-12-08"),
        ("2026-12-01", "2026-11-20", "2026-12-08"),
    ],
    ids=["before", "on-the-day", "day-after", "backdated", "ahead"],
)
def test_each_flag_asks_its_tasks_from_the_decision_on(
    flag: PupilFlag, brings: set[RuleId], from_on: str, known_on: str, due_on: str | None
) -> None:
    story = after(change(1, from_on, flag, known_on=known_on))

    assert days(story) == (dict.fromkeys(brings, due_on) if due_on else {})
    assert all(each.severity is Severity.ADVISORY for each in due(story).values())
    assert all("five school days after" in each.words for each in due(story).values())


@pytest.mark.parametrize(("flag", "brings"), FLAGS[:3], ids=[flag.value for flag, _ in FLAGS[:3]])
@pytest.mark.parametrize("stage", [Stage.DETERMINED, Stage.READY_TO_START, Stage.ACTIVE], ids=str)
def test_a_task_waits_while_the_placement_is_decided_or_runs(
    flag: PupilFlag, brings: set[RuleId], stage: Stage
) -> None:
    story = after(change(1, "2026-12-01", flag), stage=stage)
    assert set(due(story)) == brings

    if stage is Stage.ACTIVE:
        paused = story.on(day("2026-12-03")).when(PAUSE)
        assert set(due(story.and_then(*paused.events))) == brings

    gone = taking(story.on(day("2026-12-03")), *story.flag_changes, change(2, "2026-12-03"))
    assert due(gone) == {}


@pytest.mark.parametrize("stage", [Stage.REFERRED, Stage.AWAITING_DECISION, Stage.ENDED], ids=str)
def test_before_the_decision_and_after_the_end_nothing_is_asked(stage: Stage) -> None:
    story = at(stage).on(day("2027-04-01") if stage is Stage.ENDED else day("2026-11-16"))
    assert due(taking(story, change(1, "2026-11-16", PupilFlag.EHCP, PupilFlag.LOOKED_AFTER))) == {}


@pytest.mark.parametrize(
    ("changes", "asks"),
    [
        ((change(1, "2026-12-01", *PLAN, plan=OTHER),), {RuleId.PLAN_COUNCIL}),
        ((change(1, "2026-12-01", *PLAN),), set()),
        ((change(1, "2026-11-30", *PLAN, plan=OTHER), change(2, "2026-12-01", *PLAN)), set()),
        ((change(1, "2026-11-30"), change(2, "2026-12-01", *PLAN)), {RuleId.SECTION_F}),
        ((change(1, "2026-11-30"), change(2, "2026-12-01", *PLAN, plan=OTHER)), OF_THE_PLAN),
    ],
    ids=["moved", "same", "moved-back", "ended-and-began", "began-elsewhere"],
)
def test_a_plan_of_the_referral_asks_what_is_new_of_it_alone(
    changes: tuple[FlagPeriod, ...], asks: set[RuleId]
) -> None:
    story = taking(with_plan(Stage.DETERMINED).on(day("2026-12-02")), *changes)

    assert set(due(story)) == asks


def test_a_council_that_is_not_on_record_may_be_any() -> None:
    unnamed = replace(change(1, "2026-12-01", *PLAN), plan=None)
    story = after(unnamed)
    assert RuleId.PLAN_COUNCIL in due(story)

    assert RuleId.PLAN_COUNCIL not in due(story.when(TOLD).then_happens(LaNotifiedOfEhcPlan))


@pytest.mark.parametrize(
    ("changes", "command", "event", "left"),
    [
        ((change(1, "2026-12-01", *PLAN),), TOLD, LaNotifiedOfEhcPlan, {RuleId.SECTION_F}),
        ((change(1, "2026-12-01", *PLAN),), RECORD, PlanDeliveryRecorded, {RuleId.PLAN_COUNCIL}),
        ((change(1, "2026-12-01", PupilFlag.LOOKED_AFTER),), ASKED, ConsultationRecorded, set()),
        ((change(1, "2026-12-01", PupilFlag.SOCIAL_WORKER),), ASKED, ConsultationRecorded, set()),
        (
            (change(1, "2026-12-01", PupilFlag.LOOKED_AFTER),),
            replace(ASKED, role=Role.SOCIAL_WORKER),
            ConsultationRecorded,
            CARE,
        ),
        (
            (change(1, "2026-12-01", PupilFlag.LOOKED_AFTER),),
            replace(ASKED, consulted_on=day("2026-11-30")),
            ConsultationRecorded,
            CARE,
        ),
        (
            (
                change(1, "2026-11-30", PupilFlag.SOCIAL_WORKER),
                change(2, "2026-12-01", PupilFlag.SOCIAL_WORKER, PupilFlag.LOOKED_AFTER),
            ),
            replace(ASKED, consulted_on=day("2026-11-30")),
            ConsultationRecorded,
            CARE,
        ),
    ],
    ids=["council", "delivery", "looked-after", "social-worker", "another-role", "asked-before", "came-into-care"],
)
def test_each_task_has_the_command_that_answers_it(
    changes: tuple[FlagPeriod, ...], command: Any, event: type, left: set[RuleId]
) -> None:
    story = after(*changes)

    assert set(due(story.when(command).then_happens(event))) == left


@pytest.mark.parametrize(
    ("flag", "rule", "command", "fact"),
    [
        (PupilFlag.EHCP, RuleId.PLAN_COUNCIL, TOLD, (LaNotifiedOfEhcPlan, "notified_on")),
        (PupilFlag.EHCP, RuleId.SECTION_F, RECORD, (PlanDeliveryRecorded, "arranged_on")),
        (PupilFlag.LOOKED_AFTER, RuleId.VIRTUAL_SCHOOL, ASKED, (ConsultationRecorded, "consulted_on")),
    ],
    ids=["council", "delivery", "virtual-school"],
)
def test_a_task_undone_is_a_miss_and_a_correction_judges_it_again(
    flag: PupilFlag, rule: RuleId, command: Any, fact: tuple[type, str]
) -> None:
    clause = {
        RuleId.PLAN_COUNCIL: "plan-council",
        RuleId.SECTION_F: "section-f-since",
        RuleId.VIRTUAL_SCHOOL: "virtual-school",
    }[rule]
    story = after(change(1, "2026-12-01", flag))
    kept = story.on(day("2026-12-10")).when(command).then_happens(fact[0])
    late = story.on(day("2026-12-09"))
    missed = late.and_then(*late.when(PassTime()).events)

    assert standings(found(story)[clause]) == [Proof.OUTSTANDING]
    assert standings(found(kept)[clause]) == [Proof.SATISFIED]
    assert standings(found(missed)[clause]) == [Proof.ADVISORY_MISSED]
    assert standings(found(erased(kept))[clause]) == [Proof.UNKNOWN]
    assert what(missed.events[-4:]).count((DeadlineMissed, rule, "2026-12-08")) == 1
    made_good = missed.when(command).then_happens(fact[0], MissDisproved)
    assert standings(found(made_good)[clause]) == [Proof.SATISFIED, Proof.ADVISORY_MISSED, Proof.SATISFIED]

    assert (DeadlineMissed, rule, "2026-12-08") in what(correct(kept, *fact, "2026-12-09"))
    again = then(kept, *fact, "2026-12-09")
    assert (MissDisproved, rule, "2026-12-08") in what(correct(again, *fact, "2026-12-08"))


def test_what_nothing_called_for_is_not_applicable() -> None:
    lines = found(at(Stage.ACTIVE))
    clauses = ("plan-council", "section-f-since", "virtual-school")

    assert [standings(lines[each]) for each in clauses] == [[Proof.NOT_APPLICABLE]] * 3


def test_a_decision_on_a_plan_not_yet_on_record_said_who_delivers_it() -> None:
    decided = at(Stage.DETERMINED, determined=determine(ehc_plan=PLAN_CONSIDERED)).on(day("2026-12-02"))
    story = taking(decided, change(1, "2026-11-02", *PLAN, known_on="2026-12-01"))

    assert set(due(story)) == {RuleId.PLAN_COUNCIL}


# ---- who is invited and written to


@pytest.mark.parametrize(
    ("flag", "from_on", "others", "warns"),
    [
        (PupilFlag.LOOKED_AFTER, "2026-11-30", (), True),
        (PupilFlag.SOCIAL_WORKER, "2026-12-01", (), True),
        (PupilFlag.SOCIAL_WORKER, "2026-12-08", (), True),
        (PupilFlag.SOCIAL_WORKER, "2026-12-09", (), False),
        (PupilFlag.LOOKED_AFTER, "2026-11-30", (RecipientRole.VIRTUAL_SCHOOL,), False),
        (PupilFlag.LOOKED_AFTER, "2026-11-30", (RecipientRole.SOCIAL_WORKER,), False),
        (PupilFlag.YOUTH_JUSTICE, "2026-11-30", (), False),
        (PupilFlag.CHILD_PROTECTION, "2026-11-30", (), False),
    ],
)
def test_a_review_without_social_care_is_warned_of_for_a_child_of_theirs(
    flag: PupilFlag, from_on: str, others: tuple[RecipientRole, ...], warns: bool
) -> None:
    """The meeting is on Tuesday 8 December 2026, and the invitation goes out on Tuesday 1 December."""
    story = taking(scheduled().on(day("2026-12-01")), change(1, from_on, flag, known_on="2026-11-30"))
    command = invite(given_on=day("2026-12-01"), recipients=(*EVERYBODY, *others))

    codes = [(each.code, each.pointer) for each in warned(story, command)]
    assert codes == [(WarningCode.SOCIAL_CARE_NOT_INVITED, "/recipients")] * warns


@pytest.mark.parametrize(
    ("on", "to"),
    [
        ("2026-11-29", ("Council", ())),
        ("2026-11-30", ("Example Council", ("1 Example Street", "Derby", "DE99 9ZZ"))),
        ("2026-12-01", ("Sample Council", ("2 Example Street", "Matlock", "DE99 8ZZ"))),
        ("2026-12-02", ("Council", ())),
    ],
    ids=["before", "on-the-day", "moved", "ended"],
)
def test_a_letter_goes_to_the_council_of_the_plan_on_its_day(on: str, to: tuple[str, tuple[str, ...]]) -> None:
    story = after(change(1, "2026-11-30", *PLAN), change(2, "2026-12-01", *PLAN, plan=OTHER), change(3, "2026-12-02"))
    (council,) = addressees(source_of(story), RecipientRole.LA, day(on))

    assert (council.name, council.address) == to


def test_a_council_that_only_the_referral_names_is_addressed_by_its_office() -> None:
    (council,) = addressees(source_of(with_plan(Stage.DETERMINED)), RecipientRole.LA, day("2026-11-20"))

    assert (council.name, council.address) == ("Council", ())


# ---- every flag, every effect, around its day


def _council_invited(story: Given, on: date) -> bool:
    reasons = story.on(on, 12).when(invite(given_on=on)).reasons
    return RecipientMissing in {type(each) for each in reasons}


def _council_may_ask(story: Given, on: date) -> bool:
    asking = story.knowing(role=Role.SEND_OFFICER, org="la:830")
    return not asking.when(RequestReview(requested_on=on, by=ReviewRequester.LA, request="by letter")).reasons


def _council_written_to(story: Given, on: date) -> bool:
    (council,) = addressees(source_of(story), RecipientRole.LA, on)
    return council.name == OTHER.name


_PLAN = {PupilFlag.EHCP}
_EFFECTS: dict[str, tuple[Callable[[Given, date], bool], set[PupilFlag]]] = {
    "council-invited": (_council_invited, _PLAN),
    "council-may-ask": (_council_may_ask, _PLAN),
    "council-written-to": (_council_written_to, _PLAN),
}


@pytest.mark.parametrize("effect", _EFFECTS)
@pytest.mark.parametrize("flag", PupilFlag, ids=str)
@pytest.mark.parametrize(
    ("on", "holds"), [("2026-11-30", False), ("2026-12-01", True), ("2026-12-02", True), ("2026-12-03", False)]
)
def test_each_effect_of_a_flag_holds_from_its_day_until_the_flag_ends(
    effect: str, flag: PupilFlag, on: str, holds: bool
) -> None:
    """Each effect of each flag holds from its day to the day before it ends."""
    has, flags = _EFFECTS[effect]
    began = change(1, "2026-12-01", flag, plan=OTHER if flag is PupilFlag.EHCP else None)
    story = taking(scheduled().on(day("2026-12-03")), began, change(2, "2026-12-03"))

    assert has(story, day(on)) is (holds and flag in flags)


@pytest.mark.parametrize(
    ("flag", "alone"),
    [(each, each in {PupilFlag.EHCP, PupilFlag.LOOKED_AFTER}) for each in PupilFlag],
    ids=[each.value for each in PupilFlag],
)
def test_a_full_time_pupil_makes_a_school_alone_while_the_flag_holds(flag: PupilFlag, alone: bool) -> None:
    def makes(story: Given) -> bool:
        proposal = replace(story.state.proposal.proposed, minutes_a_week=1500)  # type: ignore[type-var]
        return makes_a_school_alone(with_fields(story.state, proposal=proposal), day("2026-12-02"))

    story = after(change(1, "2026-12-01", flag))

    assert not makes(at(Stage.ACTIVE))
    assert makes(story) is alone
    assert not makes(taking(story, *story.flag_changes, change(2, "2026-12-02")))
