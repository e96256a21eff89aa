"""One worked example body for each command. Together they tell one placement's story, which a test takes step by step.

Every person, school and number here is invented, and is one of the example caseload's, so that the story can be told
on a running set-up too. Ids that a command makes follow from that command's own id, so the ids that later bodies need
can be written down beforehand.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from events.ids import PlacementId, PupilId, derived_id
from infra.ids import derived

SCHOOL_URN = "900001"
PROVIDER_ID = UUID("0190a1b2-0000-7000-8000-000000000001")
SITE_ID = UUID("0190a1b2-0000-7000-8000-000000000002")
_HEAD_ID = UUID("34a64eef-a2ec-58ec-87d1-04b1db292f02")
DELEGATION_ID = UUID("0190a1b2-0000-7000-8000-000000000004")
_CORRECTION_ID = UUID("01924f00-0000-7000-8000-0000000000c1")
_WORKER_ID = UUID("c0874ed1-a376-5aa6-850d-5d1d4e16c697")
_FIRST_COMMAND_ID = UUID("0190a1b2-0000-7000-8000-000000000005")

PLACEMENT_ID = PlacementId(derived_id(_FIRST_COMMAND_ID, "placement"))
PUPIL_ID = PupilId(derived_id(_FIRST_COMMAND_ID, "pupil"))
_REVIEW_DUE = date(2027, 1, 22)
_REVIEW_ID = derived_id(PLACEMENT_ID, f"review:plan:{_REVIEW_DUE}")


class Step(NamedTuple):
    """One command of the story: the day it is given, its name, who gives it, its body."""

    day: date
    command: str
    role: str
    body: dict[str, Any]


def command_id(command: str) -> UUID:
    """The id under which the story first gives a command."""
    return _FIRST_COMMAND_ID if command == "draft-referral" else derived_id(_FIRST_COMMAND_ID, f"example/{command}")


_REQUEST_ID = derived_id(command_id("request-review"), "request")
_CONCERN_ID = derived_id(command_id("raise-safeguarding-concern"), "concern")
_PAUSE_REVIEW_ID = derived_id(command_id("pause-for-safeguarding"), "review")
_ACCESS_REQUEST_ID = derived_id(command_id("record-subject-access-request"), "access-request")
_COMPLAINT_ID = derived_id(command_id("record-data-protection-complaint"), "complaint")


_OBJECTIVE = {
    "id": "o1",
    "text": "Stays in lessons for the whole session",
    "baseline": "Leaves three lessons a week",
    "target": "Leaves none",
    "measure": "Lesson log, weekly",
}
_EVERYBODY = ["relevant_person", "head", "board_nominee"]

_MONDAY = date(2026, 11, 23)

BEFORE = (
    Step(
        _MONDAY,
        "register-school",
        "la_officer",
        {"name": "Alderbrook Academy", "kind": "academy", "la_code": "831", "laestab": "8314000"},
    ),
    Step(
        _MONDAY,
        "publish-calendar",
        "head",
        {
            "half_terms": [
                {"name": "Autumn 1", "first_on": "2026-09-02", "last_on": "2026-10-23"},
                {"name": "Autumn 2", "first_on": "2026-11-02", "last_on": "2026-12-18"},
                {"name": "Spring 1", "first_on": "2027-01-04", "last_on": "2027-02-12"},
                {"name": "Spring 2", "first_on": "2027-02-22", "last_on": "2027-03-25"},
                {"name": "Summer 1", "first_on": "2027-04-12", "last_on": "2027-05-28"},
                {"name": "Summer 2", "first_on": "2027-06-07", "last_on": "2027-07-23"},
            ],
            "inset_days": ["2026-09-02", "2027-01-04"],
            "half_days": [{"day": "2027-07-23", "session": "AM"}],
        },
    ),
    Step(
        _MONDAY,
        "register-provider",
        "la_officer",
        {
            "name": "Millrace Workshop",
            "kind": "non_school",
            "sites": [{"site_id": str(SITE_ID), "name": "Canalside", "address": "1 Example Wharf, Derby, DE99 9ZZ"}],
            "setting_type": "OTH",
        },
    ),
    Step(
        _MONDAY,
        "record-qa-visit",
        "la_officer",
        {
            "visited_on": "2026-11-16",
            "la_code": "831",
            "sections": [
                {"name": "Safeguarding and welfare", "status": "complete", "grade": "met"},
                {"name": "Health and safety", "status": "complete"},
            ],
        },
    ),
    Step(
        _MONDAY,
        "grant-delegation",
        "head",
        {"delegation_id": str(DELEGATION_ID), "granted_on": "2026-09-01", "until_on": "2027-08-31"},
    ),
    Step(_MONDAY, "publish-directory-entry", "la_officer", {"la_code": "831", "approved_on": "2026-11-20"}),
    Step(
        _MONDAY,
        "complete-due-diligence",
        "case_worker",
        {
            "checks": [
                {
                    "kind": kind,
                    "outcome": "seen",
                    "evidence": evidence,
                    "checked_on": "2026-11-16",
                    "expires_on": expires_on,
                }
                for kind, evidence, expires_on in (
                    ("safeguarding_policy", "The policy of September 2026, read", None),
                    ("safer_recruitment", "The single central record, seen on site", "2027-08-31"),
                    ("safeguarding_training", "The certificates of all staff", None),
                    ("insurance", "The certificate of public liability", "2027-09-30"),
                    ("health_and_safety", "The risk assessments of the workshop", None),
                    ("qualifications", "The certificates of both tutors", None),
                    ("registration_status", "Not a school; no more than four pupils at a time", None),
                    ("quality_of_education", "The course plan, and two lessons seen", None),
                    ("sen_fit", "How the tutors plan for pupils with SEN support", None),
                )
            ]
        },
    ),
)

_REFERRAL = (
    Step(
        _MONDAY,
        "draft-referral",
        "case_worker",
        {
            "home_school_urn": SCHOOL_URN,
            "commissioner": "academy",
            "legal_basis": "OSD",
            "pupil": {
                "legal_name": "Rowan Tester-Field",
                "born_on": "2012-05-14",
                "sex": "F",
                "upn": "B801200005001",
                "year_group": 9,
                "address": "2 Example Row, Derby, DE99 9ZZ",
                "home_language": "English",
                "parents": [
                    {
                        "name": "Marlow Tester-Field",
                        "relationship": "mother",
                        "has_parental_responsibility": True,
                        "contact": "01632 960001",
                        "stance": "agree",
                        "informed_on": "2026-11-19",
                    }
                ],
            },
        },
    ),
    Step(
        _MONDAY,
        "submit-referral",
        "case_worker",
        {
            "primary_reason": "BEHAVIOUR",
            "provision_requested": "A workshop course with small groups, and English and mathematics",
            "sessions_requested": 10,
            "proposed_days": 60,
            "objectives": [_OBJECTIVE],
            "parent_informed_on": "2026-11-19",
            "signed_off_by": str(_HEAD_ID),
            "picture": {
                "sen_status": "SEN support",
                "sen_need": "Social, emotional and mental health",
                "on_roll": True,
                "flags": ["social_worker"],
                "social_care_contact": "Duty team, 01632 960002",
                "health": "Asthma; carries an inhaler",
                "attendance_basis_points": 8750,
                "suspension_days": 4,
                "strengths": "Makes things with care, helps younger pupils",
                "triggers": "Crowded corridors, a change without warning",
                "strategies_tried": "A mentor since September: fewer incidents in the mornings",
                "risk_assessment": "Reviewed on 12 November: may leave the site when upset",
                "free_school_meals": True,
                "transport": "Bus pass from the school",
            },
            "details": {
                "uln": "1234567890",
                "roll_status": "single",
                "medication": "Salbutamol inhaler, kept by the pupil",
                "previous_schools": ["Example Primary School, 2016 to 2024"],
                "link_person": "Juniper Placeholder, mentor",
            },
        },
    ),
    Step(
        _MONDAY,
        "propose-provider",
        "case_worker",
        {
            "provider_id": str(PROVIDER_ID),
            "site_ids": [str(SITE_ID)],
            "registration": {
                "checked_on": "2026-11-16",
                "result": "not_required",
                "influence": "A workshop of four places needs no registration, so the school's own checks weigh more",
            },
            "needs_considered": "Small groups and practical work answer what upsets her in crowded rooms",
        },
    ),
    Step(
        _MONDAY,
        "record-consultation",
        "case_worker",
        {
            "role": "social_worker",
            "consulted_on": "2026-11-20",
            "body": "Children's social care",
            "view": "In favour, if the workshop keeps the same mentor",
        },
    ),
    Step(
        _MONDAY,
        "convene-professionals-meeting",
        "case_worker",
        {
            "at": "2026-11-25T14:00:00+00:00",
            "place": "Alderbrook Academy, meeting room",
            "invited_roles": ["head", "social_worker", "provider_user", "parent"],
            "invited_names": ["Marlow Tester-Field"],
        },
    ),
    Step(
        date(2026, 11, 25),
        "record-professionals-meeting",
        "case_worker",
        {
            "held_on": "2026-11-25",
            "attended_roles": ["head", "social_worker", "parent"],
            "apologies_roles": ["provider_user"],
            "recommendation": "proceed",
            "minutes": "All agree on a term at the workshop with a review in January",
            "pupil_view": "Wants to try it",
            "parent_view": "Agrees, asks for weekly calls",
        },
    ),
)

_DECISION = (
    Step(
        date(2026, 11, 26),
        "determine",
        "head",
        {
            "start_date": "2026-12-07",
            "proposed_end": "2027-03-25",
            "days": 60,
            "review_plan": [{"due": str(_REVIEW_DUE), "kind": "plan"}],
            "reasons": "To improve behaviour in a smaller setting, with a planned return",
            "alternatives": "A reduced timetable and a place in the school's own unit were considered",
            "delegation_id": str(DELEGATION_ID),
            "direction": {
                "purpose": "To stay in lessons, learnt in small groups first",
                "prior_help": "A mentor since September: fewer incidents in the mornings, none in the afternoons",
                "not_a_sanction": True,
            },
        },
    ),
    Step(
        date(2026, 11, 26),
        "record-safeguarding-information",
        "case_worker",
        {
            "received_on": "2026-11-26",
            "covers": ["staff_checks", "staff_changes", "addresses"],
            "note": "Letter of 25 November, kept with the agreement",
        },
    ),
    Step(
        date(2026, 11, 26),
        "issue-agreement",
        "case_worker",
        {
            "pennies_per_session": 4500,
            "total_pennies": 540000,
            "notice_days": 10,
            "terms": "Attendance reported by 9.30 each day, a written report each half-term",
        },
    ),
    Step(
        date(2026, 11, 27),
        "sign-agreement",
        "head",
        {"party": "school", "method": "signed_in", "signed_on": "2026-11-27", "signatory": "Quill Example, head"},
    ),
    Step(
        date(2026, 11, 27),
        "sign-agreement",
        "provider_user",
        {"party": "provider", "method": "signed_in", "signed_on": "2026-11-27", "signatory": "Sorrel Sample, manager"},
    ),
    Step(
        date(2026, 11, 27),
        "record-parent-view",
        "case_worker",
        {"stance": "agree", "given_on": "2026-11-27", "view": "Hopes it helps, and wants the return kept in sight"},
    ),
    Step(
        date(2026, 11, 27),
        "assign-case",
        "head",
        {"assigned_to": str(_WORKER_ID), "reason": "Knows the family"},
    ),
    Step(
        date(2026, 11, 27),
        "arrange-transport",
        "case_worker",
        {
            "arranged_on": "2026-11-27",
            "required": True,
            "mode": "public",
            "from_on": "2026-12-08",
            "details": "A bus pass from the school; the first week with the mentor",
        },
    ),
    Step(
        date(2026, 11, 27),
        "arrange-meals",
        "case_worker",
        {
            "arranged_on": "2026-11-27",
            "arrangement": "provider_meal",
            "from_on": "2026-12-08",
            "details": "The workshop has a kitchen and charges the school",
        },
    ),
    Step(
        date(2026, 11, 27),
        "record-communication",
        "case_worker",
        {
            "sent_on": "2026-11-27",
            "subject": "arrangements",
            "to_roles": ["parent", "pupil"],
            "method": "letter",
            "content": "Where and when, the bus, lunch, whom to ask for, and when it is reviewed",
        },
    ),
    Step(date(2026, 11, 27), "add-note", "case_worker", {"text": "The form tutor would like to hear how it goes"}),
    Step(
        date(2026, 11, 27),
        "move-start-date",
        "head",
        {
            "start_date": "2026-12-08",
            "proposed_end": "2027-03-25",
            "days": 60,
            "reason": "The workshop's induction is on Tuesdays",
        },
    ),
    Step(
        date(2026, 11, 30),
        "give-notice",
        "case_worker",
        {
            "given_on": "2026-11-30",
            "method": "hand",
            "recipients": ["relevant_person"],
            "session_times": {
                "mode": "two_session",
                "am_start": "09:00:00",
                "break_start": "12:00:00",
                "break_end": "12:45:00",
                "pm_end": "15:00:00",
            },
            "address": "1 Example Wharf, Derby, DE99 9ZZ",
            "report_to": "Sorrel Sample",
            "reasons": "To improve behaviour in a smaller setting",
            "objectives": [_OBJECTIVE],
        },
    ),
    Step(
        date(2026, 12, 1),
        "set-attendance-pattern",
        "case_worker",
        {
            "effective_from": "2026-12-08",
            "sessions": [
                {"weekday": weekday, "session": session, "place": "none" if (weekday, session) == (5, "PM") else where}
                for weekday, where in ((1, "school"), (2, "provider"), (3, "provider"), (4, "provider"), (5, "school"))
                for session in ("AM", "PM")
            ],
            "am_start": "09:00:00",
            "pm_start": "12:45:00",
            "part_time_until": "2027-02-12",
            "agreed_with": "Marlow Tester-Field, at the professionals' meeting",
        },
    ),
    Step(
        date(2026, 12, 8),
        "start-placement",
        "case_worker",
        {"started_on": "2026-12-08", "first_site_id": str(SITE_ID)},
    ),
)

# One session of the second day: absent, at first without a reason.
_SESSION = {"day": "2026-12-09", "session": "AM"}
WEEK = "2026-W50"

_REGISTER = (
    Step(
        date(2026, 12, 9),
        "record-mark",
        "provider_user",
        {**_SESSION, "mark": "absent", "site_id": str(SITE_ID)},
    ),
    Step(date(2026, 12, 9), "confirm-mark", "case_worker", {**_SESSION, "code": "N"}),
    Step(
        date(2026, 12, 10),
        "correct-mark",
        "provider_user",
        {
            **_SESSION,
            "mark": "absent",
            "site_id": str(SITE_ID),
            "explanation": "The parent left a message",
            "reason": "The message was found after the register was sent",
        },
    ),
    Step(
        date(2026, 12, 10),
        "resolve-absence",
        "case_worker",
        {**_SESSION, "code": "I", "reason": "A parent rang: a stomach upset"},
    ),
    Step(
        date(2026, 12, 11),
        "amend-mark",
        "case_worker",
        {**_SESSION, "code": "M", "reason": "The parent brought the letter of a hospital appointment"},
    ),
)

_FIRST_WEEKS = (
    Step(
        date(2026, 12, 10),
        "log-contact",
        "case_worker",
        {
            "contacted_on": "2026-12-10",
            "with_roles": ["provider_user", "pupil"],
            "method": "phone",
            "summary": "Both speak well of the first days; the pupil asks to keep her English group",
        },
    ),
    Step(
        date(2026, 12, 15),
        "record-visit",
        "case_worker",
        {
            "visited_on": "2026-12-15",
            "site_id": str(SITE_ID),
            "pupil_seen": True,
            "visitor": "Amara Thistlewood",
            "observations": "At ease, on time, goggles on; the first aid box is where it should be",
            "actions": "Send the English work on Mondays",
        },
    ),
)

_REVIEW = (
    Step(
        date(2027, 1, 8),
        "receive-progress-report",
        "provider_user",
        {
            "received_on": "2027-01-08",
            "period_from": "2026-12-08",
            "period_to": "2026-12-18",
            "attendance_basis_points": 9440,
            "behaviour": "One incident, talked through on the day",
            "curriculum": {"broad": True, "balanced": True, "well_sequenced": True},
            "curriculum_text": "Workshop units 1 and 2, English and mathematics each morning",
            "personal_development": "Speaks up in the group, helps the younger ones",
            "objective_rag": [{"id": "o1", "rag": "A"}],
            "achievements": "Unit 1 signed off",
            "pupil_voice": "I know what I am doing there",
        },
    ),
    Step(
        date(2027, 1, 8),
        "restrict-access",
        "head",
        {
            "reader_roles": ["head", "case_worker", "dsl", "social_worker"],
            "reason": "A relative works in the school office",
        },
    ),
    Step(
        date(2027, 1, 8),
        "lift-access-restriction",
        "head",
        {"reason": "The relative has moved to another school"},
    ),
    Step(
        date(2027, 1, 8),
        "schedule-review",
        "case_worker",
        {
            "review_id": str(_REVIEW_ID),
            "at": "2027-01-20T10:00:00+00:00",
            "place": "Alderbrook Academy, meeting room",
            "convenience_checked": True,
        },
    ),
    Step(
        date(2027, 1, 11),
        "invite-to-review",
        "case_worker",
        {
            "review_id": str(_REVIEW_ID),
            "given_on": "2027-01-11",
            "method": "hand",
            "recipients": _EVERYBODY,
            "written_views_invited": True,
        },
    ),
    Step(
        date(2027, 1, 18),
        "record-written-views",
        "case_worker",
        {
            "review_id": str(_REVIEW_ID),
            "received_on": "2027-01-18",
            "from_role": "parent",
            "views": "Happier at home, wants to know the plan for going back",
        },
    ),
    Step(
        date(2027, 1, 20),
        "hold-review",
        "case_worker",
        {
            "review_id": str(_REVIEW_ID),
            "held_on": "2027-01-20",
            "attended_roles": ["head", "case_worker", "parent", "social_worker"],
            "evidence": {
                "attendance_basis_points": 9400,
                "behaviour": "One incident in six weeks",
                "progress": "Two units of the course done",
                "rag": [{"id": "o1", "rag": "G"}],
            },
            "minutes": "On course for a return after half-term",
            "pupil_voice": "Likes the mornings best",
            "parent_voice": "Pleased",
        },
    ),
    Step(
        date(2027, 1, 21),
        "decide-review",
        "head",
        {
            "review_id": str(_REVIEW_ID),
            "decision": "continue",
            "until": "2027-03-25",
            "reasons": "The objectives are nearly met; the return begins after half-term",
            "views_considered": "The parent's letter was read out and answered",
        },
    ),
    Step(
        date(2027, 1, 22),
        "notify-outcome",
        "case_worker",
        {
            "review_id": str(_REVIEW_ID),
            "given_on": "2027-01-22",
            "method": "first_class_post",
            "recipients": _EVERYBODY,
        },
    ),
)

_RETURN = (
    Step(
        date(2027, 2, 8),
        "plan-reintegration",
        "case_worker",
        {
            "full_time_by": "2027-03-22",
            "school_accepted": True,
            "steps": [
                {"n": 1, "from_on": "2027-02-22", "sessions_school": 4, "sessions_ap": 6, "support": "Mentor each day"},
                {"n": 2, "from_on": "2027-03-08", "sessions_school": 8, "sessions_ap": 2, "support": "Mentor weekly"},
            ],
            "key_adult": "Juniper Placeholder, mentor",
            "readiness_criteria": ["Two weeks without leaving a lesson"],
            "pupil_view": "Wants to start with art",
            "parent_view": "Agrees",
        },
    ),
    Step(
        date(2027, 2, 9),
        "record-subject-access-request",
        "case_worker",
        {
            "received_on": "2027-02-09",
            "right": "subject_access",
            "requester": "Marlow Tester-Field, mother",
            "scope": "Everything since September",
        },
    ),
    Step(
        date(2027, 2, 10),
        "query-subject-access-request",
        "case_worker",
        {
            "request_id": str(_ACCESS_REQUEST_ID),
            "asked_on": "2027-02-10",
            "query": "clarification",
            "question": "Are the registers wanted as well, or the letters and reports alone?",
        },
    ),
    Step(
        date(2027, 2, 12),
        "record-query-answer",
        "case_worker",
        {
            "request_id": str(_ACCESS_REQUEST_ID),
            "answered_on": "2027-02-12",
            "query": "clarification",
            "answer": "The registers too",
        },
    ),
    Step(
        date(2027, 2, 22),
        "extend-subject-access-request",
        "case_worker",
        {
            "request_id": str(_ACCESS_REQUEST_ID),
            "extended_on": "2027-02-22",
            "reason": "Letters of three other families have to be taken out first; told by letter today",
        },
    ),
    Step(
        date(2027, 2, 22),
        "consider-serious-harm",
        "dsl",
        {
            "request_id": str(_ACCESS_REQUEST_ID),
            "considered_on": "2027-02-22",
            "finding": "part",
            "reasons": "The notes of one concern name a child who could be found by them",
        },
    ),
    Step(
        date(2027, 2, 22),
        "record-subject-access-answer",
        "case_worker",
        {
            "request_id": str(_ACCESS_REQUEST_ID),
            "answered_on": "2027-02-22",
            "outcome": "given_in_part",
            "reasons": "What concerns other families was taken out",
        },
    ),
    Step(
        date(2027, 2, 22),
        "record-data-protection-complaint",
        "case_worker",
        {
            "received_on": "2027-02-22",
            "complainant": "Marlow Tester-Field, mother",
            "complaint": "The report was sent to the wrong address in January",
        },
    ),
    Step(
        date(2027, 2, 22),
        "acknowledge-data-protection-complaint",
        "case_worker",
        {"complaint_id": str(_COMPLAINT_ID), "acknowledged_on": "2027-02-22"},
    ),
    Step(
        date(2027, 2, 22),
        "answer-data-protection-complaint",
        "head",
        {
            "complaint_id": str(_COMPLAINT_ID),
            "answered_on": "2027-02-22",
            "outcome": "It was, and was returned unopened. The address is corrected, and the governors were told",
        },
    ),
    Step(date(2027, 2, 22), "start-reintegration", "case_worker", {"started_on": "2027-02-22"}),
    Step(
        date(2027, 3, 5),
        "record-reintegration-step",
        "case_worker",
        {"n": 1, "recorded_on": "2027-03-05", "attendance_basis_points": 10000, "outcome": "In every lesson"},
    ),
    Step(
        date(2027, 3, 25),
        "end-placement",
        "case_worker",
        {
            "ended_on": "2027-03-25",
            "reason": "RETURN_FULL",
            "destination_urn": SCHOOL_URN,
            "reason_text": "Back full time since 22 March",
        },
    ),
    Step(
        date(2027, 4, 14),
        "evaluate",
        "case_worker",
        {
            "objectives_met": ["o1"],
            "attendance_before_basis_points": 8750,
            "attendance_during_basis_points": 9450,
            "cost_total_pennies": 540000,
            "attendance_after_basis_points": 9600,
            "pupil_assessment": "It was good to make things. I am glad to be back",
            "parent_assessment": "It worked, and we were kept in the picture",
            "provider_view": "A pleasure to teach",
        },
    ),
    Step(
        date(2027, 4, 14),
        "correct-record",
        "case_worker",
        {
            "corrects_event_id": str(derived(command_id("record-reintegration-step"), 0)),
            "field": "attendance_basis_points",
            "value": "9800",
            "reason": "One session was left out of the count",
        },
    ),
    Step(date(2027, 4, 15), "close", "case_worker", {}),
)

STORY: tuple[Step, ...] = (*BEFORE, *_REFERRAL, *_DECISION, *_REGISTER, *_FIRST_WEEKS, *_REVIEW, *_RETURN)
OF_PLACEMENT = tuple(step for step in STORY[len(BEFORE) :] if step not in _REGISTER)
"""The part of the story that is the placement's own."""

