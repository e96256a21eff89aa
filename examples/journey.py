"""One placement taken along its lifecycle, a stage a method, by the people whose step each is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.calendar.school_calendar import SchoolCalendar
from events.ids import Urn, derived_id
from events.values.school_days import HalfTerm
from examples.children import Child
from examples.office import Answer, Office
from examples.setting import HALF_TERMS, INSET_DAYS, LA_CODE, OFFICER, SCHOOL_KINDS, site_address, site_id
from infra.bank_holidays import bank_holidays
from services.local.people import ALDERBROOK, RAVENSMOOR, YMCA_KEY_COLLEGE, example_provider_id, find

LONDON = ZoneInfo("Europe/London")
SCHOOL_STAFF = {
    ALDERBROOK: ("amara-case-worker", "hector-head"),
    RAVENSMOOR: ("rufus-case-worker", "henrietta-head"),
}
# Only these two have somebody who signs in, so only they sign agreements here.
PROVIDER_STAFF = {YMCA_KEY_COLLEGE: "kit-key-college", "Mindjam": "morwenna-mindjam"}
CALENDAR = SchoolCalendar(
    half_terms=[
        HalfTerm(name=name, first_on=date.fromisoformat(first), last_on=date.fromisoformat(last))
        for name, first, last in HALF_TERMS
    ],
    inset_days=[date.fromisoformat(day) for day in INSET_DAYS],
    bank_holidays=bank_holidays(),
    version=1,
)
AT_PROVIDER = frozenset({2, 4})
"""The weekdays that the example's weekly pattern spends at the provider."""
AUTHORITYS = {"PEX6", "S19_ILL", "S19_OTH", "EHCP_S42", "EOTAS_S61"}
"""The legal bases on which the authority commissions, and decides."""
REASONS = {
    "SUSP6": "SUSPENSION",
    "PEX6": "PERM_EX",
    "S19_ILL": "MENTAL",
    "S19_OTH": "NEW_ARRIVAL",
    "EHCP_S42": "EHCP_NAMED",
}
"""The main reason on each legal basis; on any other it is behaviour."""
EXCLUSIONS: dict[str, dict[str, Any]] = {
    "SUSP6": {"kind": "suspension", "days": 15},
    "PEX6": {"kind": "permanent"},
}
OBJECTIVES = [
    {
        "id": "o1",
        "text": "Attend every session asked for",
        "baseline": "6 of 10 sessions in September",
        "target": "9 of 10 sessions",
        "measure": "The provider's register",
    }
]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON)


