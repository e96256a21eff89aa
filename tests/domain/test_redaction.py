"""What somebody is given of the record holds no other person's name where a field of its own has it, and no id."""

import dataclasses
import typing
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from domain.placement.record.history import current
from domain.placement.record.redaction import IN_CONFIDENCE, NOBODY, WITHHELD, redacted
from events.attendance import AttendanceEvent
from events.codes import AgreementParty, ParentStance, Role
from events.definition import kind_of_field, personal_fields
from events.envelope import Metadata, Recorded
from events.ids import CommandId, EventId, MeetingId, PersonId
from events.kinds import Discloses, Kind
from events.placement.agreement import AgreementSigned
from events.placement.decision import ProfessionalsMeetingConvened
from events.placement.record import AccessRestricted, NoteAdded, RecordCorrected
from events.placement.referral import ProviderProposed, ReferralDrafted, ReferralSubmitted
from events.placement.running import AttendancePatternSet, SafeguardingConcernRaised
from events.placement.union import PlacementEvent
from events.pupil import PupilEvent
from events.values.referral import Parent, Pupil
from tests.dsl import actor, an_id
from tests.events.samples import sample

_NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
NAMES = {"report_to", "agreed_with", "requester", "complainant", "parent", "email", "contact"}
STAFF = {
    "invited_names",
    "attended_names",
    "visitor",
    "key_adult",
    "link_person",
    "social_care_contact",
    "entered_by",
    "position",
    "seen_by",
    "signatory",
}
CONFIDED = {
    ("SafeguardingInformationReceived", "note"),
    ("SafeguardingConcernRaised", "concern"),
    ("SafeguardingConcernAnswered", "answer"),
    ("PlacementResumed", "safeguards"),
    ("AccessRestricted", "reason"),
    ("AccessRestrictionLifted", "reason"),
}
# Each text has been looked at: it is about the pupil or the work, and what it says in passing of others is found by
# their names or read by a person. A new one that says who somebody is has a kind that says so, in its event.
_LOOKED_AT = """
    achievements actions address alternatives answer baseline behaviour body complaint concern conditions consent
    content curriculum_text delivered_by detail details early_review explanation field from_value health
    home_language hospital how id interim_education interpreter item la_code legal_name measure medication message
    minute_reference minutes name needs_considered note observations outcome parent_assessment parent_view parent_voice
    personal_development place plan_la_code previous_schools prior_help progress provider_view
    provision_requested pupil_assessment pupil_view pupil_voice purpose question readiness_criteria reason reason_text
    reasons registration_influence relationship request risk_assessment safeguards scope section_f_summary
    section_i_school sen_need sen_status sex strategies_tried strengths summary support target terms text
    to_value transport triggers uln upn value view views views_considered whereabouts
"""


def record(*events: Any) -> tuple[Recorded[Any], ...]:
    return tuple(
        Recorded(
            position=number,
            stream_id="placement-1",
            version=number,
            event_id=EventId(an_id(f"event {number}")),
            recorded_at=_NOW,
            metadata=Metadata(
                occurred_at=_NOW,
                actor=actor(Role.HEAD),
                command_id=CommandId(an_id("command")),
                correlation_id=an_id("command"),
            ),
            event=event,
        )
        for number, event in enumerate(events, 1)
    )


def _texts(hint: Any, of: type, field: str) -> dict[tuple[str, str], Kind]:
    """The kinds of all fields that hold text, however deep."""
    if hint is str:
        return {(of.__name__, field): kind_of_field(of, field)}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        found = (_texts(each, hint, name) for name, each in typing.get_type_hints(hint).items())
    else:
        found = (_texts(each, of, field) for each in get_args(hint))
    return {place: kind for each in found for place, kind in each.items()}


EVENTS = (*get_args(PlacementEvent), *get_args(AttendanceEvent), *get_args(PupilEvent))


def test_every_text_of_the_record_is_a_name_or_was_looked_at() -> None:
    hints = {cls: typing.get_type_hints(cls) for cls in EVENTS}
    texts = {
        place: kind
        for cls in EVENTS
        for name in personal_fields(cls)
        for place, kind in _texts(hints[cls][name], cls, name).items()
    }
    by = {each: {place for place, kind in texts.items() if kind.discloses is each} for each in Discloses}

    assert {field for _, field in texts} - NAMES - STAFF == set(_LOOKED_AT.split())
    assert {field for _, field in by[Discloses.ANOTHER_PERSON] - {("Parent", "name")}} == NAMES
    assert by[Discloses.ANOTHER_PERSON] == {("Parent", "name")} | {place for place in texts if place[1] in NAMES}
    assert by[Discloses.STAFF] == {place for place in texts if place[1] in STAFF}
    assert {field for _, field in by[Discloses.STAFF]} == STAFF
    assert by[Discloses.CONFIDENCE] == CONFIDED