# What the story does not come to, each given in place of the step it names.
INSTEAD: Mapping[str, Step] = {
    "record-professionals-meeting": Step(
        date(2026, 11, 25),
        "dispense-with-meeting",
        "case_worker",
        {"reason": "The pupil is not looked after and has no social worker; all concerned have spoken"},
    ),
    "propose-provider": Step(
        _MONDAY,
        "decline-referral",
        "case_worker",
        {"reason_code": "no_place", "reason_text": "No provider nearby has a place this term"},
    ),
    "convene-professionals-meeting": Step(
        _MONDAY,
        "withdraw",
        "case_worker",
        {"reason_code": "parent_request", "reason_text": "The family is moving away"},
    ),
    "issue-agreement": Step(
        date(2026, 11, 26),
        "revoke-delegation",
        "head",
        {"delegation_id": str(DELEGATION_ID), "revoked_on": "2026-11-25"},
    ),
    "record-consultation": Step(
        _MONDAY,
        "override-meeting",
        "head",
        {"reason": "The social worker was asked twice and the pupil's needs cannot wait; she agrees by telephone"},
    ),
    "start-placement": Step(
        date(2026, 12, 7),
        "cancel",
        "head",
        {"reason_code": "pupil_moved", "reason_text": "The pupil has moved to another school"},
    ),
}

