"""Letters in plain words: who decided, what the terms mean, what to do next and who to ask."""

from dataclasses import replace

import pytest

from domain.documents.catalogue import documents
from domain.documents.model import Document
from domain.documents.phrases import told, within
from domain.documents.source import Source
from events.codes import CommissionerKind, DocumentKind, LegalBasis, RecipientRole, ReviewDecision
from events.placement.agreement import NoticeGiven
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified, ReviewRequestRefused
from tests.domain.changes import with_fields
from tests.domain.documenting import closed, source_of
from tests.domain.examples import PUPIL, day
from tests.domain.test_documents import whole

LETTERS = (NoticeGiven, ReviewInvitationGiven, ReviewOutcomeNotified, ReviewRequestRefused)
GROWN = replace(PUPIL, born_on=day("2008-01-31"))
SCHOOL, COUNCIL = CommissionerKind.ACADEMY, CommissionerKind.LA


def _to_parent(record: Source) -> Document:
    found = (each for each in documents(record) if each.addressee)
    return next(each for each in found if each.addressee and each.addressee.role is RecipientRole.RELEVANT_PERSON)


@pytest.mark.parametrize("cause", LETTERS)
def test_each_letter_to_a_parent_says_who_to_ask_and_how_to_disagree(cause: type) -> None:
    for letter in documents(source_of(closed(), up_to=cause)):
        said = whole(letter)
        to_parent = letter.addressee is not None and letter.addressee.role is RecipientRole.RELEVANT_PERSON

        assert ("If you do not agree: Talk to the case worker" in said) is to_parent
        assert "Ask the school." in said or not to_parent


def test_a_notice_explains_each_term_that_it_uses() -> None:
    notice = _to_parent(source_of(closed(), up_to=NoticeGiven))
    opening = " ".join(notice.opening)

    assert "This is called a direction off site." in opening
    assert "is called alternative provision. We call the time there a placement." in opening
    assert "on the roll of Hillcross Academy. This means it is still their school." in opening


@pytest.mark.parametrize(
    ("basis", "commissioner", "decided_by", "on_roll"),
    [
        (LegalBasis.OSD, SCHOOL, "Hillcross Academy", True),
        (LegalBasis.SUSP6, SCHOOL, "Hillcross Academy", True),
        (LegalBasis.S19_ILL, COUNCIL, "The council", True),
        (LegalBasis.PEX6, COUNCIL, "The council", False),
    ],
)
def test_a_notice_says_who_decided_and_whether_the_school_keeps_the_pupil(
    basis: LegalBasis, commissioner: CommissionerKind, decided_by: str, on_roll: bool
) -> None:
    record = source_of(closed(), up_to=NoticeGiven)
    given = replace(record, state=with_fields(record.state, legal_basis=basis, commissioner=commissioner))

    opening = " ".join(_to_parent(given).opening)

    assert opening.startswith(f"{decided_by} has made a decision.")
    assert ("stays on the roll" in opening) is on_roll
    assert ("direction off site" in opening) is (basis is LegalBasis.OSD)


def test_a_letter_to_a_grown_pupil_says_you() -> None:
    record = source_of(closed(), up_to=NoticeGiven)
    grown = replace(record, state=with_fields(record.state, pupil=GROWN))

    opening = " ".join(_to_parent(grown).opening)

    assert "You will learn at Imbue" in opening
    assert "You stay on the roll of Hillcross Academy" in opening


@pytest.mark.parametrize(
    ("basis", "law"), [(LegalBasis.OSD, True), (LegalBasis.AGREED, True), (LegalBasis.S19_ILL, False)]
)
def test_the_ten_weeks_of_regulation_4a_are_said_where_it_applies(basis: LegalBasis, law: bool) -> None:
    record = source_of(closed(), up_to=NoticeGiven)
    notice = _to_parent(replace(record, state=with_fields(record.state, legal_basis=basis)))

    assert ("SI 2010/1156 reg 4A" in notice.clauses) is law
    assert ("10 weeks" in whole(notice)) is law
    assert "You can ask" in whole(notice)


def test_an_outcome_that_ends_a_placement_still_says_who_to_ask() -> None:
    record = source_of(closed(), up_to=ReviewOutcomeNotified)
    (review,) = record.state.reviews.opened
    assert review.decided is not None
    ended = replace(review, decided=replace(review.decided, decision=ReviewDecision.END))

    letter = _to_parent(replace(record, state=with_fields(record.state, reviews=(ended,))))

    assert letter.kind is DocumentKind.OUTCOME_NOTIFICATION
    assert letter.sections[-1].heading == "If you have a question or do not agree"


@pytest.mark.parametrize("cause", LETTERS[1:])
def test_a_letter_about_a_review_to_a_grown_pupil_says_your(cause: type) -> None:
    record = source_of(closed(), up_to=cause)
    grown = replace(record, state=with_fields(record.state, pupil=GROWN))

    assert "your placement" in " ".join(_to_parent(grown).opening)


@pytest.mark.parametrize(
    ("phrase", "within_"), [("Head teacher", "head teacher"), ("SEND officer of the council",) * 2, ("", "")]
)
def test_a_phrase_inside_a_sentence_keeps_its_abbreviation(phrase: str, within_: str) -> None:
    assert within(phrase) == within_


@pytest.mark.parametrize(
    ("stored", "said"),
    [("K", "SEN support"), ("N", "No special educational need"), ("E", "EHC plan"), ("SEN support", "SEN support")],
)
def test_letter_of_an_official_list_is_spelt_out(stored: str, said: str) -> None:
    assert told(stored, field="sen_status") == (said,)
    assert told(stored, field="reason") == (stored,)
