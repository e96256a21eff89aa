"""One placement through its whole life over HTTP, told on the terminal: `make demo`. The end-to-end test tells it too.

Everything is sent as its people would send it; time is moved by the demonstration clock, and what timers do is
shown as they do it. The story moves the clock by months, so it has a set-up of its own, on free ports and started new
each time: the caseload of `make run` stays as of the day on which somebody looks at it.
"""

import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from domain.shared.words import on
from examples.caseload import BEGINS_AT, STANDS_AT, directory
from examples.children import CHILDREN
from examples.journey import CALENDAR, Journey, at
from examples.office import DECIDED, Answer, Office, open_office
from examples.own_set_up import LOCAL, own_set_up
from infra.ids import uuid7
from services.local.config import EmbeddedSettings
from services.local.errors import EmbeddedError
from services.local.people import YMCA_KEY_COLLEGE, find

AUDITOR = "aubrey-auditor"
OFFICER = "lorcan-la-officer"
DAYS = 45
_WIDTH = 100
_MISSED = ("breached", "advisory_missed")
Say = Callable[[str], object]


@dataclass(slots=True, kw_only=True)
class Demo:
    office: Office
    say: Say
    journey: Journey = field(init=False)
    seen: int = 0
    position: int = 0

    def __post_init__(self) -> None:
        child = CHILDREN["dashiell"]
        self.journey = Journey(
            office=self.office, case=f"demo-{uuid7()}", child=child, told=self._told, another_child=True
        )

    def run(self) -> str:
        """Tell the whole story. Returns the placement's id.

        Raises:
            Unexpected: something was not as the story has it.
        """
        self.position = self._feed_end()
        self._go_to(CALENDAR.nth_after(self.office.now().date(), 1))
        self._referral()
        self._decision()
        self._agreement_and_notice()
        self._running()
        self._return()
        self._record()
        return self.journey.placement_id

    # ---- the chapters

    def _referral(self) -> None:
        j = self.journey
        self._chapter("Referral", "A looked-after pupil is referred. The answer lists everything that is missing.")
        j.draft()
        self._refused(j.case_worker, "submit-referral", {**j.referral(DAYS), "objectives": [], "sessions_requested": 0})
        j.submit(DAYS)
        j.propose()

    def _decision(self) -> None:
        j = self.journey
        self._chapter("Meeting and decision", "Social care or the virtual school must be consulted and be there.")
        meet_on = CALENDAR.nth_after(j.day, 2)
        j.convene(meet_on)
        self._go_to(meet_on, 12)
        j.meet()
        start_on = self._start_day(j.day)
        j.determine(start_on, DAYS, CALENDAR.nth_after(start_on, 12))

    def _agreement_and_notice(self) -> None:
        j = self.journey
        self._chapter("Agreement and notice", "No start without both signatures and two clear school days' notice.")
        j.agree()
        self._go_to(CALENDAR.nth_before(j.start_on, 2))
        j.notify()
        self.say("  The notice left one clear school day, so the law does not let it start on that day:")
        self._go_to(j.start_on)
        site = {"started_on": j.start_on.isoformat(), "first_site_id": j.site_id}
        self._refused(j.case_worker, "start-placement", site)
        j.move_start(CALENDAR.nth_after(j.day, 4), DAYS)
        j.notify()
        self._go_to(j.start_on)
        j.start()

    def _running(self) -> None:
        j = self.journey
        self._chapter("Reviews", "A timer opens the planned review. It is not held in time, and the record says so.")
        until = CALENDAR.nth_after(j.start_on, DAYS - 1)
        due = self._open_review("plan")["due"]
        self._go_to(CALENDAR.nth_after(date.fromisoformat(due), 1))
        self._chapter("A parent asks", "No review was held in the ten weeks before, so the law demands one.")
        j.request_review("Please look again at how he gets there")
        self._hold(("plan", "requested"), CALENDAR.nth_after(j.day, 6), until)
        self.say("  Asked for again within ten weeks of it, a review may be refused, in writing:")
        self._go_to(CALENDAR.nth_after(j.day, 2))
        j.refuse_review_request(j.request_review("Please look at it once more"))
        self._chapter("Time passes", "Nobody asks: ten school days before the period ends a timer wants a decision.")
        self._go_to(CALENDAR.nth_before(until, 9))
        self._hold(("period_end",), CALENDAR.nth_after(j.day, 6), until)

    def _return(self) -> None:
        j = self.journey
        self._chapter("Return to school", "A return is planned before it begins.")
        self._refused(j.case_worker, "start-reintegration", {"started_on": j.day.isoformat()})
        back_on = CALENDAR.nth_after(j.day, 1)
        ended_on = CALENDAR.nth_after(back_on, 6)
        j.plan_return(ended_on)
        self._go_to(back_on)
        j.begin_return()
        self._go_to(ended_on)
        j.end()
        self._chapter("Evaluation", "The record closes with the pupil's and the parent's own assessment.")
        self._refused(j.case_worker, "close", {})
        self._go_to(CALENDAR.nth_after(ended_on, 21))
        j.evaluate()
        j.close()

    def _record(self) -> None:
        j = self.journey
        self._chapter("The record", "It can be corrected, never edited; and replayed as it stood or was known.")
        before = self.office.now()
        started = next(e for e in self.timeline(j.case_worker) if e["type"] == "EvaluationRecorded")
        self._go_to(j.day + timedelta(days=1))
        j.give(
            j.case_worker,
            "correct-record",
            corrects_event_id=started["event_id"],
            field="cost_total_pennies",
            value="112500",
            reason="Two sessions were invoiced late",
        )
        for words, params in (
            ("as known before the correction", {"known_at": before.isoformat()}),
            ("as it is known now", {}),
            ("as it stood on the day it started", {"as_at": j.start_on.isoformat()}),
        ):
            read = self.office.read(j.case_worker, j.path, **params)
            cost = (read["record"]["evaluation"] or {}).get("cost_total_pennies")
            self.say(f"  The record {words}: {read['stage']}, total cost {cost} pennies")
        self._show_evidence()
        heard = self._heard()
        self.say(f"  An integration that followed the feed heard {len(heard)} notifications, ids only; the last three:")
        for each in heard[-3:]:
            self.say(f"    {each['data']['position']:>5}  {each['type']}")
        self.say("\n  The whole of it, as an auditor reads it (no names):")
        for event in self.timeline(AUDITOR):
            refs = ", ".join(event["legal_refs"])
            self.say(f"    {event['version']:>3} {event['occurred_at'][:16]} {event['type']:32} {refs}")

    def _show_evidence(self) -> None:
        """Clause by clause, what asks for something of this placement: proved by which event, open, or missed."""
        found = self.office.read(AUDITOR, f"{self.journey.path}/evidence")["evidence"]
        applies = [each for each in found if each["standing"] != "not_applicable"]
        self.say(
            f"\n  Clause by clause, as the evidence page shows it ({len(found) - len(applies)} do not apply here):"
        )
        for standing in ("satisfied", "outstanding", *_MISSED):
            for each in (each for each in applies if each["standing"] == standing):
                event = each["event"]
                by = f"{event['type']}, event {event['version']}" if event else "no event"
                said = standing.replace("_", " ").upper() if standing in _MISSED else standing
                self.say(f"    {said:15} {each['clause']}  [{by}]")
                for line in textwrap.wrap(each["why"] or each["demands"], _WIDTH - 20):
                    self.say(f"{'':20}{line}")

    # ---- telling

    def _chapter(self, title: str, words: str) -> None:
        self.say(f"\n{title}\n{'-' * len(title)}\n{words}\n")

    def _told(self, person: str, command: str, body: dict[str, Any], answer: Answer) -> None:
        who = find(person)
        assert who is not None
        self.say(f"  {who.name}, {who.roles[0].replace('_', ' ')}: {command}  [{', '.join(body) or 'no fields'}]")
        if answer.status in DECIDED:
            events = ", ".join(f"{event['type']}" for event in answer.body["events"])
            self.say(f"    {answer.status} {answer.body['stage']}, version {answer.body['version']}: {events}")
        else:
            self.say(f"    {answer.status} {answer.body.get('title', '')}")
            for reason in answer.body.get("reasons", []):
                clauses = f"  ({', '.join(reason['legal_refs'])})" if reason["legal_refs"] else ""
                for line in textwrap.wrap(f"- {reason['code']}: {reason['detail']}{clauses}", _WIDTH):
                    self.say(f"      {line}")

    def _refused(self, person: str, command: str, body: dict[str, Any]) -> None:
        answer = self.journey.send(person, command, body)
        assert answer.status == 409, f"{command} should have been refused, and was answered {answer.status}"  # noqa: PLR2004

    def _go_to(self, day: date, hour: int = 9) -> None:
        """Move the clock, and show what timers did on the way."""
        if at(day, hour) > self.office.now():
            self.say(f"  ... the clock moves to {on(day)}, {hour:02}:00")
        self.journey.move(day, hour)
        if self.journey.placement_id:
            self._show_timers()

    def _show_timers(self) -> None:
        events = self.timeline(self.journey.case_worker)
        for event in events[self.seen :]:
            if event["actor"]["kind"] == "system" and "due" in event["data"]:
                due = event["data"]["due"]
                rule = event["data"]["rule"]
                more = event["data"].get("severity") or event["data"].get("source")
                self.say(f"    timer {rule}: {event['type']}, due {due} ({more})  {', '.join(event['legal_refs'])}")
        self.seen = len(events)

    def timeline(self, person: str) -> list[dict[str, Any]]:
        """The placement's events as this person may read them."""
        found: list[dict[str, Any]] = self.office.read(person, f"{self.journey.path}/timeline")["events"]
        return found

    def _open_review(self, source: str) -> dict[str, Any]:
        """The review that a timer has just opened, shown with what it did."""
        review_id = self.journey.review_of(source)
        self._show_timers()
        reviews: list[dict[str, Any]] = self.office.read(self.journey.case_worker, self.journey.path)["record"][
            "reviews"
        ]
        return next(each for each in reviews if each["review_id"] == review_id)

    def _hold(self, sources: tuple[str, ...], meet_on: date, until: date) -> None:
        """One meeting for the reviews that are open from these sources."""
        j = self.journey
        review_ids = [j.review_of(source) for source in sources]
        for review_id in review_ids:
            j.arrange_review(review_id, meet_on)
        self._go_to(meet_on, 15)
        for review_id in review_ids:
            j.hold_review(review_id, until)

    def _start_day(self, decided_on: date) -> date:
        """The eighth school day on, early enough in its half-term for what follows to fall in term."""
        return CALENDAR.nth_after(decided_on, 8)

    # ---- the feed, followed as an integration would

    def _feed_end(self) -> int:
        position = 0
        while True:
            page = self.office.read(OFFICER, "/events", after=str(position), limit="200")
            if page["next"] == position:
                return position
            position = page["next"]

    def _heard(self) -> list[dict[str, Any]]:
        heard: list[dict[str, Any]] = []
        position = self.position
        while True:
            page = self.office.read(OFFICER, "/events", after=str(position), limit="200")
            heard += [event for event in page["events"] if event["data"]["placement_id"] == self.journey.placement_id]
            if page["next"] == position:
                return heard
            position = page["next"]


def main() -> int:
    local = EmbeddedSettings().local_directory.resolve() / "demo"
    try:
        _say(f"Starting a set-up for the demonstration in {local}")
        with own_set_up(local, example="none") as url:
            office = open_office()
            with office.kept_open():
                office.begin(BEGINS_AT)
                directory(office, providers=[YMCA_KEY_COLLEGE])
                office.advance(STANDS_AT)
                placement_id = Demo(office=office, say=_say).run()
            _say(f"\nDone. In another terminal: export {LOCAL}={local}")
            _say(f"  .venv/bin/placements audit replay {placement_id}")
            _say("  .venv/bin/placements audit verify        # within a minute all of it is signed for")
            if sys.stdin.isatty() and sys.stdout.isatty():
                _say(f"It answers at {url}/api/docs. Enter or Ctrl-C ends this set-up.")
                input()
    except KeyboardInterrupt:
        _say("Ended.")
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
