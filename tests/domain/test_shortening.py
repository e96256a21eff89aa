"""A text that was recorded before texts had bounds is cut on paper, and says so."""

from dataclasses import replace

import pytest

from domain.documents.catalogue import documents
from domain.documents.model import Document, Item, Section, Table
from domain.documents.shortening import brief, shortened
from domain.shared.text import LONG
from events.placement.agreement import NoticeGiven
from tests.domain.documenting import closed, source_of

(NOTICE, *_) = documents(source_of(closed(), up_to=NoticeGiven))
LINES = "\n".join(f"line {n}" for n in range(120_000))
LONG_LINE = "word " * 50_000
BREAKS = "x" + "\n" * 120_000


def document(text: str) -> Document:
    section = Section(
        heading="H",
        paragraphs=(text,),
        items=(Item(label="L", lines=tuple(text.splitlines()) or ("",)),),
        tables=(Table(caption="C", columns=("A", "B"), rows=((text, "b"),)),),
    )
    return replace(NOTICE, opening=(text,), sections=(section,))


def texts(of: Document) -> tuple[str, ...]:
    (section,) = of.sections
    return (of.opening[0], section.paragraphs[0], "\n".join(section.items[0].lines), section.tables[0].rows[0][0])


@pytest.mark.parametrize("text", ["short", "a\n" * 499 + "a", "x" * LONG.most_characters])
def test_a_text_within_the_bounds_stays_as_it_is(text: str) -> None:
    assert shortened(document(text)) == document(text)


@pytest.mark.parametrize("text", [LINES, LONG_LINE, BREAKS])
def test_a_text_beyond_the_bounds_is_cut_and_says_so(text: str) -> None:
    for cut in texts(shortened(document(text))):
        assert len(cut) < LONG.most_characters + 200
        assert len(cut.splitlines()) <= LONG.most_lines + 1
        assert cut.startswith(text[:1])
        assert "The record holds the whole text" in cut.splitlines()[-1]


def test_the_rest_of_a_document_stays() -> None:
    assert shortened(NOTICE) == NOTICE


@pytest.mark.parametrize("text", [LINES, LONG_LINE, "x" * 20_000, "a\n" * 499 + "a"])
def test_a_brief_text_begins_and_says_where_the_rest_is(text: str) -> None:
    for cut in texts(brief(document(text))):
        assert len(cut) < 1_100
        assert len(cut.splitlines()) <= 21
        assert cut.startswith(text[:1])
        assert "The record holds the whole text" in cut.splitlines()[-1]


def test_a_brief_table_has_its_first_rows_and_counts_the_others() -> None:
    table = Table(caption="C", columns=("A", "B"), rows=tuple((f"{n}", "b") for n in range(250)))
    long = replace(NOTICE, sections=(Section(heading="H", tables=(table,)),))

    (section,) = brief(long).sections

    assert section.tables[0].rows[:200] == table.rows[:200]
    assert section.tables[0].rows[200:] == (("[50 rows more. The record holds them.]", ""),)


def test_a_document_of_short_texts_is_brief_already() -> None:
    assert brief(NOTICE) == NOTICE
