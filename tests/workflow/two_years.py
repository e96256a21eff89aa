"""Two school years of two placements as dated commands: one where everything is done in time, one where little is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.calendar.london import LONDON
from services.gateway.commands.examples import EXAMPLES, STORY, StoryStep
from tests.workflow.driving import Driver

BEGINS_ON = date(2026, 9, 1)
START = date(2026, 9, 14)
MOVED_START = date(2026, 9, 21)
END = date(2028, 7, 21)
RETURN_PLANNED_BY = MOVED_START + (END - MOVED_START) // 2

HALF_TERMS = (
    (date(2026, 9, 1), date(2026, 10, 23)),
    (date(2026, 11, 2), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 2, 12)),
    (date(2027, 2, 22), date(2027, 3, 25)),
    (date(2027, 4, 12), date(2027, 5, 28)),
    (date(2027, 6, 7), date(2027, 7, 23)),
    (date(2027, 9, 2), date(2027, 10, 22)),
    (date(2027, 11, 1), date(2027, 12, 17)),
    (date(2028, 1, 4), date(2028, 2, 11)),
    (date(2028, 2, 21), date(2028, 3, 31)),
    (date(2028, 4, 18), date(2028, 5, 26)),
    (date(2028, 6, 5), date(2028, 7, 21)),
    # What follows the placement's end, for the evaluation that is due then.
    (date(2028, 9, 4), date(2028, 10, 20)),
)
LAST_DAYS = tuple(last for _, last in HALF_TERMS[:12])
PLANNED = date(2026, 11, 13)

CHECKED_IN_JUNE: Mapping[str, Any] = {
    "checks": [{**check, "checked_on": "2026-06-15"} for check in EXAMPLES["complete-due-diligence"]["checks"]]
}
REGISTRATION_IN_JUNE = {**EXAMPLES["propose-provider"]["registration"], "checked_on": "2026-06-15"}
REGISTERED: Mapping[str, Mapping[str, Any]] = {
    "publish-calendar": {
        "half_terms": [
            {"name": f"Half-term {n}", "first_on": str(first), "last_on": str(last)}
            for n, (first, last) in enumerate(HALF_TERMS, 1)
        ],
        "inset_days": [],
        "half_days": [],
    },
    "record-qa-visit": {"visited_on": "2026-06-15"},
    "publish-directory-entry": {"approved_on": "2026-06-20"},
    "complete-due-diligence": CHECKED_IN_JUNE,
}
_BODIES = {step.command: step.body for step in STORY}
_EVERYBODY = ["relevant_person", "head", "board_nominee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A command given to one placement at noon of a day."""

    day: date
    driver: Driver
    command: str
    body: Mapping[str, Any]
    role: str = "case_worker"

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, time(12), tzinfo=LONDON)


def beginning(driver: Driver, day: date = BEGINS_ON, *, proposed_end: date = END) -> Iterator[Dated]:
    """From the draft to both signatures, on one day and the next."""
    for step in STORY:
        if step.command == "draft-referral":
            pupil = step.body["pupil"]
            parents = [{**each, "informed_on": str(day - timedelta(days=1))} for each in pupil["parents"]]
            yield _on(day, driver, step, pupil={**pupil, "parents": parents}, another_child=True)
        if step.command == "submit-referral":
            picture = {**step.body["picture"], "flags": [], "social_care_contact": None}
            told = {"parent_informed_on": str(day - timedelta(days=1)), "picture": picture}
            yield _on(day, driver, step, **told)
        if step.command == "propose-provider":
            yield _on(day, driver, step, registration=REGISTRATION_IN_JUNE)
            yield Dated(
                day=day,
                driver=driver,
                command="dispense-with-meeting",
                body={"reason": "No social worker; all concerned have spoken"},
            )
        if step.command == "determine":
            plan = [{"due": str(PLANNED), "kind": "plan"}]
            yield _on(day, driver, step, start_date=str(START), proposed_end=str(proposed_end), review_plan=plan)
        if step.command == "record-safeguarding-information":
            yield _on(day, driver, step, received_on=str(day))
        if step.command in {"issue-agreement", "sign-agreement"}:
            signed = {"signed_on": str(day)} if step.command == "sign-agreement" else {}
            yield _on(day, driver, step, **signed)


def _on(day: date, driver: Driver, step: StoryStep, **changed: Any) -> Dated:
    return Dated(day=day, driver=driver, command=step.command, body={**step.body, **changed}, role=step.role)


def arranged(driver: Driver, on: date) -> Iterator[Dated]:
    """Transport, meals, and what tells parents and pupil about it."""
    for step in STORY:
        if step.command in {"arrange-transport", "arrange-meals"}:
            yield _on(on, driver, step, arranged_on=str(on))
        if step.command == "record-communication":
            yield _on(on, driver, step, sent_on=str(on))