@dataclass(slots=True, kw_only=True)
class Journey:
    """`case` names the placement in command ids, and every date follows from `day`, the day of the story.

    So a story that was cut off can run again: it repeats its commands, and the service answers as it did before.
    With `another_child` the child may have the UPN of a pupil whom the school already has.
    """

    office: Office
    case: str
    child: Child
    urn: Urn = ALDERBROOK
    legal_basis: str = "OSD"
    another_child: bool = False
    provider: str = YMCA_KEY_COLLEGE
    site: str = "Ilkeston"
    placement_id: str = ""
    day: date = date.min
    start_on: date = date.min
    told: Callable[[str, str, dict[str, Any], Answer], None] | None = None
    _given: dict[str, int] = field(default_factory=dict)

    @property
    def case_worker(self) -> str:
        return SCHOOL_STAFF[self.urn][0]

    @property
    def head(self) -> str:
        return SCHOOL_STAFF[self.urn][1]

    @property
    def decider(self) -> str:
        """Who decides for the body that commissions."""
        return OFFICER if self.legal_basis in AUTHORITYS else self.head

    @property
    def path(self) -> str:
        return f"/placements/{self.placement_id}"

    def move(self, day: date, hour: int = 9) -> None:
        """Go on to a day of the story, and the clock with it unless it is there already."""
        self.day = day
        self.office.advance(at(day, hour))

    def send(self, person: str, command: str, body: dict[str, Any]) -> Answer:
        """Give one command and show it; a refusal is an answer too."""
        number = self._given[command] = self._given.get(command, 0) + 1
        path = "/placements" if command == "draft-referral" else f"{self.path}/commands/{command}"
        answer = self.office.send(person, path, body, name=f"{self.case}/{command}/{number}")
        if self.told:
            self.told(person, command, body, answer)
        return answer

    def give(self, person: str, command: str, **body: Any) -> Answer:
        """Give one command that the story needs to be accepted."""
        answer = self.send(person, command, body)
        if answer.status not in {200, 201}:
            raise AssertionError(f"{self.case}: {command} was answered {answer.status}: {answer.body}")
        return answer

    def draft(self) -> None:
        drafted = self.give(
            self.case_worker,
            "draft-referral",
            home_school_urn=self.urn,
            commissioner="la" if self.legal_basis in AUTHORITYS else SCHOOL_KINDS[self.urn],
            legal_basis=self.legal_basis,
            pupil=self.child.body(self.day.isoformat()),
            **({"another_child": True} if self.another_child else {}),
        )
        self.placement_id = drafted.body["placement_id"]

    def submit(self, days: int = 30) -> None:
        self.give(self.case_worker, "submit-referral", **self.referral(days))

    def referral(self, days: int = 30) -> dict[str, Any]:
        head = find(self.head)
        assert head is not None
        picture: dict[str, Any] = {
            "sen_status": "SEN support",
            "on_roll": True,
            "flags": list(self.child.flags),
            "health": "No known conditions",
            "attendance_basis_points": 6120,
            "suspension_days": 4,
            "strengths": "Practical work, humour, loyalty to friends",
            "triggers": "Crowded corridors, changes without warning",
            "strategies_tried": "Mentoring and a reduced timetable since May, with little change",
            "risk_assessment": "Low; leaves the room when upset and comes back",
            "free_school_meals": True,
            "transport": "Bus pass",
        }
        if "ehcp" in self.child.flags:
            picture |= {
                "sen_need": "Social, emotional and mental health",
                "plan_la_code": "831",
                "section_f_summary": "Small group work and a key adult",
                "section_i_school": "Named school",
            }
        if {"lac", "social_worker"} & set(self.child.flags):
            picture["social_care_contact"] = "Sunniva Larkspur"
        return {
            "primary_reason": REASONS.get(self.legal_basis, "BEHAVIOUR"),
            "provision_requested": "Vocational course with mentoring",
            "sessions_requested": 4,
            "proposed_days": days,
            "objectives": OBJECTIVES,
            "parent_informed_on": self.day.isoformat(),
            "signed_off_by": str(head.id),
            "picture": picture,
        }

    def propose(self) -> None:
        self.give(
            self.case_worker,
            "propose-provider",
            provider_id=str(example_provider_id(self.provider)),
            site_ids=[self.site_id],
            registration={
                "checked_on": self.day.isoformat(),
                "result": "not_required",
                "influence": "Looked up in the register of schools; it did not speak for or against the provider",
            },
            needs_considered="A course of four sessions a week with mentoring, as was asked for",
        )

    @property
    def _in_care(self) -> bool:
        return bool({"lac", "social_worker"} & set(self.child.flags))

    @property
    def _at_meeting(self) -> list[str]:
        return ["head", "provider_user", *(["social_worker", "virtual_school"] if self._in_care else [])]

    def convene(self, meet_on: date) -> None:
        """Invite to the professionals' meeting, and consult the virtual school where the pupil has it."""
        self.give(
            self.case_worker,
            "convene-professionals-meeting",
            at=at(meet_on, 10).isoformat(),
            place="Room 4",
            invited_roles=self._at_meeting,
        )
        if self._in_care:
            self.give(
                self.case_worker,
                "record-consultation",
                role="virtual_school",
                consulted_on=self.day.isoformat(),
                body="The council's virtual school",
                view="Supports a short placement with a clear way back",
            )

    def meet(self) -> None:
        """Hold the professionals' meeting today."""
        self.tell_authority()
        self.give(
            self.case_worker,
            "record-professionals-meeting",
            held_on=self.day.isoformat(),
            attended_roles=self._at_meeting,
            recommendation="proceed",
            minutes="All agreed that help in school has not been enough.",
            pupil_view="Would like to try the workshop",
            parent_view="Content, and asks for weekly news",
        )

    def determine(self, start_on: date, days: int, review_on: date) -> None:
        """Decide from the start day for so many school days of attendance."""
        self.start_on = start_on
        end = CALENDAR.nth_after(start_on, days - 1) if days > 1 else start_on
        self.give(
            self.decider,
            "determine",
            start_date=start_on.isoformat(),
            proposed_end=end.isoformat(),
            days=days,
            review_plan=[{"due": review_on.isoformat(), "kind": "plan"}],
            reasons="To improve behaviour and attendance with practical work, and to come back with a fresh start",
            alternatives="Further mentoring in school, tried and not enough",
            **self._grounds(),
        )

    def _grounds(self) -> dict[str, Any]:
        """What the decision rests on: the direction's grounds, and the EHC plan where there is one."""
        grounds: dict[str, Any] = {}
        if self.legal_basis == "OSD":
            grounds["direction"] = {
                "purpose": "To stay in lessons and come back with a fresh start",
                "prior_help": "Mentoring and a reduced timetable since May, with little change",
                "not_a_sanction": True,
            }
        if "ehcp" in self.child.flags:
            grounds["ehc_plan"] = {
                "early_review": "Considered with the authority: the annual review in spring is soon enough",
                "section_f": [
                    {"item": "Small group work", "delivered_by": "The provider"},
                    {"item": "A key adult", "delivered_by": "The home school, by a weekly visit"},
                ],
            }
        return grounds

    def tell_authority(self) -> None:
        """Where there is an EHC plan, tell the council that maintains it, and record when it was last reviewed."""
        if "ehcp" in self.child.flags:
            today = self.day.isoformat()
            self.give(self.case_worker, "notify-la-of-plan", la_code=LA_CODE, notified_on=today)
            self.give(self.case_worker, "record-annual-review", reviewed_on="2026-03-12")

    def exclude(self) -> None:
        """Record the exclusion that began today, where the legal basis follows one."""
        if self.legal_basis in EXCLUSIONS:
            self.give(self.head, "record-exclusion", first_day=self.day.isoformat(), **EXCLUSIONS[self.legal_basis])

    def dispense(self) -> None:
        """Go on without a professionals' meeting."""
        reason = "Not looked after, no social worker; all concerned have spoken"
        self.give(self.head, "dispense-with-meeting", reason=reason)

    def agree(self) -> None:
        self.issue()
        self.arrange()
        self.sign("school", self.case_worker, "signed_in")
        self.sign("provider", PROVIDER_STAFF[self.provider], "signed_in")

    def issue(self) -> None:
        """Issue the agreement, once the provider has confirmed in writing what keeps the pupil safe."""
        self.give(
            self.case_worker,
            "record-safeguarding-information",
            received_on=self.day.isoformat(),
            covers=["staff_checks", "staff_changes", "addresses"],
            note="By letter",
        )
        self.give(
            self.case_worker,
            "issue-agreement",
            pennies_per_session=4500,
            total_pennies=4500 * 24,
            notice_days=10,
            terms="Sessions, reports every half-term, absence told by 9:30 on the day",
        )

    def arrange(self) -> None:
        """See to transport and meals, and tell parents and pupil of it all."""
        today, start = self.day.isoformat(), self.start_on.isoformat()
        self.give(
            self.case_worker,
            "arrange-transport",
            arranged_on=today,
            required=True,
            mode="public",
            from_on=start,
            details="Bus pass, issued by the school",
        )
        self.give(self.case_worker, "arrange-meals", arranged_on=today, arrangement="provider_meal", from_on=start)
        self.give(
            self.case_worker,
            "record-communication",
            sent_on=today,
            subject="arrangements",
            to_roles=["parent", "pupil"],
            method="in_person",
            content="Where and when, the bus, lunch, and whom to ask for",
        )

    def sign(self, party: str, person: str, method: str) -> None:
        signatory = find(person)
        assert signatory is not None
        today = self.day.isoformat()
        self.give(person, "sign-agreement", party=party, method=method, signed_on=today, signatory=signatory.name)

    def notify(self, method: str = "hand") -> Answer:
        """Give notice to the parent, and to the authority for a plan. By hand no letter goes out."""
        recipients = ["relevant_person", *(["la"] if "ehcp" in self.child.flags else [])]
        return self.give(
            self.case_worker,
            "give-notice",
            given_on=self.day.isoformat(),
            method=method,
            recipients=recipients,
            session_times={
                "mode": "two_session",
                "am_start": "09:15:00",
                "break_start": "12:00:00",
                "break_end": "12:45:00",
                "pm_end": "15:00:00",
            },
            address=site_address(self.provider, self.site),
            report_to="The front desk",
            reasons="To improve behaviour and attendance with practical work",
            objectives=OBJECTIVES,
        )

    def move_start(self, start_on: date, days: int) -> None:
        """Move the start that can no longer be noticed in time."""
        self.start_on = start_on
        self.give(
            self.head,
            "move-start-date",
            start_date=start_on.isoformat(),
            proposed_end=CALENDAR.nth_after(start_on, days - 1).isoformat(),
            days=days,
            reason="Notice could not be given in time",
        )

    @property
    def site_id(self) -> str:
        return str(site_id(self.provider, self.site))

    def start(self) -> None:
        self.give(self.case_worker, "start-placement", started_on=self.start_on.isoformat(), first_site_id=self.site_id)

    def set_pattern(self, effective_from: date) -> None:
        """Tuesdays and Thursdays at the provider, the other days at school."""
        self.give(
            self.case_worker,
            "set-attendance-pattern",
            effective_from=effective_from.isoformat(),
            sessions=[
                {"weekday": day, "session": session, "place": "provider" if day in AT_PROVIDER else "school"}
                for day in range(1, 6)
                for session in ("AM", "PM")
            ],
            am_start="09:15:00",
            pm_start="12:45:00",
        )

    def mark(self, day: date, session: str, seen: str = "present", code: str = "B") -> None:
        """One session: what the provider saw, and the school's code for it."""
        what = {"day": day.isoformat(), "session": session}
        self._in_register(PROVIDER_STAFF[self.provider], "record-mark", **what, mark=seen, site_id=self.site_id)
        self._in_register(self.case_worker, "confirm-mark", **what, code=code)

    def be_ill(self, days: Iterable[date]) -> None:
        """The school enters whole days of illness."""
        for day in days:
            for session in ("AM", "PM"):
                self._in_register(self.case_worker, "confirm-mark", day=day.isoformat(), session=session, code="I")

    def _in_register(self, person: str, command: str, **body: Any) -> None:
        year, week, _ = date.fromisoformat(body["day"]).isocalendar()
        path = f"{self.path}/attendance/{year}-W{week:02}/commands/{command}"
        self.office.must(person, path, body, name=f"{self.case}/{command}/{body['day']}/{body['session']}")

    def review_of(self, source: str, number: int = 0) -> str:
        """The id of a review by what opened it; the timer that opens it acts a moment after the clock was moved."""

        def there(body: dict[str, Any]) -> bool:
            return len([each for each in body["record"]["reviews"] if each["source"] == source]) > number

        body = self.office.wait_until(
            self.case_worker, self.path, there, f"review {number} of {source} for {self.case}"
        )
        return str([each for each in body["record"]["reviews"] if each["source"] == source][number]["review_id"])

    def request_review(self, words: str) -> str:
        """Record a parent's letter that asks for a review. Returns the id of the request."""
        asked = self.give(
            self.case_worker, "request-review", requested_on=self.day.isoformat(), by="relevant_person", request=words
        )
        return str(derived_id(UUID(asked.body["command_id"]), "request"))

    def refuse_review_request(self, request_id: str) -> None:
        """Refuse a request within ten weeks of the last review."""
        self.give(
            self.head,
            "refuse-review-request",
            request_id=request_id,
            reason="The last review looked at just this, and its decision is only being carried out",
        )

    def arrange_review(self, review_id: str, meet_on: date) -> None:
        """Schedule a review and invite to it."""
        when = at(meet_on, 14)
        self.give(
            self.case_worker,
            "schedule-review",
            review_id=review_id,
            at=when.isoformat(),
            place="Room 4",
            convenience_checked=True,
        )
        self.give(
            self.case_worker,
            "invite-to-review",
            review_id=review_id,
            given_on=self.day.isoformat(),
            method="hand",
            recipients=self._everyone(),
            written_views_invited=True,
        )

    def hold_review(self, review_id: str, until: date, next_on: date | None = None, decision: str = "continue") -> None:
        """Hold a review today, decide on it and tell the outcome."""
        self.give(
            self.case_worker,
            "hold-review",
            review_id=review_id,
            held_on=self.day.isoformat(),
            attended_roles=["head", "provider_user", "parent"],
            evidence={
                "attendance_basis_points": 8840,
                "behaviour": "Two incidents, both small",
                "progress": "On time most days; workshop certificate begun",
                "rag": [{"id": "o1", "rag": "A"}],
            },
            minutes="The placement is doing what it is for.",
            pupil_voice="I like the workshop and miss my friends",
            parent_voice="Calmer at home",
        )
        self.give(
            self.head,
            "decide-review",
            review_id=review_id,
            decision=decision,
            until=until.isoformat(),
            reasons="Attendance is up and the objectives are in reach",
            views_considered="The pupil's and the parent's, as minuted",
            next_review_due=next_on.isoformat() if next_on else None,
        )
        self.give(
            self.case_worker,
            "notify-outcome",
            review_id=review_id,
            given_on=self.day.isoformat(),
            method="hand",
            recipients=self._everyone(),
        )

    def _everyone(self) -> list[str]:
        """Who is invited to a review and told its outcome; the authority too where there is a plan."""
        return ["relevant_person", "head", "board_nominee", *(["la"] if "ehcp" in self.child.flags else [])]

    def plan_return(self, full_time_by: date) -> None:
        first = CALENDAR.nth_after(self.day, 1)
        self.give(
            self.case_worker,
            "plan-reintegration",
            full_time_by=full_time_by.isoformat(),
            school_accepted=True,
            steps=[
                {"n": 1, "from_on": first.isoformat(), "sessions_school": 6, "sessions_ap": 4, "support": "Key adult"},
                {
                    "n": 2,
                    "from_on": CALENDAR.nth_after(first, 5).isoformat(),
                    "sessions_school": 8,
                    "sessions_ap": 2,
                    "support": "Check-in each morning",
                },
            ],
            key_adult="Mx Guidewell",
            readiness_criteria=["Two weeks at nine sessions of ten"],
            pupil_view="Ready, a bit nervous",
            parent_view="Glad",
        )

    def begin_return(self) -> None:
        self.give(self.case_worker, "start-reintegration", started_on=self.day.isoformat())

    def end(self, reason: str = "RETURN_FULL") -> None:
        self.give(
            self.case_worker, "end-placement", ended_on=self.day.isoformat(), reason=reason, destination_urn=self.urn
        )

    def evaluate(self) -> None:
        self.give(
            self.case_worker,
            "evaluate",
            objectives_met=["o1"],
            attendance_before_basis_points=6120,
            attendance_during_basis_points=8840,
            cost_total_pennies=108_000,
            pupil_assessment="It helped me want to come back",
            parent_assessment="Well run, and we were told what was happening",
            provider_view="Grew in confidence",
        )

    def stop(self, person: str, command: str, code: str, text: str) -> None:
        """Decline, withdraw or cancel."""
        self.give(person, command, reason_code=code, reason_text=text)

    def close(self) -> None:
        self.give(self.case_worker, "close")