@pytest.mark.parametrize("cls", EVENTS)
def test_no_event_keeps_a_person_s_id_or_a_name_in_its_field(cls: type) -> None:
    event = sample(cls)

    [kept] = redacted(record(event))

    assert type(kept.event) is cls
    assert _left(kept.event) == []


def _left(value: Any, field: str = "") -> list[str]:
    """Fields with a name or an id that is still there."""
    if dataclasses.is_dataclass(value):
        hints = typing.get_type_hints(type(value))
        ids = [name for name, hint in hints.items() if PersonId in {hint, *get_args(hint)}]
        found = [name for name in ids if getattr(value, name) not in {NOBODY, (NOBODY,)}]
        return found + [left for name in hints for left in _left(getattr(value, name), name)]
    if isinstance(value, tuple):
        return [left for part in value for left in _left(part, field)]
    return [field] if field in NAMES and value not in {WITHHELD, None} else []


PARENT = Parent(
    name="Marlow Tester-Field",
    relationship="mother",
    has_parental_responsibility=True,
    contact="marlow@example.org",
    stance=ParentStance.AGREE,
)
PUPIL = Pupil(
    legal_name="Rowan Tester-Field",
    born_on=date(2012, 5, 2),
    sex="F",
    upn="B801200005001",
    year_group=9,
    parents=(PARENT,),
)
PATTERN = dataclasses.replace(sample(AttendancePatternSet), agreed_with="Quill Example, aunt")
MEETING = ProfessionalsMeetingConvened(
    meeting_id=MeetingId(an_id("meeting")),
    at=_NOW,
    invited_roles=(Role.DSL, Role.PARENT),
    invited_names=("Dana Worker, social worker", "Marlow Tester-Field, mother"),
)


@pytest.mark.obligation("C6")
def test_a_name_is_found_in_other_texts_too_and_the_pupil_s_own_stays() -> None:
    drafted = dataclasses.replace(sample(ReferralDrafted), pupil=PUPIL)
    note = NoteAdded(text="QUILL EXAMPLE rang Marlow Tester-Field about Rowan Tester-Field; Quill Examples did not")

    about, _, noted = (each.event for each in redacted(record(drafted, PATTERN, note)))

    assert about.pupil.legal_name == "Rowan Tester-Field"
    [parent] = about.pupil.parents
    assert (parent.name, parent.contact, parent.relationship) == (WITHHELD, WITHHELD, "mother")
    assert noted.text == f"{WITHHELD} rang {WITHHELD} about Rowan Tester-Field; Quill Examples did not"


@pytest.mark.obligation("C6")
def test_staff_of_school_and_social_work_stay_and_parents_go() -> None:
    drafted = dataclasses.replace(sample(ReferralDrafted), pupil=PUPIL)
    ours, theirs = (
        dataclasses.replace(sample(AgreementSigned), party=party, signatory=f"{name}, manager")
        for party, name in ((AgreementParty.SCHOOL, "Wren Sample"), (AgreementParty.PROVIDER, "Sorrel Sample"))
    )
    note = NoteAdded(text="Dana Worker and Wren Sample met Marlow Tester-Field and Sorrel Sample")
    correction = RecordCorrected(
        corrects_event_id=EventId(an_id("event 1")),
        field="invited_names",
        value='["Dana Worker","Marlow Tester-Field"]',
        reason="Slip",
    )

    _, meeting, by_us, by_them, noted, corrected = (
        each.event for each in redacted(record(drafted, MEETING, ours, theirs, note, correction))
    )

    assert meeting.invited_names == ("Dana Worker, social worker", f"{WITHHELD}, mother")
    assert (by_us.signatory, by_them.signatory) == ("Wren Sample, manager", WITHHELD)
    assert noted.text == f"Dana Worker and Wren Sample met {WITHHELD} and {WITHHELD}"
    assert corrected.value == f'["Dana Worker","{WITHHELD}"]'
    unsigned = dataclasses.replace(theirs, signatory=None)
    assert [each.event.signatory for each in redacted(record(unsigned))] == [None]


