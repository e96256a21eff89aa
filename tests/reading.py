"""How hard a text is to read, for the tests of what parents and case workers are sent."""

import re
from collections.abc import Iterable
from html.parser import HTMLParser

import textstat

from domain.documents.model import Document

OLDEST_READER = 11
"""Years: GOV.UK writes for a reading age of nine, and a letter also has names, dates and terms of the law."""
LONGEST_SENTENCE = 25
"""Words, as GOV.UK's content style has it."""
_AGE_IN_FIRST_GRADE = 6
_SHORTEST_COUNTED = 3
"""Words. The measure leaves shorter sentences out of its count, though not their words."""
_BLOCKS = frozenset({"address", "caption", "dd", "dt", "h1", "h2", "p", "td", "th", "br"})


def reading_age(sentences: Iterable[str]) -> float:
    """Years, by the Flesch-Kincaid grade: the first grade is for children of six."""
    counted = [each for each in sentences if len(each.split()) >= _SHORTEST_COUNTED]
    text = ". ".join(each.rstrip(".") for each in counted)
    return float(textstat.flesch_kincaid_grade(f"{text}.")) + _AGE_IN_FIRST_GRADE - 1


def words_in_longest(text: str) -> int:
    return max(len(each.split()) for each in re.split(r"[.:;?!](?:\s|$)", text))


def letter_of(document: Document) -> list[str]:
    """What a letter says, each heading, paragraph, item and row as one text."""
    said = [document.title, *document.opening]
    for section in document.sections:
        said += [section.heading, *section.paragraphs]
        said += [f"{each.label}: {' '.join(each.lines)}" for each in section.items]
        said += [f"{table.caption}: {', '.join(row)}" for table in section.tables for row in table.rows]
    return said


def page_of(html: str) -> list[str]:
    """What the page of a letter says, each block as one text; without its footer, which is for the record."""
    reader = _Blocks()
    reader.feed(html.split("<main")[1].split("<footer>", maxsplit=1)[0])
    return [text for each in reader.blocks if (text := " ".join(each.split()))]


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002 # the parser gives it
        if tag in _BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        self.blocks[-1] += data