_ASKED = Step(
    date(2027, 3, 1),
    "request-review",
    "case_worker",
    {
        "requested_on": "2027-03-01",
        "by": "relevant_person",
        "request": "Please meet us again: the second step of the return comes too soon for us",
    },
)

_NOTICE = next(step.body for step in STORY if step.command == "give-notice")
_WORRY = Step(
    date(2027, 1, 26),
    "raise-safeguarding-concern",
    "provider_user",
    {
        "raised_on": "2027-01-26",
        "severity": "serious",
        "concern": "An older visitor to the workshop has been messaging pupils",
        "pause_requested": True,
    },
)
_PAUSE = (
    _WORRY,
    Step(
        date(2027, 1, 26),
        "pause-for-safeguarding",
        "head",
        {
            "concern_id": str(_CONCERN_ID),
            "paused_on": "2027-01-26",
            "interim_education": "In the school's learning base each morning, with work sent home",
        },
    ),
    Step(
        date(2027, 1, 26),
        "schedule-review",
        "case_worker",
        {
            "review_id": str(_PAUSE_REVIEW_ID),
            "at": "2027-02-02T10:00:00+00:00",
            "place": "Alderbrook Academy, meeting room",
            "convenience_checked": True,
        },
    ),
    Step(
        date(2027, 2, 2),
        "hold-review",
        "case_worker",
        {
            "review_id": str(_PAUSE_REVIEW_ID),
            "held_on": "2027-02-02",
            "attended_roles": ["head", "dsl", "parent", "social_worker"],
            "evidence": {
                "attendance_basis_points": 9400,
                "behaviour": "Calm, and spoke up herself",
                "progress": "Work sent home was done",
            },
            "minutes": "The visitor is barred and the police are told",
        },
    ),
    Step(
        date(2027, 2, 2),
        "decide-review",
        "head",
        {
            "review_id": str(_PAUSE_REVIEW_ID),
            "decision": "continue",
            "until": "2027-03-25",
            "reasons": "The workshop is safe again",
            "views_considered": "The pupil and her mother want to go on",
        },
    ),
    Step(
        date(2027, 2, 3),
        "resume-placement",
        "head",
        {"safeguards": "Visitors sign in and are accompanied; telephones stay at the door"},
    ),
)