def test_what_was_said_in_confidence_waits_for_a_person() -> None:
    concern = dataclasses.replace(sample(SafeguardingConcernRaised), concern="Seen with strangers")
    silent = dataclasses.replace(concern, concern=None)
    restricted = sample(AccessRestricted)

    told = [each.event for each in redacted(record(concern, silent, restricted))]

    assert [told[0].concern, told[1].concern, told[2].reason] == [IN_CONFIDENCE, None, IN_CONFIDENCE]
    assert told[2].reader_ids == (NOBODY,)


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("agreed_with", '"Quill Example"', None),
        ("signatory", '"Dana Worker"', None),
        ("pupil", "{}", None),
        ("concern", '"Strangers"', None),
        ("place", '"With Quill Example"', f'"With {WITHHELD}"'),
        ("place", r'"With\nQuill Example"', rf'"With\n{WITHHELD}"'),
        ("place", r'{"at":["Quill \u0045xample",1,null]}', f'{{"at":["{WITHHELD}",1,null]}}'),
        ("place", '["Quill Example",1.5]', f'["{WITHHELD}",1.5]'),
    ],
)
def test_a_correction_brings_no_name_back(field: str, value: str, kept: str | None) -> None:
    correction = RecordCorrected(
        corrects_event_id=EventId(an_id("event 1")), field=field, value=value, reason="Quill Example said so"
    )

    _, corrected = (each.event for each in redacted(record(PATTERN, correction)))

    assert (corrected.value, corrected.reason) == (kept, f"{WITHHELD} said so")


def test_the_redacted_record_still_folds() -> None:
    facts = record(*(sample(cls) for cls in (ReferralDrafted, ReferralSubmitted, ProfessionalsMeetingConvened)))

    assert current(redacted(facts)).placement_id == current(facts).placement_id


def test_nobody_is_put_where_nobody_was() -> None:
    unchecked = dataclasses.replace(sample(ProviderProposed), registration_checked_by=None)

    [kept] = redacted(record(unchecked))

    assert kept.event.registration_checked_by is None


def test_without_any_name_texts_stay_as_they_are() -> None:
    [noted] = redacted(record(NoteAdded(text="All is well")))

    assert noted.event == NoteAdded(text="All is well")


@pytest.mark.obligation("C6")
@pytest.mark.parametrize(
    ("named", "text", "kept"),
    [
        ("Example, Quill", "Quill Example rang", f"{WITHHELD} rang"),
        ("Quill Example, head", "Example, Quill, and EXAMPLE QUILL", f"{WITHHELD}, and {WITHHELD}"),
        ("Dr Quill Example (head)", "Quill Example rang", f"{WITHHELD} rang"),
        (
            "Siân O'Sample-Test",
            "Sian O\u2019Sample Test, and Si\u0061\u0302n O'Sample\u2011Test",
            f"{WITHHELD}, and {WITHHELD}",
        ),
        ("Sian Sample", "Siân\u00a0 Sample\u2019s view", f"{WITHHELD}\u2019s view"),
        ("Bo", "Bo rang; BO, not Bob", f"{WITHHELD} rang; {WITHHELD}, not Bob"),
        ("Will", "They will go with Will", f"They will go with {WITHHELD}"),
        ("quill", "Quill and quill rang", f"{WITHHELD} and {WITHHELD} rang"),
        ("X", "X rang", "X rang"),
        ("Field", "Rowan Tester-Field met Field", f"Rowan Tester-Field met {WITHHELD}"),
        ("Rowan Tester-Field", "Rowan Tester-Field", "Rowan Tester-Field"),
        ("Quill Example", "Quill Examples", "Quill Examples"),
    ],
)
def test_a_name_is_found_as_people_write_it(named: str, text: str, kept: str) -> None:
    drafted = dataclasses.replace(sample(ReferralDrafted), pupil=PUPIL)
    agreed = dataclasses.replace(PATTERN, agreed_with=named)

    about, _, noted = (each.event for each in redacted(record(drafted, agreed, NoteAdded(text=text))))

    assert (about.pupil.legal_name, noted.text) == ("Rowan Tester-Field", kept)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("pupil", '{"parents":[{"name":"Dana Worker"}]}'),
        ("agreed_with", '"Dana Worker, aunt"'),
        ("requester", '"Dana Worker"'),
    ],
)
def test_a_correction_tells_no_name_inside_a_value_and_makes_it_known(field: str, value: str) -> None:
    correction = RecordCorrected(
        corrects_event_id=EventId(an_id("event 1")), field=field, value=value, reason="Dana Worker said so"
    )

    corrected, noted = (each.event for each in redacted(record(correction, NoteAdded(text="Dana Worker rang"))))

    assert (corrected.value, corrected.reason, noted.text) == (None, f"{WITHHELD} said so", f"{WITHHELD} rang")


def test_a_correction_tells_no_person_s_id() -> None:
    correction = RecordCorrected(
        corrects_event_id=EventId(an_id("event 1")), field="signed_off_by", value=f'"{an_id("person")}"', reason="Slip"
    )

    [corrected] = (each.event for each in redacted(record(correction)))

    assert corrected.value is None