def started(driver: Driver, notice_on: date, start: date) -> Iterator[Dated]:
    example = next(step for step in STORY if step.command == "give-notice")
    yield _on(notice_on, driver, example, given_on=str(notice_on))
    example = next(step for step in STORY if step.command == "start-placement")
    yield _on(start, driver, example, started_on=str(start))


def reviewed(driver: Driver, source: str, due: date, held: date, **how: Any) -> Iterator[Dated]:
    """A review from its arrangement two weeks before the meeting to its outcome two days after."""
    about = {"review_id": str(driver.review_id(source, due))}
    steps = _review_steps(about, held, decision=how.get("decision", "continue"), until=how.get("until", END))
    left_out = how.get("left_out", ())
    yield from (
        Dated(day=day, driver=driver, command=command, body=body, role=role)
        for day, command, body, role in steps
        if command not in left_out
    )


def _review_steps(
    about: Mapping[str, Any], held: date, *, decision: str, until: date
) -> Iterator[tuple[date, str, Mapping[str, Any], str]]:
    before, after = held - timedelta(days=10), held + timedelta(days=2)
    at = datetime.combine(held, time(10), tzinfo=LONDON).isoformat()
    yield before, "schedule-review", {**_BODIES["schedule-review"], **about, "at": at}, "case_worker"
    yield before, "invite-to-review", {**_BODIES["invite-to-review"], **about, "given_on": str(before)}, "case_worker"
    yield held, "hold-review", {**_BODIES["hold-review"], **about, "held_on": str(held)}, "case_worker"
    decided = {**_BODIES["decide-review"], **about, "decision": decision, "until": str(until)}
    yield held, "decide-review", decided, "head"
    told = {**_BODIES["notify-outcome"], **about, "given_on": str(after), "recipients": _EVERYBODY}
    yield after, "notify-outcome", told, "case_worker"


def ended(driver: Driver, on: date) -> Dated:
    body = {"ended_on": str(on), "reason": "OTHER", "reason_text": "The period is over"}
    return Dated(day=on, driver=driver, command="end-placement", body=body)


def evaluated(driver: Driver, on: date) -> Dated:
    return Dated(day=on, driver=driver, command="evaluate", body=_BODIES["evaluate"])


def done_in_time(driver: Driver) -> Iterator[Dated]:
    """Every duty done before its day."""
    yield from beginning(driver)
    yield from arranged(driver, BEGINS_ON)
    yield from started(driver, date(2026, 9, 7), START)
    yield from reviewed(driver, "half_term", LAST_DAYS[0], date(2026, 10, 14))
    yield from reviewed(driver, "plan", PLANNED, date(2026, 11, 11))
    for due in LAST_DAYS[2:-1]:
        yield from reviewed(driver, "half_term", due, due - timedelta(days=4))
    planned = {**_BODIES["plan-reintegration"], "full_time_by": "2028-07-21"}
    yield Dated(day=date(2027, 6, 1), driver=driver, command="plan-reintegration", body=planned)
    yield from reviewed(driver, "period_end", END, date(2028, 7, 19), decision="end")
    yield ended(driver, END)
    yield evaluated(driver, date(2028, 9, 8))
    yield Dated(day=date(2028, 9, 8), driver=driver, command="close", body={})


def left_undone(driver: Driver) -> Iterator[Dated]:
    """Nothing arranged, notice late, one review not invited to, one left undecided, the others never held.

    No return is planned, and there is no evaluation in time.
    """
    yield from beginning(driver)
    moved = {"start_date": str(MOVED_START), "proposed_end": str(END), "days": 60, "reason": "Notice was late"}
    yield Dated(day=date(2026, 9, 10), driver=driver, command="move-start-date", body=moved, role="head")
    yield from started(driver, date(2026, 9, 11), MOVED_START)
    # Arranged for a Saturday, so that the last day to invite is the Sunday on which the clocks go back.
    at = datetime.combine(date(2026, 10, 31), time(10), tzinfo=LONDON).isoformat()
    scheduled = {**_BODIES["schedule-review"], "review_id": str(driver.review_id("plan", PLANNED)), "at": at}
    yield Dated(day=date(2026, 10, 19), driver=driver, command="schedule-review", body=scheduled)
    # Held on the Monday before the Sunday on which they go forward, the last day to notify the outcome.
    undone = ("decide-review", "notify-outcome")
    yield from reviewed(driver, "half_term", LAST_DAYS[3], date(2027, 3, 22), left_out=undone)
    yield ended(driver, date(2028, 7, 24))
    yield evaluated(driver, date(2028, 10, 2))
    yield Dated(day=date(2028, 10, 3), driver=driver, command="close", body={})