# Side stories, each told from before the step it names. Their first command of a kind has the id of that kind.
BESIDE: Mapping[str, tuple[Step, ...]] = {
    "schedule-review": (
        Step(
            date(2027, 1, 8),
            "report-provider-change",
            "provider_user",
            {"kind": "site", "reported_on": "2027-01-08", "detail": "The paint shop moves to the yard next door"},
        ),
        Step(
            date(2027, 1, 8),
            "change-terms",
            "case_worker",
            {
                "effective_on": "2027-01-14",
                "reason": "The workshop has moved its paint shop",
                "address": "3 Example Wharf, Derby, DE99 9ZZ",
            },
        ),
        Step(
            date(2027, 1, 11),
            "give-notice",
            "case_worker",
            {**_NOTICE, "given_on": "2027-01-11", "address": "3 Example Wharf, Derby, DE99 9ZZ"},
        ),
    ),
    "convene-professionals-meeting": (
        Step(
            _MONDAY,
            "notify-la-of-plan",
            "case_worker",
            {"la_code": "831", "notified_on": "2026-11-20"},
        ),
        Step(
            _MONDAY,
            "record-annual-review",
            "case_worker",
            {"reviewed_on": "2026-03-12", "note": "Mentoring kept, speech and language added"},
        ),
        Step(
            _MONDAY,
            "record-plan-delivery",
            "case_worker",
            {
                "arranged_on": "2026-11-20",
                "items": [
                    {"item": "Mentoring twice a week", "delivered_by": "provider"},
                    {
                        "item": "Speech and language therapy once a fortnight",
                        "delivered_by": "other",
                        "name": "Example Therapy Practice",
                    },
                ],
            },
        ),
    ),
    "determine": (
        Step(
            date(2026, 11, 25),
            "record-exclusion",
            "head",
            {"first_day": "2026-11-23", "kind": "suspension", "days": 15},
        ),
        _DECISION[0],
        Step(
            date(2026, 12, 4),
            "record-early-start-consent",
            "case_worker",
            {"consented_on": "2026-12-04", "consent": "Both parents, by telephone: the sooner the better"},
        ),
    ),
    "plan-reintegration": _PAUSE,
    "start-reintegration": (
        _WORRY._replace(day=date(2027, 2, 9), body={**_WORRY.body, "raised_on": "2027-02-09"}),
        Step(
            date(2027, 2, 9),
            "answer-safeguarding-concern",
            "head",
            {"concern_id": str(_CONCERN_ID), "answer": "Spoke with the workshop: the visitor no longer comes"},
        ),
        Step(
            date(2027, 2, 9),
            "suspend-directory-entry",
            "la_officer",
            {"la_code": "831", "reason_code": "quality", "reason": "The winter visit found no lesson plans"},
        ),
        Step(
            date(2027, 2, 9),
            "record-provider-review",
            "head",
            {
                "outcome": "goes_on_with_safeguards",
                "reasons": "The return begins next week; the mentor visits on both days until then",
            },
        ),
    ),
    "record-reintegration-step": (
        _ASKED,
        Step(
            date(2027, 3, 2),
            "refuse-review-request",
            "head",
            {
                "request_id": str(_REQUEST_ID),
                "reason": "A review was held on 20 January; the mentor calls this week about the second step",
            },
        ),
    ),
    "submit-referral": (
        Step(
            _MONDAY,
            "correct-school",
            "case_worker",
            {"name": "Alder Brook Academy", "reason": "The name is two words, as on the school's sign"},
        ),
        Step(
            _MONDAY,
            "convert-school",
            "head",
            {
                "successor_urn": "900011",
                "kind": "academy",
                "name": "Alder Brook Academy of Arts",
                "effective_on": "2027-01-01",
            },
        ),
        Step(_MONDAY, "cancel-succession", "head", {"reason": "The trust board put it off to the next school year"}),
        Step(
            _MONDAY,
            "close-school",
            "la_officer",
            {
                "successor_urn": "900011",
                "effective_on": "2027-08-31",
                "reason": "The two schools become one, by the council's notice of 16 November",
            },
        ),
        Step(
            _MONDAY,
            "change-pupil-flags",
            "case_worker",
            {
                "effective_on": "2026-11-20",
                "flags": ["ehcp", "social_worker"],
                "plan": {
                    "la_code": "831",
                    "name": "Example Council",
                    "address": "SEND team\n1 Example Street\nDerby\nDE99 9ZZ",
                },
                "reason": "The council issued the final plan on 20 November",
            },
        ),
        Step(
            _MONDAY,
            "record-electronic-service-agreed",
            "case_worker",
            {
                "agreed_on": "2026-11-20",
                "parent": "Marlow Tester-Field",
                "email": "marlow@example.org",
                "how": "In a letter, which is kept in the pupil's file",
            },
        ),
        Step(
            _MONDAY,
            "record-electronic-service-withdrawn",
            "case_worker",
            {
                "withdrawn_on": "2026-11-23",
                "parent": "Marlow Tester-Field",
                "reason": "Rang: she would rather have letters",
            },
        ),
        Step(
            _MONDAY,
            "hand-over-pupil",
            "case_worker",
            {
                "to": "la:831",
                "handed_over_on": "2026-11-23",
                "copied": ["details", "flags"],
                "reason": "The council arranges the provision from January",
            },
        ),
    ),
    "propose-provider": (
        Step(
            _MONDAY,
            "suspend-directory-entry",
            "la_officer",
            {"la_code": "831", "reason_code": "quality", "reason": "The autumn visit found no lesson plans"},
        ),
        Step(
            _MONDAY,
            "reinstate-directory-entry",
            "la_officer",
            {"la_code": "831", "reason": "The plans were seen on a second visit"},
        ),
        Step(_MONDAY, "renew-directory-entry", "la_officer", {"la_code": "831", "expires_on": "2027-11-30"}),
        Step(
            _MONDAY,
            "withdraw-directory-entry",
            "la_officer",
            {
                "la_code": "831",
                "reason_code": "provider_request",
                "reason": "The workshop takes no more referrals from schools",
            },
        ),
        Step(
            _MONDAY,
            "submit-directory-application",
            "provider_user",
            {"la_code": "831", "statement": "Bicycle repair and carpentry for four pupils, on four days a week"},
        ),
        Step(
            _MONDAY,
            "decide-directory-application",
            "la_officer",
            {
                "application_id": str(derived_id(command_id("submit-directory-application"), "application")),
                "la_code": "831",
                "outcome": "approved",
                "reasons": "It fills a gap in the north of the city, and its visit went well",
            },
        ),
        Step(_MONDAY, "record-full-time-pupils", "provider_user", {"counted_on": "2026-11-20", "pupils": 3}),
        Step(
            _MONDAY,
            "record-provider-details",
            "provider_user",
            {"key_stages": ["KS3", "KS4"], "needs": ["SEMH", "ASD"]},
        ),
        Step(
            _MONDAY,
            "record-site-address",
            "provider_user",
            {"site_id": str(SITE_ID), "address": "1 Example Wharf, Derby, DE99 9ZZ"},
        ),
        Step(
            _MONDAY,
            "raise-provider-concern",
            "la_officer",
            {"kind": "staffing", "severity": "concern", "concern": "A tutor has left and nobody was told"},
        ),
        Step(
            _MONDAY,
            "resolve-provider-concern",
            "la_officer",
            {
                "concern_id": str(derived_id(command_id("raise-provider-concern"), "concern")),
                "outcome": "put_right",
                "findings": "A tutor of the same training began within the week; schools were told",
            },
        ),
    ),
    "record-consultation": (
        Step(
            _MONDAY,
            "request-provider-offer",
            "case_worker",
            {
                "sessions_a_week": 10,
                "wanted_from": "2026-12-07",
                "reply_by": "2026-11-27",
                "message": "Mornings would be best to begin with",
            },
        ),
        Step(
            _MONDAY,
            "make-provider-offer",
            "provider_user",
            {
                "offer_id": str(derived_id(command_id("request-provider-offer"), "offer")),
                "start_from": "2026-12-07",
                "sessions_a_week": 10,
                "pennies_per_session": 4500,
                "open_until": "2026-12-04",
                "conditions": "With a visit before the first day",
            },
        ),
    ),
    "record-professionals-meeting": (
        Step(
            _MONDAY,
            "request-provider-offer",
            "case_worker",
            {"sessions_a_week": 10, "wanted_from": "2026-12-07"},
        ),
        Step(
            _MONDAY,
            "decline-provider-offer",
            "provider_user",
            {
                "offer_id": str(derived_id(command_id("request-provider-offer"), "offer")),
                "reason_code": "full",
                "reason": "All four places are taken until Easter",
            },
        ),
    ),
    "evaluate": (
        Step(
            date(2027, 4, 13),
            "record-assessment-attempt",
            "case_worker",
            {"of": "provider", "asked_on": "2027-04-13", "method": "email"},
        ),
        Step(
            date(2027, 4, 14),
            "evaluate",
            "case_worker",
            {
                "objectives_met": ["o1"],
                "attendance_before_basis_points": 8750,
                "attendance_during_basis_points": 9450,
                "cost_total_pennies": 540000,
                "pupil_assessment": "It was good to make things",
                "parent_assessment": "It worked",
            },
        ),
        Step(date(2027, 4, 15), "close", "case_worker", {}),
    ),
    "end-placement": (
        _ASKED,
        Step(date(2027, 3, 2), "grant-review-request", "head", {"request_id": str(_REQUEST_ID)}),
    ),
}

