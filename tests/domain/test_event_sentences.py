"""Each event in one sentence, with no more in it than its reader may see."""

import dataclasses
import re
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest

from domain.event_sentences.code_words import of_code
from domain.event_sentences.sentence import ROWS, named, sentence, templates
from domain.placement.stages import Stage
from events import codes
from events.codec import ATTENDANCE, PLACEMENT, PROVIDER, PUPIL, SCHOOL
from events.codes import AttendanceCode, DeliveryMethod, RecipientRole, RegimeId, ReviewDecision, Role, RuleId
from events.definition import event, personal_fields
from events.ids import ReviewId
from events.placement.agreement import NoticeGiven
from events.placement.ending import PlacementEnded, ReintegrationStepRecorded
from events.placement.record import NoteAdded
from events.placement.reviews import ReviewDecided, ReviewInvitationGiven, ReviewScheduled
from events.pupil import PupilHandedOver
from events.school import DelegationGranted
from tests.domain.examples import at
from tests.dsl import an_id
from tests.events.samples import sample

TYPES = tuple(cls for codec in (PLACEMENT, SCHOOL, PROVIDER, ATTENDANCE, PUPIL) for cls in codec.types())
CODE_SETS = [each for each in vars(codes).values() if isinstance(each, type) and issubclass(each, StrEnum)]


def test_every_event_type_has_a_row_or_a_sentence_of_its_own() -> None:
    assert set(ROWS) <= set(TYPES)
    # What dataclass makes of a class without a docstring is no sentence.
    assert [cls for cls in TYPES if cls not in ROWS and (cls.__doc__ or "").startswith(f"{cls.__name__}(")] == []


@event()
class Visited:
    """The pupil was shown round a site.

    Nobody else was. There is more to say.
    """


@event()
class Seen:
    """The pupil was seen. Nobody else was."""


def test_an_event_without_a_row_is_said_by_its_own_first_sentence() -> None:
    assert sentence(Visited()) == "The pupil was shown round a site."
    assert sentence(Seen()) == "The pupil was seen."


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.__name__)
def test_a_sentence_names_clear_fields_and_always_has_a_last_resort(cls: type) -> None:
    clear = {field.name for field in dataclasses.fields(cls)} - personal_fields(cls)

    assert all(named(each) <= clear for each in templates(cls))
    assert named(templates(cls)[-1]) == frozenset()
    assert [bool(named(each)) for each in templates(cls)[:-1]] == [True] * (len(templates(cls)) - 1)


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.__name__)
def test_an_event_is_said_in_one_whole_sentence_without_codes(cls: type) -> None:
    said = sentence(sample(cls))

    assert re.fullmatch(r"[A-Z].*[^.]\.", said), said
    assert ". " not in said
    assert not re.search(r"[_{}]|True|False|None|\d{4}-\d\d-\d\d", said), said


@pytest.mark.parametrize("cls", TYPES, ids=lambda cls: cls.__name__)
def test_a_sentence_says_no_field_that_its_reader_is_not_shown(cls: type) -> None:
    said_of = sample(cls)
    for hidden in {field.name for field in dataclasses.fields(cls)}:
        shown = {field.name for field in dataclasses.fields(cls)} - {hidden}

        said = sentence(said_of, shown)

        fit = (each for each in templates(cls) if hidden not in named(each))
        assert said in {sentence(said_of), *(_said_by(said_of, each) for each in fit)}
    assert sentence(said_of, ()) == templates(cls)[-1]


def _said_by(said_of: object, template: str) -> str:
    return sentence(said_of, named(template))


@pytest.mark.parametrize("code_set", CODE_SETS, ids=lambda each: each.__name__)
def test_a_code_reads_as_words_unless_readers_know_it_by_its_letters(code_set: type[StrEnum]) -> None:
    for code in code_set:
        words = of_code(code)
        assert words
        if isinstance(code, AttendanceCode | RegimeId):
            assert words == code.value
        else:
            assert "_" not in words


def test_dates_times_money_shares_and_lists_are_said_as_read() -> None:
    review_id = ReviewId(an_id("review"))
    ten = datetime(2026, 12, 8, 10, tzinfo=UTC)
    scheduled = ReviewScheduled(review_id=review_id, scheduled_on=date(2026, 11, 30), at=ten, convenience_checked=True)
    invited = ReviewInvitationGiven(
        review_id=review_id,
        given_on=date(2026, 11, 30),
        deemed_on=date(2026, 12, 1),
        method=DeliveryMethod.EMAIL,
        recipients=(RecipientRole.RELEVANT_PERSON, RecipientRole.RELEVANT_PERSON, RecipientRole.HEAD),
        written_views_invited=True,
        days_before=7,
        timely=False,
    )
    decided = ReviewDecided(
        review_id=review_id,
        decided_on=date(2026, 12, 9),
        decision=ReviewDecision.AMEND,
        until=date(2027, 2, 12),
        next_review_due=None,
    )

    assert sentence(scheduled) == "The review was arranged for 8 December 2026 at 10:00."
    assert sentence(invited) == (
        "The invitation to the review was given by email on 30 November 2026 to the parent or pupil and the head"
        " teacher, not in time."
    )
    assert sentence(decided) == (
        "It was decided on 9 December 2026 after the review: the placement goes on with changes, with the period until"
        " 12 February 2027."
    )


def test_what_is_not_filled_in_is_left_out() -> None:
    granted = sample(DelegationGranted)

    assert "until" in sentence(granted)
    assert "until" not in sentence(dataclasses.replace(granted, until_on=None))
    assert sentence(NoteAdded()) == "A note was added."


def test_organisations_are_named_by_their_kind_and_number() -> None:
    handed = sample(PupilHandedOver)
    said = {
        org: sentence(dataclasses.replace(handed, to_controller=org))
        for org in ("school:900001", "la:831", f"provider:{an_id('provider')}")
    }

    assert "to school 900001 on" in said["school:900001"]
    assert "to council 831 on" in said["la:831"]
    assert "to a provider on" in said[f"provider:{an_id('provider')}"]


def test_a_provider_reads_of_an_end_its_day_alone() -> None:
    ended = sample(PlacementEnded)

    assert sentence(ended, {"ended_on"}) == "The placement ended on 26 November 2026."


def test_each_event_of_a_whole_story_has_a_sentence() -> None:
    story = at(Stage.ACTIVE)

    said = [sentence(each) for each in story.events]

    assert "The placement started on" in " ".join(said)
    assert any(isinstance(each, NoticeGiven) for each in story.events)
    assert of_code(Role.DSL) == "the designated safeguarding lead"
    assert of_code(RuleId.T1) == "Give notice before the start"
    assert "attendance 0.07%" in sentence(sample(ReintegrationStepRecorded))
