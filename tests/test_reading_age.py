"""Letters to parents and pupils are for a reader of nine to eleven, whatever the placement."""

from dataclasses import replace

import pytest

from domain.documents.catalogue import documents
from domain.documents.model import Document
from domain.documents.source import Source
from events.codes import CommissionerKind, LegalBasis, RecipientRole
from events.placement.agreement import NoticeGiven
from events.placement.ending import ReintegrationPlanned
from events.placement.reviews import ReviewInvitationGiven, ReviewOutcomeNotified, ReviewRequestRefused
from tests.domain.changes import with_fields
from tests.domain.documenting import closed, source_of
from tests.domain.examples import PUPIL, day
from tests.reading import LONGEST_SENTENCE, OLDEST_READER, letter_of, reading_age, words_in_longest

CAUSES = (NoticeGiven, ReviewInvitationGiven, ReviewOutcomeNotified, ReviewRequestRefused, ReintegrationPlanned)
GROWN = replace(PUPIL, born_on=day("2008-01-31"))
SCHOOL, COUNCIL = CommissionerKind.ACADEMY, CommissionerKind.LA


def _for_the_family(record: Source) -> list[Document]:
    """The letters to a parent or the pupil; a plan for the return has no addressee and is theirs too."""
    return [
        each
        for each in documents(record)
        if each.addressee is None or each.addressee.role is RecipientRole.RELEVANT_PERSON
    ]


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("basis", LegalBasis)
@pytest.mark.parametrize("commissioner", [SCHOOL, COUNCIL])
@pytest.mark.parametrize("pupil", [PUPIL, GROWN], ids=["parent", "grown"])
def test_a_letter_to_a_family_reads_at_eleven_or_younger(
    cause: type, basis: LegalBasis, commissioner: CommissionerKind, pupil: object
) -> None:
    record = source_of(closed(), up_to=cause)
    state = with_fields(record.state, legal_basis=basis, commissioner=commissioner, pupil=pupil)

    letters = _for_the_family(replace(record, state=state))

    assert letters
    for letter in letters:
        said = letter_of(letter)
        assert reading_age(said) <= OLDEST_READER, letter.kind
        assert max(map(words_in_longest, said)) <= LONGEST_SENTENCE, letter.kind


def test_a_sentence_of_the_law_is_too_hard_for_a_letter() -> None:
    law = (
        "A governing body that requires a pupil to attend a place outside the school premises must notify the relevant"
        " person of its determination in writing as soon as reasonably practicable after it is made"
    )

    assert reading_age([law]) > OLDEST_READER
    assert words_in_longest(law) > LONGEST_SENTENCE