_PICTURE = next(step.body["picture"] for step in STORY if step.command == "submit-referral")
TOLD_OTHERWISE: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "dispense-with-meeting": {"submit-referral": {"picture": _PICTURE | {"flags": [], "social_care_contact": None}}},
    "notify-la-of-plan": {
        "submit-referral": {
            "picture": _PICTURE
            | {
                "flags": ["ehcp", "social_worker"],
                "plan_la_code": "831",
                "section_f_summary": "A mentor",
                "section_i_school": "Alderbrook Academy",
            }
        },
        # Beyond 18 hours a week a provider with a pupil with a plan must be a registered school.
        "propose-provider": {"minutes_a_week": 900},
    },
    "record-exclusion": {
        "draft-referral": {"legal_basis": "SUSP6"},
        "submit-referral": {"primary_reason": "SUSPENSION"},
    },
}
"""What must be different in the story for the command that another way begins with: fields of the bodies before it."""

_OF_AN_EARLIER_LAW = Step(
    date(2026, 7, 27),
    "record-transition-dealt-with",
    "head",
    {"how": "Decided anew by the trust board on 9 September, with notice to the parents"},
)
"""For a placement that was decided before 26 July 2026, as the story's was not."""

_OF_A_SECOND_PERSON = Step(_MONDAY, "confirm-calendar-correction", "la_officer", {"correction_id": str(_CORRECTION_ID)})
"""For a school whose calendar somebody else has proposed to correct."""

