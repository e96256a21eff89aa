"""Where the words are on the pages: with the longest values too, none lies over another, and none leaves the page."""

import io
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pdfplumber
import pytest

from domain.documents.catalogue import MAKES, documents
from domain.documents.model import Document
from infra.documents.rendering import render_pdf
from tests.domain.documenting import closed, source_of

ALL = {
    f"{document.kind}-{number}": document
    for cause in MAKES
    for number, document in enumerate(documents(source_of(closed(), up_to=cause)))
}
_OURS = frozenset({"reference", "language", "clause", "email"})
"""What the service writes itself, or what is on no page."""
_ADDRESS_LINES = 12
LONGEST: dict[str, str] = {
    "an unbroken word of wide letters": "W" * 90,
    "an unbroken word with marks": "https://example.org/" + "a-b_c/" * 14,
    "long words": "Donaudampfschifffahrtsgesellschaft " * 3,
    "many words": "Every word of it counts. " * 4,
}


def _filled(value: Any, text: str, field: str = "") -> Any:
    """The document with this text wherever it has one."""
    match value:
        case Enum():
            return value
        case str():
            return value if field in _OURS else text
        case tuple():
            return tuple(_filled(each, text, field) for each in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{each.name: _filled(getattr(value, each.name), text, each.name) for each in fields(value)}
            )
        case _:
            return value


def _with_address(document: Document, text: str) -> Document:
    if document.addressee is None:
        return document
    return replace(document, addressee=replace(document.addressee, address=(text,) * _ADDRESS_LINES))


Box = tuple[float, float, float, float]


def _faults(pdf: bytes) -> Iterator[str]:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        for page in opened.pages:
            boxes = [
                (word["text"], (word["x0"], word["top"], word["x1"], word["bottom"])) for word in page.extract_words()
            ]
            for text, (left, top, right, bottom) in boxes:
                if left < 20 or top < 20 or right > page.width - 20 or bottom > page.height - 20:
                    yield f"page {page.page_number}: {text[:20]} lies outside"
            boxes.sort(key=lambda each: each[1][1])
            for number, (text, box) in enumerate(boxes):
                for other, further in boxes[number + 1 :]:
                    if further[1] >= box[3]:
                        break
                    if _overlap(box, further):
                        yield f"page {page.page_number}: {text[:20]} lies over {other[:20]}"


def _overlap(one: Box, other: Box) -> bool:
    """Lines of a paragraph touch: the boxes of letters have room above and below, so a third of a line is none."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 1 and high > (min(one[3] - one[1], other[3] - other[1])) / 3


@pytest.mark.parametrize("document", ALL.values(), ids=ALL)
def test_no_word_of_a_document_lies_over_another_or_leaves_the_page(document: Document) -> None:
    assert list(_faults(render_pdf(document))) == []


@pytest.mark.parametrize("text", LONGEST.values(), ids=LONGEST)
@pytest.mark.parametrize("kind", sorted({document.kind for document in ALL.values()}))
def test_the_longest_values_stay_on_the_page_and_apart(kind: str, text: str) -> None:
    document = max((each for each in ALL.values() if each.kind == kind), key=lambda each: each.addressee is not None)

    pdf = render_pdf(_with_address(_filled(document, text), text))

    assert list(_faults(pdf)) == []
    assert b"<pdfuaid:part>1" in pdf


_PARTS: dict[str, Callable[[Document, str], Document]] = {
    "title": lambda document, text: replace(document, title=text),
    "sender": lambda document, text: replace(document, sender=text),
    "about": lambda document, text: replace(document, about=text),
    "opening": lambda document, text: replace(document, opening=(text,)),
    "name": lambda document, text: replace(document, addressee=replace(_addressee(document), name=text)),
    "address": _with_address,
}


def _addressee(document: Document) -> Any:
    assert document.addressee is not None
    return document.addressee


@pytest.mark.parametrize("text", LONGEST.values(), ids=LONGEST)
@pytest.mark.parametrize("part", _PARTS)
def test_one_long_part_of_a_letter_pushes_the_others_away(part: str, text: str) -> None:
    document = next(each for each in ALL.values() if each.addressee is not None)

    assert list(_faults(render_pdf(_PARTS[part](document, text)))) == []


@pytest.mark.parametrize("lines", range(_ADDRESS_LINES + 1))
def test_an_address_of_any_length_is_above_the_title_and_in_the_window(lines: int) -> None:
    letter = next(each for each in ALL.values() if each.addressee is not None)
    addressed = replace(letter, addressee=replace(_addressee(letter), address=tuple(f"Line{n}" for n in range(lines))))

    pdf = render_pdf(addressed)

    assert list(_faults(pdf)) == []
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        words = opened.pages[0].extract_words()
    at = {word["text"]: word for word in words}
    assert [f"Line{n}" in at for n in range(lines)] == [True] * lines
    title = next(
        word for word in words if word["text"] == letter.title.split()[0] and word["bottom"] - word["top"] > 18
    )
    assert all(at[f"Line{n}"]["bottom"] < title["top"] for n in range(lines))
    if lines:
        millimetres = at["Line0"]["top"] * 25.4 / 72
        assert 40 < millimetres < 55, "where the window of the envelope is"