_OF_AN_EARLIER_DAY = Step(date(2026, 12, 7), "confirm-determination", "body_delegate", {})
"""For a decision that was typed in more than five school days after it was taken."""

_OF_A_SNOW_DAY = Step(
    date(2027, 1, 5),
    "record-overtaken-duty-dealt-with",
    "case_worker",
    {
        "overtaken_id": str(_CORRECTION_ID),
        "how": "The parents heard of the closure by telephone and are content with the day of the change",
    },
)
"""For a placement whose school closed on a day between a notice of changed terms and the change."""

_LONG_AFTER = Step(date(2038, 1, 4), "confirm-erasure", "head", {})
"""For a pupil whose record is kept no longer."""

_BEFORE_ITS_TIME = Step(
    date(2034, 1, 4),
    "decide-erasure",
    "head",
    {"decided_on": "2034-01-03", "ground": "no_longer_necessary", "reference": "IG-2034/041"},
)
"""For a pupil whose record is kept no longer than the register must be."""

_CAME_BACK = Step(
    date(2026, 11, 27),
    "record-returned-letter",
    "case_worker",
    {
        "document_id": "0190a1b2-0000-7000-8000-000000000009",
        "returned_on": "2026-11-27",
        "note": "Marked: no longer at this address",
    },
)
"""For a letter that the record's documents list, by the id that they give it."""

_BESIDE = tuple(step for steps in BESIDE.values() for step in steps)
OUTSIDE = (
    _OF_AN_EARLIER_LAW,
    _OF_A_SECOND_PERSON,
    _OF_A_SNOW_DAY,
    _OF_AN_EARLIER_DAY,
    _LONG_AFTER,
    _BEFORE_ITS_TIME,
    _CAME_BACK,
)
"""Steps that no story comes to, each with a test of its own."""
_ALL = (*OUTSIDE, *STORY, *INSTEAD.values(), *_BESIDE)
STEPS: Mapping[str, Step] = {step.command: step for step in reversed(_ALL)}
EXAMPLES: Mapping[str, dict[str, Any]] = {command: step.body for command, step in STEPS.items()}


def given_again(command: str) -> tuple[Step, ...]:
    """The further times that the story gives a command: the second signature under an agreement."""
    return tuple(step for step in STORY if step.command == command and step is not STEPS[command])


def key_of(step: Step) -> UUID:
    """The id under which the story gives a step."""
    key = command_id(step.command)
    return key if step is STEPS[step.command] else derived_id(key, step.role)


def place_in_story(command: str) -> str:
    """Where the worked example of a command is given, in words."""
    step = STEPS[command]
    if step in BEFORE:
        return "The example caseload has this already."
    if step in STORY:
        return "A step of the story."
    for before, other in INSTEAD.items():
        if step is other:
            return f"In place of {before}."
    for before, side in BESIDE.items():
        if step in side:
            return f"A side story, told before {before}."
    return "For a placement with another past than the story's."
